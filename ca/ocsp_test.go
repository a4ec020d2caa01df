package ca_test

import (
	"crypto/x509"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"devca/ca"
)

// TestOCSPResponder: the certificate is what RFC 6960, 4.2.2.2 asks for, lives
// for days, and is in no ledger.
func TestOCSPResponder(t *testing.T) {
	dir, err := ca.Locate(filepath.Join(t.TempDir(), "ca"), func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	a, _, err := dir.OpenOrCreate(ca.Options{})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	certificate, key, err := a.OCSPResponder(now)
	if err != nil {
		t.Fatal(err)
	}
	if err := certificate.CheckSignatureFrom(a.Issuing); err != nil {
		t.Error(err)
	}
	if len(certificate.ExtKeyUsage) != 1 || certificate.ExtKeyUsage[0] != x509.ExtKeyUsageOCSPSigning || certificate.IsCA ||
		certificate.KeyUsage != x509.KeyUsageDigitalSignature || len(certificate.DNSNames) > 0 || certificate.Subject.CommonName != "" {
		t.Errorf("%+v", certificate)
	}
	if life := certificate.NotAfter.Sub(now); life > 8*24*time.Hour || life < 6*24*time.Hour || certificate.NotBefore.After(now) {
		t.Errorf("from %v to %v", certificate.NotBefore, certificate.NotAfter)
	}
	if !key.PublicKey.Equal(certificate.PublicKey) {
		t.Error("the key is another one's")
	}
	out, err := tool(t, "openssl", "x509", "-noout", "-text", "-in", writePEM(t, filepath.Join(t.TempDir(), "r.pem"), "CERTIFICATE", certificate.Raw))
	must(t, err)
	for _, words := range []string{"OCSP No Check", "OCSP Signing", "CA:FALSE"} {
		if !strings.Contains(out, words) {
			t.Errorf("no %s in\n%s", words, out)
		}
	}
	again, _, err := a.OCSPResponder(now)
	if err != nil || again.SerialNumber.Cmp(certificate.SerialNumber) == 0 {
		t.Error("the same serial number twice", err)
	}
	if ledger, err := dir.Ledger(); err != nil || len(ledger.Entries) > 0 {
		t.Error("it is in the ledger", err)
	}
	// It never outlives the CA, and an expired CA makes none.
	if last, _, err := a.OCSPResponder(a.Issuing.NotAfter.Add(-time.Hour)); err != nil || !last.NotAfter.Equal(a.Issuing.NotAfter) {
		t.Errorf("%v, %v", last.NotAfter, err)
	}
	if _, _, err := a.OCSPResponder(a.Issuing.NotAfter.Add(time.Hour)); err == nil {
		t.Error("an expired CA made one")
	}
}

// TestRegister: what another process enters is found by the next question.
func TestRegister(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ca")
	locate := func() (*ca.Dir, *ca.Authority) {
		dir, err := ca.Locate(path, func(string) string { return "" })
		if err != nil {
			t.Fatal(err)
		}
		a, _, err := dir.OpenOrCreate(ca.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return dir, a
	}
	dir, a := locate()
	register := dir.Register(a)
	if _, found, err := register.Find(big.NewInt(1)); found || err != nil {
		t.Error("an empty ledger holds something", err)
	}
	other, same := locate()
	must(t, os.Mkdir(filepath.Join(path, "out"), 0o700))
	e, err := other.Fulfil(same, order(filepath.Join(path, "out"), "app.test"), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	serial, _ := new(big.Int).SetString(e.Serial, 16)
	if got, found, err := register.Find(serial); !found || err != nil || got.SHA256 != e.SHA256 || !got.RevokedAt.IsZero() {
		t.Errorf("%+v, %v, %v", got, found, err)
	}
	if _, found, _ := register.Find(new(big.Int).Neg(serial)); found {
		t.Error("a negative serial number is found")
	}
	if n, err := register.Revoked(); n != 0 || err != nil {
		t.Error(n, err)
	}
	if err := other.Revoke([]ca.Entry{e}, 4, time.Now()); err != nil {
		t.Fatal(err)
	}
	if got, _, err := register.Find(serial); err != nil || got.RevokedAt.IsZero() || got.Reason != 4 {
		t.Errorf("%+v, %v", got, err)
	}
	if n, err := register.Revoked(); n != 1 || err != nil {
		t.Error(n, err)
	}
	// Another authority of the same directory issued it: not this one's.
	if _, found, err := dir.Register(&ca.Authority{ID: "other"}).Find(serial); found || err != nil {
		t.Error("another authority's certificate is found", err)
	}
}
