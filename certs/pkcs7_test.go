package certs_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"devca/certs"
)

// bundle makes two certificates and openssl's bundle of them.
func bundle(t testing.TB) ([]*x509.Certificate, []byte) {
	t.Helper()
	var made []*x509.Certificate
	var data []byte
	for _, name := range []string{"one", "two"} {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		template := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour)}
		der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		made, data = append(made, c), append(data, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	file := filepath.Join(t.TempDir(), "two.pem")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	der, err := exec.Command("openssl", "crl2pkcs7", "-nocrl", "-certfile", file, "-outform", "DER").Output()
	if err != nil {
		t.Fatal(err)
	}
	return made, der
}

// TestParsePKCS7: what openssl bundles comes out; one certificate that cannot be
// read does not keep the other back; anything else is refused.
func TestParsePKCS7(t *testing.T) {
	made, der := bundle(t)
	found, err := certs.ParsePKCS7(der)
	if err != nil || len(found) != 2 || !found[0].Equal(made[0]) && !found[0].Equal(made[1]) {
		t.Errorf("%d certificates, %v", len(found), err)
	}
	version := bytes.Replace(der, []byte{0xa0, 3, 2, 1, 2}, []byte{0xa0, 3, 2, 1, 9}, 1) // of one: 10
	if found, err = certs.ParsePKCS7(version); err != nil || len(found) != 1 {
		t.Errorf("%d certificates, %v", len(found), err)
	}
	both := bytes.ReplaceAll(der, []byte{0xa0, 3, 2, 1, 2}, []byte{0xa0, 3, 2, 1, 9})
	empty, err := exec.Command("sh", "-c", "openssl crl2pkcs7 -nocrl -outform DER").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range [][]byte{nil, {0x30, 0}, []byte("hello"), der[:len(der)-1], append(bytes.Clone(der), 0), made[0].Raw, both, empty} {
		if found, err := certs.ParsePKCS7(bad); err == nil {
			t.Errorf("%d certificates in % x", len(found), bad[:min(len(bad), 8)])
		}
	}
}

func FuzzParsePKCS7(f *testing.F) {
	_, der := bundle(f)
	f.Add(der)
	f.Fuzz(func(t *testing.T, der []byte) {
		if found, err := certs.ParsePKCS7(der); err == nil && len(found) == 0 {
			t.Error("no certificate and no error")
		}
	})
}

// TestCheckRevocationURL: what may stand in a certificate.
func TestCheckRevocationURL(t *testing.T) {
	for address, good := range map[string]bool{
		"http://127.0.0.1:8888/": true, "http://[::1]:80/crl": true, "https://o.test/a?b=c": true, "http://xn--4ca.test/%20": true,
		"": false, "o.test": false, "ldap://o.test/": false, "http:///crl": false, "http://a:b@o.test/": false, "http://o.test/#a": false,
		"http://ä.test/": false, "http://o.test/a b": false, "http://o.test/\n": false, "HTTP://O.TEST": true,
	} {
		if err := certs.CheckRevocationURL(address); (err == nil) != good {
			t.Errorf("%q: %v", address, err)
		}
	}
}
