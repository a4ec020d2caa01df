package revocation

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // what RFC 6960 names issuers by; not a signature
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"errors"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// What RFC 6960 identifies, encoded.
const (
	oidBasic = "\x2b\x06\x01\x05\x05\x07\x30\x01\x01" // id-pkix-ocsp-basic
	oidNonce = "\x2b\x06\x01\x05\x05\x07\x30\x01\x02" // id-pkix-ocsp-nonce

	oidSHA1   = "\x2b\x0e\x03\x02\x1a"
	oidSHA256 = "\x60\x86\x48\x01\x65\x03\x04\x02\x01"
	oidSHA384 = "\x60\x86\x48\x01\x65\x03\x04\x02\x02"
	oidSHA512 = "\x60\x86\x48\x01\x65\x03\x04\x02\x03"
)

// response is an OCSPResponse (RFC 6960, 4.2.1).
type response struct {
	status    int // of the responder: 0 is success, and only then is there more
	signed    []byte
	algorithm cryptobyte.String
	signature []byte
	embedded  [][]byte // certificates

	responderName []byte // Name, encoded; or
	responderKey  []byte // SHA-1 of its public key
	producedAt    time.Time
	singles       cryptobyte.String
	extensions    []extension
}

// single is a SingleResponse: what is said about one certificate.
type single struct {
	hash       string
	nameHash   []byte
	keyHash    []byte
	serial     []byte
	status     Status
	revokedAt  time.Time
	reason     int
	thisUpdate time.Time
	nextUpdate time.Time // zero if there is none
	extensions []extension
}

// context is a constructed, context-specific tag.
func context(n uint8) asn1.Tag { return asn1.Tag(n).ContextSpecific().Constructed() }

var errResponse = errors.New("it is not an OCSP response in DER form, or not a whole one")

// readResponse takes an answer apart, the single ones apart.
func readResponse(der []byte) (*response, error) {
	var r response
	var whole, tagged, body, kind, basic cryptobyte.String
	input := cryptobyte.String(der)
	if !input.ReadASN1(&whole, asn1.SEQUENCE) || !input.Empty() || !whole.ReadASN1Enum(&r.status) {
		return nil, errResponse
	}
	if r.status != 0 {
		return &r, nil
	}
	if !whole.ReadASN1(&tagged, context(0)) || !whole.Empty() || !tagged.ReadASN1(&body, asn1.SEQUENCE) || !tagged.Empty() ||
		!body.ReadASN1(&kind, asn1.OBJECT_IDENTIFIER) || !body.ReadASN1(&basic, asn1.OCTET_STRING) || !body.Empty() {
		return nil, errResponse
	}
	if string(kind) != oidBasic {
		return nil, errors.New("it is of an unknown kind, " + dotted(string(kind)))
	}
	if !r.readBasic(basic) {
		return nil, errResponse
	}
	return &r, nil
}

// readBasic reads a BasicOCSPResponse.
func (r *response) readBasic(s cryptobyte.String) bool {
	var whole, signed, data, certificates cryptobyte.String
	var there bool
	if !s.ReadASN1(&whole, asn1.SEQUENCE) || !s.Empty() ||
		!whole.ReadASN1Element(&signed, asn1.SEQUENCE) || !whole.ReadASN1Element(&r.algorithm, asn1.SEQUENCE) ||
		!whole.ReadASN1BitStringAsBytes(&r.signature) || !whole.ReadOptionalASN1(&certificates, &there, context(0)) || !whole.Empty() {
		return false
	}
	r.signed = signed
	if there {
		var list cryptobyte.String
		if !certificates.ReadASN1(&list, asn1.SEQUENCE) || !certificates.Empty() {
			return false
		}
		for !list.Empty() {
			var certificate cryptobyte.String
			if !list.ReadASN1Element(&certificate, asn1.SEQUENCE) {
				return false
			}
			r.embedded = append(r.embedded, certificate)
		}
	}
	return signed.ReadASN1(&data, asn1.SEQUENCE) && r.readData(data)
}

// readData reads the ResponseData that is signed.
func (r *response) readData(s cryptobyte.String) bool {
	if s.PeekASN1Tag(context(0)) { // version, v1
		var version cryptobyte.String
		number := 0
		if !s.ReadASN1(&version, context(0)) || !version.ReadASN1Integer(&number) || number != 0 {
			return false
		}
	}
	var responder cryptobyte.String
	switch {
	case s.PeekASN1Tag(context(1)):
		var name cryptobyte.String
		if !s.ReadASN1(&responder, context(1)) || !responder.ReadASN1Element(&name, asn1.SEQUENCE) {
			return false
		}
		r.responderName = name
	default:
		var key cryptobyte.String
		if !s.ReadASN1(&responder, context(2)) || !responder.ReadASN1(&key, asn1.OCTET_STRING) {
			return false
		}
		r.responderKey = key
	}
	if !responder.Empty() || !s.ReadASN1GeneralizedTime(&r.producedAt) || !s.ReadASN1(&r.singles, asn1.SEQUENCE) {
		return false
	}
	var ok bool
	r.extensions, ok = readTagged(&s)
	return ok && s.Empty()
}

// readTagged reads extensions under the tag [1], which may be missing.
func readTagged(s *cryptobyte.String) ([]extension, bool) {
	var tagged cryptobyte.String
	var there bool
	if !s.ReadOptionalASN1(&tagged, &there, context(1)) {
		return nil, false
	}
	if !there {
		return nil, true
	}
	found, ok := readExtensions(&tagged)
	return found, ok && tagged.Empty()
}

// find gives what the answer says about the certificate; nil if it says nothing.
func (r *response) find(certificate, issuer *x509.Certificate) (*single, bool) {
	serial := serialOf(certificate.SerialNumber)
	for rest := r.singles; !rest.Empty(); {
		var content cryptobyte.String
		if !rest.ReadASN1(&content, asn1.SEQUENCE) {
			return nil, false
		}
		one, ok := readSingle(content)
		if !ok {
			return nil, false
		}
		if bytes.Equal(one.serial, serial) && one.isFrom(issuer) {
			return &one, true
		}
	}
	return nil, true
}

// isFrom tells whether the answer is about a certificate of this issuer.
func (one *single) isFrom(issuer *x509.Certificate) bool {
	key := publicKeyBits(issuer)
	return key != nil && bytes.Equal(digest(one.hash, issuer.RawSubject), one.nameHash) && bytes.Equal(digest(one.hash, key), one.keyHash)
}

// digest hashes by an encoded identifier; nil if it is not known.
func digest(hash string, data []byte) []byte {
	switch hash {
	case oidSHA1:
		sum := sha1.Sum(data) //nolint:gosec // see the import
		return sum[:]
	case oidSHA256:
		sum := sha256.Sum256(data)
		return sum[:]
	case oidSHA384:
		sum := sha512.Sum384(data)
		return sum[:]
	case oidSHA512:
		sum := sha512.Sum512(data)
		return sum[:]
	}
	return nil
}

// publicKeyBits gives the bits of the certificate's public key, without its kind.
func publicKeyBits(certificate *x509.Certificate) []byte {
	var info cryptobyte.String
	var bits []byte
	input := cryptobyte.String(certificate.RawSubjectPublicKeyInfo)
	if !input.ReadASN1(&info, asn1.SEQUENCE) || !info.SkipASN1(asn1.SEQUENCE) || !info.ReadASN1BitStringAsBytes(&bits) {
		return nil
	}
	return bits
}

// readSingle reads a SingleResponse.
func readSingle(s cryptobyte.String) (single, bool) {
	var one single
	if !one.readID(&s) || !one.readStatus(&s) || !s.ReadASN1GeneralizedTime(&one.thisUpdate) {
		return one, false
	}
	var next cryptobyte.String
	var there bool
	if !s.ReadOptionalASN1(&next, &there, context(0)) || there && (!next.ReadASN1GeneralizedTime(&one.nextUpdate) || !next.Empty()) {
		return one, false
	}
	var ok bool
	one.extensions, ok = readTagged(&s)
	return one, ok && s.Empty()
}

// readID reads the CertID.
func (one *single) readID(s *cryptobyte.String) bool {
	var id, algorithm, hash, name, key, serial cryptobyte.String
	if !s.ReadASN1(&id, asn1.SEQUENCE) || !id.ReadASN1(&algorithm, asn1.SEQUENCE) || !algorithm.ReadASN1(&hash, asn1.OBJECT_IDENTIFIER) ||
		!id.ReadASN1(&name, asn1.OCTET_STRING) || !id.ReadASN1(&key, asn1.OCTET_STRING) ||
		!id.ReadASN1(&serial, asn1.INTEGER) || len(serial) == 0 || !id.Empty() {
		return false
	}
	one.hash, one.nameHash, one.keyHash, one.serial = string(hash), name, key, minimal(serial)
	return true
}

// readStatus reads the CertStatus.
func (one *single) readStatus(s *cryptobyte.String) bool {
	var content cryptobyte.String
	var tag asn1.Tag
	if !s.ReadAnyASN1(&content, &tag) {
		return false
	}
	switch tag {
	case asn1.Tag(0).ContextSpecific():
		one.status = Good
		return content.Empty()
	case asn1.Tag(2).ContextSpecific():
		one.status = Unknown
		return content.Empty()
	case context(1):
		one.status = Revoked
		var reason cryptobyte.String
		var there bool
		return content.ReadASN1GeneralizedTime(&one.revokedAt) && content.ReadOptionalASN1(&reason, &there, context(0)) &&
			(!there || reason.ReadASN1Enum(&one.reason) && reason.Empty()) && content.Empty()
	}
	return false
}
