package badssl

import (
	"crypto/tls"

	"devca/diag"
	"devca/verify"
)

var serverKinds = []*Kind{
	{
		Name: "tls12-only", Wrong: "nothing: the server speaks TLS 1.2 and no other version", Server: true,
		alter: func(o *order) error {
			o.made.MinVersion, o.made.MaxVersion = tls.VersionTLS12, tls.VersionTLS12
			return nil
		},
	},
	{
		Name: "tls10-only", Wrong: "the server speaks TLS 1.0 only", Server: true,
		Finds:    []diag.Code{"verify/old-tls"},
		Refusing: verify.Everyone &^ verify.GnuTLS, // which still has it, in Debian 12 (measured)
		alter: func(o *order) error {
			o.made.MinVersion, o.made.MaxVersion = tls.VersionTLS10, tls.VersionTLS10
			return nil
		},
	},
	{
		Name: "plain-http", Wrong: "the server answers a handshake with plain HTTP", Server: true,
		Finds:    []diag.Code{diag.DialPlainHTTP},
		Refusing: verify.Everyone,
		alter:    func(o *order) error { o.made.Plain = true; return nil },
	},
	{
		Name: "wrong-without-sni", Wrong: "nothing, for clients that send the name: without SNI there is another certificate", Server: true,
		Finds: []diag.Code{diag.VerifyWithoutName},
	},
}
