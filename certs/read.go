package certs

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// ErrNoCertificate says that an input was read and holds none.
var ErrNoCertificate = errors.New("there is no certificate in it")

// Read gives the certificates of a file in the file's order, each in DER form
// and not looked into: PEM with whatever else stands there, DER, PKCS#7 and
// PKCS#12, on which the passwords are tried.
func Read(data []byte, passwords []string) ([][]byte, error) {
	var found [][]byte
	var err error
	if bytes.Contains(data, []byte("-----BEGIN ")) {
		found, err = readPEM(data)
	} else {
		found, err = readDER(data, passwords)
	}
	if err == nil && len(found) == 0 {
		err = ErrNoCertificate
	}
	return found, err
}

func readPEM(data []byte) ([][]byte, error) {
	var found [][]byte
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		switch block.Type {
		case "CERTIFICATE", "X509 CERTIFICATE":
			found = append(found, block.Bytes)
		case "TRUSTED CERTIFICATE":
			// OpenSSL's own form: the certificate, then what it is trusted for.
			input := cryptobyte.String(block.Bytes)
			var certificate cryptobyte.String
			if input.ReadASN1Element(&certificate, asn1.SEQUENCE) {
				found = append(found, certificate)
			}
		case "PKCS7", "CMS":
			certificates, err := ParsePKCS7(block.Bytes)
			if err != nil {
				return nil, err
			}
			found = append(found, raw(certificates)...)
		}
	}
	return found, nil
}

// readDER goes by what stands first in the outer sequence: a sequence in a
// certificate (RFC 5280, 4.1), an object identifier in PKCS#7 (RFC 5652, 3), a
// version number in PKCS#12 (RFC 7292, 4).
func readDER(data []byte, passwords []string) ([][]byte, error) {
	input := cryptobyte.String(data)
	var outer cryptobyte.String
	if !input.ReadASN1(&outer, asn1.SEQUENCE) {
		return nil, ErrNoCertificate
	}
	switch {
	case outer.PeekASN1Tag(asn1.SEQUENCE):
		return [][]byte{data}, nil
	case outer.PeekASN1Tag(asn1.OBJECT_IDENTIFIER):
		certificates, err := ParsePKCS7(data)
		return raw(certificates), err
	case !outer.PeekASN1Tag(asn1.INTEGER):
		return nil, ErrNoCertificate
	}
	failure := ErrNoCertificate
	for _, password := range passwords {
		content, err := DecodePKCS12(data, password)
		if err == nil {
			return raw(content.Certificates), nil
		}
		failure = err
	}
	return nil, failure
}

func raw(certificates []*x509.Certificate) [][]byte {
	var ders [][]byte
	for _, certificate := range certificates {
		ders = append(ders, certificate.Raw)
	}
	return ders
}

// PassedOver names the kinds of PEM blocks in a file that are no certificates,
// for people who gave the wrong file.
func PassedOver(data []byte) string {
	var kinds []string
	for block, rest := pem.Decode(data); block != nil && len(kinds) < 3; block, rest = pem.Decode(rest) {
		kinds = append(kinds, strings.ToLower(block.Type))
	}
	return strings.Join(kinds, ", ")
}
