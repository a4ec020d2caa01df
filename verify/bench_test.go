package verify_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"testing"
	"time"

	"devca/verify"
)

// made is a certificate with its key.
type made struct {
	*x509.Certificate
	key crypto.Signer
}

// template is what devca's certificates have, as far as it matters here.
func template(subject string, change ...func(*x509.Certificate)) *x509.Certificate {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		panic(err)
	}
	t := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: subject},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0), BasicConstraintsValid: true,
	}
	for _, f := range change {
		f(t)
	}
	return t
}

func authority(t *x509.Certificate) {
	t.IsCA, t.KeyUsage = true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
	t.NotAfter = time.Now().AddDate(10, 0, 0)
}

func server(names ...string) func(*x509.Certificate) {
	return func(t *x509.Certificate) {
		t.KeyUsage, t.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		for _, name := range names {
			if ip := net.ParseIP(name); ip != nil {
				t.IPAddresses = append(t.IPAddresses, ip)
			} else {
				t.DNSNames = append(t.DNSNames, name)
			}
		}
	}
}

// sign makes a certificate, self-signed if there is no issuer.
func sign(tb testing.TB, t *x509.Certificate, issuer *made, keys ...crypto.Signer) *made {
	tb.Helper()
	var key crypto.Signer
	if len(keys) > 0 {
		key = keys[0]
	} else {
		var err error
		if key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
			tb.Fatal(err)
		}
	}
	parent, signer := t, key
	if issuer != nil {
		parent, signer = issuer.Certificate, issuer.key
	}
	der, err := x509.CreateCertificate(rand.Reader, t, parent, key.Public(), signer)
	if err != nil {
		tb.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	return &made{certificate, key}
}

// BenchmarkVerify compares one chain verified by crypto/x509 alone with the same
// chain judged by every rule and for every client, parsing not included.
func BenchmarkVerify(b *testing.B) {
	root := sign(b, template("root", authority), nil)
	issuer := sign(b, template("issuer", authority, func(t *x509.Certificate) {
		t.PermittedDNSDomains, t.PermittedDNSDomainsCritical = []string{"test", "localhost"}, true
	}), root)
	leaf := sign(b, template("", server("app.test", "localhost", "127.0.0.1")), issuer)
	short := sign(b, template("", server("app.test", "localhost", "127.0.0.1")), root)

	roots, others := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(root.Certificate)
	others.AddCert(issuer.Certificate)
	for _, c := range []struct {
		name  string
		chain []*made
	}{{"leaf+issuer+root", []*made{leaf, issuer}}, {"leaf+root", []*made{short}}} {
		b.Run("x509/"+c.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := c.chain[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: others, DNSName: "app.test"}); err != nil {
					b.Fatal(err)
				}
			}
		})
		anchors := verify.NewAnchors(verify.Anchor{Certificate: root.Certificate})
		request := verify.Request{Anchors: anchors, Name: "app.test"}
		for _, one := range c.chain {
			request.Chain = append(request.Chain, verify.FromX509(one.Certificate))
		}
		b.Run("devca/"+c.name, func(b *testing.B) {
			for b.Loop() {
				if report := verify.Judge(request); len(report.Findings) != 0 {
					b.Fatal(report.Findings)
				}
			}
		})
	}
}
