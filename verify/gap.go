package verify

import (
	"bytes"
	"crypto/x509"
)

// gap says why a path does not reach an anchor.
type gap int

// The gaps.
const (
	noGap      gap = iota
	selfSigned     // the end entity signed itself
	untrusted      // it ends in a root that nobody trusts
	mismatched     // an anchor or certificate has the issuer's name, and another key
	absent         // the issuer was not sent, and its address is in the certificate
	unknown        // nothing is known of the issuer
	tangled        // there is a way, and no search found it within its bounds
)

// walk follows issuers as far as they go, for explanation: the path it gives is
// not anchored.
func (s *search) walk(end *Certificate) *path {
	p := &path{certificates: []*Certificate{end}}
	for len(p.certificates) <= maxDepth {
		last := p.last()
		if last.looksSelfSigned() {
			switch {
			case last.X509.SignatureAlgorithm != x509.MD5WithRSA && !s.signed(last, last.X509):
				p.gap = mismatched
			case len(p.certificates) == 1:
				p.gap = selfSigned
			default:
				p.gap = untrusted
			}
			return p
		}
		issuer, namesake := s.issuerOf(last, p.certificates)
		switch {
		case issuer != nil:
			p.certificates = append(p.certificates, issuer)
			p.fetched = p.fetched || s.fetched[issuer]
		case namesake:
			p.gap = mismatched
			return p
		case len(last.X509.IssuingCertificateURL) > 0:
			p.gap = absent
			return p
		default:
			p.gap = unknown
			return p
		}
	}
	p.gap = tangled
	return p
}

// issuerOf finds who signed a certificate among those that were given; namesake
// says that somebody has the issuer's name and did not.
func (s *search) issuerOf(c *Certificate, so []*Certificate) (issuer *Certificate, namesake bool) {
	for _, candidate := range s.pool {
		if !bytes.Equal(candidate.X509.RawSubject, c.X509.RawIssuer) || contains(so, candidate) {
			continue
		}
		if s.signed(c, candidate.X509) {
			return candidate, false
		}
		namesake = true
	}
	return nil, namesake || len(s.request.Anchors.of(c.X509.RawIssuer)) > 0
}
