package certs

import (
	"crypto/x509"
	"crypto/x509/pkix"
	bits "encoding/asn1"
	"errors"
	"net/url"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Revocation is what a certificate says about how to ask whether it was taken back.
type Revocation struct {
	OCSP       string `json:"ocsp,omitempty"`        // address of a responder (RFC 5280, 4.2.2.1)
	CRL        string `json:"crl,omitempty"`         // address of a list (4.2.1.13)
	MustStaple bool   `json:"must_staple,omitempty"` // the server has to bring an OCSP answer along (RFC 7633)
}

// CheckRevocationURL tells why an address cannot stand in a certificate as that
// of a responder or a list.
func CheckRevocationURL(address string) error {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Scheme != "http" && parsed.Scheme != "https" || parsed.Hostname() == "" || parsed.User != nil || parsed.Fragment != "" {
		return errors.New("it is not of the form http://HOST:PORT/PATH")
	}
	for _, r := range address { // an IA5String
		if r <= ' ' || r > '~' {
			return errors.New("it has characters that an address in a certificate cannot have; write them as %XX, and names as xn--")
		}
	}
	return nil
}

// extend puts it into the certificate to be signed.
func (r Revocation) extend(template *x509.Certificate) error {
	if r.OCSP != "" {
		template.OCSPServer = []string{r.OCSP}
	}
	if r.CRL != "" {
		template.CRLDistributionPoints = []string{r.CRL}
	}
	if !r.MustStaple {
		return nil
	}
	var b cryptobyte.Builder
	// Features ::= SEQUENCE OF INTEGER; 5 is status_request (RFC 7633, 4 and 6).
	b.AddASN1(asn1.SEQUENCE, func(features *cryptobyte.Builder) { features.AddASN1Int64(5) })
	value, err := b.Bytes()
	template.ExtraExtensions = append(template.ExtraExtensions,
		pkix.Extension{Id: bits.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: value})
	return err
}
