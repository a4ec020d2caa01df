package revocation

import (
	"crypto/rand"
	"crypto/x509"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// nonceSize is what RFC 9654, 2.1 asks of clients, and the most that RFC 8954
// allowed before it.
const nonceSize = 32

// NewNonce draws the number that ties an answer to a request.
func NewNonce() ([]byte, error) {
	nonce := make([]byte, nonceSize)
	_, err := rand.Read(nonce)
	return nonce, err
}

// Request makes the OCSP request for a certificate (RFC 6960, 4.1), with the
// nonce unless that is nil. It is not signed, and names the issuer by SHA-1, the
// only hash that every responder has (RFC 5019, 2.1.1).
func Request(certificate, issuer *x509.Certificate, nonce []byte) ([]byte, error) {
	key := publicKeyBits(issuer)
	if !askable(certificate, issuer) || key == nil {
		return nil, fmt.Errorf("the issuer given is not the one of the certificate")
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(request *cryptobyte.Builder) {
		request.AddASN1(asn1.SEQUENCE, func(signed *cryptobyte.Builder) {
			signed.AddASN1(asn1.SEQUENCE, func(list *cryptobyte.Builder) {
				list.AddASN1(asn1.SEQUENCE, func(one *cryptobyte.Builder) {
					one.AddASN1(asn1.SEQUENCE, func(id *cryptobyte.Builder) {
						id.AddASN1(asn1.SEQUENCE, func(algorithm *cryptobyte.Builder) {
							addOID(algorithm, oidSHA1)
							algorithm.AddASN1NULL()
						})
						id.AddASN1OctetString(digest(oidSHA1, issuer.RawSubject))
						id.AddASN1OctetString(digest(oidSHA1, key))
						id.AddASN1BigInt(certificate.SerialNumber)
					})
				})
			})
			if nonce != nil {
				signed.AddASN1(context(2), func(tagged *cryptobyte.Builder) {
					tagged.AddASN1(asn1.SEQUENCE, func(extensions *cryptobyte.Builder) { addNonce(extensions, nonce) })
				})
			}
		})
	})
	return b.Bytes()
}

func addOID(b *cryptobyte.Builder, encoded string) {
	b.AddASN1(asn1.OBJECT_IDENTIFIER, func(id *cryptobyte.Builder) { id.AddBytes([]byte(encoded)) })
}

// addNonce adds the extension: an OCTET STRING in the value's OCTET STRING (RFC 9654, 2.1).
func addNonce(b *cryptobyte.Builder, nonce []byte) {
	b.AddASN1(asn1.SEQUENCE, func(e *cryptobyte.Builder) {
		addOID(e, oidNonce)
		e.AddASN1(asn1.OCTET_STRING, func(value *cryptobyte.Builder) { value.AddASN1OctetString(nonce) })
	})
}

// isNonce tells whether an extension's value holds the nonce.
func isNonce(value cryptobyte.String, nonce []byte) bool {
	var inner cryptobyte.String
	return value.ReadASN1(&inner, asn1.OCTET_STRING) && value.Empty() && sameNonce(inner, nonce)
}
