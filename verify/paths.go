package verify

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"slices"
	"time"
)

// Bounds of the work. x509 checks at most a hundred signatures for one search.
const (
	maxPresented = 200    // certificates of a request that are looked at
	maxPaths     = 100    // paths that the rules run over
	maxDepth     = 20     // certificates of a path below its anchor, where we search ourselves
	maxModulus   = 16_384 // bits of an RSA key; OpenSSL's bound (OPENSSL_RSA_MAX_MODULUS_BITS)
)

// path is a chain to an anchor, or as much of one as there is.
type path struct {
	certificates []*Certificate // end entity first
	anchor       *entry         // of the last certificate; nil: not anchored
	fetched      bool           // it needs a certificate that only some clients fetch
	gap          gap            // where it ends, if it is not anchored

	request *Request
	now     time.Time
	names   match
	limits  violations
	revoked withdrawal
}

// trustedItself: the end entity is the anchor.
func (p *path) trustedItself() bool { return p.anchor != nil && len(p.certificates) == 1 }

// last is the certificate in which the path ends.
func (p *path) last() *Certificate { return p.certificates[len(p.certificates)-1] }

// inTime is an instant at which every neutral certificate is valid.
var inTime = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// neutral is a copy for building paths only: names, keys and signatures as they
// are, and nothing in it that would make x509 leave a path out. What a client
// makes of dates, constraints and usages is the business of the rules.
func neutral(c *x509.Certificate) *x509.Certificate {
	copied := *c
	copied.NotBefore, copied.NotAfter = inTime, inTime
	copied.BasicConstraintsValid, copied.IsCA, copied.MaxPathLen, copied.MaxPathLenZero = true, true, -1, false
	copied.KeyUsage, copied.ExtKeyUsage, copied.UnknownExtKeyUsage = 0, nil, nil
	copied.UnhandledCriticalExtensions = nil
	// Whether there are constraints, x509 sees by the extension itself.
	if slices.ContainsFunc(c.Extensions, isConstraints) {
		copied.Extensions = slices.DeleteFunc(slices.Clone(c.Extensions), isConstraints)
	}
	copied.PermittedDNSDomains, copied.ExcludedDNSDomains = nil, nil
	copied.PermittedIPRanges, copied.ExcludedIPRanges = nil, nil
	copied.PermittedEmailAddresses, copied.ExcludedEmailAddresses = nil, nil
	copied.PermittedURIDomains, copied.ExcludedURIDomains = nil, nil
	copied.Policies, copied.PolicyIdentifiers, copied.PolicyMappings = nil, nil, nil
	copied.InhibitAnyPolicy, copied.InhibitAnyPolicyZero = 0, false
	copied.InhibitPolicyMapping, copied.InhibitPolicyMappingZero = 0, false
	copied.RequireExplicitPolicy, copied.RequireExplicitPolicyZero = 0, false
	return &copied
}

func isConstraints(e pkix.Extension) bool { return e.Id.Equal(oidNameConstraints) }

// usable says whether signatures by the certificate's key are checked at all.
func usable(c *x509.Certificate) bool {
	key, ok := c.PublicKey.(*rsa.PublicKey)
	return !ok || key.N.BitLen() <= maxModulus
}

// search is what one request has to build paths from.
type search struct {
	request *Request
	pool    []*Certificate          // everything but the end entity that can be read, once each
	fetched map[*Certificate]bool   // those of the pool that only some clients have
	byDER   map[string]*Certificate // the pool's and the end entity's
	checks  int                     // signatures that may still be checked by ourselves
}

func newSearch(request *Request) *search {
	s := &search{request: request, byDER: map[string]*Certificate{}, checks: 100}
	s.byDER[string(request.Chain[0].DER)] = request.Chain[0]
	for i, list := range [][]*Certificate{request.Chain[1:], request.Intermediates, request.Fetched} {
		for _, c := range list {
			if c.X509 == nil || s.byDER[string(c.DER)] != nil || len(s.pool) >= maxPresented || !usable(c.X509) {
				continue
			}
			s.byDER[string(c.DER)] = c
			s.pool = append(s.pool, c)
			if i == 2 {
				if s.fetched == nil {
					s.fetched = map[*Certificate]bool{}
				}
				s.fetched[c] = true
			}
		}
	}
	return s
}

// paths gives every path to an anchor that x509 builds, and those that need a
// signature with SHA-1, which x509 does not follow and some clients do.
func (s *search) paths(end *Certificate) []*path {
	found := s.build(end, nil)
	if e := s.request.Anchors.is(end); e != nil {
		// x509 looks no further then, and some clients want a root above.
		found = append(found, &path{certificates: []*Certificate{e.wrapped}, anchor: e})
	}
	if weaklySigned(end) {
		found = append(found, s.over(nil, end)...)
	}
	for _, c := range s.pool {
		if !weaklySigned(c) {
			continue
		}
		// Up to c as x509 goes, then over its signature.
		for _, lower := range s.build(end, c) {
			if lower.last() == c {
				found = append(found, s.over(lower.certificates[:len(lower.certificates)-1], c)...)
			}
		}
	}
	for _, p := range found {
		for _, c := range p.certificates {
			p.fetched = p.fetched || s.fetched[c]
		}
	}
	return found[:min(len(found), maxPaths)]
}

// weaklySigned are those whose signature x509's search does not check.
func weaklySigned(c *Certificate) bool {
	switch c.X509.SignatureAlgorithm {
	case x509.SHA1WithRSA, x509.ECDSAWithSHA1:
		return !c.selfIssued()
	default:
		return false
	}
}

// build has x509 search. until is one more certificate to end at.
func (s *search) build(end *Certificate, until *Certificate) []*path {
	roots, others := x509.NewCertPool(), x509.NewCertPool()
	byDER := map[string]*entry{}
	offer := func(subject []byte) {
		for _, e := range s.request.Anchors.of(subject) {
			if usable(e.anchor.Certificate) && byDER[string(e.der)] == nil && !bytes.Equal(e.der, end.DER) {
				roots.AddCert(e.neutral)
				byDER[string(e.der)] = e
			}
		}
	}
	offer(end.X509.RawIssuer)
	if until != nil {
		roots.AddCert(neutral(until.X509))
	}
	for _, c := range s.pool {
		others.AddCert(neutral(c.X509))
		offer(c.X509.RawIssuer)
		// One that was presented may be an anchor without being a root.
		offer(c.X509.RawSubject)
	}
	chains, err := neutral(end.X509).Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: others, CurrentTime: inTime, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil {
		return nil
	}
	var found []*path
	for _, chain := range chains[:min(len(chains), maxPaths)] {
		p := &path{}
		for i, c := range chain {
			if e := byDER[string(c.Raw)]; e != nil && i == len(chain)-1 {
				p.anchor = e
				p.certificates = append(p.certificates, e.wrapped)
			} else {
				p.certificates = append(p.certificates, s.byDER[string(c.Raw)])
			}
		}
		found = append(found, p)
	}
	return found
}

// over goes on above a certificate with a weak signature. below are the
// certificates of the path so far, without it.
func (s *search) over(below []*Certificate, weak *Certificate) []*path {
	if len(below) >= maxDepth {
		return nil
	}
	so := append(append([]*Certificate{}, below...), weak)
	var found []*path
	for _, e := range s.request.Anchors.of(weak.X509.RawIssuer) {
		if s.signed(weak, e.anchor.Certificate) {
			found = append(found, &path{certificates: append(so[:len(so):len(so)], e.wrapped), anchor: e})
		}
	}
	for _, issuer := range s.pool {
		if !bytes.Equal(issuer.X509.RawSubject, weak.X509.RawIssuer) || contains(so, issuer) || !s.signed(weak, issuer.X509) {
			continue
		}
		if weaklySigned(issuer) {
			found = append(found, s.over(so, issuer)...)
			continue
		}
		for _, upper := range s.build(issuer, nil) {
			upper.certificates = append(so[:len(so):len(so)], upper.certificates...)
			found = append(found, upper)
		}
	}
	return found
}

// signed checks one signature, also with SHA-1 (but not MD5).
func (s *search) signed(c *Certificate, issuer *x509.Certificate) bool {
	if s.checks == 0 || !usable(issuer) {
		return false
	}
	s.checks--
	return issuer.CheckSignature(c.X509.SignatureAlgorithm, c.X509.RawTBSCertificate, c.X509.Signature) == nil
}

func contains(list []*Certificate, c *Certificate) bool {
	return slices.Contains(list, c)
}
