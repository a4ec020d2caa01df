package verify

import (
	encoding "encoding/asn1"
	"net"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// looseExtension is what is known about an extension: its name and the section
// of RFC 5280 that describes it.
type looseExtension struct{ name, source string }

var looseExtensions = map[string]looseExtension{
	"2.5.29.14":         {"subject key identifier", "RFC 5280, 4.2.1.2"},
	"2.5.29.15":         {"key usage", "RFC 5280, 4.2.1.3"},
	"2.5.29.17":         {"alternative names", "RFC 5280, 4.2.1.6"},
	"2.5.29.18":         {"issuer alternative names", "RFC 5280, 4.2.1.7"},
	"2.5.29.19":         {"basic constraints", "RFC 5280, 4.2.1.9"},
	"2.5.29.30":         {"name constraints", "RFC 5280, 4.2.1.10"},
	"2.5.29.31":         {"CRL distribution points", "RFC 5280, 4.2.1.13"},
	"2.5.29.32":         {"policies", "RFC 5280, 4.2.1.4"},
	"2.5.29.33":         {"policy mappings", "RFC 5280, 4.2.1.5"},
	"2.5.29.35":         {"authority key identifier", "RFC 5280, 4.2.1.1"},
	"2.5.29.36":         {"policy constraints", "RFC 5280, 4.2.1.11"},
	"2.5.29.37":         {"extended key usage", "RFC 5280, 4.2.1.12"},
	"2.5.29.54":         {"inhibit any policy", "RFC 5280, 4.2.1.14"},
	"1.3.6.1.5.5.7.1.1": {"authority information access", "RFC 5280, 4.2.2.1"},
}

// neverCritical are those that conforming CAs MUST mark as non-critical.
var neverCritical = map[string]bool{"2.5.29.14": true, "2.5.29.35": true, "1.3.6.1.5.5.7.1.1": true}

// readExtensions reads what is left of the signed part.
func (l *Loose) readExtensions(s *looseReader, version int64) bool {
	if len(s.rest) == 0 {
		return true
	}
	outer, ok := s.in("the extensions", explicitExtensions)
	if !ok {
		return false
	}
	if version == 1 || version == 2 {
		l.problem("RFC 5280, 4.1.2.9", "it has extensions, and is of version %d; only version 3 has them", version)
	}
	list, ok := outer.in("the extensions", asn1.SEQUENCE)
	if !ok {
		return true
	}
	if len(list.rest) == 0 && !l.cut {
		l.problem("RFC 5280, 4.1", "its list of extensions is empty")
	}
	if n := len(s.rest) + len(outer.rest); n > 0 && !l.cut {
		l.problem("RFC 5280, 4.1", "%s its extensions", count(n, "byte follows", "bytes follow"))
	}
	seen := map[string]bool{}
	for len(list.rest) > 0 {
		if len(seen) >= maxLooseExtensions {
			l.problem("", "it has more than %d extensions; no more of them were read", maxLooseExtensions)
			break
		}
		before, has := list.rest, len(l.Problems)
		one, ok := list.in("an extension", asn1.SEQUENCE)
		if !ok {
			break
		}
		kind := l.readExtension(&one, seen)
		about, known := looseExtensions[kind]
		if !known {
			about = looseExtension{"extension " + kind, "RFC 5280, 4.2"}
		}
		l.suspect(has, about.source, about.name+": it", alone{extension: before[:len(before)-len(list.rest)]}.err())
	}
	return true
}

// readExtension reads one and gives its object identifier.
func (l *Loose) readExtension(s *looseReader, seen map[string]bool) (kind string) {
	head, ok := s.any()
	var oid encoding.ObjectIdentifier
	raw := cryptobyte.String(head.raw)
	if !ok || !raw.ReadASN1ObjectIdentifier(&oid) {
		l.problem("RFC 5280, 4.2", "an extension has no object identifier")
		return "unknown"
	}
	kind = oid.String()
	name := "extension " + clip(kind)
	if about, known := looseExtensions[kind]; known {
		name = about.name
	}
	if seen[kind] {
		l.problem("RFC 5280, 4.2", "it has the same extension twice: %s", name)
	}
	seen[kind] = true
	if s.next() == asn1.BOOLEAN {
		flag, _ := s.any()
		switch {
		case len(flag.content) != 1 || flag.content[0] != 0 && flag.content[0] != 0xff:
			l.problem("X.690, 11.1", "%s: its critical flag is neither true nor false", name)
		case flag.content[0] == 0:
			l.problem("X.690, 11.5", "%s: it says that it is not critical, where DER leaves the default out", name)
		case neverCritical[kind]:
			l.problem(looseExtensions[kind].source, "%s: it is critical, and must not be", name)
		}
	}
	value, ok := s.take("the value of "+name, asn1.OCTET_STRING)
	if ok && kind == "2.5.29.17" {
		l.readAlternativeNames(value)
	}
	return kind
}

// The kinds of GeneralName that are read.
const (
	mailName = asn1.Tag(0x81)
	dnsName  = asn1.Tag(0x82)
	uriName  = asn1.Tag(0x86)
	ipName   = asn1.Tag(0x87)
)

func (l *Loose) readAlternativeNames(value []byte) {
	const source = "RFC 5280, 4.2.1.6"
	outer := looseReader{l, value, true}
	names, ok := outer.in("the list of alternative names", asn1.SEQUENCE)
	if !ok {
		return
	}
	if len(names.rest) == 0 && !l.cut {
		l.problem(source, "its list of alternative names is empty")
	}
	for len(names.rest) > 0 {
		e, ok := names.any()
		if !ok {
			return
		}
		text := latin(e.content)
		switch e.tag {
		case ipName:
			text = net.IP(e.content).String()
			if len(e.content) != net.IPv4len && len(e.content) != net.IPv6len {
				l.problem(source, "an IP address has %d octets (%q); it has to have 4 or 16", len(e.content), clip(latin(e.content)))
				text = latin(e.content)
			}
		case dnsName:
			l.checkDNSName(text)
		case mailName, uriName:
			if strings.ContainsFunc(text, beyondASCII) {
				l.problem(source, "the %s %q has characters beyond ASCII", map[asn1.Tag]string{mailName: "mailbox", uriName: "URI"}[e.tag], clip(text))
			}
		default:
			continue
		}
		if len(l.Names) < maxLooseNames {
			l.Names = append(l.Names, text)
		}
	}
}

func (l *Loose) checkDNSName(name string) {
	const source = "RFC 5280, 4.2.1.6"
	switch {
	case name == "":
		l.problem(source, "a DNS name is empty")
	case strings.ContainsFunc(name, beyondASCII):
		l.problem("RFC 5280, 7.2", "the DNS name %q has characters beyond ASCII; it has to be written with xn--", clip(name))
	case strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r == 0x7f }):
		l.problem(source, "the DNS name %q has a space or a control character", clip(name))
	}
}
