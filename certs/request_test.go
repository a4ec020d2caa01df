package certs_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"math/big"
	"slices"
	"testing"
	"time"

	"devca/certs"
	"devca/diag"
)

func code(err error) diag.Code {
	failure, _ := errors.AsType[*diag.Error](err)
	if failure == nil {
		return ""
	}
	return failure.Code
}

func newRequest(t testing.TB, key crypto.Signer, template *x509.CertificateRequest) []byte {
	t.Helper()
	der, err := x509.CreateCertificateRequest(rand.Reader, template, key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func newKey(t testing.TB, kind certs.KeyType) crypto.Signer {
	t.Helper()
	key, err := certs.GenerateKey(kind)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestParseRequest(t *testing.T) {
	for _, kind := range certs.KeyTypes() {
		key := newKey(t, kind)
		der := newRequest(t, key, &x509.CertificateRequest{DNSNames: []string{"A.test"}, EmailAddresses: []string{"me@a.test"}})
		for _, data := range [][]byte{der, append([]byte("junk\n"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der})...)} {
			public, names, err := certs.ParseRequest(data, false)
			if err != nil || !slices.Equal(names.All(), []string{"a.test", "me@a.test"}) {
				t.Fatalf("%s: %v, %v", kind, names.All(), err)
			}
			if got := certs.KeyTypeOf(public); got != kind {
				t.Errorf("the key's type is %s, want %s", got, kind)
			}
		}
	}
}

func TestRefusedRequests(t *testing.T) {
	key := newKey(t, certs.P256)
	good := newRequest(t, key, &x509.CertificateRequest{DNSNames: []string{"a.test"}})
	extension := func(oid asn1.ObjectIdentifier, value ...byte) []byte {
		return newRequest(t, key, &x509.CertificateRequest{ExtraExtensions: []pkix.Extension{{Id: oid, Value: value}}})
	}
	constraints, usage := asn1.ObjectIdentifier{2, 5, 29, 19}, asn1.ObjectIdentifier{2, 5, 29, 15}
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	p224, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	flipped := slices.Clone(good)
	flipped[len(flipped)-1] ^= 1
	for name, test := range map[string]struct {
		data []byte
		want diag.Code
	}{
		"nothing":                {nil, diag.RequestInvalid},
		"text":                   {[]byte("hello"), diag.RequestInvalid},
		"a certificate":          {[]byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), diag.RequestInvalid},
		"too large":              {make([]byte, 2<<20), diag.RequestInvalid},
		"cut off":                {good[:len(good)/2], diag.RequestInvalid},
		"signature flipped":      {flipped, diag.RequestInvalid},
		"CA:TRUE":                {extension(constraints, 0x30, 3, 1, 1, 0xff), diag.RequestCA},
		"basicConstraints junk":  {extension(constraints, 0xff), diag.RequestCA},
		"keyCertSign":            {extension(usage, 3, 2, 2, 0x04), diag.RequestCA},
		"keyCertSign, 9 bits":    {extension(usage, 3, 3, 7, 0x04, 0x80), diag.RequestCA},
		"key usage junk":         {extension(usage, 0x30), diag.RequestCA},
		"RSA with 1024 bits":     {newRequest(t, small, &x509.CertificateRequest{DNSNames: []string{"a.test"}}), diag.KeyWeak},
		"P-224":                  {newRequest(t, p224, &x509.CertificateRequest{DNSNames: []string{"a.test"}}), diag.KeyWeak},
		"a name that is refused": {newRequest(t, key, &x509.CertificateRequest{DNSNames: []string{"*.test"}}), diag.NameWildcard},
		"a name with a newline":  {newRequest(t, key, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "a\nb"}}), diag.NameInvalid},
	} {
		if _, _, err := certs.ParseRequest(test.data, false); code(err) != test.want {
			t.Errorf("%s: %v, want %s", name, err, test.want)
		}
	}
	for name, data := range map[string][]byte{
		"CA:FALSE":          extension(constraints, 0x30, 0),
		"CA:FALSE, in full": extension(constraints, 0x30, 3, 1, 1, 0),
		"digitalSignature":  extension(usage, 3, 2, 7, 0x80),
	} {
		if _, _, err := certs.ParseRequest(data, false); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCheckPublicKey(t *testing.T) {
	modulus := new(big.Int).SetBit(big.NewInt(1), 2047, 1)
	for name, key := range map[string]crypto.PublicKey{
		"exponent 1":   &rsa.PublicKey{N: modulus, E: 1},
		"exponent 2":   &rsa.PublicKey{N: modulus, E: 2},
		"even modulus": &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 2047), E: 65537},
		"8193 bits":    &rsa.PublicKey{N: new(big.Int).SetBit(big.NewInt(1), 8192, 1), E: 65537},
		"2047 bits":    &rsa.PublicKey{N: new(big.Int).SetBit(big.NewInt(1), 2046, 1), E: 65537},
		"no key":       nil,
	} {
		if err := certs.CheckPublicKey(key); code(err) != diag.KeyWeak {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := certs.CheckPublicKey(&rsa.PublicKey{N: modulus, E: 65537}); err != nil {
		t.Error(err)
	}
}

func selfSigned(t testing.TB, key crypto.Signer) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "a.test"}, NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"a.test"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

func FuzzParseRequest(f *testing.F) {
	key := newKey(f, certs.P256)
	der := newRequest(f, key, &x509.CertificateRequest{DNSNames: []string{"a.test"}, Subject: pkix.Name{CommonName: "x"}})
	f.Add(der)
	f.Add(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}))
	f.Add([]byte("-----BEGIN CERTIFICATE REQUEST-----"))
	f.Fuzz(func(t *testing.T, data []byte) {
		public, names, err := certs.ParseRequest(data, false)
		if err != nil {
			if code(err) == "" {
				t.Errorf("not a finding: %v", err)
			}
			return
		}
		if certs.CheckPublicKey(public) != nil {
			t.Error("a weak key was taken")
		}
		if names.Len() > 0 {
			checkStem(t, certs.FileStem(names, false))
		}
	})
}

func FuzzParseKey(f *testing.F) {
	for _, kind := range []certs.KeyType{certs.P256, certs.RSA2048, certs.Ed25519} {
		data, err := certs.EncodeKey(newKey(f, kind))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("-----BEGIN EC PRIVATE KEY-----\nMAA=\n-----END EC PRIVATE KEY-----\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if key, err := certs.ParseKey(data); err == nil && key.Public() == nil {
			t.Error("a key without public half")
		}
	})
}

func FuzzDecodePKCS12(f *testing.F) {
	key := newKey(f, certs.P256)
	for _, legacy := range []bool{false, true} {
		data, err := certs.EncodePKCS12(key, []*x509.Certificate{selfSigned(f, key)}, "changeit", legacy)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	store, err := certs.EncodePKCS12TrustStore(selfSigned(f, key), "root", "changeit")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(store)
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := certs.DecodePKCS12(data, "changeit"); err != nil && code(err) == "" {
			t.Errorf("not a finding: %v", err)
		}
	})
}
