package ca_test

import (
	"crypto/x509"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"devca/ca"
	"devca/certs"
)

// TestWhatIsIssuedIsAccepted is the property that everything is for: crypto/x509,
// OpenSSL (strictly) and GnuTLS accept each certificate for its own names, and
// refuse it for others.
func TestWhatIsIssuedIsAccepted(t *testing.T) {
	dir, a := newAuthority(t, ca.Options{})
	folder := t.TempDir()
	root := filepath.Join(folder, "root.pem")
	data, err := ca.ExportRoot(a.Root, "pem")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(root, data, 0o644); err != nil {
		t.Fatal(err)
	}
	kinds := []certs.KeyType{certs.P256, certs.P256, certs.P384, certs.RSA2048, certs.Ed25519}
	for i := range 40 {
		names := someNames()
		wanted := order(folder, names...)
		wanted.KeyType = kinds[i%len(kinds)]
		wanted.Request.Client = i%3 == 0
		stem := filepath.Join(folder, fmt.Sprint(i))
		wanted.Files = certs.Files{Cert: stem + ".pem", Key: stem + "-key.pem"}
		entry, err := dir.Fulfil(a, wanted, time.Now())
		if err != nil {
			t.Fatalf("%v: %v", names, err)
		}
		verifier{t, root, entry.Files.Cert, a, wanted.Request.Client}.check(entry.Names)
	}
}

// someNames draws names of every kind that devca takes without being forced.
func someNames() []string {
	label := func() string {
		const letters = "abcdefghijklmnopqrstuvwxyz0123456789-"
		var b strings.Builder
		for range 1 + rand.IntN(20) {
			b.WriteByte(letters[rand.IntN(36)])
		}
		return "x" + b.String() + "z"
	}
	suffixes := []string{"test", "localhost", "internal", "local", "lan", "example.com", "app.home.arpa", "example"}
	makers := []func() string{
		func() string { return "localhost" },
		func() string { return label() + "." + suffixes[rand.IntN(len(suffixes))] },
		func() string { return label() + "." + label() + "." + suffixes[rand.IntN(len(suffixes))] },
		func() string { return "*." + label() + "." + suffixes[rand.IntN(len(suffixes))] },
		func() string { return "bücher-" + label() + ".test" },
		func() string { return fmt.Sprintf("10.%d.%d.%d", rand.IntN(256), rand.IntN(256), rand.IntN(256)) },
		func() string { return fmt.Sprintf("fd00::%x:%x", rand.IntN(65536), rand.IntN(65536)) },
		func() string { return "127.0.0.1" },
		func() string { return strings.Repeat(label()[:2]+".", 30) + "test" },
	}
	var names []string
	for range 1 + rand.IntN(5) {
		names = append(names, makers[rand.IntN(len(makers))]())
	}
	return names
}

type verifier struct {
	t          *testing.T
	root, file string
	a          *ca.Authority
	client     bool
}

func (v verifier) check(names []string) {
	for _, name := range names {
		host := strings.Replace(name, "*.", "some.", 1)
		v.expect(host, true, name)
	}
	// Neither another name below the CA's constraints, nor one beside a wildcard, nor another address.
	for _, host := range []string{"other.test", "a.b.c.d.invalid", "10.255.255.254", "fd00::ffff:ffff:1"} {
		v.expect(host, false, "")
	}
	if v.client {
		v.run(true, "openssl", "verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", v.root, "-untrusted", v.file, v.file)
	}
}

func (v verifier) expect(host string, accepted bool, name string) {
	v.t.Helper()
	if err := v.go509(host); (err == nil) != accepted {
		v.t.Errorf("crypto/x509, %s for %q (%q): %v", v.file, host, name, err)
	}
	option := "-verify_hostname"
	if net.ParseIP(host) != nil {
		option = "-verify_ip"
	}
	v.run(accepted, "openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", v.root, "-untrusted", v.file, option, host, v.file)
	v.run(accepted, "certtool", "--verify", "--load-ca-certificate", v.root, "--infile", v.file, "--verify-hostname", host, "--verify-purpose", "1.3.6.1.5.5.7.3.1")
}

func (v verifier) run(accepted bool, argv ...string) {
	v.t.Helper()
	command := exec.Command(argv[0], argv[1:]...)
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8"}
	out, err := command.CombinedOutput()
	if (err == nil) != accepted {
		v.t.Errorf("%s: accepted %v, want %v\n%s", strings.Join(argv, " "), err == nil, accepted, out)
	}
}

func (v verifier) go509(host string) error {
	data, err := os.ReadFile(v.file)
	if err != nil {
		return err
	}
	chain, err := ca.ParseCertificates(data)
	if err != nil {
		return err
	}
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(v.a.Root)
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	_, err = chain[0].Verify(x509.VerifyOptions{DNSName: host, Roots: roots, Intermediates: between})
	return err
}
