package verify

import (
	"bytes"
	"crypto/x509/pkix"
	encoding "encoding/asn1"
	"fmt"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// readName reads a distinguished name: whole, and the common name in it.
func (l *Loose) readName(s *looseReader, which, source string) (text, title string, ok bool) {
	has, before := len(l.Problems), s.rest
	names, ok := s.in("the "+which, asn1.SEQUENCE)
	if !ok {
		return "", "", false
	}
	var sequence pkix.RDNSequence
	for len(names.rest) > 0 {
		set, ok := names.in("a part of the "+which, asn1.SET)
		if !ok {
			break
		}
		var parts pkix.RelativeDistinguishedNameSET
		for len(set.rest) > 0 {
			part, ok := l.readAttribute(&set, which, source)
			if !ok {
				break
			}
			parts = append(parts, part)
		}
		if len(parts) == 0 && !l.cut {
			l.problem("RFC 5280, 4.1.2.4", "its %s has an empty part", which)
		}
		if len(sequence) < maxLooseNames {
			sequence = append(sequence, parts)
		}
	}
	l.suspect(has, source, "its "+which, alone{subject: before[:len(before)-len(s.rest)]}.err())
	var name pkix.Name
	name.FillFromRDNSequence(&sequence)
	if text = sequence.String(); name.CommonName != "" {
		return text, name.CommonName, true
	}
	return text, text, true
}

func (l *Loose) readAttribute(set *looseReader, which, source string) (part pkix.AttributeTypeAndValue, ok bool) {
	attribute, ok := set.in("a part of the "+which, asn1.SEQUENCE)
	if !ok {
		return part, false
	}
	head, ok := attribute.any()
	oid := cryptobyte.String(head.raw)
	if !ok || !oid.ReadASN1ObjectIdentifier(&part.Type) {
		l.problem(source, "its %s has a part without a type", which)
		return part, false
	}
	value, ok := attribute.any()
	if !ok {
		return part, false
	}
	text, flaw := readText(value.tag, value.content)
	if flaw != "" {
		l.problem(source, "its %s has %q as %s, %s", which, clip(text), tagName(value.tag), flaw)
	}
	part.Value = text
	return part, true
}

// readText makes a text of any of ASN.1's strings, and says what is wrong with it.
func readText(tag asn1.Tag, content []byte) (text, flaw string) {
	switch tag {
	case asn1.UTF8String:
		if !utf8.Valid(content) {
			flaw = "and it is not UTF-8"
		}
	case asn1.PrintableString:
		if i := bytes.IndexFunc(content, func(r rune) bool { return !printable(r) }); i >= 0 {
			flaw = fmt.Sprintf("which does not have the character %q", content[i:i+1])
		}
	case asn1.IA5String:
		if bytes.ContainsFunc(content, beyondASCII) {
			flaw = "which has ASCII only"
		}
	case encoding.TagBMPString:
		units := make([]uint16, 0, len(content)/2)
		for i := 0; i+1 < len(content); i += 2 {
			units = append(units, uint16(content[i])<<8|uint16(content[i+1]))
		}
		if len(content)%2 != 0 {
			flaw = "with half a character at its end"
		}
		return string(utf16.Decode(units)), flaw
	}
	return latin(content), flaw
}

// latin makes a text out of octets: UTF-8 if they are, or else Latin-1.
func latin(content []byte) string {
	if utf8.Valid(content) {
		return string(content)
	}
	runes := make([]rune, len(content))
	for i, b := range content {
		runes[i] = rune(b)
	}
	return string(runes)
}

func beyondASCII(r rune) bool { return r > 0x7f }

// printable: PrintableString's characters (X.680, 41.4), and the two that
// everybody lets pass.
func printable(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(" '()+,-./:=?*&", r)
}

// clip shortens a text that is quoted.
func clip(text string) string {
	const most = 80
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

// The two forms of time that RFC 5280 allows, as time.Parse has them.
const (
	utcForm         = "060102150405Z"
	generalizedForm = "20060102150405Z"
)

// formed says whether a text has digits where the form has some.
func formed(text, form string) bool {
	digits := strings.Trim(text, "0123456789")
	return len(text) == len(form) && digits == "Z" && strings.HasSuffix(text, digits)
}

func (l *Loose) readValidity(s *looseReader) bool {
	has, before := len(l.Problems), s.rest
	times, ok := s.in("the validity", asn1.SEQUENCE)
	if !ok {
		return false
	}
	var since, until time.Time
	if l.NotBefore, since, ok = l.readTime(&times, "its first day (notBefore)"); ok {
		l.NotAfter, until, _ = l.readTime(&times, "its last day (notAfter)")
	}
	if !since.IsZero() && !until.IsZero() && until.Before(since) {
		l.problem("RFC 5280, 4.1.2.5", "it ends before it begins")
	}
	l.suspect(has, "RFC 5280, 4.1.2.5", "its validity", alone{validity: before[:len(before)-len(s.rest)]}.err())
	return true
}

func (l *Loose) readTime(s *looseReader, which string) (text string, at time.Time, ok bool) {
	e, ok := s.any()
	if !ok {
		if !l.cut {
			l.problem("RFC 5280, 4.1.2.5", "%s is missing", which)
		}
		return "", at, false
	}
	text = latin(e.content)
	form, source := utcForm, "RFC 5280, 4.1.2.5.1"
	switch e.tag {
	case asn1.UTCTime:
	case asn1.GeneralizedTime:
		form, source = generalizedForm, "RFC 5280, 4.1.2.5.2"
	default:
		l.problem("RFC 5280, 4.1.2.5", "%s is no time but %s", which, tagName(e.tag))
		return text, at, true
	}
	if !formed(text, form) {
		l.problem(source, "%s is written %q; it has to have seconds, no fraction of them, and Z", which, clip(text))
		return text, at, true
	}
	at, err := time.Parse(form, text)
	switch {
	case err != nil:
		l.problem(source, "%s is %q, which no calendar has", which, text)
		return text, time.Time{}, true
	case e.tag == asn1.UTCTime && at.Year() >= 2050:
		at = at.AddDate(-100, 0, 0)
	case e.tag == asn1.GeneralizedTime && at.Year() < 2050:
		l.problem("RFC 5280, 4.1.2.5", "%s is a GeneralizedTime, and before 2050 it has to be a UTCTime", which)
	}
	return at.Format(time.RFC3339), at, true
}

// readKey reads the SubjectPublicKeyInfo.
func (l *Loose) readKey(s *looseReader) bool {
	has, before := len(l.Problems), s.rest
	info, ok := s.in("the public key", asn1.SEQUENCE)
	if !ok {
		return false
	}
	raw := before[:len(before)-len(s.rest)]
	algorithm, ok := info.in("the public key's algorithm", asn1.SEQUENCE)
	if !ok {
		return true
	}
	head, _ := algorithm.any()
	name := oidName(head.raw)
	key, ok := info.take("the public key itself", asn1.BIT_STRING)
	if !ok || len(key) == 0 {
		return true
	}
	l.describeKey(name, algorithm.rest, key[1:])
	l.suspect(has, "RFC 5280, 4.1.2.7", "its public key", alone{key: raw}.err())
	return true
}

// describeKey says what key it is, and what is wrong with it. The name of an
// algorithm is that of its object identifier.
func (l *Loose) describeKey(name string, parameters, key []byte) {
	l.Key = name
	switch name {
	case "RSA":
		if !bytes.Equal(parameters, []byte{5, 0}) {
			l.problem("RFC 3279, 2.3.1", "its RSA key's algorithm does not have NULL for its parameters")
		}
		l.describeRSA(key)
	case "ECDSA":
		l.describeEC(parameters, key)
	case "Ed25519", "X25519":
		if len(parameters) > 0 {
			l.problem("RFC 8410, 3", "its %s key's algorithm has parameters, and must not", name)
		}
		if len(key) != 32 {
			l.problem("RFC 8410, 4", "its %s key has %d octets instead of 32", name, len(key))
		}
	}
}

func (l *Loose) describeRSA(key []byte) {
	var numbers cryptobyte.String
	whole := cryptobyte.String(key)
	var modulus, exponent cryptobyte.String
	if !whole.ReadASN1(&numbers, asn1.SEQUENCE) || !numbers.ReadASN1(&modulus, asn1.INTEGER) || !numbers.ReadASN1(&exponent, asn1.INTEGER) {
		l.problem("RFC 3279, 2.3.1", "its RSA key has no modulus and exponent")
		return
	}
	n, e := signedInteger(modulus), signedInteger(exponent)
	l.Key = fmt.Sprintf("RSA %d", n.BitLen())
	switch {
	case n.Sign() <= 0:
		l.problem("RFC 8017, 3.1", "its RSA key's modulus is not positive")
	case e.Sign() <= 0 || e.BitLen() > 31:
		l.problem("RFC 8017, 3.1", "its RSA key's exponent, %s, is of no use", short(e))
	}
}

// sizes are the octets of a coordinate on the curves that Go and the browsers have.
var sizes = map[string]int{"P-224": 28, "P-256": 32, "P-384": 48, "P-521": 66}

func (l *Loose) describeEC(parameters, key []byte) {
	const source = "RFC 5480, 2.1.1"
	reader := looseReader{l, parameters, true}
	curve, ok := reader.any()
	switch {
	case !ok || curve.tag == asn1.NULL:
		l.problem(source, "its elliptic curve is not named")
		return
	case curve.tag == asn1.SEQUENCE:
		l.Key = "ECDSA, explicit parameters"
		l.problem(source, "its elliptic curve is written out (explicit parameters) instead of named")
		return
	}
	name := oidName(curve.raw)
	l.Key = "ECDSA " + name
	size, known := sizes[name]
	switch {
	case !known:
		l.problem(source, "its key is on the elliptic curve %s, which Go and the browsers do not have", name)
	case len(key) == size+1 && (key[0] == 2 || key[0] == 3):
		l.problem("RFC 5480, 2.2", "its key is a compressed point, which Go and the browsers do not take")
	case len(key) != 2*size+1 || key[0] != 4:
		l.problem("RFC 5480, 2.2", "its key has %d octets; a point of %s has %d", len(key), name, 2*size+1)
	}
}

// oidNames are the algorithms and curves that occur in real certificates.
var oidNames = map[string]string{
	"1.2.840.113549.1.1.1": "RSA", "1.2.840.10045.2.1": "ECDSA", "1.3.101.112": "Ed25519", "1.3.101.113": "Ed448", "1.3.101.110": "X25519",
	"1.2.840.10040.4.1": "DSA", "1.2.840.113549.1.1.10": "RSASSA-PSS",
	"1.3.132.0.33": "P-224", "1.2.840.10045.3.1.7": "P-256", "1.3.132.0.34": "P-384", "1.3.132.0.35": "P-521",
	"1.2.840.10045.3.1.1": "P-192", "1.3.132.0.10": "secp256k1", "1.3.36.3.3.2.8.1.1.7": "brainpoolP256r1",
	"1.3.36.3.3.2.8.1.1.11": "brainpoolP384r1", "1.3.36.3.3.2.8.1.1.13": "brainpoolP512r1", "1.2.156.10197.1.301": "SM2",
	"1.2.840.113549.1.1.4": "MD5 with RSA", "1.2.840.113549.1.1.5": "SHA-1 with RSA", "1.2.840.113549.1.1.11": "SHA-256 with RSA",
	"1.2.840.113549.1.1.12": "SHA-384 with RSA", "1.2.840.113549.1.1.13": "SHA-512 with RSA", "1.2.840.10045.4.1": "SHA-1 with ECDSA",
	"1.2.840.10045.4.3.2": "SHA-256 with ECDSA", "1.2.840.10045.4.3.3": "SHA-384 with ECDSA", "1.2.840.10045.4.3.4": "SHA-512 with ECDSA",
}

// oidName reads an object identifier and names what it stands for.
func oidName(raw []byte) string {
	var oid encoding.ObjectIdentifier
	s := cryptobyte.String(raw)
	if !s.ReadASN1ObjectIdentifier(&oid) {
		return "unknown"
	}
	if name, ok := oidNames[oid.String()]; ok {
		return name
	}
	return clip(oid.String())
}

// algorithmName names the algorithm of an AlgorithmIdentifier's content.
func algorithmName(content []byte) string {
	quiet := looseReader{&Loose{}, content, true}
	head, _ := quiet.any()
	return oidName(head.raw)
}
