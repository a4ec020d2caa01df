package certs_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"devca/certs"
	"devca/diag"
)

// run starts a program as a person without a special environment would.
func run(t testing.TB, argv ...string) (string, error) {
	t.Helper()
	command := exec.Command(argv[0], argv[1:]...)
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "LANG=C.UTF-8"}
	out, err := command.CombinedOutput()
	return string(out), err
}

func mustRun(t testing.TB, argv ...string) string {
	t.Helper()
	out, err := run(t, argv...)
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(argv, " "), err, out)
	}
	return out
}

func write(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func same(a, b crypto.PublicKey) bool {
	key, ok := a.(interface{ Equal(crypto.PublicKey) bool })
	return ok && key.Equal(b)
}

// TestKeys: what is written is read back, by us and by others.
func TestKeys(t *testing.T) {
	for _, kind := range certs.KeyTypes() {
		if parsed, err := certs.ParseKeyType(strings.ToUpper(string(kind))); err != nil || parsed != kind {
			t.Errorf("%s: %s, %v", kind, parsed, err)
		}
		key := newKey(t, kind)
		if got := certs.KeyTypeOf(key.Public()); got != kind {
			t.Errorf("the type of a %s key is %s", kind, got)
		}
		if err := certs.CheckPublicKey(key.Public()); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		data, err := certs.EncodeKey(key)
		if err != nil {
			t.Fatal(err)
		}
		back, err := certs.ParseKey(data)
		if err != nil || !same(key.Public(), back.Public()) {
			t.Errorf("%s is not read back: %v", kind, err)
		}
		path := write(t, "key.pem", data)
		mustRun(t, "openssl", "pkey", "-in", path, "-noout", "-check")
		mustRun(t, "certtool", "--key-info", "--infile", path)
	}
	for _, text := range []string{"", "rsa", "rsa1024", "p521", "p256 ", "ed448"} {
		if _, err := certs.ParseKeyType(text); code(err) != diag.UsageArguments {
			t.Errorf("--key-type %q: %v", text, err)
		}
	}
	if _, err := certs.GenerateKey("p224"); err == nil {
		t.Error("a P-224 key was made")
	}
}

// TestForeignKeys: every form in which OpenSSL writes keys.
func TestForeignKeys(t *testing.T) {
	folder := t.TempDir()
	path := func(name string) string { return filepath.Join(folder, name) }
	mustRun(t, "openssl", "ecparam", "-name", "prime256v1", "-genkey", "-out", path("sec1.pem")) // with EC PARAMETERS before it
	mustRun(t, "openssl", "genrsa", "-traditional", "-out", path("pkcs1.pem"), "2048")
	mustRun(t, "openssl", "genpkey", "-algorithm", "ed25519", "-out", path("pkcs8.pem"))
	mustRun(t, "openssl", "genpkey", "-algorithm", "x25519", "-out", path("x25519.pem"))
	mustRun(t, "openssl", "genpkey", "-algorithm", "ed448", "-out", path("ed448.pem"))
	mustRun(t, "openssl", "ec", "-in", path("sec1.pem"), "-aes128", "-passout", "pass:x", "-out", path("sec1-encrypted.pem"))
	mustRun(t, "openssl", "rsa", "-traditional", "-in", path("pkcs1.pem"), "-aes128", "-passout", "pass:x", "-out", path("pkcs1-encrypted.pem"))
	mustRun(t, "openssl", "pkcs8", "-topk8", "-in", path("pkcs1.pem"), "-passout", "pass:x", "-out", path("pkcs8-encrypted.pem"))
	mustRun(t, "openssl", "pkey", "-in", path("pkcs8.pem"), "-pubout", "-out", path("public.pem"))
	for name, want := range map[string]string{
		"sec1.pem": "", "pkcs1.pem": "", "pkcs8.pem": "",
		"sec1-encrypted.pem": "encrypted", "pkcs1-encrypted.pem": "encrypted", "pkcs8-encrypted.pem": "encrypted",
		"x25519.pem": "cannot sign", "ed448.pem": "unknown", "public.pem": "no private key",
	} {
		data := append([]byte("a remark before\n"), read(t, path(name))...)
		key, err := certs.ParseKey(data)
		if (want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
		if err == nil {
			der, err := x509.MarshalPKIXPublicKey(key.Public())
			public := mustRun(t, "openssl", "pkey", "-in", path(name), "-pubout")
			if block, _ := pem.Decode([]byte(public)); err != nil || block == nil || !bytes.Equal(block.Bytes, der) {
				t.Errorf("%s: OpenSSL reads another key", name)
			}
		}
		if err != nil && strings.Contains(err.Error(), "BEGIN") {
			t.Errorf("%s: the error shows the key: %v", name, err)
		}
	}
	for _, data := range []string{"", "x", "-----BEGIN PRIVATE KEY-----\n", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"} {
		if _, err := certs.ParseKey([]byte(data)); err == nil {
			t.Errorf("%q is taken for a key", data)
		}
	}
}

// TestKeyID computes the identifier a second way, from each key's own encoding.
func TestKeyID(t *testing.T) {
	ec, small, ed := newKey(t, certs.P256), newKey(t, certs.RSA2048), newKey(t, certs.Ed25519)
	point, err := ec.Public().(*ecdsa.PublicKey).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		public crypto.PublicKey
		octets []byte
	}{
		{ec.Public(), point},
		{small.Public(), x509.MarshalPKCS1PublicKey(small.Public().(*rsa.PublicKey))},
		{ed.Public(), ed.Public().(ed25519.PublicKey)},
	} {
		sum := sha256.Sum256(test.octets)
		if id, err := certs.KeyID(test.public); err != nil || !bytes.Equal(id, sum[:20]) {
			t.Errorf("%T: %x, %v, want %x", test.public, id, err, sum[:20])
		}
	}
	if _, err := certs.KeyID("no key"); err == nil {
		t.Error("text has a key identifier")
	}
}

// TestOddKeys: what GenerateKey does not make and a request may bring.
func TestOddKeys(t *testing.T) {
	for curve, want := range map[elliptic.Curve]certs.KeyType{elliptic.P521(): "p521", elliptic.P224(): "p224"} {
		key, err := ecdsa.GenerateKey(curve, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if got := certs.KeyTypeOf(key.Public()); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		if err := certs.CheckPublicKey(key.Public()); (err == nil) != (want == "p521") {
			t.Errorf("%s: %v", want, err)
		}
	}
	if got := certs.KeyTypeOf(nil); got != "unknown" {
		t.Errorf("no key is of type %s", got)
	}
}
