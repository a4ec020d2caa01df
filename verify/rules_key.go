package verify

import (
	"crypto/dsa" //nolint:staticcheck // only to tell that a key is one
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"

	"devca/diag"
)

// rsaBits gives the size of an RSA key; 0 for others.
func rsaBits(c *Certificate) int {
	if key, ok := c.X509.PublicKey.(*rsa.PublicKey); ok {
		return key.N.BitLen()
	}
	return 0
}

// curve gives the curve of an ECDSA key; nil for others.
func curve(c *Certificate) elliptic.Curve {
	if key, ok := c.X509.PublicKey.(*ecdsa.PublicKey); ok {
		return key.Curve
	}
	return nil
}

// OpenSSL reckons the strength of a key and rounds it to 8 bits; 112 are asked for
// (crypto/rsa/rsa_lib.c, ossl_ifc_ffc_compute_security_bits). ring rounds the size
// of the key up to whole octets.
const (
	leastForOpenSSL = 1962
	leastForRing    = 2041
)

// shortRSA makes the check of an RSA key's size for a rule.
func shortRSA(refusing Clients) func(*path, *Certificate, int) fault {
	return func(_ *path, c *Certificate, _ int) fault {
		bits := rsaBits(c)
		found := whenf(bits > 0 && bits < 2048, "the RSA key of %s has %d bits; 2048 are the least", c.Title(), bits)
		found.among = refusing
		if bits >= leastForOpenSSL {
			found.among &^= secureLevel
		}
		if bits >= leastForRing {
			found.among &^= Rustls
		}
		return found
	}
}

// secureLevel are those whose OpenSSL is set to security level 2: distributions do
// that, Node.js since 24.
const secureLevel = OpenSSL | Curl | Node24 | Python

var keyRules = []*Rule{
	{
		ID: "verify/weak-rsa", Question: Keyed, Title: "an RSA key of less than 2048 bits",
		Why:    "OpenSSL's security level 2 and Apple refuse it",
		Source: "SSL_CTX_set_security_level(3); support.apple.com 103769; CA/Browser Forum BR, 6.1.5; measured", Refusing: secureLevel | Safari | WebPKI,
		Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf, check: shortRSA(secureLevel | Safari | WebPKI),
	},
	{
		ID: "verify/issuer-weak-rsa", Question: Keyed, Title: "a CA's RSA key of less than 2048 bits",
		Why: "OpenSSL's security level 2, Apple and rustls refuse it", Source: "SSL_CTX_set_security_level(3); ring; CA/Browser Forum BR, 6.1.5; measured",
		Refusing: secureLevel | Safari | Rustls | WebPKI, Severity: diag.SeverityWarning, Fixes: []fix{fixRotate}, scope: issuers, check: shortRSA(secureLevel | Safari | Rustls | WebPKI),
	},
	{
		ID: "verify/odd-rsa", Question: Keyed, Title: "an RSA key whose size is not a multiple of 8",
		Why: "public CAs must not certify it; no client minds", Source: "CA/Browser Forum BR, 6.1.5", Refusing: WebPKI,
		Severity: diag.SeverityNotice, Fixes: []fix{fixIssue}, scope: every,
		check: func(_ *path, c *Certificate, _ int) fault {
			bits := rsaBits(c)
			return whenf(bits%8 != 0, "the RSA key of %s has %d bits", c.Title(), bits)
		},
	},
	{
		ID: "verify/huge-rsa", Question: Keyed, Title: "an RSA key of more than 8192 bits",
		Why: "Go ends the handshake: such keys are a way to keep it busy", Source: "crypto/tls, handshake_client.go, maxRSAKeySize", Refusing: Go,
		Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: presented,
		check: func(_ *path, c *Certificate, _ int) fault {
			bits := rsaBits(c)
			return whenf(bits > 8192, "the RSA key of %s has %d bits", c.Title(), bits)
		},
	},
	{
		ID: "verify/dsa", Question: Keyed, Title: "a DSA key",
		Why: "TLS 1.3 has no signatures with DSA, and most clients have none at all", Source: "RFC 8446, 4.2.3; CA/Browser Forum BR, 6.1.1.1; not measured",
		Refusing: Chrome | Firefox | Safari | Go | Rustls | WebPKI, Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: func(_ *path, c *Certificate, _ int) fault {
			_, is := c.X509.PublicKey.(*dsa.PublicKey)
			return when(is, c.Title()+" has a DSA key")
		},
	},
	{
		ID: "verify/p521", Question: Keyed, Title: "an ECDSA key on P-521",
		Why: "Chrome does not offer it", Source: "BoringSSL; measured", Refusing: Chrome, Severity: diag.SeverityWarning,
		Fixes: []fix{fixIssue}, scope: leaf,
		check: func(_ *path, c *Certificate, _ int) fault {
			return when(curve(c) == elliptic.P521(), "the key of "+c.Title()+" is on P-521")
		},
	},
	{
		ID: "verify/issuer-p521", Question: Keyed, Title: "a CA's ECDSA key on P-521",
		Why: "rustls with ring cannot check its signatures", Source: "ring; measured for a root", Refusing: Rustls, Severity: diag.SeverityWarning,
		Fixes: []fix{fixRotate}, scope: issuers,
		check: func(_ *path, c *Certificate, _ int) fault {
			return when(curve(c) == elliptic.P521(), "the key of "+c.Title()+" is on P-521")
		},
	},
	{
		ID: "verify/p224", Question: Keyed, Title: "an ECDSA key on P-224",
		Why: "TLS 1.3 has no such signatures, and few clients know the curve", Source: "RFC 8446, 4.2.3; not measured", Refusing: Chrome | Firefox | Safari | Rustls,
		Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: func(_ *path, c *Certificate, _ int) fault {
			return when(curve(c) == elliptic.P224(), "the key of "+c.Title()+" is on P-224")
		},
	},
	{
		ID: "verify/ed25519", Question: Keyed, Title: "an Ed25519 key",
		Why: "Chrome and Firefox do not offer it", Source: "BoringSSL; NSS; measured", Refusing: Chrome | Firefox, Severity: diag.SeverityWarning,
		Fixes: []fix{fixIssue}, scope: leaf, check: onEd25519,
	},
	{
		ID: "verify/issuer-ed25519", Question: Keyed, Title: "a CA's Ed25519 key",
		Why: "Chrome and Firefox do not check such signatures", Source: "BoringSSL; mozilla::pkix; as for leaves, not measured for CAs", Refusing: Chrome | Firefox,
		Severity: diag.SeverityWarning, Fixes: []fix{fixRotate}, scope: issuers, check: onEd25519,
	},
	{
		ID: "verify/old-tls", Question: Keyed, Title: "TLS 1.1 or older only",
		Why: "both are deprecated; of the clients looked at only GnuTLS goes on", Source: "RFC 8996; measured with TLS 1.0", Refusing: Everyone &^ GnuTLS,
		Severity: diag.SeverityWarning, Fixes: []fix{{do: "let the server speak TLS 1.2 and 1.3"}}, scope: whole,
		check: func(p *path, _ *Certificate, _ int) fault {
			version := p.request.Version
			return whenf(version != 0 && version < tls.VersionTLS12, "the server speaks nothing newer than %s", tls.VersionName(version))
		},
	},
	{
		ID: "verify/weak-signature", Question: Keyed, Title: "a signature with SHA-1",
		Why:    "two certificates can be made that have one SHA-1 sum; Java forbids it below its own roots only",
		Source: "RFC 9155; java.security, jdk.certpath.disabledAlgorithms (jdkCA); measured", Refusing: all &^ Java,
		Severity: diag.SeverityError, Fixes: []fix{fixIssue, fixRotate}, scope: presented,
		check: func(p *path, c *Certificate, i int) fault {
			last := p.anchor == nil && i == len(p.certificates)-1
			return when(!last && weaklySigned(c), c.Title()+" is signed with SHA-1")
		},
	},
	{
		ID: "verify/broken-signature", Question: Keyed, Title: "a signature with MD5 or older",
		Why: "anybody can make a second certificate with the same sum", Source: "RFC 6151; measured", Refusing: all,
		Severity: diag.SeverityError, Fixes: []fix{fixIssue, fixRotate}, scope: presented,
		check: func(_ *path, c *Certificate, _ int) fault {
			algorithm := c.X509.SignatureAlgorithm
			return when(!c.selfIssued() && (algorithm == x509.MD5WithRSA || algorithm == x509.MD2WithRSA), c.Title()+" is signed with "+algorithm.String())
		},
	},
}

func onEd25519(_ *path, c *Certificate, _ int) fault {
	_, is := c.X509.PublicKey.(ed25519.PublicKey)
	return when(is, "the key of "+c.Title()+" is on Ed25519")
}
