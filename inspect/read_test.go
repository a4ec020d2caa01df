package inspect

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"devca/diag"
)

// kinds gives the kinds of the items that are found, in order.
func kinds(t *testing.T, data []byte) (Content, []Kind) {
	t.Helper()
	content, err := Read(data, []string{""})
	if err != nil {
		t.Fatal(err)
	}
	var found []Kind
	for _, item := range content.Items {
		found = append(found, item.Kind)
	}
	return content, found
}

func TestReadForms(t *testing.T) {
	root := newCA(t, "root", nil)
	leaf := newLeaf(t, "leaf.test", &root)
	key, err := x509.MarshalPKCS8PrivateKey(leaf.key)
	if err != nil {
		t.Fatal(err)
	}
	sec1, err := x509.MarshalECPrivateKey(newKey(t))
	if err != nil {
		t.Fatal(err)
	}
	spki, err := x509.MarshalPKIXPublicKey(leaf.key.Public())
	if err != nil {
		t.Fatal(err)
	}
	wide := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(strings.ReplaceAll(leaf.pem(), "\n", "\r\n"))) {
		wide = append(wide, byte(unit), byte(unit>>8))
	}
	indented := "tls:\n  cert: |\n    " + strings.ReplaceAll(leaf.pem(), "\n", "\n    ") + "\n  next: 1\n"
	const certificate, privateKey, unreadable = KindCertificate, KindPrivateKey, KindUnreadable
	for name, test := range map[string]struct {
		data []byte
		want []Kind
	}{
		"PEM":                    {[]byte(leaf.pem()), []Kind{certificate}},
		"junk around":            {[]byte("junk\x00\n" + leaf.pem() + "subject=x\n" + root.pem() + "more"), []Kind{certificate, certificate}},
		"carriage returns":       {[]byte(strings.ReplaceAll(leaf.pem()+root.pem(), "\n", "\r\n")), []Kind{certificate, certificate}},
		"indented":               {[]byte(indented), []Kind{certificate}},
		"behind a word":          {[]byte("cert: " + leaf.pem()), []Kind{certificate}},
		"UTF-16":                 {wide, []Kind{certificate}},
		"base64":                 {[]byte(base64.StdEncoding.EncodeToString(leaf.Raw) + "\n"), []Kind{certificate}},
		"base64 of PEM":          {[]byte(base64.StdEncoding.EncodeToString([]byte(leaf.pem() + root.pem()))), []Kind{certificate, certificate}},
		"DER":                    {leaf.Raw, []Kind{certificate}},
		"DER, line end":          {append(bytes.Clone(leaf.Raw), '\r', '\n'), []Kind{certificate}},
		"DER, two":               {append(bytes.Clone(leaf.Raw), root.Raw...), []Kind{certificate, certificate}},
		"DER, junk":              {append(bytes.Clone(leaf.Raw), "junk"...), []Kind{unreadable}},
		"DER, key":               {key, []Kind{privateKey}},
		"DER, SEC 1":             {sec1, []Kind{privateKey}},
		"DER, public":            {spki, []Kind{KindPublicKey}},
		"key under a wrong name": {[]byte(block("RSA PRIVATE KEY", key)), []Kind{privateKey}},
		"trusted":                {[]byte(block("TRUSTED CERTIFICATE", append(bytes.Clone(leaf.Raw), 0x30, 0x00))), []Kind{certificate}},
		"damaged first":          {[]byte(block("CERTIFICATE", []byte("x")) + leaf.pem()), []Kind{unreadable, certificate}},
		"damaged last":           {[]byte(leaf.pem() + block("CERTIFICATE", leaf.Raw[:99])), []Kind{certificate, unreadable}},
		"cut off first":          {[]byte(leaf.pem()[:200] + "\n" + root.pem()), []Kind{unreadable, certificate}},
		"cut off last":           {[]byte(root.pem() + leaf.pem()[:200]), []Kind{certificate, unreadable}},
		"foreign blocks between": {[]byte(block("EC PARAMETERS", []byte{5, 0}) + block("EC PRIVATE KEY", sec1)), []Kind{privateKey}},
		"OpenSSH":                {[]byte(block("OPENSSH PRIVATE KEY", []byte("x"))), []Kind{unreadable}},
		"damaged others": {
			[]byte(block("CERTIFICATE REQUEST", []byte("x")) + block("X509 CRL", []byte("x")) + block("PUBLIC KEY", []byte("x")) + block("EC PRIVATE KEY", sec1[:20])),
			[]Kind{unreadable, unreadable, unreadable, unreadable},
		},
		"JKS":                    {[]byte{0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2}, []Kind{unreadable}},
		"PKCS#7 of any length":   {[]byte("\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80"), []Kind{unreadable}},
		"SEQUENCE and no more":   {[]byte{0x30, 0x03, 0x02, 0x01, 0x07}, []Kind{unreadable}},
		"encrypted, old and new": {[]byte("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n" + block("ENCRYPTED PRIVATE KEY", []byte("x"))), []Kind{privateKey, privateKey}},
	} {
		if _, got := kinds(t, test.data); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, not %v", name, got, test.want)
		}
	}
}

// TestReadDEROfEveryEnd: signatures end with any octet, also with white space.
func TestReadDEROfEveryEnd(t *testing.T) {
	root := newCA(t, "root", nil)
	seen := 0
	for seen < 2 {
		leaf := newLeaf(t, "leaf.test", &root)
		if end := leaf.Raw[len(leaf.Raw)-1]; !bytes.ContainsRune([]byte("\t\n\v\f\r "), rune(end)) {
			continue
		}
		seen++
		if _, got := kinds(t, leaf.Raw); !slices.Equal(got, []Kind{KindCertificate}) {
			t.Errorf("ends with %#x: %v", leaf.Raw[len(leaf.Raw)-1], got)
		}
	}
}

func TestReadNothing(t *testing.T) {
	for name, data := range map[string][]byte{
		"empty":    nil,
		"text":     []byte("hello\n"),
		"zeros":    make([]byte, 1000),
		"foreign":  []byte(block("DH PARAMETERS", []byte("x"))),
		"base64":   []byte("aGVsbG8="),
		"UTF-16":   {0xff, 0xfe},
		"too long": bytes.Repeat([]byte("\n"), MaxSize+1),
	} {
		_, err := Read(data, nil)
		finding, ok := errors.AsType[*diag.Error](err)
		if !ok || finding.Code != diag.InspectNothing {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestReadLarge: what fills the bound is read, up to the number of items.
func TestReadLarge(t *testing.T) {
	one := block("PUBLIC KEY", []byte("x"))
	content, got := kinds(t, []byte(strings.Repeat(one, maxItems+5)))
	if len(got) != maxItems+1 || content.Items[maxItems].Unreadable.What != "the rest" {
		t.Errorf("%d items, the last %+v", len(got), content.Items[len(got)-1])
	}
	begins := bytes.Repeat([]byte("-----BEGIN A-----\n"), MaxSize/18)
	if _, got := kinds(t, begins); !slices.Equal(got, []Kind{KindUnreadable}) {
		t.Errorf("%d items", len(got))
	}
}

func TestCertificateFacts(t *testing.T) {
	root := newCA(t, "root", nil)
	leaf := newLeaf(t, "leaf.test", &root)
	content, _ := kinds(t, []byte(leaf.pem()+root.pem()))
	c, ca := content.Items[0].Certificate, content.Items[1].Certificate
	switch {
	case !slices.Equal(c.Names, []string{"leaf.test", "::1"}), c.Subject != "CN=leaf.test", c.Issuer != "CN=root":
		t.Errorf("names: %+v", c)
	case !slices.Equal(c.KeyUsage, []string{"digitalSignature"}), !slices.Equal(c.ExtKeyUsage, []string{"serverAuth"}):
		t.Errorf("usages: %+v", c)
	case c.CA != nil, ca.CA == nil, ca.CA.PathLength != nil, len(ca.CA.Permitted) != 0:
		t.Errorf("CA: %+v, %+v", c.CA, ca.CA)
	case c.KeyType != "p256", c.Signature != "ECDSA-SHA256", c.PEM != leaf.pem():
		t.Errorf("key, signature, form: %+v", c)
	case c.SelfSigned, c.SignedBy != 2, !ca.SelfSigned, ca.SignedBy != 0:
		t.Errorf("links: %+v, %+v", c, ca)
	}
}

// TestLinks: the signature counts and not the name, whatever the order.
func TestLinks(t *testing.T) {
	one, other := newCA(t, "same name", nil), newCA(t, "same name", nil)
	between := newCA(t, "same name", &one) // names itself as its issuer, and is not
	leaf := newLeaf(t, "leaf.test", &between)
	number := big.NewInt(7)
	list, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{Number: number, ThisUpdate: time.Now(), NextUpdate: time.Now().Add(time.Hour)}, one.Certificate, one.key)
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.MarshalPKCS8PrivateKey(leaf.key)
	if err != nil {
		t.Fatal(err)
	}
	content, _ := kinds(t, []byte(other.pem()+leaf.pem()+block("X509 CRL", list)+block("PRIVATE KEY", key)+between.pem()+one.pem()))
	items := content.Items
	if got := items[0].Certificate; !got.SelfSigned || got.SignedBy != 0 {
		t.Errorf("other: %+v", got)
	}
	if got := items[1].Certificate; got.SelfSigned || got.SignedBy != 5 {
		t.Errorf("leaf: %+v", got)
	}
	if got := items[2].CRL; got.SignedBy != 6 || got.Number != "7" || got.Count != 0 {
		t.Errorf("list: %+v", got)
	}
	if got := items[3].Key; got.BelongsTo != 2 {
		t.Errorf("key: %+v", got)
	}
	if got := items[4].Certificate; got.SelfSigned || got.SignedBy != 6 {
		t.Errorf("between: %+v", got)
	}
}

// TestChecksAreBounded: a file can ask for any number of signature checks, and
// for such as would take minutes each.
func TestChecksAreBounded(t *testing.T) {
	root := newCA(t, "root", nil)
	leaf := newLeaf(t, "leaf.test", &root)
	r := &reader{checks: 1}
	r.addCertificate(root.Certificate)
	r.addCertificate(leaf.Certificate)
	r.link()
	if !r.items[0].Certificate.SelfSigned || r.items[1].Certificate.SignedBy != 0 || r.checks != 0 {
		t.Errorf("one check: %+v, %+v, %d left", r.items[0].Certificate, r.items[1].Certificate, r.checks)
	}

	modulus := new(big.Int).SetBit(big.NewInt(1), maxModulus, 1)
	content, _ := kinds(t, requestWith(t, &rsa.PublicKey{N: modulus, E: 65537}))
	if got := content.Items[0].Request; got == nil || got.State != SignatureUnchecked || got.KeyType != "rsa16385" {
		t.Errorf("%+v", got)
	}
}

// requestWith writes a request by hand (RFC 2986, 4) for a key that cannot sign.
func requestWith(t *testing.T, public crypto.PublicKey) []byte {
	t.Helper()
	spki, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1Int64(0)
			b.AddASN1(asn1.SEQUENCE, func(*cryptobyte.Builder) {})
			b.AddBytes(spki)
			b.AddASN1(asn1.Tag(0).ContextSpecific().Constructed(), func(*cryptobyte.Builder) {})
		})
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier([]int{1, 2, 840, 113549, 1, 1, 11}) // sha256WithRSAEncryption
			b.AddASN1NULL()
		})
		b.AddASN1BitString([]byte("signature"))
	})
	return b.BytesOrPanic()
}

func TestDistrustfulRequest(t *testing.T) {
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{DNSNames: []string{"a.test"}}, newKey(t))
	if err != nil {
		t.Fatal(err)
	}
	content, _ := kinds(t, der)
	if got := content.Items[0].Request; got.State != SignatureGood || got.AsksForCA || !slices.Equal(got.Names, []string{"a.test"}) {
		t.Errorf("%+v", got)
	}
	changed := bytes.Replace(der, []byte("a.test"), []byte("b.test"), 1)
	content, _ = kinds(t, changed)
	if got := content.Items[0].Request; got.State != SignatureBad {
		t.Errorf("%+v", got)
	}
}
