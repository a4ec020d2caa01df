package revocation_test

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
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

const serial = 0x1234

// family is a CA with all that the lists of the tests need.
type family struct {
	root, ca, twin, other, mute *owner
	leaf, between, pointed      *owner
}

func newFamily(t testing.TB) family {
	t.Helper()
	f := family{root: sign(t, template("root"), fixed(t, "root"), nil)}
	below := func(name, key string) *owner { return sign(t, template(name), fixed(t, key), f.root) }
	f.ca, f.twin, f.other = below("ca", "ca"), below("ca", "twin"), below("other", "other")
	silent := template("mute")
	silent.KeyUsage = x509.KeyUsageCertSign
	f.mute = sign(t, silent, p256(t), f.root)
	f.leaf = leaf(t, serial, f.ca)
	f.pointed = leaf(t, serial, f.ca, func(c *x509.Certificate) {
		c.CRLDistributionPoints = []string{"http://a.test/1.crl", "http://a.test/2.crl"}
	})
	inner := template("between")
	inner.SerialNumber = f.leaf.SerialNumber
	f.between = sign(t, inner, p256(t), f.ca)
	return f
}

// point is an issuingDistributionPoint.
type point struct {
	Place       place `asn1:"optional,tag:0"`
	Users       bool  `asn1:"optional,tag:1"`
	Authorities bool  `asn1:"optional,tag:2"`
	Indirect    bool  `asn1:"optional,tag:4"`
	Attributes  bool  `asn1:"optional,tag:5"`
}

type place struct {
	Full []asn1.RawValue `asn1:"optional,tag:0"`
}

// pointed makes the extension.
func pointed(t testing.TB, p point) []pkix.Extension {
	return []pkix.Extension{{Id: id(2, 5, 29, 28), Critical: true, Value: value(t, p)}}
}

func critical(t testing.TB, arcs ...int) []pkix.Extension {
	return []pkix.Extension{{Id: arcs, Critical: true, Value: value(t, 1)}}
}

// listCase is one list, what we say about it, and what openssl verify -crl_check
// says, which is there as a second opinion and not as a judge.
type listCase struct {
	name    string
	list    spec
	about   *owner // the leaf unless it says otherwise
	by      *owner // its issuer, the CA unless it says otherwise
	status  revocation.Status
	ids     string
	openssl string
}

func listCases(t testing.TB, f family) []listCase {
	revoked := []entry{{serial: 1}, {serial: serial, extensions: reason(t, 1)}, {serial: 3}}
	others := []entry{{serial: 1}, {serial: 0x1235}, {serial: -serial}}
	hold := []entry{{serial: serial, extensions: reason(t, 6)}}
	good, gone, unknown, unusable := revocation.Good, revocation.Revoked, revocation.Unknown, revocation.Unusable
	place := func(names ...string) point {
		var p point
		for _, name := range names {
			p.Place.Full = append(p.Place.Full, asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 6, Bytes: []byte(name)})
		}
		return p
	}
	bare := []pkix.Extension{{Id: id(1, 2, 3), Value: value(t, 1)}}
	unnumbered := spec{by: f.ca, extensions: bare}
	return []listCase{
		{name: "good", list: spec{by: f.ca, entries: others}, status: good, openssl: "OK"},
		{name: "empty", list: spec{by: f.ca}, status: good, openssl: "OK"},
		{name: "revoked", list: spec{by: f.ca, entries: revoked}, status: gone, openssl: "certificate revoked"},
		{name: "hold", list: spec{by: f.ca, entries: hold}, status: gone, openssl: "certificate revoked"},
		{name: "removed", list: spec{by: f.ca, entries: []entry{{serial: serial, extensions: reason(t, 8)}}}, status: good, ids: "crl-remove", openssl: "OK"},
		{name: "removed and revoked", list: spec{by: f.ca, entries: append([]entry{{serial: serial, extensions: reason(t, 8)}}, revoked...)}, status: gone, ids: "crl-duplicate-serial", openssl: "*"},
		{name: "twice", list: spec{by: f.ca, entries: append(others, others...)}, status: good, ids: "crl-duplicate-serial", openssl: "OK"},
		{name: "revoked in the future", list: spec{by: f.ca, entries: []entry{{serial: serial, at: now.Add(day)}}}, status: gone, openssl: "certificate revoked"},
		{name: "far dates", list: spec{by: f.ca, nextUpdate: time.Date(2060, 1, 1, 0, 0, 0, 0, time.UTC)}, status: good, openssl: "OK"},

		{name: "last second", list: spec{by: f.ca, thisUpdate: now.Add(-day), nextUpdate: now}, status: good, openssl: "*"},
		{name: "first second", list: spec{by: f.ca, thisUpdate: now}, status: good, openssl: "*"},
		{name: "expired", list: spec{by: f.ca, thisUpdate: now.Add(-2 * day), nextUpdate: now.Add(-time.Second)}, status: unusable, ids: "crl-expired", openssl: "CRL has expired"},
		{name: "expired and revoked", list: spec{by: f.ca, thisUpdate: now.Add(-2 * day), nextUpdate: now.Add(-day), entries: revoked}, status: gone, ids: "crl-expired", openssl: "CRL has expired"},
		{name: "expired and on hold", list: spec{by: f.ca, thisUpdate: now.Add(-2 * day), nextUpdate: now.Add(-day), entries: hold}, status: unusable, ids: "crl-expired", openssl: "CRL has expired"},
		{name: "to come", list: spec{by: f.ca, thisUpdate: now.Add(time.Second)}, status: unusable, ids: "crl-not-yet", openssl: "CRL is not yet valid"},
		{name: "no next update", list: spec{by: f.ca, nextUpdate: never}, status: unusable, ids: "crl-no-next-update", openssl: "OK"},

		{name: "no number", list: unnumbered, status: unusable, ids: "crl-no-number", openssl: "OK"},
		{name: "version 1", list: spec{by: f.ca, version: -1, extensions: []pkix.Extension{}}, status: unusable, ids: "crl-no-number", openssl: "OK"},
		{name: "version 1 with extensions", list: spec{by: f.ca, version: -1}, status: unusable, ids: "crl-malformed", openssl: "*"},
		{name: "version 3", list: spec{by: f.ca, version: 2}, status: unusable, ids: "crl-malformed", openssl: "*"},
		{name: "critical number", list: spec{by: f.ca, number: &pkix.Extension{Id: id(2, 5, 29, 20), Critical: true, Value: value(t, 7)}}, status: unusable, ids: "crl-number-critical", openssl: "OK"},
		{name: "critical extension", list: spec{by: f.ca, more: critical(t, 1, 2, 3)}, status: unusable, ids: "crl-critical-extension", openssl: "unhandled critical CRL extension"},
		{name: "known one made critical", list: spec{by: f.ca, more: critical(t, 2, 5, 29, 46)}, status: unusable, ids: "crl-critical-extension", openssl: "unhandled critical CRL extension"},
		{name: "extension", list: spec{by: f.ca, more: bare}, status: good, openssl: "OK"},
		{name: "extension twice", list: spec{by: f.ca, more: append(bare, bare...)}, status: unusable, ids: "crl-malformed", openssl: "*"},
		{name: "delta", list: spec{by: f.ca, more: critical(t, 2, 5, 29, 27)}, status: unusable, ids: "crl-delta", openssl: "different CRL scope|unable to get certificate CRL"},
		{name: "critical extension of an entry", list: spec{by: f.ca, entries: []entry{{serial: 1, extensions: critical(t, 1, 2, 3)}}}, status: unusable, ids: "crl-critical-extension", openssl: "unhandled critical CRL extension"},
		{name: "invalidity date", list: spec{by: f.ca, entries: []entry{{serial: 1, extensions: []pkix.Extension{{Id: id(2, 5, 29, 24), Critical: true, Value: value(t, now)}}}}}, status: good, openssl: "unhandled critical CRL extension"},
		{name: "entry of another issuer", list: spec{by: f.ca, entries: []entry{{serial: 1, extensions: critical(t, 2, 5, 29, 29)}}}, status: unusable, ids: "crl-indirect", openssl: "*"},

		{name: "other issuer", list: spec{by: f.other, entries: revoked}, status: unknown, ids: "crl-other-issuer", openssl: "unable to get certificate CRL|unable to get certificate revocation"},
		{name: "other issuer, our name", list: spec{by: f.other, issuer: f.ca.RawSubject, entries: revoked}, status: unknown, ids: "crl-other-key", openssl: "CRL|certificate revocation"},
		{name: "other key", list: spec{by: f.twin, entries: revoked}, status: unknown, ids: "crl-other-key", openssl: "CRL|certificate revocation"},
		{name: "other key, unnamed", list: spec{by: f.twin, extensions: []pkix.Extension{{Id: id(2, 5, 29, 20), Value: value(t, 1)}}, entries: revoked}, status: unusable, ids: "crl-signature", openssl: "CRL signature failure"},
		{name: "changed", list: spec{by: f.ca, entries: others, spoil: func(der []byte) []byte {
			return bytes.Replace(der, []byte{2, 2, 0x12, 0x35}, []byte{2, 2, 0x12, 0x36}, 1)
		}}, status: unusable, ids: "crl-signature", openssl: "CRL signature failure"},
		{name: "may not sign lists", list: spec{by: f.mute}, about: leaf(t, serial, f.mute), by: f.mute, status: unusable, ids: "crl-sign", openssl: "key usage does not include CRL signing"},
		{name: "certificate of another issuer", list: spec{by: f.ca, entries: revoked}, about: leaf(t, serial, f.other), status: unknown, ids: "crl-other-issuer", openssl: "*"},

		{name: "end entities", list: spec{by: f.ca, more: pointed(t, point{Users: true})}, status: good, openssl: "OK"},
		{name: "end entities, a CA", list: spec{by: f.ca, more: pointed(t, point{Users: true})}, about: f.between, status: unknown, ids: "crl-scope", openssl: "Different CRL scope"},
		{name: "CAs", list: spec{by: f.ca, more: pointed(t, point{Authorities: true})}, status: unknown, ids: "crl-scope", openssl: "Different CRL scope"},
		{name: "CAs, a CA", list: spec{by: f.ca, more: pointed(t, point{Authorities: true})}, about: f.between, status: good, openssl: "OK"},
		{name: "CAs, but listed", list: spec{by: f.ca, entries: revoked, more: pointed(t, point{Authorities: true})}, status: gone, ids: "crl-scope", openssl: "Different CRL scope"},
		{name: "attributes", list: spec{by: f.ca, more: pointed(t, point{Attributes: true})}, status: unknown, ids: "crl-scope", openssl: "Different CRL scope"},
		{name: "indirect", list: spec{by: f.ca, more: pointed(t, point{Indirect: true})}, status: unusable, ids: "crl-indirect", openssl: "*"},
		{name: "our point", list: spec{by: f.ca, more: pointed(t, place("http://a.test/2.crl"))}, about: f.pointed, status: good, openssl: "OK"},
		{name: "one of its points", list: spec{by: f.ca, more: pointed(t, place("http://a.test/0.crl", "http://a.test/1.crl"))}, about: f.pointed, status: good, openssl: "OK"},
		{name: "other point", list: spec{by: f.ca, more: pointed(t, place("http://a.test/3.crl"))}, about: f.pointed, status: unknown, ids: "crl-point", openssl: "Different CRL scope"},
		{name: "almost our point", list: spec{by: f.ca, more: pointed(t, place("http://a.test/%32.crl"))}, about: f.pointed, status: unknown, ids: "crl-point", openssl: "Different CRL scope"},
		{name: "no point", list: spec{by: f.ca, more: pointed(t, place("http://a.test/1.crl"))}, status: unknown, ids: "crl-point", openssl: "Different CRL scope"},
		{name: "relative name", list: spec{by: f.ca, more: []pkix.Extension{{Id: id(2, 5, 29, 28), Critical: true, Value: []byte{0x30, 6, 0xa0, 4, 0xa1, 2, 0x31, 0}}}}, status: unusable, ids: "crl-relative-name", openssl: "*"},
		{name: "some reasons", list: spec{by: f.ca, more: []pkix.Extension{{Id: id(2, 5, 29, 28), Critical: true, Value: []byte{0x30, 4, 0x83, 2, 6, 0x40}}}}, status: unknown, ids: "crl-some-reasons", openssl: "unable to get certificate CRL"},
		{name: "some reasons, ours", list: spec{by: f.ca, entries: revoked, more: []pkix.Extension{{Id: id(2, 5, 29, 28), Critical: true, Value: []byte{0x30, 4, 0x83, 2, 6, 0x40}}}}, status: gone, ids: "crl-some-reasons", openssl: "*"},
		{name: "unreadable point", list: spec{by: f.ca, more: []pkix.Extension{{Id: id(2, 5, 29, 28), Critical: true, Value: []byte{0x30, 1, 1}}}}, status: unusable, ids: "crl-malformed", openssl: "*"},
	}
}

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

// TestOpenSSLCA: the lists that openssl ca makes, with keys and digests as people use them.
func TestOpenSSLCA(t *testing.T) {
	for _, kind := range []string{"rsa:2048 -sha256", "rsa:3072 -sha512 -sigopt rsa_padding_mode:pss", "ec -pkeyopt ec_paramgen_curve:P-384 -sha384", "ed25519"} {
		t.Run(kind, func(t *testing.T) {
			folder := t.TempDir()
			config := "[ca]\ndefault_ca=c\n[c]\ndatabase=index.txt\ncrlnumber=number\ndefault_md=default\ndefault_crl_days=1\ncrl_extensions=x\n[x]\nauthorityKeyIdentifier=keyid\n"
			words := strings.Fields(kind)
			var pss []string
			if len(words) > 3 && words[2] == "-sigopt" {
				pss = []string{"-sigopt", words[3]}
			}
			for name, text := range map[string]string{"ca.cnf": config, "number": "1000\n", "index.txt": "V\t301231235959Z\t\tAA\tunknown\t/CN=a\nR\t301231235959Z\t260101000000Z,keyCompromise\tBB\tunknown\t/CN=b\n"} {
				if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			args := append([]string{"req", "-x509", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=ca", "-days", "2", "-newkey"}, words...)
			out := openssl(t, folder, args...)
			out += openssl(t, folder, append([]string{"ca", "-config", "ca.cnf", "-gencrl", "-keyfile", "ca.key", "-cert", "ca.pem", "-out", "list.pem"}, pss...)...)
			data, err := os.ReadFile(filepath.Join(folder, "list.pem"))
			if err != nil {
				t.Fatal(err, out)
			}
			lists := revocation.Lists(data)
			if len(lists) != 1 {
				t.Fatalf("%d lists", len(lists))
			}
			ca := readCertificate(t, filepath.Join(folder, "ca.pem"))
			for number, want := range map[int64]revocation.Status{0xaa: revocation.Good, 0xbb: revocation.Revoked} {
				l := &x509.Certificate{SerialNumber: big.NewInt(number), RawIssuer: ca.RawSubject}
				a := revocation.CheckCRL(lists[0], l, ca, time.Now())
				if a.Status != want || len(a.Problems) != 0 {
					t.Errorf("%x: %+v", number, a)
				}
			}
		})
	}
}

func readCertificate(t testing.TB, path string) *x509.Certificate {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(decode(t, data))
	if err != nil {
		t.Fatal(err)
	}
	return certificate
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

// FuzzCRL signs what it is given, so that all of it is read, and compares with
// crypto/x509: a certificate on a list is never called good.
func FuzzCRL(f *testing.F) {
	family := newFamily(f)
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	ca := sign(f, template("ca"), key, nil)
	l := leaf(f, serial, ca)
	family.ca = ca
	for _, c := range listCases(f, family) {
		f.Add(c.list.body(f))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		der := signed(t, key, body)
		a := revocation.CheckCRL(der, l.Certificate, ca.Certificate, now)
		checkAnswer(t, a)
		revocation.CheckCRL(body, l.Certificate, ca.Certificate, now)
		second, err := x509.ParseRevocationList(der)
		if err != nil || a.Status != revocation.Good {
			return
		}
		if second.CheckSignatureFrom(ca.Certificate) != nil || !bytes.Equal(second.RawIssuer, ca.RawSubject) {
			t.Errorf("a signature that crypto/x509 refuses")
		}
		for _, e := range second.RevokedCertificateEntries {
			if e.SerialNumber.Cmp(l.SerialNumber) == 0 && e.ReasonCode != 8 {
				t.Errorf("it is on the list")
			}
		}
	})
}
