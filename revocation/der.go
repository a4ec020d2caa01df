package revocation

import (
	"bytes"
	"crypto/x509"
	"math/big"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Object identifiers are compared as they are encoded, without being decoded.
const (
	oidSubjectKeyID     = "\x55\x1d\x0e" // 2.5.29.14
	oidKeyUsage         = "\x55\x1d\x0f" // 2.5.29.15
	oidCRLNumber        = "\x55\x1d\x14" // 2.5.29.20
	oidReasonCode       = "\x55\x1d\x15" // 2.5.29.21
	oidInvalidityDate   = "\x55\x1d\x18" // 2.5.29.24
	oidDeltaIndicator   = "\x55\x1d\x1b" // 2.5.29.27
	oidIssuingPoint     = "\x55\x1d\x1c" // 2.5.29.28
	oidCertificateIssue = "\x55\x1d\x1d" // 2.5.29.29, certificateIssuer
	oidAuthorityKeyID   = "\x55\x1d\x23" // 2.5.29.35
)

// extension is one of RFC 5280's, wherever it stands.
type extension struct {
	id       string // encoded
	critical bool
	value    cryptobyte.String
}

// readExtension takes the next extension off s.
func readExtension(s *cryptobyte.String) (extension, bool) {
	var e extension
	var content, id cryptobyte.String
	if !s.ReadASN1(&content, asn1.SEQUENCE) || !content.ReadASN1(&id, asn1.OBJECT_IDENTIFIER) {
		return e, false
	}
	if content.PeekASN1Tag(asn1.BOOLEAN) && !content.ReadASN1Boolean(&e.critical) {
		return e, false
	}
	e.id = string(id)
	return e, content.ReadASN1(&e.value, asn1.OCTET_STRING) && content.Empty()
}

// maxExtensions bounds the extensions of one list or answer; real ones have five.
const maxExtensions = 64

// readExtensions takes a SEQUENCE OF Extension off s. An extension that is there
// twice makes it unreadable (RFC 5280, 4.2).
func readExtensions(s *cryptobyte.String) ([]extension, bool) {
	var content cryptobyte.String
	if !s.ReadASN1(&content, asn1.SEQUENCE) {
		return nil, false
	}
	var found []extension
	for !content.Empty() {
		e, ok := readExtension(&content)
		if !ok || len(found) == maxExtensions || extensionOf(found, e.id) != nil {
			return nil, false
		}
		found = append(found, e)
	}
	return found, true
}

// extensionOf gives the extension with the identifier, or nil.
func extensionOf(extensions []extension, id string) *extension {
	for i := range extensions {
		if extensions[i].id == id {
			return &extensions[i]
		}
	}
	return nil
}

// readTime takes a Time off s (RFC 5280, 4.1.2.5): UTCTime or GeneralizedTime.
func readTime(s *cryptobyte.String) (time.Time, bool) {
	var t time.Time
	if s.PeekASN1Tag(asn1.UTCTime) {
		return t, s.ReadASN1UTCTime(&t)
	}
	return t, s.ReadASN1GeneralizedTime(&t)
}

func atTime(s cryptobyte.String) bool {
	return s.PeekASN1Tag(asn1.UTCTime) || s.PeekASN1Tag(asn1.GeneralizedTime)
}

// dotted writes an encoded object identifier for people.
func dotted(id string) string {
	var oid x509.OID
	if oid.UnmarshalBinary([]byte(id)) != nil {
		return "an unreadable identifier"
	}
	return oid.String()
}

// serialOf gives the octets of a certificate's serial number as minimal does.
func serialOf(number *big.Int) []byte {
	var b cryptobyte.Builder
	b.AddASN1BigInt(number)
	var octets cryptobyte.String
	encoded := cryptobyte.String(b.BytesOrPanic())
	encoded.ReadASN1(&octets, asn1.INTEGER)
	return octets
}

// minimal takes off octets that say nothing: authorities that pad serial numbers
// pad them in the certificate as well, where crypto/x509 has read past it.
func minimal(integer []byte) []byte {
	for len(integer) > 1 && (integer[0] == 0 && integer[1] < 0x80 || integer[0] == 0xff && integer[1] >= 0x80) {
		integer = integer[1:]
	}
	return integer
}

// keyIDs gives the key that an authorityKeyIdentifier names, if it does.
func keyIdentifier(value cryptobyte.String) []byte {
	var content, id cryptobyte.String
	if !value.ReadASN1(&content, asn1.SEQUENCE) || !content.PeekASN1Tag(asn1.Tag(0).ContextSpecific()) ||
		!content.ReadASN1(&id, asn1.Tag(0).ContextSpecific()) {
		return nil
	}
	return id
}

// present tells whether the certificate has the extension. crypto/x509 reads a
// key usage without bits as none.
func present(certificate *x509.Certificate, id string) bool {
	return valueOf(certificate, id) != nil
}

// valueOf gives the value of a certificate's extension, nil if there is none.
func valueOf(certificate *x509.Certificate, id string) []byte {
	var oid x509.OID
	if oid.UnmarshalBinary([]byte(id)) != nil {
		return nil
	}
	for _, e := range certificate.Extensions {
		if oid.EqualASN1OID(e.Id) {
			return bytes.Clone(append([]byte{}, e.Value...))
		}
	}
	return nil
}
