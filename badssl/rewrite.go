package badssl

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // a signature that clients are to refuse
	"crypto/sha256"
	encodingasn1 "encoding/asn1"
	"errors"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// rewriting is what is changed in a certificate that crypto/x509 made, because
// it refuses to make it so.
type rewriting struct {
	serial []byte // the content of the INTEGER
	sha1   bool   // sign with SHA-1, which CreateCertificate does not
	forged bool   // sign with another key
}

func (r rewriting) asked() bool { return r.sha1 || r.forged || r.serial != nil }

// tbsSerial and tbsAlgorithm are places in a TBSCertificate with a version (RFC
// 5280, 4.1.2).
const (
	tbsSerial    = 1
	tbsAlgorithm = 2
)

// apply takes the TBSCertificate apart into its fields, none of which is read
// further, replaces some and signs again. key is the issuer's.
func (r rewriting) apply(der []byte, key *ecdsa.PrivateKey) ([]byte, error) {
	fields, algorithm, err := tbsFields(der)
	if err != nil {
		return nil, err
	}
	if r.serial != nil {
		fields[tbsSerial] = append([]byte{byte(asn1.INTEGER), byte(len(r.serial))}, r.serial...)
	}
	if r.sha1 {
		// ecdsa-with-SHA1 (RFC 3279, 2.2.3); like its relatives it has no parameters.
		var b cryptobyte.Builder
		b.AddASN1(asn1.SEQUENCE, func(id *cryptobyte.Builder) {
			id.AddASN1ObjectIdentifier(encodingasn1.ObjectIdentifier{1, 2, 840, 10045, 4, 1})
		})
		if algorithm, err = b.Bytes(); err != nil {
			return nil, err
		}
		fields[tbsAlgorithm] = algorithm
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(tbs *cryptobyte.Builder) {
		for _, field := range fields {
			tbs.AddBytes(field)
		}
	})
	tbs, err := b.Bytes()
	if err != nil {
		return nil, err
	}
	if r.forged {
		if key, err = ecdsa.GenerateKey(key.Curve, rand.Reader); err != nil {
			return nil, err
		}
	}
	signature, err := ecdsa.SignASN1(rand.Reader, key, r.digest(tbs))
	if err != nil {
		return nil, err
	}
	var whole cryptobyte.Builder
	whole.AddASN1(asn1.SEQUENCE, func(certificate *cryptobyte.Builder) {
		certificate.AddBytes(tbs)
		certificate.AddBytes(algorithm)
		certificate.AddASN1BitString(signature)
	})
	return whole.Bytes()
}

func (r rewriting) digest(data []byte) []byte {
	if r.sha1 {
		sum := sha1.Sum(data) //nolint:gosec // see above
		return sum[:]
	}
	sum := sha256.Sum256(data)
	return sum[:]
}

// tbsFields gives the fields of a certificate's TBSCertificate and its signature
// algorithm, each whole.
func tbsFields(der []byte) (fields [][]byte, algorithm []byte, err error) {
	input := cryptobyte.String(der)
	var certificate, tbs, whole cryptobyte.String
	var tag asn1.Tag
	if !input.ReadASN1(&certificate, asn1.SEQUENCE) || !certificate.ReadASN1(&tbs, asn1.SEQUENCE) ||
		!certificate.ReadAnyASN1Element(&whole, &tag) {
		return nil, nil, errors.New("not a certificate")
	}
	algorithm = whole
	for !tbs.Empty() {
		var field cryptobyte.String
		if !tbs.ReadAnyASN1Element(&field, &tag) {
			return nil, nil, errors.New("not a certificate")
		}
		fields = append(fields, field)
	}
	if len(fields) <= tbsAlgorithm {
		return nil, nil, errors.New("not a certificate of version 3")
	}
	return fields, algorithm, nil
}
