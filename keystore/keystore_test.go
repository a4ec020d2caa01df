package keystore_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	jks "github.com/pavlo-v-chernykh/keystore-go/v4"
	"software.sslmate.com/src/go-pkcs12"

	"devca/keystore"
)

const password = "changeit"

func root(t testing.TB, name string) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

func keytool(t *testing.T, args ...string) string {
	t.Helper()
	// A short program: compiling it well takes longer than it runs.
	args = append([]string{"-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"}, args...)
	out, err := exec.Command("keytool", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("keytool %q: %v\n%s", args, err, out)
	}
	return string(out)
}

// formats are the options that make keytool write each form of a store.
func formats() map[string][]string {
	return map[string][]string{
		"JKS":              {"-storetype", "JKS"},
		"PKCS#12":          {"-storetype", "PKCS12"},
		"PKCS#12 open":     {"-storetype", "PKCS12", "-J-Dkeystore.pkcs12.certProtectionAlgorithm=NONE", "-J-Dkeystore.pkcs12.macAlgorithm=NONE"},
		"PKCS#12 old":      {"-storetype", "PKCS12", "-J-Dkeystore.pkcs12.legacy"},
		"PKCS#12 AES-128":  {"-storetype", "PKCS12", "-J-Dkeystore.pkcs12.certProtectionAlgorithm=PBEWithHmacSHA1AndAES_128"},
		"PKCS#12 MAC only": {"-storetype", "PKCS12", "-J-Dkeystore.pkcs12.certProtectionAlgorithm=NONE"},
	}
}

// made is a store that keytool writes with the roots.
func made(t *testing.T, options []string, roots ...*x509.Certificate) string {
	t.Helper()
	folder := t.TempDir()
	path, file := filepath.Join(folder, "store"), filepath.Join(folder, "root.pem")
	for i, certificate := range roots {
		data := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw})
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		alias := []string{"first", "das zweite, mit ü"}[i]
		keytool(t, append([]string{"-importcert", "-noprompt", "-file", file, "-alias", alias, "-keystore", path, "-storepass", password}, options...)...)
	}
	return path
}

// TestStores adds and removes a root in every form that keytool writes, and has
// keytool list the result.
func TestStores(t *testing.T) {
	one, two, added := root(t, "one"), root(t, "two"), root(t, "added")
	for name, options := range formats() {
		t.Run(name, func(t *testing.T) {
			data := read(t, made(t, options, one, two))
			store, err := keystore.Read(data, password)
			if err != nil {
				t.Fatal(err)
			}
			foreign := name == "PKCS#12 old" || name == "PKCS#12 MAC only"
			if len(store.Entries()) != 2 || len(store.Aliases(one)) != 1 || len(store.Aliases(added)) != 0 {
				t.Fatalf("entries %v", store.Entries())
			}
			err = store.Add("devca_1234", added)
			if foreign {
				if !errors.Is(err, keystore.ErrForeign) {
					t.Fatalf("error %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := store.Aliases(two); !slices.Equal(got, []string{"das zweite, mit ü"}) {
				t.Errorf("aliases %q", got)
			}
			if err := store.Add("again", added); err != nil || len(store.Aliases(added)) != 1 {
				t.Errorf("added twice: %v", err)
			}
			if err := store.Add("first", root(t, "other")); err == nil {
				t.Error("an alias was taken from its owner")
			}
			data, err = store.Bytes(password)
			if err != nil {
				t.Fatal(err)
			}
			changed := filepath.Join(t.TempDir(), "changed")
			if err := os.WriteFile(changed, data, 0o600); err != nil {
				t.Fatal(err)
			}
			list := keytool(t, "-J-Duser.language=en", "-J-Dfile.encoding=UTF-8", "-list", "-keystore", changed, "-storepass", password)
			for _, want := range []string{"3 entries", "first, ", "das zweite, mit", "devca_1234, ", "trustedCertEntry"} {
				if !strings.Contains(list, want) {
					t.Errorf("keytool does not list %q:\n%s", want, list)
				}
			}
			again, err := keystore.Read(data, password)
			if err != nil || again.Format() != store.Format() {
				t.Fatalf("%v, format %s", err, again.Format())
			}
			again.Remove(added)
			if data, err = again.Bytes(password); err != nil {
				t.Fatal(err)
			}
			last, err := keystore.Read(data, password)
			if err != nil || len(last.Entries()) != 2 || len(last.Aliases(added)) != 0 {
				t.Errorf("after the removal: %v", err)
			}
		})
	}
}

// TestKeys: what else is in a JKS stays in it.
func TestKeys(t *testing.T) {
	path := made(t, formats()["JKS"], root(t, "one"))
	keytool(t, "-genkeypair", "-keyalg", "EC", "-alias", "mine", "-dname", "CN=mine", "-keystore", path, "-storepass", password, "-keypass", "other-word")
	store, err := keystore.Read(read(t, path), password)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Add("devca", root(t, "added")); err != nil {
		t.Fatal(err)
	}
	data, err := store.Bytes(password)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if list := keytool(t, "-J-Duser.language=en", "-list", "-keystore", path, "-storepass", password); !strings.Contains(list, "PrivateKeyEntry") || !strings.Contains(list, "3 entries") {
		t.Error(list)
	}
	keytool(t, "-certreq", "-alias", "mine", "-keystore", path, "-storepass", password, "-keypass", "other-word") // needs the key itself
}

// TestForeign: what this package would lose is not for it, and says so.
func TestForeign(t *testing.T) {
	one := root(t, "one")
	path := made(t, formats()["PKCS#12"], one)
	keytool(t, "-genkeypair", "-keyalg", "EC", "-alias", "mine", "-dname", "CN=mine", "-keystore", path, "-storepass", password)
	if _, err := keystore.Read(read(t, path), password); !errors.Is(err, keystore.ErrForeign) {
		t.Errorf("a key in PKCS#12: %v", err)
	}
	if _, err := keystore.Read(read(t, path), "wrong"); !errors.Is(err, keystore.ErrPassword) {
		t.Errorf("a key in PKCS#12, wrong password: %v", err)
	}
	path = made(t, []string{"-storetype", "JCEKS"}, one)
	if _, err := keystore.Read(read(t, path), password); !errors.Is(err, keystore.ErrJCEKS) {
		t.Errorf("JCEKS: %v", err)
	}
	// Two names that Java takes for one: it would drop an entry.
	twice, err := pkcs12.Passwordless.EncodeTrustStoreEntries([]pkcs12.TrustStoreEntry{
		{Cert: one, FriendlyName: "Name"}, {Cert: root(t, "two"), FriendlyName: "name"},
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	store, err := keystore.Read(twice, password)
	if err != nil || !store.Named() || !errors.Is(store.Add("devca", root(t, "added")), keystore.ErrForeign) {
		t.Errorf("two entries of one name: %v", err)
	}
}

// TestDates: a JKS keeps when each entry was made.
func TestDates(t *testing.T) {
	one := root(t, "one")
	var file bytes.Buffer
	library := jks.New()
	made := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	err := library.SetTrustedCertificateEntry("one", jks.TrustedCertificateEntry{CreationTime: made, Certificate: jks.Certificate{Type: "X.509", Content: one.Raw}})
	if err == nil {
		err = library.Store(&file, []byte(password))
	}
	if err != nil {
		t.Fatal(err)
	}
	store, err := keystore.Read(file.Bytes(), password)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Add("devca", root(t, "added")); err != nil {
		t.Fatal(err)
	}
	data, err := store.Bytes(password)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "changed")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if list := keytool(t, "-J-Duser.language=en", "-J-Duser.timezone=UTC", "-list", "-keystore", path, "-storepass", password); !strings.Contains(list, "one, Feb 3, 2001, trustedCertEntry") {
		t.Error(list)
	}
}

// TestRefused: wrong passwords and damaged files are told apart from each other.
func TestRefused(t *testing.T) {
	for name, options := range formats() {
		data := read(t, made(t, options, root(t, "one")))
		if _, err := keystore.Read(data, "wrong"); name != "PKCS#12 open" && !errors.Is(err, keystore.ErrPassword) {
			t.Errorf("%s, wrong password: %v", name, err)
		}
		if store, _ := keystore.Read(data, "wrong"); name == "JKS" {
			if _, err := store.Bytes("wrong"); len(store.Entries()) != 1 || !errors.Is(err, keystore.ErrPassword) {
				t.Errorf("JKS of an unknown password: %d entries, %v", len(store.Entries()), err)
			}
		}
		for _, length := range []int{0, 3, 20, len(data) / 2, len(data) - 1} {
			if _, err := keystore.Read(data[:length], password); err == nil || errors.Is(err, keystore.ErrPassword) {
				t.Errorf("%s, %d bytes of %d: %v", name, length, len(data), err)
			}
		}
		if _, err := keystore.Read(append(slices.Clone(data), 0), password); err == nil {
			t.Errorf("%s with a byte more was read", name)
		}
	}
	if _, err := keystore.Read([]byte("-----BEGIN CERTIFICATE-----"), password); !errors.Is(err, keystore.ErrFormat) {
		t.Errorf("PEM: %v", err)
	}
	// A length of four gigabytes in a file of twenty bytes.
	huge := []byte{0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 'X', 0xff, 0xff, 0xff, 0xff}
	if _, err := keystore.Read(huge, password); err == nil {
		t.Error("a length beyond the end was believed")
	}
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// FuzzRead: whatever is read can be written or is refused, and nothing crashes.
func FuzzRead(f *testing.F) {
	for _, file := range []string{"jks", "open", "modern"} {
		f.Add(read(f, filepath.Join("testdata", file)))
	}
	certificate := root(f, "added")
	f.Fuzz(func(t *testing.T, data []byte) {
		store, err := keystore.Read(data, password)
		if err != nil || store.Add("devca", certificate) != nil {
			return
		}
		out, err := store.Bytes(password)
		if err != nil {
			return
		}
		if again, err := keystore.Read(out, password); err != nil || len(again.Aliases(certificate)) == 0 || bytes.Equal(out, data) && len(again.Entries()) == 0 {
			t.Fatalf("written and not read: %v", err)
		}
	})
}
