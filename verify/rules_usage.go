package verify

import (
	"crypto/x509"

	"devca/diag"
)

// purpose names what the certificate is asked to do, in the words of RFC 5280.
func purpose(usage Usage) string {
	switch usage {
	case Client:
		return "clientAuth"
	case Email:
		return "emailProtection"
	default:
		return "serverAuth"
	}
}

// narrows: the extension is there and has neither the purpose nor any.
func narrows(p *path, c *Certificate) bool {
	return c.facts.extKeyUsage.present && !c.facts.eku.allows(p.request.Usage) && !c.facts.eku.any
}

// held narrows down who holds a narrowing extended key usage against a server:
// old purposes pass for serverAuth with some, and an extension that names none is
// no extension to others (measured). gated are those who go along with
// Microsoft's, stepUp with Netscape's, empty with none.
func held(p *path, c *Certificate, by, gated, stepUp, empty Clients) Clients {
	e := &c.facts.eku
	switch {
	case e.count == 0:
		by &^= empty
	case p.request.Usage != Server:
	case e.gated:
		by &^= gated
	case e.stepUp:
		by &^= stepUp
	}
	return by
}

// onlyAny: the purpose is allowed by anyExtendedKeyUsage alone.
func onlyAny(p *path, c *Certificate) bool {
	return c.facts.eku.any && !c.facts.eku.allows(p.request.Usage)
}

var usageRules = []*Rule{
	{
		ID: "verify/wrong-purpose", Question: Used, Title: "issued for another purpose",
		Why: "the extended key usage says what the certificate may be shown for", Source: "RFC 5280, 4.2.1.12",
		Refusing: all, Severity: diag.SeverityError, Fixes: []fix{fixIssue, {do: "for a client's certificate", command: []string{"devca", "issue", "--client", name}}}, scope: leaf,
		check: func(p *path, c *Certificate, _ int) fault {
			found := when(narrows(p, c) && c.facts.eku.count > 0, c.Title()+" may be used for other purposes, not for "+purpose(p.request.Usage))
			found.among = held(p, c, all, openssls|Java, openssls|Java, 0)
			return found
		},
	},
	{
		ID: "verify/any-purpose", Question: Used, Title: "issued for any purpose, and for none by name",
		Why: "half of the clients want the purpose by name", Source: "RFC 5280, 4.2.1.12; measured", Refusing: Firefox | Safari | openssls | Rustls | WebPKI,
		Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: func(p *path, c *Certificate, _ int) fault {
			return when(onlyAny(p, c), c.Title()+" has anyExtendedKeyUsage without "+purpose(p.request.Usage))
		},
	},
	{
		ID: "verify/empty-purposes", Question: Used, Title: "issued for no purpose",
		Why: "the extension must name at least one", Source: "RFC 5280, 4.2.1.12; measured", Refusing: all &^ (Go | GnuTLS),
		Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: func(_ *path, c *Certificate, _ int) fault {
			return when(c.facts.extKeyUsage.present && c.facts.eku.count == 0, c.Title()+" has an empty extended key usage")
		},
	},
	{
		ID: "verify/no-purpose", Question: Used, Title: "no extended key usage",
		Why: "Apple and public CAs want serverAuth by name", Source: "support.apple.com 103769; CA/Browser Forum BR, 7.1.2.7.10", Refusing: Safari | WebPKI,
		Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: func(p *path, c *Certificate, _ int) fault {
			return when(!c.facts.extKeyUsage.present && p.request.Usage == Server, c.Title()+" has no extended key usage")
		},
	},
	{
		ID: "verify/responder", Question: Used, Title: "issued for a server and for signing OCSP answers",
		Why: "Firefox lets a responder's certificate be nothing else", Source: "mozilla::pkix, pkixcheck.cpp (CheckExtendedKeyUsage); measured", Refusing: Firefox,
		Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: func(_ *path, c *Certificate, _ int) fault {
			return when(c.facts.eku.responder, c.Title()+" has OCSPSigning among its purposes")
		},
	},
	{
		ID: "verify/critical-purposes", Question: Used, Title: "the extended key usage is marked critical",
		Why: "public CAs must not; no client minds", Source: "CA/Browser Forum BR, 7.1.2.7.6", Refusing: WebPKI,
		Severity: diag.SeverityNotice, Fixes: []fix{fixIssuer}, scope: leaf,
		check: func(_ *path, c *Certificate, _ int) fault {
			return when(c.facts.extKeyUsage.critical, c.Title()+" marks its extended key usage critical")
		},
	},
	{
		ID: "verify/issuer-purpose", Question: Used, Title: "the intermediate CA is for another purpose",
		Why: "the extended key usage of an issuer holds for what it issues; Java does not look", Source: "CA/Browser Forum BR, 7.1.2.10.6; measured", Refusing: all &^ Java,
		Severity: diag.SeverityWarning, Fixes: []fix{fixIssuer}, scope: intermediate,
		check: func(p *path, c *Certificate, _ int) fault {
			found := when(narrows(p, c), c.Title()+" may not issue certificates for "+purpose(p.request.Usage))
			found.among = held(p, c, all&^Java, openssls, openssls|GnuTLS, Go|GnuTLS)
			return found
		},
	},
	{
		ID: "verify/anchor-purpose", Question: Used, Title: "the root is for another purpose",
		Why: "half of the clients hold a root to its extended key usage", Source: "measured", Refusing: Chrome | Firefox | Go | openssls,
		Severity: diag.SeverityWarning, Fixes: []fix{fixRotate}, scope: anchor,
		check: func(p *path, c *Certificate, _ int) fault {
			found := when(narrows(p, c), c.Title()+" may not issue certificates for "+purpose(p.request.Usage))
			found.among = held(p, c, Chrome|Firefox|Go|openssls, openssls, openssls, Go)
			return found
		},
	},
	{
		ID: "verify/issuer-any-purpose", Question: Used, Title: "the intermediate CA is for any purpose, and for none by name",
		Why: "some clients want the purpose by name in issuers, too", Source: "measured", Refusing: Firefox | openssls | GnuTLS | Rustls,
		Severity: diag.SeverityWarning, Fixes: []fix{fixIssuer}, scope: intermediate,
		check: func(p *path, c *Certificate, _ int) fault {
			return when(onlyAny(p, c), c.Title()+" has anyExtendedKeyUsage without "+purpose(p.request.Usage))
		},
	},
	{
		ID: "verify/anchor-any-purpose", Question: Used, Title: "the root is for any purpose, and for none by name",
		Why: "Firefox and OpenSSL want the purpose by name in roots, too", Source: "as for intermediate CAs; not measured for roots", Refusing: Firefox | openssls,
		Severity: diag.SeverityWarning, Fixes: []fix{fixRotate}, scope: anchor,
		check: func(p *path, c *Certificate, _ int) fault {
			return when(onlyAny(p, c), c.Title()+" has anyExtendedKeyUsage without "+purpose(p.request.Usage))
		},
	},
	{
		ID: "verify/anchor-with-purposes", Question: Used, Title: "the root has an extended key usage",
		Why: "public roots must not; clients look only whether the purpose is in it", Source: "CA/Browser Forum BR, 7.1.2.1.2", Refusing: WebPKI,
		Severity: diag.SeverityNotice, Fixes: []fix{fixRotate}, scope: anchor,
		check: func(_ *path, c *Certificate, _ int) fault {
			return when(c.facts.extKeyUsage.present, c.Title()+" has an extended key usage")
		},
	},
	{
		ID: "verify/key-usage", Question: Used, Title: "the key must not make signatures",
		Why:    "TLS 1.3 has the server sign; a key for encryption only is of no use there",
		Source: "RFC 8446, 4.4.2.2; RFC 5280, 4.2.1.3; Chrome 124; measured", Refusing: Chrome | Java | GnuTLS,
		Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: func(p *path, c *Certificate, _ int) fault {
			found := when(p.request.Usage != Email && c.facts.keyUsage.present && !c.facts.has(x509.KeyUsageDigitalSignature), c.Title()+" lacks digitalSignature in its key usage")
			if c.facts.noBit() {
				found.among = Chrome | Java // GnuTLS takes it for none at all
			}
			return found
		},
	},
	{
		ID: "verify/key-usage-useless", Question: Used, Title: "the key is for nothing that TLS does",
		Why: "the key usage has neither digitalSignature nor keyEncipherment nor keyAgreement", Source: "RFC 5246, 7.4.2; RFC 8446, 4.4.2.2; measured",
		Refusing: Everyone &^ (Go | Rustls), Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: func(p *path, c *Certificate, _ int) fault {
			useful := x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment | x509.KeyUsageKeyAgreement
			found := when(p.request.Usage != Email && c.facts.keyUsage.present && !c.facts.has(useful), c.Title()+" is for nothing that TLS does, by its key usage")
			if c.facts.noBit() {
				found.among = Everyone &^ (Go | Rustls | GnuTLS)
			}
			return found
		},
	},
	{
		ID: "verify/leaf-is-ca", Question: Used, Title: "a CA's certificate is shown as a server's",
		Why: "who can take the server's key can then issue for any name", Source: "mozilla::pkix; rustls-webpki; CA/Browser Forum BR, 7.1.2.7; measured",
		Refusing: Firefox | Rustls | WebPKI, Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: func(_ *path, c *Certificate, _ int) fault {
			return when(c.X509.BasicConstraintsValid && c.X509.IsCA, c.Title()+" is a CA (CA:TRUE)")
		},
	},
	{
		ID: "verify/leaf-signs-certificates", Question: Used, Title: "keyCertSign without CA:TRUE",
		Why: "only a CA may sign certificates, and only one that says so", Source: "RFC 5280, 4.2.1.3; measured", Refusing: Python313 | conformance,
		Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: func(_ *path, c *Certificate, _ int) fault {
			return when(c.facts.has(x509.KeyUsageCertSign) && !c.X509.IsCA, c.Title()+" has keyCertSign in its key usage and is no CA")
		},
	},
	{
		ID: "verify/netscape-type", Question: Used, Title: "Netscape's certificate type is for something else",
		Why: "the forerunner of extended key usage, which OpenSSL and Java still read", Source: "OpenSSL, crypto/x509/v3_purp.c (ns_reject); sun.security.validator.EndEntityChecker; measured", Refusing: openssls | Java,
		Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: func(p *path, c *Certificate, _ int) fault {
			bit := map[Usage]int{Client: 0, Server: 1, Email: 2}[p.request.Usage]
			return when(c.facts.netscape.present && c.facts.kinds.At(bit) == 0, c.Title()+" is for something other than "+purpose(p.request.Usage)+" by its Netscape certificate type")
		},
	},
	{
		ID: "verify/leaf-path-length", Question: Used, Title: "a path length in a certificate that is no CA's",
		Why: "Python 3.13 sets OpenSSL's strict flag, which forbids it", Source: "RFC 5280, 4.2.1.9; X509_V_FLAG_X509_STRICT; measured", Refusing: Python313,
		Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: func(_ *path, c *Certificate, _ int) fault {
			x := c.X509
			return when(x.BasicConstraintsValid && !x.IsCA && (x.MaxPathLen > 0 || x.MaxPathLenZero), c.Title()+" has a path length, and is no CA")
		},
	},
	{
		ID: "verify/issuer-not-ca", Question: Used, Title: "the issuer is no CA",
		Why: "else every server could issue certificates", Source: "RFC 5280, 6.1.4 (k)", Refusing: all,
		Severity: diag.SeverityError, Fixes: []fix{fixIssue}, scope: intermediate,
		check: func(_ *path, c *Certificate, _ int) fault {
			return when(!c.X509.BasicConstraintsValid || !c.X509.IsCA, c.Title()+" is no CA (no CA:TRUE), and issued a certificate")
		},
	},
	{
		ID: "verify/anchor-not-ca", Question: Used, Title: "the root says that it is no CA",
		Why: "rustls takes a root's name and key only", Source: "RFC 5280, 4.2.1.9; measured", Refusing: all &^ Rustls,
		Severity: diag.SeverityWarning, Fixes: []fix{fixRotate}, scope: anchor,
		check: func(_ *path, c *Certificate, _ int) fault {
			return when(c.X509.BasicConstraintsValid && !c.X509.IsCA, c.Title()+" says CA:FALSE, and issued a certificate")
		},
	},
	{
		ID: "verify/anchor-no-constraints", Question: Used, Title: "the root does not say that it is a CA",
		Why: "a root of version 3 must have basic constraints", Source: "RFC 5280, 4.2.1.9; measured", Refusing: Firefox | Go | Java | Python313 | conformance,
		Severity: diag.SeverityWarning, Fixes: []fix{fixRotate}, scope: anchor,
		check: func(_ *path, c *Certificate, _ int) fault {
			found := when(c.X509.Version == 3 && !c.facts.basicConstraints.present, c.Title()+" has no basic constraints")
			if !c.facts.keyUsage.present {
				// With a key usage OpenSSL goes by that (crypto/x509/v3_purp.c, check_ca).
				found.among = Firefox | Go | Java | openssls | conformance
			}
			return found
		},
	},
	{
		ID: "verify/issuer-key-usage", Question: Used, Title: "the issuer must not sign certificates",
		Why: "its key usage lacks keyCertSign", Source: "RFC 5280, 6.1.4 (n); measured", Refusing: all &^ Rustls,
		Severity: diag.SeverityWarning, Fixes: []fix{fixRotate, fixIssuer}, scope: issuers,
		check: func(_ *path, c *Certificate, _ int) fault {
			found := when(c.facts.keyUsage.present && !c.facts.has(x509.KeyUsageCertSign), c.Title()+" lacks keyCertSign in its key usage")
			if c.facts.noBit() {
				found.among = all &^ (Rustls | Go) // Go takes it for none at all
			}
			return found
		},
	},
	{
		ID: "verify/issuer-no-key-usage", Question: Used, Title: "the issuer has no key usage",
		Why: "Python 3.13 sets OpenSSL's strict flag, which wants one in every CA", Source: "RFC 5280, 4.2.1.3; X509_V_FLAG_X509_STRICT; measured", Refusing: Python313,
		Severity: diag.SeverityWarning, Fixes: []fix{fixRotate, fixIssuer}, scope: issuers,
		check: func(_ *path, c *Certificate, _ int) fault {
			return when(c.X509.Version == 3 && c.facts.basicConstraints.present && !c.facts.keyUsage.present, c.Title()+" has no key usage")
		},
	},
}
