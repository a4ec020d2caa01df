package revocation

import (
	"crypto/x509"
	"encoding/pem"
	"slices"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// CRLPoints gives the addresses at which the certificate says that a list about
// it is found (RFC 5280, 4.2.1.13). They are a stranger's words: nothing says
// that they are http, or that fetching them is harmless.
func CRLPoints(certificate *x509.Certificate) []string {
	return slices.Clone(certificate.CRLDistributionPoints)
}

// OCSPServers gives the addresses of responders that the certificate names
// (RFC 5280, 4.2.2.1). See CRLPoints.
func OCSPServers(certificate *x509.Certificate) []string {
	return slices.Clone(certificate.OCSPServer)
}

// Issuers gives the addresses at which the certificate says that its issuer's
// certificate is found (caIssuers; RFC 5280, 4.2.2.1). See CRLPoints.
func Issuers(certificate *x509.Certificate) []string {
	return slices.Clone(certificate.IssuingCertificateURL)
}

const oidTLSFeature = "\x2b\x06\x01\x05\x05\x07\x01\x18" // 1.3.6.1.5.5.7.1.24

// statusRequest is the TLS extension that a stapled answer comes in (RFC 6066, 8).
const statusRequest = 5

// MustStaple tells whether the certificate demands that servers staple an OCSP
// answer (RFC 7633).
func MustStaple(certificate *x509.Certificate) bool {
	var features cryptobyte.String
	value := cryptobyte.String(valueOf(certificate, oidTLSFeature))
	if !value.ReadASN1(&features, asn1.SEQUENCE) {
		return false
	}
	for !features.Empty() {
		var feature int64
		if !features.ReadASN1Integer(&feature) {
			return false
		}
		if feature == statusRequest {
			return true
		}
	}
	return false
}

// Lists takes the revocation lists out of a file or an answer: every PEM block
// "X509 CRL", or the whole of it as one list in DER form.
func Lists(data []byte) [][]byte {
	var lists [][]byte
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "X509 CRL" || block.Type == "CRL" {
			lists = append(lists, block.Bytes)
		}
	}
	if lists == nil {
		if _, err := readList(data); err == nil {
			lists = [][]byte{data}
		}
	}
	return lists
}
