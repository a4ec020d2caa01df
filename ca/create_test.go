package ca_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"devca/ca"
)

func newAuthority(t testing.TB, options ca.Options) (*ca.Dir, *ca.Authority) {
	t.Helper()
	dir := newDir(t)
	a, created, err := dir.OpenOrCreate(options)
	if err != nil || !created {
		t.Fatalf("created %v: %v", created, err)
	}
	return dir, a
}

func TestCreate(t *testing.T) {
	dir, a := newAuthority(t, ca.Options{Permit: []string{"*.corp.dev"}})
	for name, c := range map[string]*x509.Certificate{"root": a.Root, "issuing": a.Issuing} {
		if !c.IsCA || !c.BasicConstraintsValid || c.KeyUsage != x509.KeyUsageCertSign|x509.KeyUsageCRLSign {
			t.Errorf("%s: CA %v, usage %v", name, c.IsCA, c.KeyUsage)
		}
		if !c.PermittedDNSDomainsCritical || !slices.Contains(c.PermittedDNSDomains, "localhost") || !slices.Contains(c.PermittedDNSDomains, "corp.dev") {
			t.Errorf("%s: permits %v, critical %v", name, c.PermittedDNSDomains, c.PermittedDNSDomainsCritical)
		}
		if len(c.SubjectKeyId) != 20 || len(c.AuthorityKeyId) != 20 {
			t.Errorf("%s: key identifiers of %d and %d octets", name, len(c.SubjectKeyId), len(c.AuthorityKeyId))
		}
		if bits := c.SerialNumber.BitLen(); bits < 64 || bits > 127 || c.SerialNumber.Sign() <= 0 {
			t.Errorf("%s: serial number of %d bits", name, bits)
		}
		personal(t, name, c)
	}
	if a.Root.MaxPathLen != 1 || a.Issuing.MaxPathLen != 0 || !a.Issuing.MaxPathLenZero {
		t.Errorf("path lengths %d and %d", a.Root.MaxPathLen, a.Issuing.MaxPathLen)
	}
	if err := a.Issuing.CheckSignatureFrom(a.Root); err != nil {
		t.Error(err)
	}
	keys := privateKeys(t, dir.Path())
	if len(keys) != 1 || !strings.HasSuffix(keys[0], "issuing-key.pem") {
		t.Errorf("private keys on disk: %v", keys)
	}
	other, _ := newAuthority(t, ca.Options{})
	roots, err := other.Roots()
	if err != nil || roots[0].Subject.String() == a.Root.Subject.String() {
		t.Errorf("two roots share the name %s, %v", a.Root.Subject, err)
	}
}

// personal: no user or host name goes into a certificate.
func personal(t *testing.T, name string, c *x509.Certificate) {
	t.Helper()
	words := []string{}
	if person, err := user.Current(); err == nil && len(person.Username) > 2 {
		words = append(words, person.Username)
	}
	if host, err := os.Hostname(); err == nil && len(host) > 2 {
		words = append(words, host)
	}
	for _, word := range words {
		// "root" is also what a root is.
		if word != "root" && bytes.Contains(c.Raw, []byte(word)) {
			t.Errorf("%s contains %q", name, word)
		}
	}
}

// privateKeys finds every file below path that holds a private key, and checks
// that nobody else can read it.
func privateKeys(t *testing.T, path string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(path, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if info.Mode().Perm() != 0o700 {
				t.Errorf("%s: mode %04o", path, info.Mode().Perm())
			}
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if block, _ := pem.Decode(data); block != nil && strings.Contains(block.Type, "PRIVATE KEY") {
			found = append(found, path)
			if info.Mode().Perm() != 0o600 {
				t.Errorf("%s: mode %04o", path, info.Mode().Perm())
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestCreateTogether lets processes come first at once: all get the same CA.
func TestCreateTogether(t *testing.T) {
	for range 5 {
		path := filepath.Join(t.TempDir(), "a", "devca")
		ids := make([]string, 8)
		var group sync.WaitGroup
		for i := range ids {
			group.Go(func() {
				out, err := process("create", path).CombinedOutput()
				if err != nil {
					t.Errorf("%v: %s", err, out)
				}
				ids[i] = string(out)
			})
		}
		group.Wait()
		if slices.Sort(ids); ids[0] != ids[len(ids)-1] {
			t.Fatalf("processes ended with different CAs: %q", ids)
		}
		if keys := privateKeys(t, path); len(keys) != 1 {
			t.Errorf("private keys: %v", keys)
		}
	}
}

// TestCreateKilled kills creations at random moments. What is there afterwards
// is usable or nothing, and the next creation leaves one key on disk.
func TestCreateKilled(t *testing.T) {
	unkilled := 0
	for range 120 {
		path := filepath.Join(t.TempDir(), "devca")
		for range 1 + rand.IntN(2) {
			command := process("create", path)
			if _, err := begin(command); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(rand.IntN(15_000)) * time.Microsecond)
			_ = command.Process.Kill()
			if command.Wait() == nil {
				unkilled++
			}
		}
		dir, err := ca.Locate(path, os.Getenv)
		if err != nil {
			t.Fatal(err)
		}
		a, _, err := dir.OpenOrCreate(ca.Options{})
		if err != nil {
			t.Fatalf("after a kill: %v", err)
		}
		if _, err := a.Issue(order(path, "a.test").Request, false); err == nil {
			t.Fatal("a certificate without key was issued")
		}
		if keys := privateKeys(t, path); len(keys) != 1 {
			t.Fatalf("private keys: %v", keys)
		}
	}
	t.Logf("%d of the processes had ended before they were killed", unkilled)
}
