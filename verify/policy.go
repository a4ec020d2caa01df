package verify

import "crypto/x509"

// policiesFit has x509 judge the certificate policies of a path, which it does on
// the way to a chain (RFC 5280, 6.1.2 to 6.1.5). Where nobody demands policies,
// there is nothing to judge.
func policiesFit(p *path) bool {
	demanded := false
	for _, c := range p.certificates {
		demanded = demanded || c.facts.policy
	}
	if !demanded || p.anchor == nil || len(p.certificates) < 2 {
		return true
	}
	roots, others := x509.NewCertPool(), x509.NewCertPool()
	last := len(p.certificates) - 1
	roots.AddCert(withPolicies(p.certificates[last].X509))
	for _, c := range p.certificates[1:last] {
		others.AddCert(withPolicies(c.X509))
	}
	_, err := withPolicies(p.certificates[0].X509).Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: others, CurrentTime: inTime, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	return err == nil
}

// withPolicies is a copy that is neutral but for its policies.
func withPolicies(c *x509.Certificate) *x509.Certificate {
	copied := neutral(c)
	copied.Policies, copied.PolicyIdentifiers, copied.PolicyMappings = c.Policies, c.PolicyIdentifiers, c.PolicyMappings
	copied.InhibitAnyPolicy, copied.InhibitAnyPolicyZero = c.InhibitAnyPolicy, c.InhibitAnyPolicyZero
	copied.InhibitPolicyMapping, copied.InhibitPolicyMappingZero = c.InhibitPolicyMapping, c.InhibitPolicyMappingZero
	copied.RequireExplicitPolicy, copied.RequireExplicitPolicyZero = c.RequireExplicitPolicy, c.RequireExplicitPolicyZero
	return copied
}
