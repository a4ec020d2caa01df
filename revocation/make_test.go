package revocation_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte"
	tags "golang.org/x/crypto/cryptobyte/asn1"

	"devca/revocation"
)

// now is the time of all tests; what they make is valid around it.
var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

const day = 24 * time.Hour

// owner is somebody with a certificate and its key.
type owner struct {
	*x509.Certificate
	key crypto.Signer
}

// template is a CA certificate to begin with.
func template(name string) *x509.Certificate {
	return &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, NotBefore: now.Add(-300 * day), NotAfter: now.Add(300 * day), SerialNumber: big.NewInt(1),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
}

func p256(t testing.TB) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// fixed gives the same key for the same name, in every process: the workers of a
// fuzz run are processes of their own, and share what they find.
func fixed(t testing.TB, name string) crypto.Signer {
	t.Helper()
	sum := sha256.Sum256([]byte(name))
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// sign makes a certificate; by nil it signs itself.
func sign(t testing.TB, template *x509.Certificate, key crypto.Signer, by *owner) *owner {
	t.Helper()
	parent, signer := template, key
	if by != nil {
		parent, signer = by.Certificate, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &owner{certificate, key}
}

// leaf makes a server's certificate.
func leaf(t testing.TB, serial int64, by *owner, change ...func(*x509.Certificate)) *owner {
	t.Helper()
	c := &x509.Certificate{
		SerialNumber: big.NewInt(serial), DNSNames: []string{"app.test"}, NotBefore: now.Add(-day), NotAfter: now.Add(day),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, f := range change {
		f(c)
	}
	return sign(t, c, p256(t), by)
}

// spec is a list to be made, right in everything unless it says otherwise.
type spec struct {
	by         *owner
	issuer     []byte // another name than by's
	version    int    // 0 is 2, -1 is none
	thisUpdate time.Time
	nextUpdate time.Time // "never" for none
	entries    []entry
	extensions []pkix.Extension // instead of number and key
	more       []pkix.Extension
	number     *pkix.Extension
	spoil      func(der []byte) []byte
}

type entry struct {
	serial     int64
	at         time.Time
	extensions []pkix.Extension
}

var never = time.Unix(0, 0)

func value(t testing.TB, v any) []byte {
	t.Helper()
	der, err := asn1.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func id(arcs ...int) asn1.ObjectIdentifier { return arcs }

func reason(t testing.TB, number int) []pkix.Extension {
	return []pkix.Extension{{Id: id(2, 5, 29, 21), Value: value(t, asn1.Enumerated(number))}}
}

// ecdsaWithSHA256 and the two others are AlgorithmIdentifiers.
var (
	ecdsaWithSHA256 = pkix.AlgorithmIdentifier{Algorithm: id(1, 2, 840, 10045, 4, 3, 2)}
	ed25519Alone    = pkix.AlgorithmIdentifier{Algorithm: id(1, 3, 101, 112)}
	rsaPSS          = pkix.AlgorithmIdentifier{Algorithm: id(1, 2, 840, 113549, 1, 1, 10), Parameters: asn1.RawValue{FullBytes: []byte{
		0x30, 0x34, 0xa0, 0x0f, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
		0xa1, 0x1c, 0x30, 0x1a, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08, 0x30, 0x0d, 0x06, 0x09,
		0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0xa2, 0x03, 0x02, 0x01, 0x20,
	}}}
)

func algorithmOf(key crypto.Signer) pkix.AlgorithmIdentifier {
	switch key.(type) {
	case ed25519.PrivateKey:
		return ed25519Alone
	case *rsa.PrivateKey:
		return rsaPSS
	default:
		return ecdsaWithSHA256
	}
}

// signature signs as algorithmOf says.
func signature(t testing.TB, key crypto.Signer, data []byte) []byte {
	t.Helper()
	sum := sha256.Sum256(data)
	digest, options := sum[:], crypto.SignerOpts(crypto.SHA256)
	switch key.(type) {
	case ed25519.PrivateKey:
		digest, options = data, crypto.Hash(0)
	case *rsa.PrivateKey:
		options = &rsa.PSSOptions{SaltLength: 32, Hash: crypto.SHA256}
	}
	out, err := key.Sign(rand.Reader, digest, options)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// signed wraps what is to be signed, as certificates and lists do.
func signed(t testing.TB, key crypto.Signer, tbs []byte) []byte {
	t.Helper()
	var b cryptobyte.Builder
	b.AddASN1(tags.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(tbs)
		b.AddBytes(value(t, algorithmOf(key)))
		b.AddASN1BitString(signature(t, key, tbs))
	})
	return b.BytesOrPanic()
}

func addTime(b *cryptobyte.Builder, t time.Time) {
	if t.Year() >= 2050 {
		b.AddASN1GeneralizedTime(t)
		return
	}
	b.AddASN1UTCTime(t)
}

func addExtensions(t testing.TB, b *cryptobyte.Builder, extensions []pkix.Extension) {
	b.AddASN1(tags.SEQUENCE, func(b *cryptobyte.Builder) {
		for _, e := range extensions {
			b.AddBytes(value(t, e))
		}
	})
}

// body makes the tbsCertList.
func (s spec) body(t testing.TB) []byte {
	t.Helper()
	if s.issuer == nil {
		s.issuer = s.by.RawSubject
	}
	if s.thisUpdate.IsZero() {
		s.thisUpdate = now.Add(-time.Hour)
	}
	if s.nextUpdate.IsZero() {
		s.nextUpdate = now.Add(time.Hour)
	}
	number := pkix.Extension{Id: id(2, 5, 29, 20), Value: value(t, 7)}
	if s.number != nil {
		number = *s.number
	}
	if s.extensions == nil {
		s.extensions = []pkix.Extension{
			{Id: id(2, 5, 29, 35), Value: value(t, struct {
				ID []byte `asn1:"tag:0"`
			}{s.by.SubjectKeyId})},
			number,
		}
	}
	s.extensions = append(s.extensions, s.more...)
	var b cryptobyte.Builder
	b.AddASN1(tags.SEQUENCE, func(b *cryptobyte.Builder) {
		if s.version >= 0 {
			b.AddASN1Int64(int64(max(s.version, 1)))
		}
		b.AddBytes(value(t, algorithmOf(s.by.key)))
		b.AddBytes(s.issuer)
		addTime(b, s.thisUpdate)
		if s.nextUpdate != never {
			addTime(b, s.nextUpdate)
		}
		if len(s.entries) > 0 {
			b.AddASN1(tags.SEQUENCE, func(b *cryptobyte.Builder) {
				for _, e := range s.entries {
					b.AddASN1(tags.SEQUENCE, func(b *cryptobyte.Builder) {
						b.AddASN1Int64(e.serial)
						if e.at.IsZero() {
							e.at = now.Add(-2 * time.Hour)
						}
						addTime(b, e.at)
						if e.extensions != nil {
							addExtensions(t, b, e.extensions)
						}
					})
				}
			})
		}
		if len(s.extensions) > 0 {
			b.AddASN1(tags.Tag(0).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) { addExtensions(t, b, s.extensions) })
		}
	})
	return b.BytesOrPanic()
}

func (s spec) make(t testing.TB) []byte {
	t.Helper()
	der := signed(t, s.by.key, s.body(t))
	if s.spoil != nil {
		der = s.spoil(der)
	}
	return der
}

// openssl runs the program in a folder and gives all of its output.
func openssl(t testing.TB, folder string, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "openssl", args...)
	command.Dir = folder
	out, err := command.CombinedOutput()
	if _, ran := err.(*exec.ExitError); err != nil && !ran { //nolint:errorlint // nothing wraps it
		t.Fatal(err)
	}
	return string(out)
}

// write puts DER into a PEM file.
func write(t testing.TB, folder, name, kind string, ders ...[]byte) {
	t.Helper()
	var data []byte
	for _, der := range ders {
		data = append(data, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})...)
	}
	if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// ids are the problems of an answer.
func ids(a revocation.Answer) []string {
	var found []string
	for _, problem := range a.Problems {
		found = append(found, problem.ID)
	}
	return found
}

// decode gives the first PEM block.
func decode(t testing.TB, data []byte) []byte {
	t.Helper()
	block, _ := pem.Decode(data)
	if block == nil {
		t.Fatal("no PEM")
	}
	return block.Bytes
}
