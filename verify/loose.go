package verify

import (
	"bytes"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"golang.org/x/crypto/cryptobyte/asn1"
)

// Loose is what ReadLoosely made out of a certificate.
type Loose struct {
	Serial, Issuer, Subject string
	NotBefore, NotAfter     string
	Names                   []string // of the subject alternative name extension
	Key                     string   // kind and size of the public key
	Signature               string   // its algorithm
	Problems                []string // what is wrong with it, in words, each with the rule's source

	title string // common name, or else the subject
	cut   bool   // it ends too early: what is missing then is no news
}

// Bounds of what is told about a certificate. What is beyond them is read all the
// same, so that what follows is found.
const (
	maxLooseProblems   = 20
	maxLooseNames      = 100
	maxLooseExtensions = 100
)

// ReadLoosely makes what it can out of a certificate that crypto/x509 refuses,
// and says what is wrong with it. It reads BER where DER is asked for, goes on
// after an error where it can, and asks crypto/x509 about each part on its own.
// Its result is for explanation only.
func ReadLoosely(der []byte) *Loose {
	l := &Loose{}
	outside := looseReader{loose: l, rest: der[:min(len(der), MaxCertificate)]}
	certificate, ok := outside.in("the certificate", asn1.SEQUENCE)
	if !ok {
		return l
	}
	if n := len(outside.rest); n > 0 && !l.cut {
		l.problem("RFC 5280, 4.1", "%s its end", count(n, "byte follows", "bytes follow"))
	}
	signed, ok := certificate.in("the part that is signed", asn1.SEQUENCE)
	if !ok {
		return l
	}
	inner, _ := l.readSigned(&signed)
	l.readSignature(&certificate, inner)
	return l
}

// problem notes what is wrong, once.
func (l *Loose) problem(source, format string, values ...any) {
	text := fmt.Sprintf(format, values...)
	if source != "" {
		text += " (" + source + ")"
	}
	if len(l.Problems) < maxLooseProblems && !slices.Contains(l.Problems, text) {
		l.Problems = append(l.Problems, text)
	}
}

// suspect asks crypto/x509 about a part that looked right so far: has is how many
// problems there were before.
func (l *Loose) suspect(has int, source, what string, err error) {
	if err != nil && len(l.Problems) == has && !l.cut {
		l.problem(source, "%s cannot be read: %s", what, withoutPrefix(err))
	}
}

// readSigned reads the TBSCertificate and gives its signature algorithm.
func (l *Loose) readSigned(s *looseReader) (algorithm []byte, ok bool) {
	version := l.readVersion(s)
	if ok = l.readSerial(s); !ok {
		return nil, false
	}
	algorithm, ok = s.take("the signature algorithm that is signed", asn1.SEQUENCE)
	if !ok {
		return nil, false
	}
	var title string
	if l.Issuer, title, ok = l.readName(s, "issuer", "RFC 5280, 4.1.2.4"); !ok {
		return algorithm, false
	}
	if title == "" && !l.cut {
		l.problem("RFC 5280, 4.1.2.4", "its issuer is empty")
	}
	if ok = l.readValidity(s); !ok {
		return algorithm, false
	}
	if l.Subject, l.title, ok = l.readName(s, "subject", "RFC 5280, 4.1.2.6"); !ok {
		return algorithm, false
	}
	if ok = l.readKey(s); !ok {
		return algorithm, false
	}
	for _, tag := range []asn1.Tag{uniqueIssuer, uniqueSubject} {
		if s.next() == tag {
			s.take("a unique identifier", tag)
			if version == 1 {
				l.problem("RFC 5280, 4.1.2.8", "it has a unique identifier, and is of version 1, which has none")
			}
		}
	}
	return algorithm, l.readExtensions(s, version)
}

// Tags of the optional parts of a TBSCertificate.
const (
	explicitVersion    = asn1.Tag(0xa0)
	uniqueIssuer       = asn1.Tag(0x81)
	uniqueSubject      = asn1.Tag(0x82)
	explicitExtensions = asn1.Tag(0xa3)
)

// readVersion gives 1 to 3, or what else there is.
func (l *Loose) readVersion(s *looseReader) int64 {
	const source = "RFC 5280, 4.1.2.1"
	if s.next() != explicitVersion {
		return 1
	}
	content, ok := s.in("the version", explicitVersion)
	if !ok {
		return 0
	}
	value, ok := content.take("the version", asn1.INTEGER)
	if !ok || len(value) == 0 {
		l.problem(source, "its version is no number")
		return 0
	}
	number := signedInteger(value)
	switch {
	case !number.IsInt64() || number.Int64() < 0 || number.Int64() > 2:
		l.problem(source, "its version is written as %s; there are 0, 1 and 2, for versions 1 to 3", short(number))
	case len(value) > 1:
		l.problem("X.690, 8.3.2", "its version is padded")
	case number.Sign() == 0:
		l.problem("X.690, 11.5", "it says that it is of version 1, where DER leaves the default out")
	}
	if !number.IsInt64() {
		return 0
	}
	return number.Int64() + 1
}

func (l *Loose) readSerial(s *looseReader) bool {
	const source = "RFC 5280, 4.1.2.2"
	value, ok := s.take("the serial number", asn1.INTEGER)
	if !ok {
		return false
	}
	if len(value) == 0 {
		l.problem(source, "its serial number is empty")
		return true
	}
	number := signedInteger(value)
	l.Serial = fmt.Sprintf("%X", value[:min(len(value), 40)])
	switch {
	case padded(value):
		l.problem("X.690, 8.3.2", "its serial number is padded: %s", l.Serial)
	case number.Sign() < 0:
		l.problem(source, "its serial number is negative: %s", short(number))
	case number.Sign() == 0:
		l.problem(source, "its serial number is zero")
	case len(value) > 20:
		l.problem(source, "its serial number has %d octets, more than 20", len(value))
	}
	return true
}

// readSignature reads what follows the signed part.
func (l *Loose) readSignature(certificate *looseReader, inner []byte) {
	algorithm, ok := certificate.take("the signature algorithm", asn1.SEQUENCE)
	if !ok {
		return
	}
	l.Signature = algorithmName(algorithm)
	has := len(l.Problems)
	switch {
	case inner != nil && !bytes.Equal(inner, algorithm):
		l.problem("RFC 5280, 4.1.1.2", "its two signature algorithms differ: %s is signed, and %s stands outside", algorithmName(inner), l.Signature)
	default:
		l.suspect(has, "RFC 5280, 4.1.1.2", "its signature algorithm", alone{algorithm: algorithm}.err())
	}
	value, ok := certificate.take("the signature", asn1.BIT_STRING)
	if !ok {
		return
	}
	if flaw := bitStringFlaw(value); flaw != "" && !l.cut {
		l.problem("X.690, 11.2", "its signature %s", flaw)
	}
	if n := len(certificate.rest); n > 0 {
		l.problem("RFC 5280, 4.1.1", "%s its signature", count(n, "byte follows", "bytes follow"))
	}
}

func bitStringFlaw(value []byte) string {
	switch {
	case len(value) == 0:
		return "is a bit string without its first octet"
	case value[0] > 7 || len(value) == 1 && value[0] != 0:
		return "is a bit string with an impossible number of unused bits"
	case value[len(value)-1]&(1<<value[0]-1) != 0 && len(value) > 1:
		return "is a bit string whose unused bits are not zero"
	default:
		return ""
	}
}

// signedInteger reads the content of an INTEGER, in its shortest form or not.
func signedInteger(value []byte) *big.Int {
	number := new(big.Int).SetBytes(value)
	if len(value) > 0 && value[0]&0x80 != 0 {
		number.Sub(number, new(big.Int).Lsh(big.NewInt(1), uint(8*len(value))))
	}
	return number
}

func padded(value []byte) bool {
	return len(value) > 1 && (value[0] == 0 && value[1]&0x80 == 0 || value[0] == 0xff && value[1]&0x80 != 0)
}

// short writes a number that may have thousands of digits.
func short(number *big.Int) string {
	if number.BitLen() > 256 {
		return fmt.Sprintf("a number of %d bits", number.BitLen())
	}
	return number.String()
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// unreadable says in words why a certificate cannot be read: what is wrong with
// it, as far as that is known, or else what crypto/x509 says.
func (c *Certificate) unreadable() string {
	const most = 4
	switch {
	case c.Err == nil:
		return ""
	case c.Loose == nil || len(c.Loose.Problems) == 0:
		return withoutPrefix(c.Err)
	case len(c.Loose.Problems) > most:
		return fmt.Sprintf("%s; and %d more", strings.Join(c.Loose.Problems[:most], "; "), len(c.Loose.Problems)-most)
	default:
		return strings.Join(c.Loose.Problems, "; ")
	}
}
