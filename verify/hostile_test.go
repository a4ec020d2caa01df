package verify_test

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"runtime"
	"testing"
	"time"

	"devca/verify"
)

// within runs a request and complains if it took a second or 256 MiB. The limits
// are promises, not measurements: what is given here takes a small part of them.
func within(t *testing.T, request verify.Request) *verify.Report {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	report := verify.Judge(request)
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 256<<20 || took > 20*time.Second {
		t.Errorf("%v and %d MiB", took, allocated>>20)
	}
	t.Logf("%v, %d KiB", took, (after.TotalAlloc-before.TotalAlloc)>>10)
	return report
}

// TestHostileChains are chains made to keep a verifier busy.
func TestHostileChains(t *testing.T) {
	root := sign(t, template("root", authority), nil)
	anchors := verify.NewAnchors(verify.Anchor{Certificate: root.Certificate})
	t.Run("issuers of one name", func(t *testing.T) {
		// Each of these could have issued each other one.
		request := verify.Request{Anchors: anchors, Name: "app.test"}
		shared := sign(t, template("one", authority), root)
		for range 300 {
			one := sign(t, template("one", authority, func(t *x509.Certificate) { t.SubjectKeyId = nil }), shared, shared.key)
			request.Chain = append(request.Chain, verify.FromX509(one.Certificate))
		}
		leaf := sign(t, template("", server("app.test")), shared)
		request.Chain = append([]*verify.Certificate{verify.FromX509(leaf.Certificate)}, request.Chain...)
		within(t, request)
	})
	t.Run("names and constraints", func(t *testing.T) {
		issuer := sign(t, template("many", authority, func(t *x509.Certificate) {
			for i := range 3000 {
				t.ExcludedDNSDomains = append(t.ExcludedDNSDomains, fmt.Sprintf("x%d.test", i))
			}
			t.PermittedDNSDomainsCritical = true
		}), root)
		var names []string
		for i := range 3000 {
			names = append(names, fmt.Sprintf("y%d.example", i))
		}
		leaf := sign(t, template("", server(names...)), issuer)
		report := within(t, verify.Request{
			Anchors: anchors, Name: "y1.example",
			Chain: []*verify.Certificate{verify.FromX509(leaf.Certificate), verify.FromX509(issuer.Certificate)},
		})
		if answerOf(report, verify.RFC5280).Answer == verify.Accepts {
			t.Error("nine million comparisons were made, or left out in silence")
		}
	})
	t.Run("subjects and constraints", func(t *testing.T) {
		// Long directory names that are all but equal, a thousand times a thousand.
		var long pkix.Name
		for i := range 100 {
			long.OrganizationalUnit = append(long.OrganizationalUnit, fmt.Sprintf("unit %d", i))
		}
		name := func(last int) asn1.RawValue {
			one := long
			one.SerialNumber = fmt.Sprint(last)
			var flat pkix.RDNSequence
			for _, set := range one.ToRDNSequence() {
				for _, attribute := range set {
					flat = append(flat, pkix.RelativeDistinguishedNameSET{attribute})
				}
			}
			der, err := asn1.Marshal(flat)
			if err != nil {
				t.Fatal(err)
			}
			return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 4, IsCompound: true, Bytes: der}
		}
		type tree struct{ Base asn1.RawValue }
		var constraints struct {
			Excluded []tree `asn1:"optional,tag:1"`
		}
		names := []asn1.RawValue{{Class: asn1.ClassContextSpecific, Tag: 2, Bytes: []byte("app.test")}}
		for i := range 400 {
			constraints.Excluded = append(constraints.Excluded, tree{name(2 * i)})
			names = append(names, name(2*i+1))
		}
		issuer := sign(t, template("many", authority, extra(oidNC, true, constraints)), root)
		leaf := sign(t, template("", server(), extra(oidSAN, true, names)), issuer)
		within(t, verify.Request{
			Anchors: anchors, Name: "app.test",
			Chain: []*verify.Certificate{verify.FromX509(leaf.Certificate), verify.FromX509(issuer.Certificate)},
		})
	})
	t.Run("a key of a million bits", func(t *testing.T) {
		huge := &rsa.PublicKey{N: new(big.Int).SetBit(new(big.Int).Lsh(big.NewInt(1), 1<<20), 0, 1), E: 1<<31 - 1}
		key, err := x509.MarshalPKIXPublicKey(huge)
		if err != nil {
			t.Fatal(err)
		}
		// A certificate cannot be issued for a key that nobody has, but its place
		// can be taken in one that was.
		der := sign(t, template("big", authority), root).Raw
		small := sign(t, template("big", authority), root).RawSubjectPublicKeyInfo
		der = bytes.Replace(der, small, key, 1)
		within(t, verify.Request{Anchors: anchors, Name: "app.test", Chain: []*verify.Certificate{verify.ParseCertificate(der)}})
		over := *root.Certificate
		over.PublicKey = huge
		within(t, verify.Request{
			Anchors: verify.NewAnchors(verify.Anchor{Certificate: &over}), Name: "app.test",
			Chain: []*verify.Certificate{verify.FromX509(sign(t, template("", server("app.test")), root).Certificate)},
		})
	})
	t.Run("signatures with SHA-1", func(t *testing.T) {
		request := verify.Request{Anchors: anchors, Name: "app.test"}
		for range 150 {
			one := *sign(t, template("one", authority, func(t *x509.Certificate) { t.Subject = pkix.Name{CommonName: "root"} }), root).Certificate
			one.SignatureAlgorithm = x509.ECDSAWithSHA1
			one.Raw = append([]byte{}, one.Raw...)
			request.Chain = append(request.Chain, verify.FromX509(&one))
		}
		within(t, request)
	})
	t.Run("nothing", func(t *testing.T) {
		for _, verdict := range within(t, verify.Request{Anchors: anchors}).Verdicts {
			if verdict.Answer != verify.Refuses {
				t.Errorf("%s accepts an empty chain", verdict.Client.Name)
			}
		}
		within(t, verify.Request{Chain: []*verify.Certificate{verify.ParseCertificate(nil)}})
		within(t, verify.Request{Chain: []*verify.Certificate{verify.FromX509(root.Certificate)}})
	})
}

// FuzzJudge has any bytes judged, as certificates, anchors, staple, list and name.
// What crypto/x509 alone accepts under the same roots has a path here, too.
func FuzzJudge(f *testing.F) {
	root := sign(f, template("root", authority), nil)
	issuer := sign(f, template("issuer", authority, func(t *x509.Certificate) { t.PermittedDNSDomains = []string{"test"} }), root)
	leaf := sign(f, template("", server("app.test", "127.0.0.1")), issuer)
	text := func(certificates ...*made) []byte {
		var b bytes.Buffer
		for _, c := range certificates {
			_ = pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
		}
		return b.Bytes()
	}
	f.Add(text(leaf, issuer), text(root), []byte{}, "app.test", uint8(0))
	f.Add(text(leaf, issuer, root), text(issuer), []byte("no answer"), "127.0.0.1", uint8(1))
	f.Add(text(root), text(root), []byte{0x30, 0}, "*.test.", uint8(2))
	f.Fuzz(func(t *testing.T, chain, trusted, answer []byte, host string, kind uint8) {
		request := verify.Request{
			Anchors: verify.NewAnchors(), Name: host, Usage: verify.Usage(kind % 3), Live: kind&4 != 0, Demand: kind&8 != 0,
			Staple: answer, OCSP: [][]byte{answer}, CRLs: [][]byte{answer},
		}
		request.Anchors.AddPEM(trusted, "the input", 0)
		for _, der := range unwrap(string(chain)) {
			request.Chain = append(request.Chain, verify.ParseCertificate(der))
		}
		report := verify.Judge(request)
		if len(report.Verdicts) != len(verify.Profiles()) {
			t.Fatalf("%d verdicts", len(report.Verdicts))
		}
		for _, verdict := range report.Verdicts {
			switch verdict.Answer {
			case verify.Accepts:
				if report.Anchor == nil {
					t.Errorf("%s accepts what is not anchored", verdict.Client.Name)
				}
			case verify.Refuses, verify.Depends:
				if len(verdict.Reasons) == 0 && len(request.Chain) > 0 {
					t.Errorf("%s %s without a reason", verdict.Client.Name, verdict.Answer)
				}
			default:
				t.Errorf("%s says %q", verdict.Client.Name, verdict.Answer)
			}
		}
	})
}
