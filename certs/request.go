package certs

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	bits "encoding/asn1"
	"encoding/pem"
	"fmt"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"devca/diag"
)

// Request is everything that decides what a certificate will say, but its
// issuer and serial number.
type Request struct {
	Names     Names
	PublicKey crypto.PublicKey
	Client    bool // for TLS clients as well as servers
	NotBefore time.Time
	NotAfter  time.Time

	Revocation Revocation
}

// Template turns the request into the certificate to be signed.
func (r Request) Template() (*x509.Certificate, error) {
	id, err := KeyID(r.PublicKey)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		// RFC 5280, 4.2.1.6: with an empty subject the SAN is critical, which
		// crypto/x509 sees to. See commonName for why the subject is mostly empty.
		Subject:               pkix.Name{CommonName: r.commonName()},
		NotBefore:             r.NotBefore.UTC().Truncate(time.Second),
		NotAfter:              r.NotAfter.UTC().Truncate(time.Second),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           r.usages(),
		BasicConstraintsValid: true, // 4.2.1.9, critical, CA:FALSE
		SubjectKeyId:          id,
		DNSNames:              r.Names.DNS,
		EmailAddresses:        r.Names.Email,
		URIs:                  r.Names.URI,
	}
	for _, addr := range r.Names.IP {
		template.IPAddresses = append(template.IPAddresses, addr.AsSlice())
	}
	if _, ok := r.PublicKey.(*rsa.PublicKey); ok {
		// TLS 1.2's RSA key exchange (RFC 5246, 7.4.2); Chromium and GnuTLS refuse
		// keyEncipherment without digitalSignature, and ECDSA keys cannot encipher.
		template.KeyUsage |= x509.KeyUsageKeyEncipherment
	}
	return template, r.Revocation.extend(template)
}

// commonName is the first DNS name that is no wildcard and fits (64 characters,
// RFC 5280 appendix A.1), or nothing: below a CA with DNS constraints OpenSSL
// and GnuTLS read any other common name as a DNS name and refuse it.
func (r Request) commonName() string {
	for _, name := range r.Names.DNS {
		if name[0] != '*' && len(name) <= 64 {
			return name
		}
	}
	return ""
}

// usages: a name of a host or workload makes a server, an e-mail address a mail
// user, and Client adds what a TLS client needs.
func (r Request) usages() []x509.ExtKeyUsage {
	var usages []x509.ExtKeyUsage
	if len(r.Names.DNS)+len(r.Names.IP)+len(r.Names.URI) > 0 {
		usages = append(usages, x509.ExtKeyUsageServerAuth)
	}
	if r.Client {
		usages = append(usages, x509.ExtKeyUsageClientAuth)
	}
	if len(r.Names.Email) > 0 {
		usages = append(usages, x509.ExtKeyUsageEmailProtection)
	}
	return usages
}

// maxRequestSize bounds a certificate request; real ones have about a kilobyte.
const maxRequestSize = 1 << 20

// ParseRequest reads a PKCS#10 request (RFC 2986) in PEM or DER. It checks the
// signature, and takes the public key and the names; of the extensions that the
// request asks for, none is taken over. A request that asks to become a CA is
// refused. Without a subject alternative name the common name is the name.
func ParseRequest(data []byte, force bool) (crypto.PublicKey, Names, error) {
	fail := func(err error) (crypto.PublicKey, Names, error) {
		return nil, Names{}, diag.New(diag.RequestInvalid, "the certificate request cannot be used").From(err).
			Fix("make a new one", "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out request.csr -subj /CN=localhost -addext subjectAltName=DNS:localhost")
	}
	if len(data) > maxRequestSize {
		return fail(fmt.Errorf("it has %d bytes and the limit is %d", len(data), maxRequestSize))
	}
	der := data
	if bytes.Contains(data, []byte("-----BEGIN")) {
		block := requestBlock(data)
		if block == nil {
			return fail(fmt.Errorf("the PEM file has no CERTIFICATE REQUEST block"))
		}
		der = block.Bytes
	}
	request, err := x509.ParseCertificateRequest(der)
	if err != nil {
		return fail(err)
	}
	if err := CheckPublicKey(request.PublicKey); err != nil {
		return nil, Names{}, err
	}
	if err := request.CheckSignature(); err != nil {
		return fail(fmt.Errorf("its signature does not match its key: %w", err))
	}
	if AsksForCA(request) {
		return nil, Names{}, diag.New(diag.RequestCA, "the certificate request asks for a CA certificate").
			Because("a CA made from a request could sign for any name").
			Fix("ask for a server certificate: leave basicConstraints CA:TRUE and keyCertSign out of the request", "")
	}
	names, err := requestNames(request, force)
	return request.PublicKey, names, err
}

func requestBlock(data []byte) *pem.Block {
	for {
		var block *pem.Block
		block, data = pem.Decode(data)
		if block == nil || block.Type == "CERTIFICATE REQUEST" || block.Type == "NEW CERTIFICATE REQUEST" {
			return block
		}
	}
}

func requestNames(request *x509.CertificateRequest, force bool) (Names, error) {
	var texts []string
	texts = append(texts, request.DNSNames...)
	for _, ip := range request.IPAddresses {
		texts = append(texts, ip.String())
	}
	texts = append(texts, request.EmailAddresses...)
	for _, uri := range request.URIs {
		texts = append(texts, uri.String())
	}
	if len(texts) == 0 && request.Subject.CommonName != "" {
		texts = []string{request.Subject.CommonName}
	}
	return ParseNames(texts, force)
}

// AsksForCA tells whether the request's extensions hold basicConstraints with
// cA TRUE (RFC 5280, 4.2.1.9) or a key usage with keyCertSign (4.2.1.3). What
// cannot be read counts as asking.
func AsksForCA(request *x509.CertificateRequest) bool {
	for _, extension := range request.Extensions {
		value := cryptobyte.String(extension.Value)
		switch extension.Id.String() {
		case "2.5.29.19":
			if saysCA(value) {
				return true
			}
		case "2.5.29.15":
			var usage bits.BitString
			if !value.ReadASN1BitString(&usage) || usage.At(5) == 1 { // keyCertSign
				return true
			}
		}
	}
	return false
}

func saysCA(basicConstraints cryptobyte.String) bool {
	var content cryptobyte.String
	if !basicConstraints.ReadASN1(&content, asn1.SEQUENCE) {
		return true
	}
	var isCA bool
	return content.PeekASN1Tag(asn1.BOOLEAN) && (!content.ReadASN1Boolean(&isCA) || isCA)
}
