package ca_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"net/url"
	"testing"
	"time"

	"devca/ca"
	"devca/diag"
)

// TestSignBroken checks that no recipe can have devca's own CA sign more than a
// good certificate would be.
func TestSignBroken(t *testing.T) {
	_, a := newAuthority(t, ca.Options{})
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sign := func(alter func(*x509.Certificate)) ([]byte, error) {
		template := &x509.Certificate{
			SerialNumber: big.NewInt(5), Subject: pkix.Name{Organization: []string{"broken"}}, DNSNames: []string{"app.test"},
			NotBefore: time.Now().AddDate(0, 0, -10), NotAfter: time.Now().AddDate(0, 0, -1),
			KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
			BasicConstraintsValid: true,
		}
		alter(template)
		return a.SignBroken(template, key.Public())
	}
	if der, err := sign(func(*x509.Certificate) {}); err != nil {
		t.Fatal(err)
	} else if c, err := x509.ParseCertificate(der); err != nil || c.CheckSignatureFrom(a.Issuing) != nil {
		t.Fatal(err)
	}
	for fault, alter := range map[string]func(*x509.Certificate){
		"a CA":             func(c *x509.Certificate) { c.IsCA = true },
		"signs":            func(c *x509.Certificate) { c.KeyUsage |= x509.KeyUsageCertSign },
		"signs lists":      func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageCRLSign },
		"every key usage":  func(c *x509.Certificate) { c.KeyUsage = 0 },
		"every purpose":    func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny} },
		"no purpose":       func(c *x509.Certificate) { c.ExtKeyUsage = nil },
		"signs code":       func(c *x509.Certificate) { c.ExtKeyUsage = append(c.ExtKeyUsage, x509.ExtKeyUsageCodeSigning) },
		"answers":          func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning} },
		"an odd purpose":   func(c *x509.Certificate) { c.UnknownExtKeyUsage = append(c.UnknownExtKeyUsage, []int{1, 2, 3}) },
		"an address":       func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.IPv4(8, 8, 8, 8)} },
		"a mailbox":        func(c *x509.Certificate) { c.EmailAddresses = []string{"a@app.test"} },
		"a URI":            func(c *x509.Certificate) { c.URIs = []*url.URL{{Scheme: "spiffe", Host: "app.test"}} },
		"a name of others": func(c *x509.Certificate) { c.DNSNames = []string{"www.wikipedia.org"} },
		"a long life":      func(c *x509.Certificate) { c.NotAfter = c.NotBefore.AddDate(2, 0, 0) },
		"its own constraints": func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{{Id: []int{2, 5, 29, 19}, Critical: true, Value: []byte{0x30, 3, 1, 1, 0xff}}}
		},
		"its own names": func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{{Id: []int{2, 5, 29, 17}, Value: []byte{0x30, 3, 0x82, 1, 'a'}}}
		},
		"a name as its common name": func(c *x509.Certificate) { c.Subject.CommonName = "www.wikipedia.org" },
	} {
		if _, err := sign(alter); err == nil {
			t.Errorf("%s: signed", fault)
		}
	}
	if _, err := sign(func(c *x509.Certificate) { c.DNSNames = []string{"www.wikipedia.org"} }); code(err) != diag.NameNotPermitted {
		t.Error(err)
	}
}
