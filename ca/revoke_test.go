package ca_test

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"devca/ca"
	"devca/diag"
)

// tool runs a program in a clean environment and gives what it said.
func tool(t *testing.T, argv ...string) (string, error) {
	t.Helper()
	command := exec.Command(argv[0], argv[1:]...)
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8"}
	out, err := command.CombinedOutput()
	return string(out), err
}

func writePEM(t *testing.T, path, kind string, ders ...[]byte) string {
	t.Helper()
	var all []byte
	for _, der := range ders {
		all = append(all, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})...)
	}
	must(t, os.WriteFile(path, all, 0o600))
	return path
}

// TestRevocation: OpenSSL and GnuTLS take the list for ours, refuse what is on it,
// and accept what is not.
func TestRevocation(t *testing.T) {
	dir, a := newAuthority(t, ca.Options{})
	folder := t.TempDir()
	now := time.Now()
	var entries []ca.Entry
	for _, name := range []string{"good.test", "stolen.test", "replaced.test"} {
		entry, err := dir.Fulfil(a, order(folder, name), now)
		must(t, err)
		entries = append(entries, entry)
	}
	old := order(folder, "old.test")
	old.Request.NotBefore, old.Request.NotAfter = now.AddDate(0, 0, -10), now.AddDate(0, 0, -5)
	expired, err := dir.Fulfil(a, old, now)
	must(t, err)
	reason, err := ca.ParseReason("KEYcompromise")
	must(t, err)
	must(t, dir.Revoke([]ca.Entry{entries[1], expired}, reason, now))
	must(t, dir.Revoke([]ca.Entry{entries[2]}, 4, now))
	ledger, err := dir.Ledger()
	must(t, err)
	must(t, dir.Revoke(ledger.Entries, 9, now.Add(time.Hour))) // the good one, and nothing of the others
	ledger, err = dir.Ledger()
	must(t, err)
	for i, want := range []int{9, 1, 4, 1} {
		if e := ledger.Entries[i]; e.Reason != want || e.Status(now) != ca.Revoked || want != 9 && !e.RevokedAt.Equal(now.UTC().Truncate(time.Second)) {
			t.Errorf("%v: %s for %d at %s, want %d", e.Names, e.Status(now), e.Reason, e.RevokedAt, want)
		}
	}
	if _, err := ca.ParseReason("certificateHold"); code(err) != diag.UsageArguments {
		t.Errorf("a reason that needs delta lists: %v", err)
	}

	list, err := dir.RevocationList(a, now, 24*time.Hour)
	must(t, err)
	if len(list.RevokedCertificateEntries) != 3 || list.Number.Cmp(big.NewInt(1)) != 0 || len(list.AuthorityKeyId) != 20 {
		t.Errorf("%d entries, number %s", len(list.RevokedCertificateEntries), list.Number)
	}
	must(t, list.CheckSignatureFrom(a.Issuing))
	crl := writePEM(t, filepath.Join(folder, "crl"), "X509 CRL", list.Raw)
	root := writePEM(t, filepath.Join(folder, "root"), "CERTIFICATE", a.Root.Raw)
	issuing := writePEM(t, filepath.Join(folder, "issuing"), "CERTIFICATE", a.Issuing.Raw)
	out, err := tool(t, "openssl", "crl", "-in", crl, "-CAfile", issuing, "-verify", "-noout", "-text")
	if err != nil || !strings.Contains(out, "verify OK") || !strings.Contains(out, "Version 2") || !strings.Contains(out, "Key Compromise") || !strings.Contains(out, "Superseded") {
		t.Errorf("openssl crl: %v\n%s", err, out)
	}
	fresh, err := dir.Fulfil(a, order(folder, "fresh.test"), now)
	must(t, err)
	rootList, err := dir.RootRevocationList(a)
	must(t, err)
	both := filepath.Join(folder, "both")
	listPEM, err := os.ReadFile(crl)
	must(t, err)
	must(t, os.WriteFile(both, append(listPEM, rootList...), 0o600))
	for file, revoked := range map[string]bool{fresh.Files.Cert: false, entries[1].Files.Cert: true, entries[2].Files.Cert: true} {
		for _, options := range [][]string{{"-crl_check", "-CRLfile", crl}, {"-crl_check_all", "-CRLfile", both}} {
			argv := append([]string{"openssl", "verify", "-x509_strict", "-CAfile", root, "-untrusted", file}, append(options, file)...)
			if out, err := tool(t, argv...); (err != nil) != revoked || revoked && !strings.Contains(out, "certificate revoked") {
				t.Errorf("%v: %v\n%s", argv, err, out)
			}
		}
		out, err := tool(t, "certtool", "--verify", "--load-ca-certificate", root, "--infile", file, "--load-crl", crl)
		if (err != nil) != revoked || revoked && !strings.Contains(out, "revoked") {
			t.Errorf("certtool, %s: %v\n%s", file, err, out)
		}
	}
	// With the time, what has expired needs no entry.
	later, err := dir.RevocationList(a, now.AddDate(0, 0, 91), time.Hour)
	must(t, err)
	if len(later.RevokedCertificateEntries) != 0 || later.Number.Cmp(big.NewInt(2)) != 0 {
		t.Errorf("%d entries, number %s", len(later.RevokedCertificateEntries), later.Number)
	}
}

// TestRevocationNumbersOfProcesses: processes that make lists at once never give
// a number twice, nor a lower one than before.
func TestRevocationNumbersOfProcesses(t *testing.T) {
	dir, _ := newAuthority(t, ca.Options{})
	var mutex sync.Mutex
	seen := map[string]bool{}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			out, err := process("crl", dir.Path(), "25").CombinedOutput()
			if err != nil {
				t.Errorf("%v\n%s", err, out)
			}
			last := 0
			for line := range strings.Lines(string(out)) {
				var number int
				if _, err := fmt.Sscan(line, &number); err != nil || number <= last {
					t.Errorf("%q after %d: %v", line, last, err)
				}
				last = number
				mutex.Lock()
				if seen[line] {
					t.Errorf("number %s was given twice", line)
				}
				seen[line] = true
				mutex.Unlock()
			}
		})
	}
	group.Wait()
	if len(seen) != 100 {
		t.Errorf("%d lists, want 100", len(seen))
	}
}

// TestRotate: the old root stays on record, and what it issued is known.
func TestRotate(t *testing.T) {
	dir, first := newAuthority(t, ca.Options{})
	folder := t.TempDir()
	entry, err := dir.Fulfil(first, order(folder, "a.test"), time.Now())
	must(t, err)
	must(t, dir.Revoke([]ca.Entry{entry}, 0, time.Now()))
	if _, err := dir.RevocationList(first, time.Now(), time.Hour); err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		newer, err := dir.Rotate(ca.Options{Permit: []string{"corp.dev"}})
		must(t, err)
		roots, err := dir.Roots()
		if err != nil || len(roots) != i+2 || !roots[0].Equal(newer.Root) {
			t.Errorf("%d roots: %v", len(roots), err)
		}
		if keys := privateKeys(t, dir.Path()); len(keys) != i+2 {
			t.Errorf("keys: %v", keys)
		}
		if newer.ID == first.ID || newer.Issuing.Subject.String() == first.Issuing.Subject.String() {
			t.Error("two authorities have one name")
		}
		must(t, dir.CheckTargets(newer, entry.Files)) // the old CA's files are ours, too
		list, err := dir.RevocationList(newer, time.Now(), time.Hour)
		if err != nil || len(list.RevokedCertificateEntries) != 0 || list.Number.Int64() != int64(i+2) {
			t.Errorf("the new CA lists %d of the old, number %s: %v", len(list.RevokedCertificateEntries), list.Number, err)
		}
	}
	accepted(t, dir, "x.corp.dev", "localhost")
	kept, err := dir.Rotate(ca.Options{Passphrase: []byte("a phrase")})
	must(t, err)
	encrypted := one(t, dir, "authorities/"+kept.ID+"/root-key.pem")
	public, err := tool(t, "openssl", "pkey", "-in", encrypted, "-passin", "pass:a phrase", "-pubout")
	block, _ := pem.Decode([]byte(public))
	if err != nil || block == nil || string(block.Bytes) != string(kept.Root.RawSubjectPublicKeyInfo) {
		t.Errorf("the kept key is not the root's: %v\n%s", err, public)
	}
	if _, err := tool(t, "openssl", "pkey", "-in", encrypted, "-passin", "pass:", "-noout"); err == nil {
		t.Error("the root's key opens without the phrase")
	}
	if !dir.KeepsRootKey(kept) || dir.KeepsRootKey(first) {
		t.Error("which root's key is kept is not known")
	}
	unconstrained, err := dir.Rotate(ca.Options{Unconstrained: true})
	if err != nil || unconstrained.Constrained() || len(unconstrained.Root.PermittedDNSDomains)+len(unconstrained.Issuing.PermittedDNSDomains) != 0 {
		t.Errorf("unconstrained: %v", err)
	}
	accepted(t, dir, "anything.dev")
	for _, name := range []string{"com", "co.uk", "127.0.0.1", "a b", "*"} {
		if _, err := dir.Rotate(ca.Options{Permit: []string{name}}); code(err) == "" {
			t.Errorf("permitting %q: %v", name, err)
		}
	}
}

// TestExpiredCA: nothing is issued that is dead on arrival.
func TestExpiredCA(t *testing.T) {
	now := time.Now()
	for _, ended := range []time.Duration{time.Minute, 2 * time.Hour, 24 * 365 * time.Hour} {
		_, a := newAuthority(t, ca.Options{Now: now.AddDate(0, 0, -3650).Add(-ended)})
		if _, err := a.Issue(signable(t, now, "a.test"), false); code(err) != diag.CAExpired {
			t.Errorf("%s after its end: %v", ended, err)
		}
	}
	_, a := newAuthority(t, ca.Options{Now: now.AddDate(0, 0, -3650).Add(48 * time.Hour)})
	issued, err := a.Issue(signable(t, now, "a.test"), false)
	if err != nil || !issued.NotAfter.Equal(a.Issuing.NotAfter) {
		t.Errorf("two days before its end: until %s, %v", issued.NotAfter, err)
	}
	leaf, err := x509.ParseCertificate(issued.DER)
	if err != nil || !leaf.NotAfter.Equal(issued.NotAfter) {
		t.Errorf("the certificate says %v, %v", leaf, err)
	}
}
