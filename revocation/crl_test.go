package revocation_test

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"devca/revocation"
)

// TestCheckCRL goes through the situations; the second opinion is openssl's.
func TestCheckCRL(t *testing.T) {
	f := newFamily(t)
	folder := t.TempDir()
	for _, c := range listCases(t, f) {
		t.Run(c.name, func(t *testing.T) {
			if c.about == nil {
				c.about = f.leaf
			}
			if c.by == nil {
				c.by = f.ca
			}
			der := c.list.make(t)
			a := revocation.CheckCRL(der, c.about.Certificate, c.by.Certificate, now)
			if a.Status != c.status || strings.Join(ids(a), " ") != c.ids {
				t.Errorf("%+v", a)
			}
			checkAnswer(t, a)
			write(t, folder, "chain.pem", "CERTIFICATE", f.root.Raw, c.by.Raw)
			write(t, folder, "leaf.pem", "CERTIFICATE", c.about.Raw)
			write(t, folder, "list.pem", "X509 CRL", der)
			out := openssl(t, folder, "verify", "-crl_check", "-CAfile", "chain.pem", "-CRLfile", "list.pem", "-attime", fmt.Sprint(now.Unix()), "leaf.pem")
			if c.openssl != "*" && !regexp.MustCompile("(?i)"+c.openssl).MatchString(out) {
				t.Errorf("openssl says\n%s", out)
			}
		})
	}
}

// checkAnswer checks what holds for every answer.
func checkAnswer(t testing.TB, a revocation.Answer) {
	t.Helper()
	switch a.Status {
	case revocation.Revoked:
		if a.RevokedAt.IsZero() || a.Reason == "" {
			t.Errorf("revoked, but when and why? %+v", a)
		}
	case revocation.Good:
		if !a.RevokedAt.IsZero() || a.Reason != "" {
			t.Errorf("good, and a reason? %+v", a)
		}
	case revocation.Unknown, revocation.Unusable:
		if len(a.Problems) == 0 || a.Reason != "" {
			t.Errorf("%s without a problem: %+v", a.Status, a)
		}
	default:
		t.Errorf("status %q", a.Status)
	}
	for _, problem := range a.Problems {
		if !regexp.MustCompile(`^(crl|ocsp)(-[a-z]+)+$`).MatchString(problem.ID) || problem.What == "" || strings.HasSuffix(problem.What, ".") ||
			!strings.HasPrefix(problem.RFC, "RFC ") || !strings.HasPrefix(problem.ID, a.Source) {
			t.Errorf("problem %+v", problem)
		}
	}
}

// TestCRLDetails: what is passed on.
func TestCRLDetails(t *testing.T) {
	f := newFamily(t)
	at := now.Add(-90 * time.Minute)
	a := revocation.CheckCRL(spec{by: f.ca, entries: []entry{{serial: serial, at: at, extensions: reason(t, 4)}}}.make(t), f.leaf.Certificate, f.ca.Certificate, now)
	if !a.RevokedAt.Equal(at) || a.Reason != "superseded" || a.Source != revocation.SourceCRL ||
		!a.ThisUpdate.Equal(now.Add(-time.Hour)) || !a.NextUpdate.Equal(now.Add(time.Hour)) {
		t.Errorf("%+v", a)
	}
	for number, word := range map[int]string{0: "unspecified", 1: "keyCompromise", 6: "certificateHold", 7: "reason 7", 10: "aACompromise", 11: "reason 11", -1: "reason -1"} {
		if got := revocation.Reason(number); got != word {
			t.Errorf("reason %d is %q", number, got)
		}
	}
	// A clock between two seconds is not late.
	last := spec{by: f.ca, thisUpdate: now.Add(-time.Hour), nextUpdate: now}.make(t)
	if a := revocation.CheckCRL(last, f.leaf.Certificate, f.ca.Certificate, now.Add(999*time.Millisecond)); a.Status != revocation.Good {
		t.Errorf("%+v", a)
	}
	for _, broken := range [][]byte{nil, {}, {0x30}, {0x30, 0}, []byte("hello"), append(bytes.Clone(last), 0), last[:len(last)-1]} {
		if a := revocation.CheckCRL(broken, f.leaf.Certificate, f.ca.Certificate, now); a.Status != revocation.Unusable || !a.Has("crl-malformed") {
			t.Errorf("% x: %+v", broken, a)
		}
	}
	if a := revocation.CheckCRL(last, nil, nil, now); a.Status != revocation.Unknown {
		t.Errorf("nobody: %+v", a)
	}
}

// TestCRLKeys: lists signed with other kinds of keys, by us and by openssl ca.
func TestCRLKeys(t *testing.T) {
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	modulus, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []crypto.Signer{edwards, modulus} {
		ca := sign(t, template("ca"), key, nil)
		l := leaf(t, serial, ca)
		der := spec{by: ca, entries: []entry{{serial: serial}}}.make(t)
		if a := revocation.CheckCRL(der, l.Certificate, ca.Certificate, now); a.Status != revocation.Revoked {
			t.Errorf("%T: %+v", key, a)
		}
		der[len(der)-1] ^= 1
		if a := revocation.CheckCRL(der, l.Certificate, ca.Certificate, now); !a.Has("crl-signature") {
			t.Errorf("%T: %+v", key, a)
		}
	}
}

// TestLists: PEM with several, DER, neither.
func TestLists(t *testing.T) {
	f := newFamily(t)
	one, two := spec{by: f.ca}.make(t), spec{by: f.other}.make(t)
	folder := t.TempDir()
	write(t, folder, "both.pem", "X509 CRL", one, two)
	both, err := os.ReadFile(filepath.Join(folder, "both.pem"))
	if err != nil {
		t.Fatal(err)
	}
	if got := revocation.Lists(append([]byte("some text\n"), both...)); !slices.EqualFunc(got, [][]byte{one, two}, bytes.Equal) {
		t.Errorf("%d lists", len(got))
	}
	if got := revocation.Lists(one); len(got) != 1 || !bytes.Equal(got[0], one) {
		t.Errorf("%d lists", len(got))
	}
	if got := revocation.Lists(f.ca.Raw); got != nil {
		t.Errorf("a certificate is %d lists", len(got))
	}
}

// TestHugeCRL: the largest list there may be is read in proportion to its size,
// and a larger one is not read.
func TestHugeCRL(t *testing.T) {
	f := newFamily(t)
	var list spec
	list.by = f.ca
	for n := range int64(600_000) {
		list.entries = append(list.entries, entry{serial: 1_000_000 + n})
	}
	list.entries = append(list.entries, entry{serial: serial})
	der := list.make(t)
	if len(der) < revocation.MaxCRL*3/4 || len(der) > revocation.MaxCRL {
		t.Fatalf("%d bytes", len(der))
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	a := revocation.CheckCRL(der, f.leaf.Certificate, f.ca.Certificate, now)
	runtime.ReadMemStats(&after)
	if a.Status != revocation.Revoked || len(a.Problems) > 0 {
		t.Errorf("%+v", a)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > revocation.MaxCRL {
		t.Errorf("%d MB used", used>>20)
	}
	if a := revocation.CheckCRL(make([]byte, revocation.MaxCRL+1), f.leaf.Certificate, f.ca.Certificate, now); !a.Has("crl-too-large") {
		t.Errorf("%+v", a)
	}
}

func BenchmarkCRL(b *testing.B) {
	f := newFamily(b)
	list := spec{by: f.ca}
	for n := range int64(10_000) {
		list.entries = append(list.entries, entry{serial: 1_000_000 + n})
	}
	der := list.make(b)
	b.SetBytes(int64(len(der)))
	b.ReportAllocs()
	for b.Loop() {
		if a := revocation.CheckCRL(der, f.leaf.Certificate, f.ca.Certificate, now); a.Status != revocation.Good {
			b.Fatal(a)
		}
	}
}
