package revocation_test

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/x509"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	tags "golang.org/x/crypto/cryptobyte/asn1"
	"golang.org/x/crypto/ocsp"

	"devca/revocation"
)

// FuzzOCSP signs what it is given, so that all of it is read, and compares with
// x/crypto/ocsp: what that calls revoked is never called good.
func FuzzOCSP(f *testing.F) {
	family := newFamily(f)
	for _, c := range answerCases(f, family) {
		der := c.make(f, family)
		if len(der) > 4096 {
			continue
		}
		f.Add(body(der))
		f.Add(der) // with everything around it, under its own signature
	}
	for _, nonce := range [][]byte{nil, {1, 2, 3}} {
		request, err := revocation.Request(family.leaf.Certificate, family.ca.Certificate, nonce)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(request)
	}
	f.Add(body(reply(f, family, []byte{1, 2, 3}, revocation.Statement{Status: revocation.Revoked, RevokedAt: present()})))
	f.Fuzz(func(t *testing.T, body []byte) {
		der := basic(t, family.ca.key, body)
		a := revocation.CheckOCSP(der, family.leaf.Certificate, family.ca.Certificate, present(), nil)
		checkAnswer(t, a)
		revocation.CheckOCSP(body, family.leaf.Certificate, family.ca.Certificate, present(), []byte{1})
		_, _ = revocation.ReadRequest(body)
		second, err := ocsp.ParseResponseForCert(der, family.leaf.Certificate, nil)
		if err == nil && a.Status == revocation.Good && second.Status != ocsp.Good && strings.Count(string(der), "\x12\x34") < 2 {
			t.Errorf("x/crypto says %d", second.Status)
		}
	})
}

// body takes the ResponseData out of an answer, or gives the answer as it is.
func body(der []byte) []byte {
	var whole, tagged, inner, octets, basic, data cryptobyte.String
	input := cryptobyte.String(der)
	if !input.ReadASN1(&whole, tags.SEQUENCE) || !whole.SkipASN1(tags.ENUM) || !whole.ReadASN1(&tagged, tags.Tag(0).ContextSpecific().Constructed()) ||
		!tagged.ReadASN1(&inner, tags.SEQUENCE) || !inner.SkipASN1(tags.OBJECT_IDENTIFIER) || !inner.ReadASN1(&octets, tags.OCTET_STRING) ||
		!octets.ReadASN1(&basic, tags.SEQUENCE) || !basic.ReadASN1Element(&data, tags.SEQUENCE) {
		return der
	}
	return data
}

// basic signs a ResponseData and wraps it.
func basic(t testing.TB, key crypto.Signer, data []byte) []byte {
	t.Helper()
	var b cryptobyte.Builder
	b.AddASN1(tags.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Enum(0)
		b.AddASN1(tags.Tag(0).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) {
			b.AddASN1(tags.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddBytes(value(t, id(1, 3, 6, 1, 5, 5, 7, 48, 1, 1)))
				b.AddASN1OctetString(signed(t, key, data))
			})
		})
	})
	return b.BytesOrPanic()
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
