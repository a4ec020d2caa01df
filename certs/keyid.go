package certs

import (
	"errors"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// subjectPublicKey takes the key's bits out of a SubjectPublicKeyInfo (RFC 5280, 4.1).
func subjectPublicKey(spki []byte) ([]byte, error) {
	var inner cryptobyte.String
	var bits []byte
	input := cryptobyte.String(spki)
	if !input.ReadASN1(&inner, asn1.SEQUENCE) || !inner.SkipASN1(asn1.SEQUENCE) || !inner.ReadASN1BitStringAsBytes(&bits) {
		return nil, errors.New("the public key is not a SubjectPublicKeyInfo")
	}
	return bits, nil
}
