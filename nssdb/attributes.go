package nssdb

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/md5" //nolint:gosec // NSS wants it in a trust object; nothing rests on it
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // as above
	"crypto/x509"
	"encoding/asn1"
	"encoding/binary"
	"fmt"
)

// attribute is the number of a PKCS#11 attribute.
type attribute uint32

// The attributes, by their names in PKCS#11 and in NSS's pkcs11n.h.
const (
	ckaClass           attribute = 0x0
	ckaToken           attribute = 0x1
	ckaPrivate         attribute = 0x2
	ckaLabel           attribute = 0x3
	ckaValue           attribute = 0x11
	ckaCertificateType attribute = 0x80
	ckaIssuer          attribute = 0x81
	ckaSerialNumber    attribute = 0x82
	ckaNameHash        attribute = 0x8c // with which ckaHashOfCert was made
	ckaSubject         attribute = 0x101
	ckaID              attribute = 0x102
	ckaModifiable      attribute = 0x170

	ckaTrustServer attribute = 0x62c
	ckaTrustClient attribute = 0x62d
	ckaTrustCode   attribute = 0x62e
	ckaTrustEmail  attribute = 0x62f
	ckaHashOfCert  attribute = 0x635

	nssTrustServer attribute = 0xce536358
	nssTrustClient attribute = 0xce536359
	nssTrustCode   attribute = 0xce53635a
	nssTrustEmail  attribute = 0xce53635b
	nssStepUp      attribute = 0xce536360
	nssCertSHA1    attribute = 0xce5363b4
	nssCertMD5     attribute = 0xce5363b5
)

// column is the attribute's name in the table.
func (a attribute) column() string { return fmt.Sprintf("a%x", uint32(a)) }

// The classes of objects.
const (
	classCertificate uint32 = 0x1
	classTrust       uint32 = 0xb        // PKCS#11 3.2
	classNSSTrust    uint32 = 0xce534353 // NSS's own
)

// How far a certificate is trusted, in objects of NSS's own kind.
const (
	nssTrustedDelegator uint32 = 0xce534352 // a CA whose certificates are accepted
	nssMustVerify       uint32 = 0xce534353 // nothing special
	nssNotTrusted       uint32 = 0xce53435a
	nssValidDelegator   uint32 = 0xce53435b // a CA, trusted only through another one
)

// The same in objects of PKCS#11 3.2.
const (
	trustAnchor uint32 = 2
	notTrusted  uint32 = 3
)

// authenticated lists the attributes of a trust object of the class that a reader
// wants a MAC for (sftkdb_isAuthenticatedAttribute).
func authenticated(class uint32) []attribute {
	if class == classTrust {
		return []attribute{ckaTrustServer, ckaTrustClient, ckaTrustCode, ckaTrustEmail, ckaHashOfCert, ckaNameHash}
	}
	return []attribute{nssTrustServer, nssTrustClient, nssTrustCode, nssTrustEmail, nssStepUp, nssCertSHA1, nssCertMD5}
}

// null is an attribute that is there and empty.
func null() []byte { return []byte{0xa5, 0x00, 0x5a} }

func number(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }

// numberOf reads a number; anything that is none is all ones, which means nothing.
func numberOf(value []byte) uint32 {
	if len(value) != 4 {
		return 0xffffffff
	}
	return binary.BigEndian.Uint32(value)
}

// object is a row.
type object struct {
	id     int64
	class  uint32
	values map[attribute][]byte
}

// serialOf is the serial number as it is stored, tag and length included.
func serialOf(certificate *x509.Certificate) []byte {
	der, _ := asn1.Marshal(certificate.SerialNumber)
	return der
}

// certificateObject is the row of a certificate, as PK11_ImportCert makes it.
func certificateObject(certificate *x509.Certificate, nickname string) object {
	return object{class: classCertificate, values: map[attribute][]byte{
		ckaClass: number(classCertificate), ckaToken: {1}, ckaPrivate: {0}, ckaLabel: []byte(nickname),
		ckaCertificateType: number(0), ckaValue: certificate.Raw, ckaIssuer: certificate.RawIssuer,
		ckaSerialNumber: serialOf(certificate), ckaSubject: certificate.RawSubject,
		ckaID: keyID(certificate), ckaModifiable: {1},
	}}
}

// trustObject is the row that trusts a CA for TLS servers: certutil's "C,,".
func trustObject(certificate *x509.Certificate) object {
	hash1, hash5 := sha1.Sum(certificate.Raw), md5.Sum(certificate.Raw) //nolint:gosec // as above
	return object{class: classNSSTrust, values: map[attribute][]byte{
		ckaClass: number(classNSSTrust), ckaToken: {1}, ckaPrivate: {0}, ckaLabel: null(),
		ckaIssuer: certificate.RawIssuer, ckaSerialNumber: serialOf(certificate), ckaModifiable: {1},
		nssTrustServer: number(nssTrustedDelegator), nssTrustClient: number(nssValidDelegator),
		nssTrustCode: number(nssMustVerify), nssTrustEmail: number(nssMustVerify),
		nssStepUp: {0}, nssCertSHA1: hash1[:], nssCertMD5: hash5[:],
	}}
}

// keyID is SHA-1 over the RSA modulus or the point on the curve
// (PK11_MakeIDFromPubKey): it ties a certificate to a private key.
func keyID(certificate *x509.Certificate) []byte {
	var key []byte
	switch public := certificate.PublicKey.(type) {
	case *rsa.PublicKey:
		key = public.N.Bytes()
	case *ecdsa.PublicKey:
		key, _ = public.Bytes()
	default:
		var info struct {
			Algorithm asn1.RawValue
			Key       asn1.BitString
		}
		_, _ = asn1.Unmarshal(certificate.RawSubjectPublicKeyInfo, &info)
		key = info.Key.Bytes
	}
	sum := sha1.Sum(key) //nolint:gosec // an identifier
	return sum[:]
}

// about tells whether the trust object speaks of the certificate, and not of
// another one with the same issuer and serial number.
func (o object) about(der []byte) bool {
	if o.class == classNSSTrust {
		sum := sha1.Sum(der) //nolint:gosec // NSS compares this one
		return bytes.Equal(o.values[nssCertSHA1], sum[:])
	}
	hash, known := map[uint32]crypto.Hash{
		0x220: crypto.SHA1, 0x250: crypto.SHA256, 0x260: crypto.SHA384, 0x270: crypto.SHA512,
	}[numberOf(o.values[ckaNameHash])]
	if !known {
		return false
	}
	h := hash.New()
	h.Write(der)
	return bytes.Equal(o.values[ckaHashOfCert], h.Sum(nil))
}

// says translates what the trust object says about TLS servers.
func (o object) says() Trust {
	server, anchor, refused := o.values[nssTrustServer], nssTrustedDelegator, nssNotTrusted
	if o.class == classTrust {
		server, anchor, refused = o.values[ckaTrustServer], trustAnchor, notTrusted
	}
	switch numberOf(server) {
	case anchor:
		return Anchor
	case refused:
		return Refused
	}
	return Unspecified
}
