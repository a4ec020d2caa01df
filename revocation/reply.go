package revocation

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Refusal is what a responder says instead of an answer (RFC 6960, 2.3).
type Refusal uint8

// The refusals.
const (
	MalformedRequest Refusal = 1
	InternalError    Refusal = 2
	TryLater         Refusal = 3
	Unauthorized     Refusal = 6
)

// DER gives the response that says so.
func (r Refusal) DER() []byte { return []byte{0x30, 3, 0x0a, 1, byte(r)} }

// Statement is what a responder says about one certificate.
type Statement struct {
	ID        CertID
	Status    Status // Good, Revoked or Unknown
	RevokedAt time.Time
	Reason    int // RFC 5280, 5.3.1
}

// Reply is an OCSP response to be signed.
type Reply struct {
	Statements []Statement
	ThisUpdate time.Time // also when it was produced
	NextUpdate time.Time // zero for none
	Nonce      []byte    // of the request, nil if it had none

	// Responder is the certificate that comes along; Key is its key, an ECDSA key.
	// The issuer of the certificates named made it for this (id-kp-OCSPSigning).
	Responder *x509.Certificate
	Key       *ecdsa.PrivateKey
}

// Sign makes the response (RFC 6960, 4.2.1).
func (r Reply) Sign() ([]byte, error) {
	key := publicKeyBits(r.Responder)
	if key == nil || len(r.Statements) == 0 {
		return nil, errors.New("a reply needs a responder and something to say")
	}
	var data cryptobyte.Builder
	data.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(context(2), func(id *cryptobyte.Builder) { id.AddASN1OctetString(digest(oidSHA1, key)) })
		b.AddASN1GeneralizedTime(r.ThisUpdate.UTC())
		b.AddASN1(asn1.SEQUENCE, func(list *cryptobyte.Builder) {
			for _, statement := range r.Statements {
				list.AddASN1(asn1.SEQUENCE, func(one *cryptobyte.Builder) { r.addStatement(one, statement) })
			}
		})
		if r.Nonce != nil {
			b.AddASN1(context(1), func(tagged *cryptobyte.Builder) {
				tagged.AddASN1(asn1.SEQUENCE, func(extensions *cryptobyte.Builder) { addNonce(extensions, r.Nonce) })
			})
		}
	})
	signed, err := data.Bytes()
	if err != nil {
		return nil, err
	}
	signature, err := r.Key.Sign(rand.Reader, digest(oidSHA256, signed), crypto.SHA256)
	if err != nil {
		return nil, err
	}
	return r.wrap(signed, signature)
}

// addStatement adds the content of a SingleResponse.
func (r Reply) addStatement(b *cryptobyte.Builder, s Statement) {
	b.AddBytes(s.ID.encoded)
	switch s.Status {
	case Good:
		b.AddASN1(asn1.Tag(0).ContextSpecific(), func(*cryptobyte.Builder) {})
	case Revoked:
		b.AddASN1(context(1), func(revoked *cryptobyte.Builder) {
			revoked.AddASN1GeneralizedTime(s.RevokedAt.UTC())
			if s.Reason != 0 { // unspecified should be left out (RFC 5280, 5.3.1)
				revoked.AddASN1(context(0), func(reason *cryptobyte.Builder) { reason.AddASN1Enum(int64(s.Reason)) })
			}
		})
	default:
		b.AddASN1(asn1.Tag(2).ContextSpecific(), func(*cryptobyte.Builder) {})
	}
	b.AddASN1GeneralizedTime(r.ThisUpdate.UTC())
	if !r.NextUpdate.IsZero() {
		b.AddASN1(context(0), func(next *cryptobyte.Builder) { next.AddASN1GeneralizedTime(r.NextUpdate.UTC()) })
	}
}

// wrap puts the signed data into a BasicOCSPResponse and that into an OCSPResponse.
func (r Reply) wrap(signed, signature []byte) ([]byte, error) {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(whole *cryptobyte.Builder) {
		whole.AddASN1Enum(0)
		whole.AddASN1(context(0), func(tagged *cryptobyte.Builder) {
			tagged.AddASN1(asn1.SEQUENCE, func(body *cryptobyte.Builder) {
				addOID(body, oidBasic)
				body.AddASN1(asn1.OCTET_STRING, func(octets *cryptobyte.Builder) {
					octets.AddASN1(asn1.SEQUENCE, func(basic *cryptobyte.Builder) {
						basic.AddBytes(signed)
						basic.AddASN1(asn1.SEQUENCE, func(algorithm *cryptobyte.Builder) { addOID(algorithm, oidECDSAWithSHA256) })
						basic.AddASN1BitString(signature)
						basic.AddASN1(context(0), func(certificates *cryptobyte.Builder) {
							certificates.AddASN1(asn1.SEQUENCE, func(list *cryptobyte.Builder) { list.AddBytes(r.Responder.Raw) })
						})
					})
				})
			})
		})
	})
	return b.Bytes()
}
