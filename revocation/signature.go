package revocation

import (
	"crypto/x509"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// oidPSS is id-RSASSA-PSS (RFC 4055), whose hash stands in the parameters.
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

// pssHashes are the hashes of RSASSA-PSS; crypto/x509 asks for salts of their length.
var pssHashes = map[string]x509.SignatureAlgorithm{
	"\x60\x86\x48\x01\x65\x03\x04\x02\x01": x509.SHA256WithRSAPSS,
	"\x60\x86\x48\x01\x65\x03\x04\x02\x02": x509.SHA384WithRSAPSS,
	"\x60\x86\x48\x01\x65\x03\x04\x02\x03": x509.SHA512WithRSAPSS,
}

// signatureAlgorithm reads an AlgorithmIdentifier, tag and length included.
func signatureAlgorithm(identifier cryptobyte.String) (x509.SignatureAlgorithm, error) {
	var content, id cryptobyte.String
	if !identifier.ReadASN1(&content, asn1.SEQUENCE) || !content.ReadASN1(&id, asn1.OBJECT_IDENTIFIER) {
		return 0, fmt.Errorf("its signature algorithm cannot be read")
	}
	table := algorithms
	if string(id) == oidPSS {
		// RSASSA-PSS-params ::= SEQUENCE { hashAlgorithm [0] ... }, SHA-1 if it is left out.
		var parameters, tagged, hash cryptobyte.String
		if !content.ReadASN1(&parameters, asn1.SEQUENCE) || !parameters.ReadASN1(&tagged, asn1.Tag(0).ContextSpecific().Constructed()) ||
			!tagged.ReadASN1(&hash, asn1.SEQUENCE) || !hash.ReadASN1(&id, asn1.OBJECT_IDENTIFIER) {
			return 0, fmt.Errorf("its RSASSA-PSS parameters are not supported")
		}
		table = pssHashes
	}
	if algorithm, known := table[string(id)]; known {
		return algorithm, nil
	}
	return 0, fmt.Errorf("its signature algorithm %s is not supported", dotted(string(id)))
}

// checkSignature checks that the key of signer made the signature over signed.
func checkSignature(signer *x509.Certificate, identifier cryptobyte.String, signed, signature []byte) error {
	algorithm, err := signatureAlgorithm(identifier)
	if err != nil {
		return err
	}
	return signer.CheckSignature(algorithm, signed, signature)
}
