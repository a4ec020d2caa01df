package revocation

import (
	"crypto/x509"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

const oidCRLPoints = "\x55\x1d\x1f" // 2.5.29.31, cRLDistributionPoints

// point is an issuingDistributionPoint (RFC 5280, 5.2.5): which certificates the
// list is about. The zero value is about all of the issuer's.
type point struct {
	names       map[string]bool // general names, encoded; nil if there are none
	users       bool            // end entities only
	authorities bool            // CAs only
	attributes  bool            // attribute certificates only
	someReasons bool
}

// readPoint reads the extension, and refuses lists whose scope it cannot tell.
func readPoint(a *Answer, value cryptobyte.String) point {
	var p point
	var content, place cryptobyte.String
	var named bool
	indirect := false
	ok := value.ReadASN1(&content, asn1.SEQUENCE) && value.Empty() &&
		content.ReadOptionalASN1(&place, &named, asn1.Tag(0).ContextSpecific().Constructed()) &&
		readFlag(&content, 1, &p.users) && readFlag(&content, 2, &p.authorities) &&
		readReasons(&content, &p.someReasons) && readFlag(&content, 4, &indirect) &&
		readFlag(&content, 5, &p.attributes) && content.Empty()
	if ok && named {
		p.names, ok = readNames(place)
		if ok && p.names == nil {
			a.refuse("crl-relative-name", "RFC 5280, 5.2.5", "the list's distribution point has a relative name, which is not supported")
		}
	}
	if !ok {
		a.refuse("crl-malformed", "RFC 5280, 5.2.5", "the list's distribution point cannot be read")
	}
	if indirect {
		a.refuse("crl-indirect", "RFC 5280, 5.2.5", "the list is one for several issuers (indirect), which is not supported")
	}
	return p
}

// readFlag reads a BOOLEAN DEFAULT FALSE with an implicit tag.
func readFlag(s *cryptobyte.String, tag uint8, flag *bool) bool {
	var content cryptobyte.String
	var there bool
	if !s.ReadOptionalASN1(&content, &there, asn1.Tag(tag).ContextSpecific()) {
		return false
	}
	*flag = there && len(content) == 1 && content[0] != 0
	return !there || len(content) == 1
}

func readReasons(s *cryptobyte.String, there *bool) bool {
	var content cryptobyte.String
	return s.ReadOptionalASN1(&content, there, asn1.Tag(3).ContextSpecific())
}

// maxNames bounds the names of distribution points; real certificates have one.
const maxNames = 1000

// readNames reads a DistributionPointName: its general names, or nil if it has a
// relative one.
func readNames(s cryptobyte.String) (map[string]bool, bool) {
	var full cryptobyte.String
	if s.PeekASN1Tag(asn1.Tag(1).ContextSpecific().Constructed()) {
		return nil, true
	}
	if !s.ReadASN1(&full, asn1.Tag(0).ContextSpecific().Constructed()) || !s.Empty() {
		return nil, false
	}
	names := map[string]bool{}
	for !full.Empty() {
		var name cryptobyte.String
		var tag asn1.Tag
		if !full.ReadAnyASN1Element(&name, &tag) || len(names) == maxNames {
			return nil, false
		}
		names[string(name)] = true
	}
	return names, true
}

// checkScope tells whether the list would hold the certificate if it were revoked.
func (p point) checkScope(a *Answer, certificate *x509.Certificate) bool {
	before := len(a.Problems)
	isCA := certificate.BasicConstraintsValid && certificate.IsCA
	switch {
	case p.attributes:
		a.note("crl-scope", "RFC 5280, 6.3.3 (b)", "the list is only about attribute certificates")
	case p.users && isCA:
		a.note("crl-scope", "RFC 5280, 6.3.3 (b)", "the list is only about end-entity certificates, and this is a CA's")
	case p.authorities && !isCA:
		a.note("crl-scope", "RFC 5280, 6.3.3 (b)", "the list is only about CA certificates, and this is none")
	}
	if p.names != nil && !p.namedBy(certificate) {
		a.note("crl-point", "RFC 5280, 6.3.3 (b)", "the list is for a distribution point that the certificate does not name")
	}
	if p.someReasons {
		a.note("crl-some-reasons", "RFC 5280, 6.3.3 (d)", "the list is only about some reasons for a revocation")
	}
	return len(a.Problems) == before
}

// namedBy tells whether one of the names is among those of the certificate's
// distribution points. They are compared byte for byte.
func (p point) namedBy(certificate *x509.Certificate) bool {
	var points cryptobyte.String
	value := cryptobyte.String(valueOf(certificate, oidCRLPoints))
	if !value.ReadASN1(&points, asn1.SEQUENCE) {
		return false
	}
	for count := 0; !points.Empty() && count < maxNames; count++ {
		var one, place cryptobyte.String
		var named bool
		if !points.ReadASN1(&one, asn1.SEQUENCE) ||
			!one.ReadOptionalASN1(&place, &named, asn1.Tag(0).ContextSpecific().Constructed()) {
			return false
		}
		if !named {
			continue
		}
		names, _ := readNames(place)
		for name := range names {
			if p.names[name] {
				return true
			}
		}
	}
	return false
}
