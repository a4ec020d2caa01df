package ca_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"devca/ca"
	"devca/certs"
	"devca/diag"
)

func newKey(t testing.TB) crypto.Signer {
	t.Helper()
	key, err := certs.GenerateKey(certs.P256)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// authority is a foreign CA.
type authority struct {
	certificate *x509.Certificate
	key         crypto.Signer
}

// foreign makes a CA certificate as somebody else would; nil signs itself.
func foreign(t *testing.T, above *authority, change func(*x509.Certificate)) *authority {
	t.Helper()
	key := newKey(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: fmt.Sprintf("CA %d", time.Now().UnixNano())},
		NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: time.Now().AddDate(5, 0, 0),
		IsCA: true, BasicConstraintsValid: true, MaxPathLen: -1, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	if change != nil {
		change(template)
	}
	parent, signer := template, key
	if above != nil {
		parent, signer = above.certificate, above.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	must(t, err)
	certificate, err := x509.ParseCertificate(der)
	must(t, err)
	return &authority{certificate, key}
}

func certificates(t *testing.T) []*x509.Certificate {
	return []*x509.Certificate{foreign(t, nil, nil).certificate}
}

func chain(authorities ...*authority) []*x509.Certificate {
	var all []*x509.Certificate
	for _, a := range authorities {
		all = append(all, a.certificate)
	}
	return all
}

func pathLength(n int) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.MaxPathLen, c.MaxPathLenZero = n, n == 0 }
}

// accepted issues a certificate and lets the verifiers judge it.
func accepted(t *testing.T, dir *ca.Dir, names ...string) {
	t.Helper()
	a, err := dir.Open()
	must(t, err)
	folder := t.TempDir()
	root := filepath.Join(folder, "root.pem")
	data, err := ca.ExportRoot(a.Root, "pem")
	must(t, err)
	must(t, os.WriteFile(root, data, 0o644))
	wanted := order(folder, names...)
	entry, err := dir.Fulfil(a, wanted, time.Now())
	if err != nil {
		t.Errorf("%v: %v", names, err)
		return
	}
	v := verifier{t: t, root: root, file: entry.Files.Cert, a: a}
	for _, name := range names {
		v.expect(name, true, name)
	}
}

// TestImport: whatever is imported, what is issued under it is accepted.
func TestImport(t *testing.T) {
	for name, test := range map[string]struct {
		build func() (authorities []*authority)
		more  ca.Options
		keeps bool // the given key must sign leaves itself
		names []string
	}{
		"root with room": {build: func() []*authority { return []*authority{foreign(t, nil, nil)} }},
		"root with a path length of 1": {build: func() []*authority {
			return []*authority{foreign(t, nil, pathLength(1))}
		}},
		"root without room": {build: func() []*authority { return []*authority{foreign(t, nil, pathLength(0))} }, keeps: true},
		"root without key usage": {build: func() []*authority {
			return []*authority{foreign(t, nil, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageCertSign })}
		}},
		"intermediate": {build: func() []*authority {
			root := foreign(t, nil, nil)
			return []*authority{foreign(t, root, nil), root}
		}},
		"intermediate without room": {build: func() []*authority {
			root := foreign(t, nil, nil)
			return []*authority{foreign(t, root, pathLength(0)), root}
		}, keeps: true},
		"intermediate whose root has room for one": {build: func() []*authority {
			root := foreign(t, nil, pathLength(1))
			return []*authority{foreign(t, root, nil), root}
		}, keeps: true},
		"intermediate two below": {build: func() []*authority {
			root := foreign(t, nil, pathLength(2))
			middle := foreign(t, root, nil)
			return []*authority{foreign(t, middle, nil), middle, root}
		}, keeps: true},
		"constrained": {build: func() []*authority {
			return []*authority{foreign(t, nil, func(c *x509.Certificate) { c.PermittedDNSDomains = []string{"corp.dev"} })}
		}, names: []string{"a.corp.dev"}},
		"constrained intermediate, more permitted": {build: func() []*authority {
			root := foreign(t, nil, nil)
			return []*authority{foreign(t, root, func(c *x509.Certificate) { c.PermittedDNSDomains = []string{"corp.dev"} }), root}
		}, more: ca.Options{Permit: []string{"other.dev", "corp.dev"}}, names: []string{"a.corp.dev"}},
		"ends soon": {build: func() []*authority {
			return []*authority{foreign(t, nil, func(c *x509.Certificate) { c.NotAfter = time.Now().AddDate(0, 1, 0) })}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			authorities := test.build()
			dir := newDir(t)
			given := authorities[0]
			options := ca.ImportOptions{Chain: chain(authorities...), Key: given.key, Options: test.more}
			a, err := dir.Import(options)
			must(t, err)
			if !a.Root.Equal(authorities[len(authorities)-1].certificate) {
				t.Error("another root")
			}
			if again, err := dir.Import(options); err != nil || !again.Issuing.Equal(a.Issuing) {
				t.Errorf("imported again: %v", err)
			}
			pem, err := certs.EncodeKey(given.key)
			must(t, err)
			kept := slices.ContainsFunc(privateKeys(t, dir.Path()), func(path string) bool {
				data, err := os.ReadFile(path)
				return err == nil && bytes.Equal(data, pem)
			})
			if kept != test.keeps {
				t.Errorf("the given key is kept: %v, want %v", kept, test.keeps)
			}
			if test.names == nil {
				test.names = []string{"a.test", "127.0.0.1"}
			}
			accepted(t, dir, test.names...)
		})
	}
}

// TestImportMkcert adopts the root of the real mkcert.
func TestImportMkcert(t *testing.T) {
	folder := t.TempDir()
	command := exec.Command("mkcert", "-install")
	command.Dir = folder
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "CAROOT=" + folder, "TRUST_STORES=none"}
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	getenv := func(name string) string { return map[string]string{"CAROOT": folder}[name] }
	certificate, keyPath, err := ca.FindMkcert(getenv)
	must(t, err)
	data, err := os.ReadFile(certificate)
	must(t, err)
	all, err := ca.ParseCertificates(data)
	must(t, err)
	data, err = os.ReadFile(keyPath)
	must(t, err)
	key, err := certs.ParseKey(data)
	must(t, err)
	dir := newDir(t)
	a, err := dir.Import(ca.ImportOptions{Chain: all, Key: key})
	must(t, err)
	if a.Constrained() || len(a.Chain) != 0 {
		t.Errorf("constrained %v, chain of %d", a.Constrained(), len(a.Chain))
	}
	accepted(t, dir, "a.test", "*.anything.dev", "10.0.0.1")
	if _, err := dir.RevocationList(a, time.Now(), time.Hour); code(err) != diag.CANoCRL {
		t.Errorf("a revocation list: %v", err)
	}
	if list, err := dir.RootRevocationList(a); err != nil || list != nil {
		t.Errorf("a list of mkcert's root: %q, %v", list, err)
	}
	if _, _, err := ca.FindMkcert(func(name string) string { return map[string]string{"CAROOT": t.TempDir()}[name] }); code(err) != diag.CAImport {
		t.Errorf("an empty CAROOT: %v", err)
	}
	// Rotated and imported again, it is the current one again.
	if _, err := dir.Rotate(ca.Options{}); err != nil {
		t.Fatal(err)
	}
	if _, err := dir.Import(ca.ImportOptions{Chain: all, Key: key}); err != nil {
		t.Fatal(err)
	}
	if now, err := dir.Open(); err != nil || !now.Root.Equal(all[0]) {
		t.Errorf("after importing again: %v", err)
	}
}

func TestRefusedImports(t *testing.T) {
	good := foreign(t, nil, nil)
	other := foreign(t, nil, nil)
	below := foreign(t, good, nil)
	for name, test := range map[string]struct {
		given []*authority
		key   crypto.Signer
		why   string
	}{
		"key of another":     {[]*authority{good}, other.key, "does not belong"},
		"no CA":              {[]*authority{foreign(t, nil, func(c *x509.Certificate) { c.IsCA, c.MaxPathLen = false, 0 })}, nil, "not a CA"},
		"no keyCertSign":     {[]*authority{foreign(t, nil, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageCRLSign })}, nil, "keyCertSign"},
		"expired":            {[]*authority{foreign(t, nil, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Hour) })}, nil, "expired"},
		"no root":            {[]*authority{below}, nil, "self-signed root"},
		"wrong order":        {[]*authority{good, below}, nil, "signed by the one after"},
		"of another root":    {[]*authority{below, other}, nil, "signed by the one after"},
		"for mail only":      {[]*authority{foreign(t, nil, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection} })}, nil, "serverAuth"},
		"below an old root":  belowOld(t),
		"more than its root": tooDeep(t),
	} {
		dir := newDir(t)
		key := test.key
		if key == nil {
			key = test.given[0].key
		}
		_, err := dir.Import(ca.ImportOptions{Chain: chain(test.given...), Key: key})
		if code(err) != diag.CAImport || !strings.Contains(err.Error(), test.why) {
			t.Errorf("%s: %v, want %q", name, err, test.why)
		}
		if _, err := os.Stat(dir.Path()); err == nil {
			t.Errorf("%s: a directory was made", name)
		}
	}
}

type refused = struct {
	given []*authority
	key   crypto.Signer
	why   string
}

func belowOld(t *testing.T) refused {
	old := foreign(t, nil, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-24 * time.Hour) })
	return refused{[]*authority{foreign(t, old, nil), old}, nil, "expired on " + old.certificate.NotAfter.UTC().Format(time.DateOnly)}
}

// tooDeep is a chain that its own root does not allow: nothing below it can be accepted.
func tooDeep(t *testing.T) refused {
	root := foreign(t, nil, pathLength(0))
	return refused{[]*authority{foreign(t, root, nil), root}, nil, "path length"}
}

// TestImportTwoBelowOneRoot: the second must not silently be the first.
func TestImportTwoBelowOneRoot(t *testing.T) {
	root := foreign(t, nil, nil)
	first, secondCA := foreign(t, root, nil), foreign(t, root, nil)
	dir := newDir(t)
	if _, err := dir.Import(ca.ImportOptions{Chain: chain(first, root), Key: first.key}); err != nil {
		t.Fatal(err)
	}
	before := contents(t, dir.Path())
	if _, err := dir.Import(ca.ImportOptions{Chain: chain(secondCA, root), Key: secondCA.key}); code(err) != diag.CAExists {
		t.Errorf("a second CA below the same root: %v", err)
	}
	for path, data := range contents(t, dir.Path()) {
		if before[path] != data {
			t.Errorf("%s is new or changed", path)
		}
	}
}

// TestNamesOfMiddleCA: a constraint anywhere in the chain is known before issuing.
func TestNamesOfMiddleCA(t *testing.T) {
	root := foreign(t, nil, nil)
	middle := foreign(t, root, func(c *x509.Certificate) { c.PermittedDNSDomains = []string{"corp.dev"} })
	dir := newDir(t)
	a, err := dir.Import(ca.ImportOptions{Chain: chain(middle, root), Key: middle.key, Options: ca.Options{Unconstrained: true}})
	must(t, err)
	for name, want := range map[string]diag.Code{"a.corp.dev": "", "localhost": diag.NameNotPermitted, "a.other.dev": diag.NameNotPermitted} {
		if _, err := dir.Fulfil(a, order(t.TempDir(), name), time.Now()); code(err) != want {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
}
