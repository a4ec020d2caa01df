package certs

import (
	"crypto/x509"
	"errors"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// maxPKCS7 bounds the certificates of one bundle.
const maxPKCS7 = 1000

// ParsePKCS7 gives the certificates of a PKCS#7 bundle in DER form ("certs-only",
// RFC 5652, 5.1 and RFC 5272, 4.1), in which CAs hand out theirs. Signatures and
// lists in it are passed over, and so is a certificate that crypto/x509 refuses,
// unless it is the only one.
//
// The PKCS#7 library that signs configuration profiles reads such bundles as
// well, and all of CMS with it, indefinite lengths and attributes included: too
// much for bytes from an address in a stranger's certificate.
func ParsePKCS7(der []byte) ([]*x509.Certificate, error) {
	errBundle := errors.New("it is not a PKCS#7 bundle of certificates in DER form")
	var info, kind, tagged, signed, bundle cryptobyte.String
	var there bool
	input := cryptobyte.String(der)
	first := asn1.Tag(0).ContextSpecific().Constructed()
	if !input.ReadASN1(&info, asn1.SEQUENCE) || !input.Empty() || !info.ReadASN1(&kind, asn1.OBJECT_IDENTIFIER) ||
		string(kind) != "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02" || // id-signedData
		!info.ReadASN1(&tagged, first) || !tagged.ReadASN1(&signed, asn1.SEQUENCE) ||
		!signed.SkipASN1(asn1.INTEGER) || !signed.SkipASN1(asn1.SET) || !signed.SkipASN1(asn1.SEQUENCE) ||
		!signed.ReadOptionalASN1(&bundle, &there, first) {
		return nil, errBundle
	}
	var found []*x509.Certificate
	var refused error
	for !bundle.Empty() {
		var one cryptobyte.String
		var tag asn1.Tag
		if !bundle.ReadAnyASN1Element(&one, &tag) || len(found) == maxPKCS7 {
			return nil, errBundle
		}
		if tag != asn1.SEQUENCE { // kinds of certificates that nobody uses
			continue
		}
		certificate, err := x509.ParseCertificate(one)
		if err != nil {
			refused = err
			continue
		}
		found = append(found, certificate)
	}
	if len(found) == 0 {
		if refused == nil {
			refused = errors.New("the PKCS#7 bundle holds no certificate")
		}
		return nil, refused
	}
	return found, nil
}
