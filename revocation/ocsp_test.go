package revocation_test

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte"
	tags "golang.org/x/crypto/cryptobyte/asn1"
	"golang.org/x/crypto/ocsp"

	"devca/revocation"
)

// present is the time of what x/crypto/ocsp makes: it dates answers itself.
func present() time.Time { return time.Now().UTC().Truncate(time.Second) }

// responder makes a certificate for signing answers.
func responder(t testing.TB, by *owner, change ...func(*x509.Certificate)) *owner {
	t.Helper()
	c := &x509.Certificate{
		SerialNumber: big.NewInt(99), Subject: pkix.Name{CommonName: "responder"}, NotBefore: present().Add(-day), NotAfter: present().Add(day),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning},
	}
	for _, f := range change {
		f(c)
	}
	return sign(t, c, p256(t), by)
}

// answerCase is one answer, what we say about it, and what openssl ocsp says.
type answerCase struct {
	name    string
	about   *owner // issuer of the certificate named in the answer; the CA unless it says otherwise
	by      *owner // who signs; the CA unless it says otherwise
	embed   bool   // by's certificate comes along
	answer  ocsp.Response
	spoil   func([]byte) []byte
	status  revocation.Status
	ids     string
	openssl string
}

func answerCases(t testing.TB, f family) []answerCase {
	at := present()
	fresh := func(r ocsp.Response) ocsp.Response {
		if r.ThisUpdate.IsZero() {
			r.ThisUpdate = at.Add(-time.Hour)
		}
		if r.NextUpdate.IsZero() {
			r.NextUpdate = at.Add(time.Hour)
		}
		if r.SerialNumber == nil {
			r.SerialNumber = big.NewInt(serial)
		}
		return r
	}
	good := fresh(ocsp.Response{Status: ocsp.Good})
	revoked := fresh(ocsp.Response{Status: ocsp.Revoked, RevokedAt: at.Add(-day), RevocationReason: 4})
	hold := fresh(ocsp.Response{Status: ocsp.Revoked, RevokedAt: at.Add(-day), RevocationReason: 6})
	old := func(r ocsp.Response) ocsp.Response {
		r.ThisUpdate, r.NextUpdate = at.Add(-3*day), at.Add(-time.Hour)
		return r
	}
	endless := good
	endless.ThisUpdate, endless.NextUpdate = at.Add(-23*time.Hour), time.Time{}
	longAgo := endless
	longAgo.ThisUpdate = at.Add(-25 * time.Hour)
	critical := good
	critical.ExtraExtensions = []pkix.Extension{{Id: id(1, 2, 3), Critical: true, Value: []byte{5, 0}}}
	extended := good
	extended.ExtraExtensions = []pkix.Extension{{Id: id(1, 2, 3), Value: []byte{5, 0}}}
	hashed := good
	hashed.IssuerHash = crypto.SHA384
	with := func(f func(*x509.Certificate)) func(*x509.Certificate) { return f }
	delegate := responder(t, f.ca)
	return []answerCase{
		{name: "good", answer: good, status: "good", openssl: ": good"},
		{name: "revoked", answer: revoked, status: "revoked", openssl: ": revoked"},
		{name: "unknown", answer: fresh(ocsp.Response{Status: ocsp.Unknown}), status: "unknown", ids: "ocsp-unknown", openssl: ": unknown"},
		{name: "hold", answer: hold, status: "revoked", openssl: ": revoked"},
		{name: "SHA-384", answer: hashed, status: "good", openssl: "*"},
		{name: "extension", answer: extended, status: "good", openssl: ": good"},
		{name: "critical extension", answer: critical, status: "unusable", ids: "ocsp-critical-extension", openssl: "*"},

		{name: "expired", answer: old(good), status: "unusable", ids: "ocsp-expired", openssl: "status expired"},
		{name: "expired, revoked", answer: old(revoked), status: "revoked", ids: "ocsp-expired", openssl: "status expired"},
		{name: "expired, on hold", answer: old(hold), status: "unusable", ids: "ocsp-expired", openssl: "status expired"},
		{name: "to come", answer: fresh(ocsp.Response{ThisUpdate: at.Add(time.Hour), NextUpdate: at.Add(2 * time.Hour)}), status: "unusable", ids: "ocsp-not-yet", openssl: "status not yet valid"},
		{name: "clocks differ", answer: fresh(ocsp.Response{ThisUpdate: at.Add(4 * time.Minute)}), status: "good", openssl: ": good"},
		{name: "no next update", answer: endless, status: "good", openssl: ": good"},
		{name: "no next update, long ago", answer: longAgo, status: "unusable", ids: "ocsp-expired", openssl: "*"},

		{name: "another serial number", answer: fresh(ocsp.Response{SerialNumber: big.NewInt(serial + 1)}), status: "unknown", ids: "ocsp-other-certificate", openssl: "No Status found"},
		{name: "another issuer", about: f.other, answer: good, status: "unknown", ids: "ocsp-other-certificate", openssl: "No Status found"},
		{name: "issuer with the same name", about: f.twin, answer: good, status: "unknown", ids: "ocsp-other-certificate", openssl: "No Status found"},

		{name: "issuer's certificate embedded", embed: true, answer: good, status: "good", openssl: ": good"},
		{name: "delegated", by: delegate, embed: true, answer: revoked, status: "revoked", openssl: "Response verify OK"},
		{name: "delegated, certificate left out", by: delegate, answer: good, status: "unusable", ids: "ocsp-responder", openssl: "signer certificate not found"},
		{name: "delegated by another", by: responder(t, f.other), embed: true, answer: good, status: "unusable", ids: "ocsp-responder", openssl: "Response Verify Failure"},
		{name: "delegated by a namesake", by: responder(t, f.twin), embed: true, answer: good, status: "unusable", ids: "ocsp-responder", openssl: "Response Verify Failure"},
		{name: "without the usage", by: responder(t, f.ca, with(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} })), embed: true, answer: good, status: "unusable", ids: "ocsp-responder", openssl: "missing ocspsigning usage"},
		{name: "any usage", by: responder(t, f.ca, with(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny} })), embed: true, answer: good, status: "unusable", ids: "ocsp-responder", openssl: "missing ocspsigning usage"},
		{name: "a server of the CA", by: leaf(t, 5, f.ca, with(func(c *x509.Certificate) { c.NotBefore, c.NotAfter = at.Add(-day), at.Add(day) })), embed: true, answer: good, status: "unusable", ids: "ocsp-responder", openssl: "missing ocspsigning usage"},
		{name: "responder expired", by: responder(t, f.ca, with(func(c *x509.Certificate) { c.NotAfter = at.Add(-time.Minute) })), embed: true, answer: good, status: "unusable", ids: "ocsp-responder", openssl: "certificate has expired|verify error"},
		{name: "responder to come", by: responder(t, f.ca, with(func(c *x509.Certificate) { c.NotBefore = at.Add(time.Hour) })), embed: true, answer: good, status: "unusable", ids: "ocsp-responder", openssl: "not yet valid|verify error"},
		{name: "responder with a critical extension", by: responder(t, f.ca, with(func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{{Id: id(1, 2, 3), Critical: true, Value: []byte{5, 0}}}
		})), embed: true, answer: good, status: "unusable", ids: "ocsp-responder", openssl: "*"},
		{name: "somebody", by: f.other, answer: good, status: "unusable", ids: "ocsp-responder", openssl: "signer certificate not found|Response Verify Failure"},
		{name: "namesake", by: f.twin, answer: good, status: "unusable", ids: "ocsp-signature", openssl: "signature failure|Response Verify Failure"},
		{name: "changed", answer: good, spoil: func(der []byte) []byte {
			return bytes.Replace(der, []byte{0x80, 0}, []byte{0x82, 0}, 1)
		}, status: "unusable", ids: "ocsp-signature", openssl: "signature failure|Response Verify Failure"},

		{name: "malformed request", spoil: instead(ocsp.MalformedRequestErrorResponse), status: "unusable", ids: "ocsp-malformed-request", openssl: "malformedrequest"},
		{name: "internal error", spoil: instead(ocsp.InternalErrorErrorResponse), status: "unusable", ids: "ocsp-internal-error", openssl: "internalerror"},
		{name: "try later", spoil: instead(ocsp.TryLaterErrorResponse), status: "unusable", ids: "ocsp-try-later", openssl: "trylater"},
		{name: "sig required", spoil: instead(ocsp.SigRequredErrorResponse), status: "unusable", ids: "ocsp-sig-required", openssl: "sigrequired"},
		{name: "unauthorized", spoil: instead(ocsp.UnauthorizedErrorResponse), status: "unusable", ids: "ocsp-unauthorized", openssl: "unauthorized"},
		{name: "status 4", spoil: instead([]byte{0x30, 3, 0x0a, 1, 4}), status: "unusable", ids: "ocsp-malformed", openssl: "*"},
		{name: "cut off", answer: good, spoil: func(der []byte) []byte { return der[:len(der)-1] }, status: "unusable", ids: "ocsp-malformed", openssl: "Error parsing|Error reading"},
		{name: "nothing", spoil: instead(nil), status: "unusable", ids: "ocsp-malformed", openssl: "*"},
		{name: "a page", spoil: instead([]byte("<html>")), status: "unusable", ids: "ocsp-malformed", openssl: "*"},
		{name: "too large", spoil: instead(make([]byte, revocation.MaxOCSP+1)), status: "unusable", ids: "ocsp-too-large", openssl: "*"},
	}
}

func instead(der []byte) func([]byte) []byte { return func([]byte) []byte { return der } }

func (c answerCase) make(t testing.TB, f family) []byte {
	t.Helper()
	if c.about == nil {
		c.about = f.ca
	}
	if c.by == nil {
		c.by = f.ca
	}
	if c.answer.SerialNumber == nil {
		return c.spoil(nil)
	}
	if c.embed {
		c.answer.Certificate = c.by.Certificate
	}
	der, err := ocsp.CreateResponse(c.about.Certificate, c.by.Certificate, c.answer, c.by.key)
	if err != nil {
		t.Fatal(err)
	}
	if c.spoil != nil {
		der = c.spoil(der)
	}
	return der
}

// TestCheckOCSP goes through the situations; the second opinion is openssl's.
func TestCheckOCSP(t *testing.T) {
	f := newFamily(t)
	folder := t.TempDir()
	write(t, folder, "chain.pem", "CERTIFICATE", f.root.Raw, f.ca.Raw, f.other.Raw)
	write(t, folder, "ca.pem", "CERTIFICATE", f.ca.Raw)
	write(t, folder, "leaf.pem", "CERTIFICATE", f.leaf.Raw)
	for _, c := range answerCases(t, f) {
		t.Run(c.name, func(t *testing.T) {
			der := c.make(t, f)
			a := revocation.CheckOCSP(der, f.leaf.Certificate, f.ca.Certificate, present(), nil)
			if a.Status != c.status || strings.Join(ids(a), " ") != c.ids {
				t.Errorf("%+v", a)
			}
			checkAnswer(t, a)
			if a.Source != revocation.SourceOCSP || a.Status == revocation.Revoked && !a.RevokedAt.Equal(c.answer.RevokedAt) {
				t.Errorf("%+v", a)
			}
			if err := os.WriteFile(filepath.Join(folder, "answer.der"), der, 0o600); err != nil {
				t.Fatal(err)
			}
			out := openssl(t, folder, "ocsp", "-respin", "answer.der", "-issuer", "ca.pem", "-cert", "leaf.pem", "-CAfile", "chain.pem", "-verify_other", "ca.pem", "-no_nonce")
			if c.openssl != "*" && !regexp.MustCompile("(?i)"+c.openssl).MatchString(out) {
				t.Errorf("openssl says\n%s", out)
			}
		})
	}
}

// TestOCSPEd25519: neither openssl ocsp nor x/crypto signs or reads such answers.
func TestOCSPEd25519(t *testing.T) {
	f := newFamily(t)
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	edwards := sign(t, template("ca"), key, nil)
	l := leaf(t, serial, edwards)
	f.ca, f.leaf = edwards, l
	// The responder that signed is replaced by the CA itself.
	data := body(reply(t, f, nil, revocation.Statement{Status: revocation.Good}))
	var named cryptobyte.Builder
	sum := sha1.Sum(key.Public().(ed25519.PublicKey))
	content := cryptobyte.String(data)
	var inner, skipped cryptobyte.String
	if !content.ReadASN1(&inner, tags.SEQUENCE) || !inner.ReadASN1(&skipped, tags.Tag(2).ContextSpecific().Constructed()) {
		t.Fatal("no responder by key")
	}
	named.AddASN1(tags.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(tags.Tag(2).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) { b.AddASN1OctetString(sum[:]) })
		b.AddBytes(inner)
	})
	answer := basic(t, key, named.BytesOrPanic())
	if a := revocation.CheckOCSP(answer, l.Certificate, edwards.Certificate, present(), nil); a.Status != revocation.Good {
		t.Errorf("%+v", a)
	}
	answer[len(answer)-1] ^= 1
	if a := revocation.CheckOCSP(answer, l.Certificate, edwards.Certificate, present(), nil); !a.Has("ocsp-signature") {
		t.Errorf("%+v", a)
	}
}

// TestPoints: what certificates say about where to ask, in their own words and
// in openssl's.
func TestPoints(t *testing.T) {
	f := newFamily(t)
	plain := f.leaf.Certificate
	if revocation.MustStaple(plain) || revocation.CRLPoints(plain) != nil || revocation.OCSPServers(plain) != nil || revocation.Issuers(plain) != nil {
		t.Error("a certificate that says nothing")
	}
	full := leaf(t, 8, f.ca, func(c *x509.Certificate) {
		c.OCSPServer, c.IssuingCertificateURL = []string{"http://o.test/"}, []string{"http://i.test/ca.crt"}
		c.CRLDistributionPoints = []string{"http://c.test/1.crl", "ldap://l.test/"}
		c.ExtraExtensions = []pkix.Extension{feature(t, 17, 5)}
	}).Certificate
	if !revocation.MustStaple(full) || fmt.Sprint(revocation.CRLPoints(full), revocation.OCSPServers(full), revocation.Issuers(full)) !=
		"[http://c.test/1.crl ldap://l.test/] [http://o.test/] [http://i.test/ca.crt]" {
		t.Errorf("%v %v %v", revocation.CRLPoints(full), revocation.OCSPServers(full), revocation.Issuers(full))
	}
	for _, other := range []pkix.Extension{feature(t), feature(t, 17), {Id: feature(t).Id, Value: []byte{0x30, 1, 5}}, {Id: feature(t).Id, Value: []byte{5, 0}}} {
		if revocation.MustStaple(leaf(t, 9, f.ca, func(c *x509.Certificate) { c.ExtraExtensions = []pkix.Extension{other} }).Certificate) {
			t.Errorf("% x is must-staple", other.Value)
		}
	}
	folder := t.TempDir()
	openssl(t, folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "k.pem", "-out", "c.pem", "-subj", "/CN=a", "-addext", "tlsfeature=status_request")
	if !revocation.MustStaple(readCertificate(t, filepath.Join(folder, "c.pem"))) {
		t.Error("openssl's must-staple is not seen")
	}
}

func feature(t testing.TB, numbers ...int) pkix.Extension {
	if numbers == nil {
		numbers = []int{}
	}
	return pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: value(t, numbers)}
}
