package verify

import (
	"bytes"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// maxComparisons bounds the work that name constraints can ask for. rustls allows
// itself as many, OpenSSL and Chrome a million.
const maxComparisons = 250_000

// violation is a name below a certificate whose constraints do not allow it.
type violation struct {
	kind        violationKind
	constrainer int // place in the path
	certificate int
	detail      string
	among       Clients // of a common name: who reads it so
	except      Clients // who pass over this kind of name or certificate
}

// violationKind tells apart what clients treat differently.
type violationKind int

const (
	outside       violationKind = iota // not permitted, or excluded
	underWildcard                      // a wildcard stands for an excluded name among others
	directory                          // a directory name
	onlyCommon                         // the common name of a certificate without a DNS name, read as one
	selfIssued                         // only in a self-issued certificate, which RFC 5280 leaves out
)

// violations are what constrain found on a path.
type violations struct {
	list    []violation
	work    int
	tooMuch bool
}

// constrain holds every certificate of the path against the constraints above it
// (RFC 5280, 6.1.3 b and c, 6.1.4 g).
func (p *path) constrain() {
	for above := 1; above < len(p.certificates); above++ {
		if !p.certificates[above].facts.constraints.present {
			continue
		}
		for below := above - 1; below >= 0 && !p.limits.tooMuch; below-- {
			c := p.certificates[below]
			before := len(p.limits.list)
			p.constrainOne(above, below)
			if below > 0 && c.selfIssued() {
				for i := range p.limits.list[before:] {
					p.limits.list[before+i].kind = selfIssued
				}
			}
		}
	}
}

// constrainOne holds one certificate's names against one certificate's constraints.
func (p *path) constrainOne(above, below int) {
	issuer, c := p.certificates[above], p.certificates[below]
	v := &p.limits
	var except Clients
	if below > 0 {
		except = GnuTLS // which holds the end entity alone against constraints (measured)
	}
	add := func(kind violationKind, what string) {
		v.list = append(v.list, violation{
			kind: kind, constrainer: above, certificate: below, detail: what + " is not allowed by the constraints of " + issuer.Title(), except: except,
		})
	}
	x := issuer.X509
	for _, name := range c.X509.DNSNames {
		lower := strings.TrimSuffix(strings.ToLower(name), ".")
		switch {
		case forbidden(v, x.PermittedDNSDomains, x.ExcludedDNSDomains, sizeOfText, func(c string) bool { return dnsWithin(lower, c) }):
			add(outside, name)
		case strings.HasPrefix(lower, "*.") && within(v, x.ExcludedDNSDomains, sizeOfText, func(c string) bool { return wildcardMeets(lower, c) }):
			add(underWildcard, name)
		}
	}
	for _, ip := range c.X509.IPAddresses {
		if forbidden(v, x.PermittedIPRanges, x.ExcludedIPRanges, sizeOfRange, func(c *net.IPNet) bool { return ipWithin(ip, c) }) {
			add(outside, ip.String())
			v.list[len(v.list)-1].except |= otherFamily(ip, slices.Concat(x.PermittedIPRanges, x.ExcludedIPRanges))
		}
	}
	for _, name := range mailboxes(c) {
		if len(x.PermittedEmailAddresses)+len(x.ExcludedEmailAddresses) == 0 {
			break
		}
		host := hostOfMailbox(name)
		if forbidden(v, x.PermittedEmailAddresses, x.ExcludedEmailAddresses, sizeOfText, func(c string) bool { return mailWithin(name, host, c) }) {
			add(outside, name)
		}
	}
	for _, name := range c.X509.URIs {
		if forbidden(v, x.PermittedURIDomains, x.ExcludedURIDomains, sizeOfText, func(c string) bool { return uriWithin(name, c) }) {
			add(outside, name.String())
			v.list[len(v.list)-1].except |= GnuTLS // which does not read such constraints (measured)
		}
	}
	p.constrainOthers(issuer, c, add)
	p.constrainCommonName(above, below, add)
}

// constrainCommonName holds the common name of an end entity without a DNS name
// against constraints on those, as some clients do.
func (p *path) constrainCommonName(above, below int, add func(violationKind, string)) {
	issuer, c := p.certificates[above].X509, p.certificates[below]
	common := c.X509.Subject.CommonName
	lower := strings.ToLower(common)
	if below > 0 || c.hasDNS() || common == "" ||
		!forbidden(&p.limits, issuer.PermittedDNSDomains, issuer.ExcludedDNSDomains, sizeOfText, func(c string) bool { return dnsWithin(lower, c) }) {
		return
	}
	add(onlyCommon, "the common name "+common+", read as a DNS name,")
	among := readCommonName(common)
	if !c.facts.altName.present && !isAnchor(p, above) {
		among |= Java
	}
	p.limits.list[len(p.limits.list)-1].among = among
}

// otherFamily are those for whom IPv4 and IPv6 are two kinds of names (measured),
// where no range is of addresses as long as this one.
func otherFamily(ip net.IP, ranges []*net.IPNet) Clients {
	if slices.ContainsFunc(ranges, func(r *net.IPNet) bool { return (len(r.IP) == net.IPv4len) == (ip.To4() != nil) }) {
		return 0
	}
	return GnuTLS
}

// constrainOthers does the same for the kinds of names that crypto/x509 leaves
// alone. Of those other than directory names nothing is known that would let one
// compare them, so that any name of a constrained kind is one too many
// (RFC 5280, 4.2.1.10).
func (p *path) constrainOthers(issuer, c *Certificate, add func(violationKind, string)) {
	v := &p.limits
	names := c.facts.names
	if !c.emptySubject() {
		names = append(names[:len(names):len(names)], generalName{tagDirectory, c.X509.RawSubject})
	}
	permitted := map[int]bool{}
	for _, s := range issuer.facts.subtrees {
		permitted[s.tag] = permitted[s.tag] || !s.excluded
	}
	if len(issuer.facts.subtrees) == 0 {
		return
	}
	for _, name := range names {
		inside := false
		parts := relativeNames(name)
		for _, s := range issuer.facts.subtrees {
			if s.tag != name.tag || !v.spend(len(s.value)) {
				continue
			}
			switch fits := directoryWithin(parts, s.parts); {
			case name.tag != tagDirectory:
				add(outside, "a name of a kind that is not understood")
				return
			case fits && s.excluded:
				add(directory, "its subject")
			default:
				inside = inside || fits
			}
		}
		if permitted[name.tag] && !inside && !v.tooMuch {
			add(directory, "its subject")
		}
	}
}

// spend counts one comparison of so many bytes and says whether it may be made.
func (v *violations) spend(bytes int) bool {
	v.work += 1 + bytes/64
	v.tooMuch = v.tooMuch || v.work > maxComparisons
	return !v.tooMuch
}

// within says whether one of the constraints holds a name.
func within[C any](v *violations, constraints []C, size func(C) int, holds func(C) bool) bool {
	for _, constraint := range constraints {
		if !v.spend(size(constraint)) {
			return false
		}
		if holds(constraint) {
			return true
		}
	}
	return false
}

// forbidden says whether a name is excluded, or not among the permitted ones.
func forbidden[C any](v *violations, permitted, excluded []C, size func(C) int, holds func(C) bool) bool {
	return within(v, excluded, size, holds) || len(permitted) > 0 && !within(v, permitted, size, holds) && !v.tooMuch
}

func sizeOfText(text string) int    { return len(text) }
func sizeOfRange(ip *net.IPNet) int { return len(ip.IP) }

// dnsWithin: the constraint's name and everything below it (RFC 5280, 4.2.1.10);
// with a leading dot only what is below it, as OpenSSL and others read it.
// The name is in lower case and without a final dot.
func dnsWithin(name, constraint string) bool {
	constraint = strings.ToLower(constraint)
	if constraint == "" || name == constraint {
		return true
	}
	if !strings.HasPrefix(constraint, ".") {
		constraint = "." + constraint
	}
	return strings.HasSuffix(name, constraint)
}

// wildcardMeets: *.example.com stands for a name within the subtree, too.
func wildcardMeets(pattern, constraint string) bool {
	parent := strings.TrimPrefix(pattern, "*.")
	label, rest, found := strings.Cut(strings.ToLower(strings.TrimPrefix(constraint, ".")), ".")
	return found && label != "" && rest == parent
}

func ipWithin(ip net.IP, subnet *net.IPNet) bool {
	if four := ip.To4(); four != nil && len(ip) == net.IPv4len {
		ip = four
	}
	// One of four bytes is none of sixteen, even if it is mapped.
	return len(ip) == len(subnet.IP) && subnet.Contains(ip)
}

// mailboxes are the e-mail addresses of a certificate. Those of the subject count
// only where there are no alternative names (RFC 5280, 4.2.1.10).
func mailboxes(c *Certificate) []string {
	if c.facts.altName.present {
		return c.X509.EmailAddresses
	}
	var found []string
	for _, part := range c.X509.Subject.Names {
		if text, ok := part.Value.(string); ok && part.Type.Equal(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}) {
			found = append(found, text)
		}
	}
	return found
}

// hostOfMailbox is the part behind the at sign; empty if it is no mailbox.
func hostOfMailbox(mailbox string) string {
	if address, err := mail.ParseAddress(mailbox); err != nil || address.Address != mailbox {
		return ""
	}
	return mailbox[strings.LastIndexByte(mailbox, '@')+1:]
}

// mailWithin: a mailbox, all of a host, or with a leading dot all below a domain.
// What is no mailbox is in no subtree of them.
func mailWithin(mailbox, host, constraint string) bool {
	switch {
	case host == "":
		return false
	case strings.Contains(constraint, "@"):
		return sameMailbox(mailbox, constraint)
	case strings.HasPrefix(constraint, "."):
		return strings.HasSuffix(strings.ToLower(host), strings.ToLower(constraint))
	default:
		return strings.EqualFold(host, constraint)
	}
}

// uriWithin goes by the host; one without a host name is in no subtree.
func uriWithin(uri *url.URL, constraint string) bool {
	host := uri.Hostname()
	if _, err := netip.ParseAddr(host); err == nil || host == "" {
		return false
	}
	if strings.HasPrefix(constraint, ".") {
		return strings.HasSuffix(strings.ToLower(host), strings.ToLower(constraint))
	}
	return strings.EqualFold(host, constraint)
}

// relativeNames takes a directory name apart, each relative name in one text
// without the differences that do not count; nil if it is none.
func relativeNames(name generalName) []string {
	var parts pkix.RDNSequence
	if name.tag != tagDirectory {
		return nil
	}
	if rest, err := asn1.Unmarshal(name.value, &parts); err != nil || len(rest) > 0 {
		return nil
	}
	texts := make([]string, len(parts))
	for i, set := range parts {
		for _, attribute := range set {
			texts[i] += fmt.Sprintf("%s=%q,", attribute.Type, folded(attribute.Value))
		}
	}
	return texts
}

// directoryWithin: the constraint's relative names begin the name (RFC 5280, 7.1).
func directoryWithin(whole, part []string) bool {
	return whole != nil && part != nil && len(part) <= len(whole) && slices.Equal(whole[:len(part)], part)
}

// folded is a value without the differences that do not count: case and runs of
// spaces.
func folded(value any) string {
	return strings.ToLower(strings.Join(strings.Fields(fmt.Sprint(value)), " "))
}

// readCommonName says who holds a common name against constraints of DNS names:
// GnuTLS any, OpenSSL one that could be a host name (measured).
func readCommonName(common string) Clients {
	if looksLikeHost(common) {
		return GnuTLS | openssls
	}
	return GnuTLS
}

// looksLikeHost: OpenSSL takes a common name for a host name if it could be one,
// with a dot in it (crypto/x509/v3_ncons.c, cn2dnsid).
func looksLikeHost(common string) bool {
	if !strings.Contains(common, ".") {
		return false
	}
	for i, r := range []byte(common) {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_':
		case (r == '-' || r == '.') && i > 0 && i < len(common)-1 && !bytes.ContainsAny([]byte(common[i-1:i]), ".") && common[i+1] != '.':
		default:
			return false
		}
	}
	return true
}
