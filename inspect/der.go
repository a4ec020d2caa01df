package inspect

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"unicode/utf16"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"devca/certs"
)

// plainText undoes what editors and shells do to certificates: UTF-16 (what
// PowerShell 5 writes behind ">"), and base64 without the PEM lines around it
// (kubeconfig files, SAML metadata).
func plainText(data []byte) []byte {
	if len(data)%2 == 0 && bytes.HasPrefix(data, []byte{0xff, 0xfe}) {
		units := make([]uint16, 0, len(data)/2)
		for i := 2; i < len(data); i += 2 {
			units = append(units, binary.LittleEndian.Uint16(data[i:]))
		}
		data = []byte(string(utf16.Decode(units)))
	}
	if bytes.Contains(data, pemBegin) {
		return data
	}
	joined := bytes.Join(bytes.Fields(data), nil)
	decoded := make([]byte, base64.StdEncoding.DecodedLen(len(joined)))
	n, err := base64.StdEncoding.Decode(decoded, joined)
	if err != nil {
		return data
	}
	return decoded[:n]
}

// readDER tries what a single structure can be, the likeliest first.
func (r *reader) readDER(data []byte) error {
	if isJKS(data) {
		r.format = FormatJKS
		r.unreadable("Java key store (JKS)", errors.New("a form of Java's own that devca does not open"),
			"keytool", "-importkeystore", "-srckeystore", "FILE", "-destkeystore", "store.p12", "-deststoretype", "PKCS12")
		return nil
	}
	// Editors and mail add line ends behind the structure. Nothing is cut off inside
	// it: a signature may well end with the octet of a line feed.
	if first := firstElement(data); len(bytes.TrimSpace(data[len(first):])) == 0 {
		data = first
	}
	r.format = FormatDER
	if certificates, err := x509.ParseCertificates(data); err == nil {
		for _, certificate := range certificates[:min(len(certificates), maxItems)] {
			r.addCertificate(certificate)
		}
		return nil
	}
	for _, parse := range []func([]byte) bool{r.tryRequest, r.tryCRL, r.tryKey} {
		if parse(data) {
			return nil
		}
	}
	switch first, version := outerForm(data); {
	case bytes.Equal(first, signedData):
		r.format = FormatPKCS7
		r.unreadable("PKCS#7", errPKCS7, "openssl", "pkcs7", "-inform", "DER", "-print_certs", "-in", "FILE", "-out", "certificates.pem")
	case version == pfxVersion:
		r.format = FormatPKCS12
		return r.readPKCS12(data)
	case len(firstElement(data)) > 0:
		_, err := x509.ParseCertificate(data)
		r.unreadable("DER structure", err)
	}
	return nil
}

// firstElement gives the first DER SEQUENCE, nil if there is none.
func firstElement(data []byte) []byte {
	input := cryptobyte.String(data)
	var element cryptobyte.String
	if !input.ReadASN1Element(&element, asn1.SEQUENCE) {
		return nil
	}
	return element
}

// signedData is the object identifier 1.2.840.113549.1.7.2 (RFC 5652, 5.1).
var signedData = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02}

// pfxVersion begins a PKCS#12 file (RFC 7292, 4).
const pfxVersion = 3

// outerForm gives what a structure begins with: an object identifier, as a
// ContentInfo does, or a version number, as a PFX does.
func outerForm(data []byte) (oid []byte, version int) {
	input := cryptobyte.String(data)
	var outer, first cryptobyte.String
	if !input.ReadASN1(&outer, asn1.SEQUENCE) {
		// Files of Windows and of NSS have indefinite lengths, which are BER and
		// not DER. What follows is enough to tell them.
		outer, _ = bytes.CutPrefix(data, []byte{0x30, 0x80})
	}
	if outer.PeekASN1Tag(asn1.OBJECT_IDENTIFIER) && outer.ReadASN1(&first, asn1.OBJECT_IDENTIFIER) {
		return first, 0
	}
	if !outer.PeekASN1Tag(asn1.INTEGER) || !outer.ReadASN1Integer(&version) {
		return nil, 0
	}
	return nil, version
}

// isJKS tells a Java key store by its first octets, which keytool writes to this
// day with -storetype JKS or JCEKS.
func isJKS(data []byte) bool {
	return bytes.HasPrefix(data, []byte{0xfe, 0xed, 0xfe, 0xed}) || bytes.HasPrefix(data, []byte{0xce, 0xce, 0xce, 0xce})
}

func (r *reader) readPKCS12(data []byte) error {
	var failure error
	for _, password := range r.passwords {
		content, err := certs.DecodePKCS12(data, password)
		if err == nil {
			r.addPKCS12(content)
			return nil
		}
		// Without a MAC, a wrong password can look like any damage: on to the next.
		failure = err
	}
	return failure
}

func (r *reader) addPKCS12(content certs.PKCS12) {
	if content.Key != nil {
		r.addPrivateKey(content.Key)
	}
	for _, key := range content.OtherKeys {
		r.addPrivateKey(key)
	}
	for _, certificate := range content.Certificates[:min(len(content.Certificates), maxItems)] {
		r.addCertificate(certificate)
	}
}
