package revocation

import (
	"bytes"
	"crypto/x509"
	"errors"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// CertID names a certificate as OCSP does: by its issuer's hashes and its serial
// number (RFC 6960, 4.1.1).
type CertID struct {
	Serial *big.Int

	encoded []byte // as it came, for the answer
	hash    string
	name    []byte
	key     []byte
}

// Of tells whether the certificate named is one of this issuer's.
func (id CertID) Of(issuer *x509.Certificate) bool {
	one := single{hash: id.hash, nameHash: id.name, keyHash: id.key}
	return one.isFrom(issuer)
}

// Query is an OCSP request that was read.
type Query struct {
	IDs   []CertID // at least one
	Nonce []byte   // nil if there is none
}

// The limits of a request. Real ones are about one certificate and have some
// hundred bytes; nonces are bounded by RFC 9654, 2.1.
const (
	MaxRequest = 16 << 10
	maxIDs     = 32
	maxNonce   = 128
)

var errRequest = errors.New("it is not an OCSP request in DER form, or not a whole one")

// ReadRequest reads an OCSP request (RFC 6960, 4.1.1). Who signed it, if anybody
// did, is not looked at: what a responder of ours says is no secret.
func ReadRequest(der []byte) (*Query, error) {
	var whole, signed, tagged, list cryptobyte.String
	var there bool
	input := cryptobyte.String(der)
	if len(der) > MaxRequest {
		return nil, errors.New("the request is too large")
	}
	if !input.ReadASN1(&whole, asn1.SEQUENCE) || !input.Empty() || !whole.ReadASN1(&signed, asn1.SEQUENCE) ||
		!whole.ReadOptionalASN1(&tagged, &there, context(0)) || !whole.Empty() ||
		!signed.SkipOptionalASN1(context(0)) || !signed.SkipOptionalASN1(context(1)) || // version, requestorName
		!signed.ReadASN1(&list, asn1.SEQUENCE) {
		return nil, errRequest
	}
	var q Query
	for !list.Empty() {
		id, ok := readQueryID(&list)
		if !ok || len(q.IDs) == maxIDs {
			return nil, errRequest
		}
		q.IDs = append(q.IDs, id)
	}
	if !signed.ReadOptionalASN1(&tagged, &there, context(2)) || !signed.Empty() || len(q.IDs) == 0 {
		return nil, errRequest
	}
	if there && !q.readExtensions(tagged) {
		return nil, errRequest
	}
	return &q, nil
}

// readQueryID reads a Request of the requestList. Its own extensions are passed over.
func readQueryID(s *cryptobyte.String) (CertID, bool) {
	var request, rest, encoded cryptobyte.String
	var one single
	if !s.ReadASN1(&request, asn1.SEQUENCE) {
		return CertID{}, false
	}
	rest = request
	if !rest.ReadASN1Element(&encoded, asn1.SEQUENCE) || !one.readID(&request) || !request.SkipOptionalASN1(context(0)) || !request.Empty() {
		return CertID{}, false
	}
	id := CertID{Serial: new(big.Int), encoded: bytes.Clone(encoded), hash: one.hash, name: bytes.Clone(one.nameHash), key: bytes.Clone(one.keyHash)}
	if len(one.serial) > 64 {
		return CertID{}, false
	}
	id.Serial.SetBytes(one.serial)
	if one.serial[0] >= 0x80 { // negative, in two's complement
		id.Serial.Sub(id.Serial, new(big.Int).Lsh(big.NewInt(1), uint(8*len(one.serial))))
	}
	return id, true
}

// readExtensions takes the nonce. Critical extensions that are not known make
// the request one that cannot be answered.
func (q *Query) readExtensions(s cryptobyte.String) bool {
	extensions, ok := readExtensions(&s)
	if !ok || !s.Empty() {
		return false
	}
	for _, e := range extensions {
		switch {
		case e.id == oidNonce:
			var inner cryptobyte.String
			if !e.value.ReadASN1(&inner, asn1.OCTET_STRING) || !e.value.Empty() || len(inner) == 0 || len(inner) > maxNonce {
				return false
			}
			q.Nonce = bytes.Clone(inner)
		case e.critical:
			return false
		}
	}
	return true
}
