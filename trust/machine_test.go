package trust_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"
	"time"

	"devca/trust"
)

func testRoot(t testing.TB) trust.Root {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(4711), Subject: pkix.Name{CommonName: "devca root 0a1b2c3d"},
		NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return trust.Root{Certificate: certificate, Path: "/ca/root.pem"}
}

func TestStepLine(t *testing.T) {
	step := trust.Step{Argv: []string{"/hook", "it's"}, Stdin: "-/etc/x.pem\n", AsRoot: true}
	if got, want := step.Line(false), `printf '%s\n' -/etc/x.pem | sudo /hook 'it'\''s'`; got != want {
		t.Errorf("%s, not %s", got, want)
	}
	if got, want := step.Line(true), `printf '%s\n' -/etc/x.pem | /hook 'it'\''s'`; got != want {
		t.Errorf("%s, not %s", got, want)
	}
}
