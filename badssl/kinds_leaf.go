package badssl

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"

	"devca/diag"
)

var usageKinds = []*Kind{
	{
		Name: "ca-leaf", Wrong: "a CA's certificate is shown as a server's",
		Finds: []diag.Code{"verify/leaf-is-ca"},
		alter: func(o *order) error {
			// Its issuer has path length 0, see newThrowaway: what it signs, nobody takes.
			o.template.IsCA = true
			o.template.KeyUsage |= x509.KeyUsageCertSign
			return nil
		},
	},
	{
		Name: "client-only", Wrong: "the certificate is for TLS clients, not for servers",
		Finds: []diag.Code{"verify/wrong-purpose"}, Harmless: true,
		alter: func(o *order) error {
			o.template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
			return nil
		},
	},
	{
		Name: "no-eku", Wrong: "the certificate does not say what it is for",
		Finds: []diag.Code{"verify/no-purpose"},
		alter: func(o *order) error {
			o.template.ExtKeyUsage = nil
			return nil
		},
	},
	{
		Name: "any-eku", Wrong: "the certificate is for any purpose, and for none by name",
		Finds: []diag.Code{"verify/any-purpose"},
		alter: func(o *order) error {
			o.template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny}
			return nil
		},
	},
	{
		Name: "key-usage", Wrong: "an ECDSA key is for encryption only, and TLS wants signatures",
		Finds: []diag.Code{"verify/key-usage"}, Harmless: true,
		alter: func(o *order) error {
			o.template.KeyUsage = x509.KeyUsageKeyEncipherment
			return nil
		},
	},
	{
		Name: "critical-extension", Wrong: "a critical extension is of a kind that nobody knows",
		Finds: []diag.Code{"verify/unknown-critical"}, Harmless: true,
		alter: func(o *order) error {
			// The arc 2.999 is for examples (Rec. ITU-T X.660); the value is NULL.
			o.extend(asn1.ObjectIdentifier{2, 999, 1}, true, 5, 0)
			return nil
		},
	},
}

var keyKinds = []*Kind{
	{
		Name: "weak-rsa", Wrong: "the key is RSA with 1024 bits",
		Finds: []diag.Code{"verify/weak-rsa"},
		alter: func(o *order) error { o.key = rsa1024; return nil },
	},
	{
		Name: "sha1", Wrong: "the certificate is signed with SHA-1",
		Finds: []diag.Code{"verify/weak-signature"},
		alter: func(o *order) error { o.rewrite.sha1 = true; return nil },
	},
	{
		Name: "p521", Wrong: "the key is ECDSA on P-521, which Chrome does not take",
		Finds: []diag.Code{"verify/p521"}, Harmless: true,
		alter: func(o *order) error { o.key = p521; return nil },
	},
	{
		Name: "ed25519", Wrong: "the key is Ed25519, which browsers do not take",
		Finds: []diag.Code{"verify/ed25519"}, Harmless: true,
		alter: func(o *order) error { o.key = onEd25519; return nil },
	},
}

var formKinds = []*Kind{
	{
		Name: "no-aki", Wrong: "the certificate does not name its issuer's key",
		Finds: []diag.Code{"verify/no-authority-key"},
		alter: func(o *order) error {
			o.template.AuthorityKeyId = []byte{} // not nil: none, instead of the issuer's
			return nil
		},
	},
	{
		Name: "empty-subject-noncritical-san", Wrong: "the subject is empty, and the alternative names are not marked critical",
		Finds: []diag.Code{"verify/empty-subject"},
		alter: func(o *order) error {
			o.template.Subject = pkix.Name{}
			names := o.template.DNSNames
			o.template.DNSNames = names[1:]
			return o.altNames(names[0], false)
		},
	},
	{
		Name: "serial-zero", Wrong: "the serial number is 0",
		Finds: []diag.Code{"verify/zero-serial"},
		alter: func(o *order) error { o.template.SerialNumber = new(big.Int); return nil },
	},
	{
		Name: "negative-serial", Wrong: "the serial number is negative",
		Finds: []diag.Code{"verify/negative-serial"},
		alter: func(o *order) error { o.rewrite.serial = []byte{0xc1, 0x5a, 0x11}; return nil },
	},
}

// extend adds an extension with a value of so many bytes.
func (o *order) extend(id asn1.ObjectIdentifier, critical bool, value ...byte) {
	o.template.ExtraExtensions = append(o.template.ExtraExtensions, pkix.Extension{Id: id, Critical: critical, Value: value})
}
