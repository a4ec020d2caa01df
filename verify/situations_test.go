package verify_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"net"
	"net/url"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"devca/verify"
)

// measured are the clients that could be asked; the other two are not held
// against the situations below.
const measured = verify.Everyone &^ (verify.Safari | verify.Windows)

const (
	ossl = verify.OpenSSL | verify.Curl | verify.Node | verify.Python
	none = verify.Clients(0)
)

// situation is a chain with one thing odd about it, and the clients that were
// seen to refuse it. It is made anew for each run, with other names and keys than
// the recordings have.
type situation struct {
	name     string
	refusing verify.Clients

	root, issuer, leaf func(*x509.Certificate)
	rootKey, leafKey   crypto.Signer
	deep               bool // with an issuer between root and leaf
	host               string
	names              []string
	after              func(t *testing.T, s *scene)
}

// scene is what a situation has made, for a last change.
type scene struct {
	root, issuer, leaf *made
	request            *verify.Request
}

func key(t *testing.T, curve elliptic.Curve) crypto.Signer {
	t.Helper()
	made, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func rsaKey(t *testing.T, bits int) crypto.Signer {
	t.Helper()
	t.Setenv("GODEBUG", "rsa1024min=0")
	made, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func days(n int) func(*x509.Certificate) {
	return func(t *x509.Certificate) { t.NotAfter = t.NotBefore.AddDate(0, 0, n) }
}

func usage(ku x509.KeyUsage) func(*x509.Certificate) {
	return func(t *x509.Certificate) { t.KeyUsage = ku }
}

func purposes(eku ...x509.ExtKeyUsage) func(*x509.Certificate) {
	return func(t *x509.Certificate) { t.ExtKeyUsage = eku }
}

func extra(id asn1.ObjectIdentifier, critical bool, value any) func(*x509.Certificate) {
	return func(t *x509.Certificate) {
		der, ok := value.([]byte)
		if !ok {
			var err error
			if der, err = asn1.Marshal(value); err != nil {
				panic(err)
			}
		}
		t.ExtraExtensions = append(t.ExtraExtensions, pkix.Extension{Id: id, Critical: critical, Value: der})
	}
}

var (
	oidUnknown    = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 99999, 7}
	oidMustStaple = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}
	oidBC         = asn1.ObjectIdentifier{2, 5, 29, 19}
	oidEKU        = asn1.ObjectIdentifier{2, 5, 29, 37}
	oidNC         = asn1.ObjectIdentifier{2, 5, 29, 30}
	oidSAN        = asn1.ObjectIdentifier{2, 5, 29, 17}
)

type basicConstraints struct {
	CA bool `asn1:"optional"`
}

func permit(critical bool, domains ...string) func(*x509.Certificate) {
	return func(t *x509.Certificate) { t.PermittedDNSDomains, t.PermittedDNSDomainsCritical = domains, critical }
}

func commonName(text string) func(*x509.Certificate) {
	return func(t *x509.Certificate) { t.Subject.CommonName = text }
}

func all(changes ...func(*x509.Certificate)) func(*x509.Certificate) {
	return func(t *x509.Certificate) {
		for _, change := range changes {
			change(t)
		}
	}
}

func past(t *x509.Certificate) {
	t.NotBefore, t.NotAfter = time.Now().AddDate(-3, 0, 0), time.Now().AddDate(0, 0, -1)
}

func future(t *x509.Certificate) { t.NotBefore = time.Now().AddDate(0, 0, 1) }

// directoryConstraint permits subjects of one organization.
func directoryConstraint(organization string) []byte {
	type tree struct {
		Base asn1.RawValue
	}
	name, err := asn1.Marshal(pkix.Name{Organization: []string{organization}}.ToRDNSequence())
	if err != nil {
		panic(err)
	}
	der, err := asn1.Marshal(struct {
		Permitted []tree `asn1:"optional,tag:0"`
	}{[]tree{{asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 4, IsCompound: true, Bytes: name}}}})
	if err != nil {
		panic(err)
	}
	return der
}

// stapled gives the leaf an OCSP response.
func stapled(status int, next time.Duration) func(*testing.T, *scene) {
	return func(t *testing.T, s *scene) {
		der, err := ocsp.CreateResponse(s.root.Certificate, s.root.Certificate, ocsp.Response{
			Status: status, SerialNumber: s.leaf.SerialNumber, ThisUpdate: time.Now().Add(-48 * time.Hour),
			NextUpdate: time.Now().Add(next), RevokedAt: time.Now().Add(-50 * time.Hour),
		}, s.root.key)
		if err != nil {
			t.Fatal(err)
		}
		s.request.Staple = der
	}
}

func situations(t *testing.T) []situation {
	organization := func(text string) func(*x509.Certificate) {
		return func(t *x509.Certificate) { t.Subject.Organization = []string{text} }
	}
	small, smaller := rsaKey(t, 1536), rsaKey(t, 1024)
	return []situation{
		{name: "good", refusing: none},
		{name: "good, deep", refusing: none, deep: true},
		{name: "a hundred years", refusing: none, leaf: days(36500)},
		{name: "no purpose", refusing: none, leaf: purposes()},
		{name: "empty purposes", refusing: verify.Chrome | verify.Firefox | ossl | verify.Java | verify.Rustls, leaf: all(purposes(), extra(oidEKU, false, []asn1.ObjectIdentifier{}))},
		{name: "any purpose", refusing: verify.Firefox | ossl | verify.Rustls, leaf: purposes(x509.ExtKeyUsageAny)},
		{name: "client only", refusing: measured, leaf: purposes(x509.ExtKeyUsageClientAuth)},
		{name: "root for clients", refusing: verify.Chrome | verify.Firefox | verify.Go | ossl, root: purposes(x509.ExtKeyUsageClientAuth)},
		{name: "issuer for clients", refusing: measured &^ verify.Java, deep: true, issuer: purposes(x509.ExtKeyUsageClientAuth)},
		{name: "issuer for any purpose", refusing: verify.Firefox | ossl | verify.GnuTLS | verify.Rustls, deep: true, issuer: purposes(x509.ExtKeyUsageAny)},
		{name: "common name only", refusing: verify.Chrome | verify.Firefox | verify.Go | verify.Rustls, names: []string{}, leaf: commonName("web.test.example"), host: "web.test.example"},
		{name: "common name beside an address", refusing: verify.Chrome | verify.Firefox | verify.Go | verify.Rustls | verify.Curl | verify.GnuTLS, names: []string{"10.0.0.1"}, leaf: commonName("web.test.example")},
		{
			name: "common name beside a URI", refusing: verify.Chrome | verify.Firefox | verify.Go | verify.Rustls | verify.GnuTLS, names: []string{},
			leaf: all(commonName("web.test.example"), func(t *x509.Certificate) { t.URIs = []*url.URL{{Scheme: "http", Host: "x.test"}} }),
		},
		{
			name: "common name beside a mailbox", refusing: verify.Chrome | verify.Firefox | verify.Go | verify.Rustls, names: []string{},
			leaf: all(commonName("web.test.example"), func(t *x509.Certificate) { t.EmailAddresses = []string{"me@x.test"} }),
		},
		{name: "address in the common name", refusing: measured &^ verify.Curl, names: []string{}, leaf: commonName("127.0.0.1"), host: "127.0.0.1"},
		{name: "*.localhost", refusing: verify.Chrome | verify.Firefox | ossl | verify.GnuTLS | verify.Rustls, names: []string{"*.localhost"}, host: "web.localhost"},
		{name: "*.internal", refusing: verify.Chrome | verify.Firefox | ossl | verify.GnuTLS | verify.Rustls, names: []string{"*.internal"}, host: "web.internal"},
		{name: "*.org.uk", refusing: verify.Chrome, names: []string{"*.org.uk"}, host: "web.org.uk"},
		{name: "*.github.io", refusing: none, names: []string{"*.github.io"}, host: "web.github.io"},
		{name: "w*.dev.test", refusing: measured &^ (verify.OpenSSL | verify.Node | verify.Java), names: []string{"w*.dev.test"}, host: "web.dev.test"},
		{name: "a.*.dev.test", refusing: measured &^ verify.Java17, names: []string{"a.*.dev.test"}, host: "a.web.dev.test"},
		{name: "*", refusing: measured, names: []string{"*"}, host: "web"},
		{name: "wildcard for its apex", refusing: measured, names: []string{"*.dev.test"}, host: "dev.test"},
		{name: "asked with a dot", refusing: verify.OpenSSL | verify.Python, host: "web.test.example."},
		{name: "named with a dot", refusing: measured &^ (verify.Chrome | verify.Curl | verify.Node), names: []string{"web.test.example."}},
		{name: "underscore", refusing: verify.Java, names: []string{"my_web.test"}, host: "my_web.test"},
		{name: "underscore, wildcard", refusing: verify.Java | verify.OpenSSL | verify.Python, names: []string{"*.dev.test"}, host: "my_web.dev.test"},
		{name: "upper case", refusing: none, names: []string{"WEB.test.Example"}},
		{name: "another name", refusing: measured, host: "other.test.example"},
		{name: "empty subject", refusing: none, leaf: func(t *x509.Certificate) { t.Subject = pkix.Name{} }},
		{
			name: "empty subject, names not critical", refusing: verify.Chrome | verify.Python313 | verify.Java, names: []string{},
			leaf: all(func(t *x509.Certificate) { t.Subject = pkix.Name{} }, extra(oidSAN, false, []asn1.RawValue{{Class: 2, Tag: 2, Bytes: []byte("web.test.example")}})),
		},
		{name: "root expired", refusing: measured &^ (verify.Java | verify.Rustls), root: past},
		{name: "root too early", refusing: measured &^ (verify.Java | verify.Rustls), root: future},
		{name: "expired", refusing: measured, leaf: past},
		{name: "too early", refusing: measured, leaf: future},
		{name: "issuer expired", refusing: measured, deep: true, issuer: past},
		{name: "longer than its root", refusing: none, leaf: days(20 * 365)},
		{name: "leaf a CA", refusing: verify.Firefox | verify.Rustls, leaf: func(t *x509.Certificate) { t.IsCA = true }},
		{name: "root says CA:FALSE", refusing: measured &^ verify.Rustls, root: func(t *x509.Certificate) { t.IsCA = false; t.KeyUsage = x509.KeyUsageCertSign }},
		{
			name: "root without basic constraints", refusing: verify.Firefox | verify.Go | verify.Java | verify.Python313,
			root: func(t *x509.Certificate) { t.IsCA, t.BasicConstraintsValid = false, false },
		},
		{name: "root without key usage", refusing: verify.Python313, root: usage(0)},
		{name: "issuer without key usage", refusing: verify.Python313, deep: true, issuer: usage(0)},
		{name: "root must not sign", refusing: measured &^ verify.Rustls, root: usage(x509.KeyUsageCRLSign)},
		{
			name: "root, constraints not critical", refusing: verify.Python313,
			root: all(func(t *x509.Certificate) { t.BasicConstraintsValid = false }, extra(oidBC, false, basicConstraints{true})),
		},
		{name: "leaf without authority key", refusing: verify.Python313, root: func(t *x509.Certificate) { t.SubjectKeyId = []byte{} }, after: noKeyIDs},
		{name: "leaf signs certificates", refusing: verify.Python313, leaf: usage(x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign)},
		{name: "root allows no issuer", refusing: measured &^ (verify.Java | verify.Rustls), deep: true, root: func(t *x509.Certificate) { t.MaxPathLenZero = true }},
		{name: "encryption only", refusing: verify.Chrome | verify.Java | verify.GnuTLS, leaf: usage(x509.KeyUsageKeyEncipherment)},
		{name: "agreement only", refusing: verify.Chrome | verify.Java | verify.GnuTLS, leaf: usage(x509.KeyUsageKeyAgreement)},
		{name: "commitment only", refusing: measured &^ (verify.Go | verify.Rustls), leaf: usage(x509.KeyUsageContentCommitment)},
		{name: "RSA-1536", refusing: verify.Curl | verify.OpenSSL | verify.Python | verify.Node24, leafKey: small},
		{name: "RSA-1024", refusing: verify.Curl | verify.OpenSSL | verify.Python | verify.Node24, leafKey: smaller},
		{name: "root RSA-1024", refusing: verify.Curl | verify.OpenSSL | verify.Python | verify.Node24 | verify.Rustls, rootKey: smaller},
		{name: "P-521", refusing: verify.Chrome, leafKey: key(t, elliptic.P521())},
		{name: "root P-521", refusing: verify.Rustls, rootKey: key(t, elliptic.P521())},
		{name: "Ed25519", refusing: verify.Chrome | verify.Firefox, leafKey: edKey(t)},
		{name: "not permitted by the root", refusing: measured &^ verify.Java, root: permit(true, "other.example")},
		{name: "not permitted by the root, not critical", refusing: measured &^ verify.Java, root: permit(false, "other.example")},
		{name: "not permitted by the issuer", refusing: measured, deep: true, issuer: permit(true, "other.example")},
		{name: "permitted", refusing: none, deep: true, root: permit(true, "test.example"), issuer: permit(true, "example")},
		{
			name: "address not permitted by the root", refusing: measured &^ verify.Java, names: []string{"127.0.0.1"}, host: "127.0.0.1", leaf: noSubject,
			root: func(t *x509.Certificate) {
				t.PermittedIPRanges, t.PermittedDNSDomainsCritical = []*net.IPNet{{IP: net.IP{10, 0, 0, 0}, Mask: net.CIDRMask(8, 32)}}, true
			},
		},
		{name: "address below names", refusing: none, names: []string{"127.0.0.1"}, host: "127.0.0.1", leaf: noSubject, root: permit(true, "test")},
		{name: "address below names, common name", refusing: verify.GnuTLS, names: []string{"127.0.0.1"}, host: "127.0.0.1", leaf: commonName("devca leaf"), root: permit(true, "test")},
		{name: "address below names, address as common name", refusing: ossl | verify.GnuTLS, names: []string{"127.0.0.1"}, host: "127.0.0.1", leaf: commonName("127.0.0.1"), root: permit(true, "test")},
		{
			name: "excluded below a wildcard", refusing: verify.Chrome | verify.Firefox | verify.Go | verify.Rustls, names: []string{"*.dev.test"}, host: "web.dev.test",
			root: func(t *x509.Certificate) {
				t.ExcludedDNSDomains, t.PermittedDNSDomainsCritical = []string{"b.dev.test"}, true
			},
		},
		{name: "subject permitted", refusing: verify.Go | verify.Rustls, leaf: organization("Acme"), root: extra(oidNC, true, directoryConstraint("Acme"))},
		{name: "subject not permitted", refusing: measured &^ (verify.Java | verify.GnuTLS), leaf: organization("Other"), root: extra(oidNC, true, directoryConstraint("Acme"))},
		{name: "unknown critical", refusing: measured, leaf: extra(oidUnknown, true, 1)},
		{name: "unknown critical, issuer", refusing: measured, deep: true, issuer: extra(oidUnknown, true, 1)},
		{name: "unknown critical, root", refusing: measured &^ (verify.Java | verify.Rustls), root: extra(oidUnknown, true, 1)},
		{name: "serial of 20 octets", refusing: none, leaf: func(t *x509.Certificate) { t.SerialNumber = new(big.Int).Lsh(big.NewInt(1), 150) }},
		{name: "must staple", refusing: verify.Firefox | verify.GnuTLS, leaf: extra(oidMustStaple, false, []int{5})},
		{name: "must staple, stapled", refusing: none, leaf: extra(oidMustStaple, false, []int{5}), after: stapled(ocsp.Good, time.Hour)},
		{name: "revoked, stapled", refusing: verify.Chrome | verify.Firefox | verify.GnuTLS, after: stapled(ocsp.Revoked, time.Hour)},
		{name: "stale staple", refusing: verify.Firefox | verify.GnuTLS, after: stapled(ocsp.Good, -30*time.Hour)},
		{name: "issuer not sent", refusing: measured, deep: true, after: func(_ *testing.T, s *scene) { s.request.Chain = s.request.Chain[:1] }},
		{name: "issuer fetched", refusing: measured &^ verify.Chrome, deep: true, after: func(_ *testing.T, s *scene) {
			s.request.Fetched, s.request.Chain = s.request.Chain[1:], s.request.Chain[:1]
		}},
		{name: "root of the same name", refusing: measured, after: func(t *testing.T, s *scene) {
			twin := sign(t, template("a root", authority), nil)
			s.request.Anchors = verify.NewAnchors(verify.Anchor{Certificate: twin.Certificate})
		}},
		{name: "issuer as anchor", refusing: verify.OpenSSL | verify.Node | verify.Python311, deep: true, after: func(_ *testing.T, s *scene) {
			s.request.Anchors = verify.NewAnchors(verify.Anchor{Certificate: s.issuer.Certificate})
			s.request.Chain = s.request.Chain[:1]
		}},
		{name: "nobody trusted", refusing: measured, after: func(_ *testing.T, s *scene) { s.request.Anchors = verify.NewAnchors() }},
		{name: "not in the store of java", refusing: verify.Java, after: func(_ *testing.T, s *scene) {
			s.request.Anchors = verify.NewAnchors(verify.Anchor{Certificate: s.root.Certificate, Missing: verify.Java})
		}},
	}
}

func noSubject(t *x509.Certificate) { t.Subject = pkix.Name{} }

func edKey(t *testing.T) crypto.Signer {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return private
}

// noKeyIDs: crypto/x509 writes an identifier into every CA, so the leaf is made
// again by an issuer whose identifier is forgotten.
func noKeyIDs(t *testing.T, s *scene) {
	issuer := *s.root.Certificate
	issuer.SubjectKeyId = nil
	tmpl := template("a leaf", server("web.test.example"))
	der, err := x509.CreateCertificate(rand.Reader, tmpl, &issuer, s.leaf.key.Public(), s.root.key)
	if err != nil {
		t.Fatal(err)
	}
	s.request.Chain = []*verify.Certificate{verify.ParseCertificate(der)}
}

// TestSituations holds the profiles against what clients were seen to do, with
// certificates that are made here.
func TestSituations(t *testing.T) {
	for _, s := range situations(t) {
		t.Run(s.name, func(t *testing.T) {
			report := verify.Judge(stage(t, s))
			refusing := none
			for _, verdict := range report.Verdicts {
				if verdict.Answer != verify.Accepts {
					refusing |= verdict.Client.Bit
				}
			}
			refusing &= measured
			if refusing != s.refusing {
				t.Errorf("refused by %s;\n wanted: %s", refusing, s.refusing)
				for _, finding := range report.Findings {
					t.Logf("%s: %s (%s)", finding.Rule.ID, finding.Detail, finding.Clients)
				}
			}
			nameless(t, s.name, report)
		})
	}
}

// stage makes a situation's certificates.
func stage(t *testing.T, s situation) verify.Request {
	t.Helper()
	var made scene
	change := func(template *x509.Certificate, f func(*x509.Certificate)) *x509.Certificate {
		if f != nil {
			f(template)
		}
		return template
	}
	host, names := s.host, s.names
	if host == "" {
		host = "web.test.example"
	}
	if names == nil {
		names = []string{"web.test.example"}
	}
	made.root = sign(t, change(template("a root", authority), s.root), nil, keysOf(s.rootKey)...)
	signer := made.root
	if s.deep {
		made.issuer = sign(t, change(template("an issuer", authority), s.issuer), made.root)
		signer = made.issuer
	}
	made.leaf = sign(t, change(template("a leaf", server(names...)), s.leaf), signer, keysOf(s.leafKey)...)
	made.request = &verify.Request{
		Anchors: verify.NewAnchors(verify.Anchor{Certificate: made.root.Certificate}), Name: host, Live: true,
		Chain: []*verify.Certificate{verify.FromX509(made.leaf.Certificate)},
	}
	if s.deep {
		made.request.Chain = append(made.request.Chain, verify.FromX509(made.issuer.Certificate))
	}
	if s.after != nil {
		s.after(t, &made)
	}
	return *made.request
}

func keysOf(key crypto.Signer) []crypto.Signer {
	if key == nil {
		return nil
	}
	return []crypto.Signer{key}
}
