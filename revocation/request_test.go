package revocation_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"devca/revocation"
)

// TestNonce: the answer has to repeat the question's.
func TestNonce(t *testing.T) {
	f := newFamily(t)
	nonce, err := revocation.NewNonce()
	if err != nil || len(nonce) != 32 {
		t.Fatal(len(nonce), err)
	}
	other := append(bytes.Clone(nonce[:31]), nonce[31]^1)
	for _, c := range []struct {
		name         string
		asked, got   []byte
		gone         bool
		status, text string
	}{
		{"same", nonce, nonce, false, "good", ""},
		{"none asked", nil, nonce, false, "good", ""},
		{"none came", nonce, nil, false, "good", "ocsp-no-nonce"},
		{"another", nonce, other, false, "unusable", "ocsp-nonce"},
		{"longer", nonce, append(bytes.Clone(nonce), 0), false, "unusable", "ocsp-nonce"},
		{"empty asked", []byte{}, nonce, false, "unusable", "ocsp-nonce"},
		{"another, revoked", nonce, other, true, "revoked", "ocsp-nonce"},
	} {
		state := revocation.Good
		if c.gone {
			state = revocation.Revoked
		}
		der := reply(t, f, c.got, revocation.Statement{Status: state, RevokedAt: present()})
		a := revocation.CheckOCSP(der, f.leaf.Certificate, f.ca.Certificate, present(), c.asked)
		if string(a.Status) != c.status || strings.Join(ids(a), " ") != c.text {
			t.Errorf("%s: %+v", c.name, a)
		}
	}
}

// reply makes an answer to a request about the leaf.
func reply(t testing.TB, f family, nonce []byte, said revocation.Statement) []byte {
	t.Helper()
	der, err := revocation.Request(f.leaf.Certificate, f.ca.Certificate, nil)
	if err != nil {
		t.Fatal(err)
	}
	query, err := revocation.ReadRequest(der)
	if err != nil {
		t.Fatal(err)
	}
	if len(query.IDs) != 1 || query.IDs[0].Serial.Cmp(f.leaf.SerialNumber) != 0 || !query.IDs[0].Of(f.ca.Certificate) || query.IDs[0].Of(f.twin.Certificate) {
		t.Fatalf("%+v", query)
	}
	said.ID = query.IDs[0]
	by := responder(t, f.ca)
	response, err := revocation.Reply{
		Statements: []revocation.Statement{said}, ThisUpdate: present(), NextUpdate: present().Add(time.Hour), Nonce: nonce,
		Responder: by.Certificate, Key: by.key.(*ecdsa.PrivateKey),
	}.Sign()
	if err != nil {
		t.Fatal(err)
	}
	return response
}

// TestReply: what is signed here is read by x/crypto/ocsp, too.
func TestReply(t *testing.T) {
	f := newFamily(t)
	for status, want := range map[revocation.Status]int{revocation.Good: ocsp.Good, revocation.Revoked: ocsp.Revoked, revocation.Unknown: ocsp.Unknown} {
		said := revocation.Statement{Status: status, RevokedAt: present().Add(-time.Hour), Reason: 5}
		der := reply(t, f, []byte{1, 2, 3}, said)
		second, err := ocsp.ParseResponseForCert(der, f.leaf.Certificate, f.ca.Certificate)
		if err != nil || second.Status != want {
			t.Errorf("%s: %v", status, err)
			continue
		}
		if want == ocsp.Revoked && (!second.RevokedAt.Equal(said.RevokedAt) || second.RevocationReason != 5) {
			t.Errorf("%+v", second)
		}
	}
	if _, err := (revocation.Reply{Responder: f.ca.Certificate}).Sign(); err == nil {
		t.Error("an answer that says nothing")
	}
	for refusal, want := range map[revocation.Refusal][]byte{
		revocation.MalformedRequest: ocsp.MalformedRequestErrorResponse, revocation.InternalError: ocsp.InternalErrorErrorResponse,
		revocation.TryLater: ocsp.TryLaterErrorResponse, revocation.Unauthorized: ocsp.UnauthorizedErrorResponse,
	} {
		if !bytes.Equal(refusal.DER(), want) {
			t.Errorf("refusal %d", refusal)
		}
	}
}

// TestRequest: without a nonce it is x/crypto's to the octet; with one, openssl
// reads it.
func TestRequest(t *testing.T) {
	f := newFamily(t)
	for _, number := range []string{"1", "127", "128", "1234567890123456789012345678901234567890"} {
		n, _ := new(big.Int).SetString(number, 10)
		l := leaf(t, 1, f.ca, func(c *x509.Certificate) { c.SerialNumber = n })
		der, err := revocation.Request(l.Certificate, f.ca.Certificate, nil)
		if err != nil {
			t.Fatal(err)
		}
		second, err := ocsp.CreateRequest(l.Certificate, f.ca.Certificate, nil)
		if err != nil || !bytes.Equal(der, second) {
			t.Errorf("% x, not % x (%v)", der, second, err)
		}
	}
	folder := t.TempDir()
	der, err := revocation.Request(f.leaf.Certificate, f.ca.Certificate, bytes.Repeat([]byte{0xab}, 32))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "request.der"), der, 0o600); err != nil {
		t.Fatal(err)
	}
	out := openssl(t, folder, "ocsp", "-reqin", "request.der", "-req_text")
	if !strings.Contains(out, "Serial Number: 1234") || !regexp.MustCompile(`OCSP Nonce:\s*\n\s*0420(AB){32}`).MatchString(out) {
		t.Errorf("openssl says\n%s", out)
	}
	if _, err := revocation.Request(f.leaf.Certificate, f.other.Certificate, nil); err == nil {
		t.Error("a request about another issuer's certificate")
	}
}

// TestReadRequest: requests as openssl and x/crypto make them, and what is none.
func TestReadRequest(t *testing.T) {
	f := newFamily(t)
	folder := t.TempDir()
	write(t, folder, "ca.pem", "CERTIFICATE", f.ca.Raw)
	read := func(args ...string) (*revocation.Query, error) {
		t.Helper()
		openssl(t, folder, append([]string{"ocsp", "-issuer", "ca.pem", "-reqout", "request.der"}, args...)...)
		der, err := os.ReadFile(filepath.Join(folder, "request.der"))
		if err != nil {
			t.Fatal(err)
		}
		return revocation.ReadRequest(der)
	}
	q, err := read("-serial", "0x80", "-sha256", "-serial", "-5")
	if err != nil || len(q.IDs) != 2 || q.IDs[0].Serial.Int64() != 128 || q.IDs[1].Serial.Int64() != -5 || len(q.Nonce) < 8 ||
		!q.IDs[0].Of(f.ca.Certificate) || !q.IDs[1].Of(f.ca.Certificate) || q.IDs[0].Of(f.other.Certificate) {
		t.Errorf("%+v, %v", q, err)
	}
	write(t, folder, "signer.pem", "CERTIFICATE", f.leaf.Raw)
	key, err := x509.MarshalPKCS8PrivateKey(f.leaf.key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, folder, "signer.key", "PRIVATE KEY", key)
	if q, err = read("-serial", "3", "-no_nonce", "-signer", "signer.pem", "-signkey", "signer.key"); err != nil || len(q.IDs) != 1 || q.Nonce != nil {
		t.Errorf("a signed request: %+v, %v", q, err)
	}
	var many []string
	for range 33 {
		many = append(many, "-serial", "7")
	}
	if _, err := read(many...); err == nil {
		t.Error("33 certificates at once")
	}
	for _, bad := range [][]byte{nil, {0x30, 0}, []byte("hello"), make([]byte, revocation.MaxRequest+1), {0x30, 4, 0x30, 2, 0x30, 0}} {
		if q, err := revocation.ReadRequest(bad); err == nil {
			t.Errorf("% x: %+v", bad[:min(len(bad), 8)], q)
		}
	}
}
