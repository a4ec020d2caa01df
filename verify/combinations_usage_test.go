package verify_test

import (
	"crypto/x509"
	"encoding/asn1"
)

// oddUsage are purposes, key usage and basic constraints.
func oddUsage() []combination {
	return []combination{
		// purposes
		{"server and client", onLeaf(purposes(x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth))},
		{"server and any", onLeaf(purposes(x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageAny))},
		{"client and any", onLeaf(purposes(x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageAny))},
		{"code signing", onLeaf(purposes(x509.ExtKeyUsageCodeSigning))},
		{"OCSP signing", onLeaf(purposes(x509.ExtKeyUsageOCSPSigning))},
		{"OCSP signing and server", onLeaf(purposes(x509.ExtKeyUsageOCSPSigning, x509.ExtKeyUsageServerAuth))},
		{"mail", onLeaf(purposes(x509.ExtKeyUsageEmailProtection))},
		{"Netscape's server gated crypto", onLeaf(purposes(x509.ExtKeyUsageNetscapeServerGatedCrypto))},
		{"Microsoft's server gated crypto", onLeaf(purposes(x509.ExtKeyUsageMicrosoftServerGatedCrypto))},
		{"unknown purpose", onLeaf(purposes(), func(t *x509.Certificate) { t.UnknownExtKeyUsage = []asn1.ObjectIdentifier{oidUnknown} })},
		{"unknown purpose and server", onLeaf(func(t *x509.Certificate) { t.UnknownExtKeyUsage = []asn1.ObjectIdentifier{oidUnknown} })},
		{"critical purposes", onLeaf(purposes(), crit(oidEKU, []asn1.ObjectIdentifier{oidServerAuth}))},
		{"no purposes, no key usage", onLeaf(purposes(), usage(0))},
		{"issuer for server and client", onIssuer(purposes(x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth))},
		{"issuer for server and any", onIssuer(purposes(x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageAny))},
		{"issuer for client and any", onIssuer(purposes(x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageAny))},
		{"issuer for code", onIssuer(purposes(x509.ExtKeyUsageCodeSigning))},
		{"issuer for OCSP signing and server", onIssuer(purposes(x509.ExtKeyUsageOCSPSigning, x509.ExtKeyUsageServerAuth))},
		{"issuer for step-up", onIssuer(purposes(x509.ExtKeyUsageNetscapeServerGatedCrypto))},
		{"issuer for Microsoft's step-up", onIssuer(purposes(x509.ExtKeyUsageMicrosoftServerGatedCrypto))},
		{"issuer for an unknown purpose", onIssuer(purposes(), func(t *x509.Certificate) { t.UnknownExtKeyUsage = []asn1.ObjectIdentifier{oidUnknown} })},
		{"issuer for nothing", onIssuer(purposes(), extra(oidEKU, false, []asn1.ObjectIdentifier{}))},
		{"upper of two issuers for clients", both(onIssuer(purposes(x509.ExtKeyUsageClientAuth)), onIssuer())},
		{"root for servers", onRoot(purposes(x509.ExtKeyUsageServerAuth))},
		{"root for any", onRoot(purposes(x509.ExtKeyUsageAny))},
		{"root for clients and any", onRoot(purposes(x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageAny))},
		{"root for code", onRoot(purposes(x509.ExtKeyUsageCodeSigning))},
		{"root for step-up", onRoot(purposes(x509.ExtKeyUsageNetscapeServerGatedCrypto))},
		{"root for nothing", onRoot(purposes(), extra(oidEKU, false, []asn1.ObjectIdentifier{}))},
		{"root and issuer for clients", both(onRoot(purposes(x509.ExtKeyUsageClientAuth)), onIssuer(purposes(x509.ExtKeyUsageClientAuth)))},
		// key usage
		{"signature and encipherment", onLeaf(usage(x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment))},
		{"encipherment and agreement", onLeaf(usage(x509.KeyUsageKeyEncipherment | x509.KeyUsageKeyAgreement))},
		{"RSA, encipherment", both(onLeaf(usage(x509.KeyUsageKeyEncipherment)), func(d *draft) { d.leaf.key = sharedRSA(2048) })},
		{"RSA, agreement", both(onLeaf(usage(x509.KeyUsageKeyAgreement)), func(d *draft) { d.leaf.key = sharedRSA(2048) })},
		{"RSA, commitment", both(onLeaf(usage(x509.KeyUsageContentCommitment)), func(d *draft) { d.leaf.key = sharedRSA(2048) })},
		{"data encipherment", onLeaf(usage(x509.KeyUsageDataEncipherment))},
		{"commitment", onLeaf(usage(x509.KeyUsageContentCommitment))},
		{"commitment and agreement", onLeaf(usage(x509.KeyUsageContentCommitment | x509.KeyUsageKeyAgreement))},
		{"certificates only", onLeaf(usage(x509.KeyUsageCertSign))},
		{"lists only", onLeaf(usage(x509.KeyUsageCRLSign))},
		{"no bit of key usage", onLeaf(usage(0), crit(oidKU, asn1.BitString{}))},
		{"key usage not critical", onLeaf(usage(0), extra(oidKU, false, asn1.BitString{Bytes: []byte{0x80}, BitLength: 1}))},
		{"issuer signs certificates only", onIssuer(usage(x509.KeyUsageCertSign))},
		{"issuer signs lists only", onIssuer(usage(x509.KeyUsageCRLSign))},
		{"issuer signs data only", onIssuer(usage(x509.KeyUsageDigitalSignature))},
		{"root signs data only", onRoot(usage(x509.KeyUsageDigitalSignature))},
		{"root signs certificates only", onRoot(usage(x509.KeyUsageCertSign))},
		{"root, no bit of key usage", onRoot(usage(0), crit(oidKU, asn1.BitString{}))},
		{"issuer, no bit of key usage", onIssuer(usage(0), crit(oidKU, asn1.BitString{}))},
		// basic constraints
		{"leaf a CA", onLeaf(func(t *x509.Certificate) { t.IsCA = true })},
		{"leaf a CA with its usage", onLeaf(func(t *x509.Certificate) {
			t.IsCA, t.KeyUsage = true, x509.KeyUsageCertSign|x509.KeyUsageDigitalSignature
		})},
		{"leaf a CA, below an issuer", both(onIssuer(), onLeaf(func(t *x509.Certificate) { t.IsCA = true }))},
		{"leaf a CA, below pathLen 0", both(onIssuer(func(t *x509.Certificate) { t.MaxPathLenZero = true }), onLeaf(func(t *x509.Certificate) { t.IsCA = true }))},
		{"leaf without constraints", onLeaf(func(t *x509.Certificate) { t.BasicConstraintsValid = false })},
		{"leaf, constraints not critical", onLeaf(func(t *x509.Certificate) { t.BasicConstraintsValid = false }, extra(oidBC, false, basicConstraints{}))},
		{"leaf, CA:FALSE with pathLen", onLeaf(func(t *x509.Certificate) { t.BasicConstraintsValid = false }, crit(oidBC, []byte{0x30, 3, 2, 1, 0}))},
		{"leaf, CA:FALSE written out", onLeaf(func(t *x509.Certificate) { t.BasicConstraintsValid = false }, crit(oidBC, []byte{0x30, 3, 1, 1, 0}))},
		{"issuer, constraints not critical", onIssuer(func(t *x509.Certificate) { t.BasicConstraintsValid = false }, extra(oidBC, false, basicConstraints{true}))},
		{"issuer without constraints", onIssuer(func(t *x509.Certificate) { t.BasicConstraintsValid, t.IsCA = false, false })},
		{"issuer CA:FALSE", onIssuer(func(t *x509.Certificate) { t.IsCA = false })},
		{"upper issuer CA:FALSE", both(onIssuer(func(t *x509.Certificate) { t.IsCA = false }), onIssuer())},
		{"root CA:FALSE", onRoot(func(t *x509.Certificate) { t.IsCA = false })},
		{"root without constraints", onRoot(func(t *x509.Certificate) { t.BasicConstraintsValid, t.IsCA = false, false })},
		{"root without constraints or usage", onRoot(func(t *x509.Certificate) { t.BasicConstraintsValid, t.IsCA, t.KeyUsage = false, false, 0 })},
		{"root of version 1", func(d *draft) { d.root.version = 1 }},
		{"root of version 1, issuer", func(d *draft) { d.root.version = 1; d.issuer() }},
		{"issuer of version 1", func(d *draft) { d.issuer().version = 1 }},
		{"leaf of version 1, CN", both(onlyCommonName("web.dev.test", "web.dev.test"), func(d *draft) { d.leaf.version = 1 })},
		{"root pathLen 0", onRoot(func(t *x509.Certificate) { t.MaxPathLenZero = true })},
		{"root pathLen 0, issuer", both(onRoot(func(t *x509.Certificate) { t.MaxPathLenZero = true }), onIssuer())},
		{"root pathLen 1, two issuers", both(onRoot(func(t *x509.Certificate) { t.MaxPathLen = 1 }), depth(2))},
		{"issuer pathLen 0, issuer", both(onIssuer(func(t *x509.Certificate) { t.MaxPathLenZero = true }), onIssuer())},
		{"issuer pathLen 1, issuer", both(onIssuer(func(t *x509.Certificate) { t.MaxPathLen = 1 }), onIssuer())},
		{"root pathLen 0, self-issued issuer", both(onRoot(func(t *x509.Certificate) { t.MaxPathLenZero = true }), func(d *draft) { d.issuer().Subject = d.root.Subject })},
		{"issuer pathLen 0, self-issued issuer", func(d *draft) {
			d.issuer(func(t *x509.Certificate) { t.MaxPathLenZero = true })
			d.issuer().Subject = d.issuers[0].Subject
		}},
	}
}
