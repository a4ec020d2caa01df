package inspect

import (
	"crypto"
	"crypto/ecdh"
	"crypto/x509"
	encoding "encoding/asn1"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"devca/certs"
)

// foreignAlgorithms are algorithms that crypto/x509 does not know and that are
// met all the same.
var foreignAlgorithms = map[string]string{
	"1.2.840.10040.4.1":       "dsa",
	"1.2.840.113549.1.1.10":   "rsa-pss",
	"1.3.101.111":             "x448",
	"1.3.101.113":             "ed448",
	"2.16.840.1.101.3.4.3.17": "ml-dsa-44", // RFC 9881
	"2.16.840.1.101.3.4.3.18": "ml-dsa-65",
	"2.16.840.1.101.3.4.3.19": "ml-dsa-87",
}

// ownAlgorithms are the keys that crypto/x509 knows. One that it refused is
// damaged and not foreign.
var ownAlgorithms = map[string]bool{"1.2.840.113549.1.1.1": true, "1.3.101.112": true, "1.3.101.110": true}

// curves are named by the parameter of id-ecPublicKey (RFC 5480, 2.1.1); those of
// NIST have no name here, as crypto/x509 knows them.
var curves = map[string]string{
	"1.3.132.0.10": "secp256k1", "1.3.36.3.3.2.8.1.1.7": "brainpoolP256r1",
	"1.3.36.3.3.2.8.1.1.11": "brainpoolP384r1", "1.3.36.3.3.2.8.1.1.13": "brainpoolP512r1",
}

// keyType names the type of a key; spki is its encoded form, of which the object
// identifier remains for a type that crypto/x509 does not know.
func keyType(public crypto.PublicKey, spki []byte) string {
	if _, ok := public.(*ecdh.PublicKey); ok {
		return "x25519"
	}
	if known := certs.KeyTypeOf(public); known != "unknown" {
		return string(known)
	}
	input := cryptobyte.String(spki)
	var info cryptobyte.String
	if !input.ReadASN1(&info, asn1.SEQUENCE) {
		return "unknown"
	}
	return algorithmName(info)
}

// signatureName names the algorithm of what is signed as certificates are: a
// SEQUENCE of the content, the algorithm and the signature (RFC 5280, 4.1.1).
func signatureName(known x509.SignatureAlgorithm, raw []byte) string {
	if known != x509.UnknownSignatureAlgorithm {
		return known.String()
	}
	input := cryptobyte.String(raw)
	var outer cryptobyte.String
	if !input.ReadASN1(&outer, asn1.SEQUENCE) || !outer.SkipASN1(asn1.SEQUENCE) {
		return "unknown"
	}
	return algorithmName(outer)
}

// algorithmName names the AlgorithmIdentifier (RFC 5280, 4.1.1.2) that the input
// begins with, by its object identifier if it has no name here.
func algorithmName(input cryptobyte.String) string {
	var algorithm cryptobyte.String
	var oid encoding.ObjectIdentifier
	if !input.ReadASN1(&algorithm, asn1.SEQUENCE) || !algorithm.ReadASN1ObjectIdentifier(&oid) {
		return "unknown"
	}
	dotted := oid.String()
	if dotted == "1.2.840.10045.2.1" {
		var curve encoding.ObjectIdentifier
		if algorithm.ReadASN1ObjectIdentifier(&curve) && curves[curve.String()] != "" {
			return curves[curve.String()]
		}
		return "unknown"
	}
	if ownAlgorithms[dotted] {
		return "unknown"
	}
	if name, ok := foreignAlgorithms[dotted]; ok {
		return name
	}
	return dotted
}
