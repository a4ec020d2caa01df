package revocation

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// oidPSS is id-RSASSA-PSS (RFC 4055).
const oidPSS = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"

const oidECDSAWithSHA256 = "\x2a\x86\x48\xce\x3d\x04\x03\x02"

// algorithms are the signatures that crypto/x509 can check. MD5 and DSA are left
// out: it checks neither.
var algorithms = map[string]x509.SignatureAlgorithm{
	"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05": x509.SHA1WithRSA,
	"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b": x509.SHA256WithRSA,
	"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c": x509.SHA384WithRSA,
	"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d": x509.SHA512WithRSA,
	"\x2a\x86\x48\xce\x3d\x04\x01":         x509.ECDSAWithSHA1,
	oidECDSAWithSHA256:                     x509.ECDSAWithSHA256,
	"\x2a\x86\x48\xce\x3d\x04\x03\x03":     x509.ECDSAWithSHA384,
	"\x2a\x86\x48\xce\x3d\x04\x03\x04":     x509.ECDSAWithSHA512,
	"\x2b\x65\x70":                         x509.PureEd25519,
}

// checkSignature checks that the key of signer made the signature over signed.
// identifier is an AlgorithmIdentifier, tag and length included.
func checkSignature(signer *x509.Certificate, identifier cryptobyte.String, signed, signature []byte) error {
	var content, id cryptobyte.String
	if !identifier.ReadASN1(&content, asn1.SEQUENCE) || !content.ReadASN1(&id, asn1.OBJECT_IDENTIFIER) {
		return errors.New("its signature algorithm cannot be read")
	}
	if string(id) == oidPSS {
		return checkPSS(signer, content, signed, signature)
	}
	algorithm, known := algorithms[string(id)]
	if !known {
		return fmt.Errorf("its signature algorithm %s is not supported", dotted(string(id)))
	}
	return signer.CheckSignature(algorithm, signed, signature)
}

// checkPSS does what crypto/x509 does not: OpenSSL makes the salt as long as the
// key has room for, crypto/x509 wants it as long as the hash.
func checkPSS(signer *x509.Certificate, parameters cryptobyte.String, signed, signature []byte) error {
	unsupported := errors.New("its RSASSA-PSS parameters are not supported")
	key, ok := signer.PublicKey.(*rsa.PublicKey)
	if !ok {
		return errors.New("it is signed with RSA, and the signer's key is of another kind")
	}
	// RSASSA-PSS-params ::= SEQUENCE { [0] hash, [1] mask generation, [2] salt length };
	// what is left out would be SHA-1.
	var content, tagged, hash, id cryptobyte.String
	salt, stated := 20, false
	if !parameters.ReadASN1(&content, asn1.SEQUENCE) || !content.ReadASN1(&tagged, context(0)) || !tagged.ReadASN1(&hash, asn1.SEQUENCE) ||
		!hash.ReadASN1(&id, asn1.OBJECT_IDENTIFIER) || !content.SkipASN1(context(1)) || !content.ReadOptionalASN1(&tagged, &stated, context(2)) {
		return unsupported
	}
	if stated && (!tagged.ReadASN1Integer(&salt) || salt < 0 || salt > 1024) {
		return unsupported
	}
	function, known := map[string]crypto.Hash{oidSHA256: crypto.SHA256, oidSHA384: crypto.SHA384, oidSHA512: crypto.SHA512}[string(id)]
	if !known {
		return unsupported
	}
	options := &rsa.PSSOptions{SaltLength: salt, Hash: function}
	if salt == 0 {
		options.SaltLength = rsa.PSSSaltLengthAuto // 0 means just that
	}
	return rsa.VerifyPSS(key, function, digest(string(id), signed), signature, options)
}
