package ca_test

import (
	"crypto/tls"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"devca/ca"
	"devca/diag"
)

// serials of everything that the ledger knows.
func serials(t *testing.T, dir *ca.Dir) map[string]ca.Entry {
	t.Helper()
	ledger, err := dir.Ledger()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]ca.Entry{}
	for _, e := range ledger.Entries {
		known[e.Serial] = e
	}
	return known
}

// work runs a process that issues until it is killed, and gives the serial
// numbers that it promised.
func work(t *testing.T, path, prefix string, life time.Duration) []string {
	t.Helper()
	command := process("issue", path, prefix)
	command.Stderr = os.Stderr
	out, err := begin(command)
	if err != nil {
		t.Error(err)
		return nil
	}
	time.AfterFunc(life, func() { _ = command.Process.Kill() })
	var promised []string
	// A line without its end was not promised.
	for {
		line, err := out.ReadString('\n')
		if err != nil {
			if !errors.Is(err, io.EOF) {
				t.Error(err)
			}
			break
		}
		promised = append(promised, strings.TrimSpace(line))
	}
	_ = command.Wait()
	return promised
}

// TestLedgerKilled kills issuing processes, two at a time, again and again: what
// was promised is in the ledger, and every file is whole and known to it.
func TestLedgerKilled(t *testing.T) {
	dir, _ := newAuthority(t, ca.Options{})
	folder := filepath.Join(dir.Path(), "out")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	var promised []string
	var mutex sync.Mutex
	for range 100 {
		var group sync.WaitGroup
		for _, prefix := range []string{"a", "b"} {
			life := time.Duration(rand.IntN(45_000)) * time.Microsecond
			group.Go(func() {
				serials := work(t, dir.Path(), prefix, life)
				mutex.Lock()
				promised = append(promised, serials...)
				mutex.Unlock()
			})
		}
		group.Wait()
	}
	known := serials(t, dir)
	for _, serial := range promised {
		if _, ok := known[serial]; !ok {
			t.Errorf("%s was promised and is lost", serial)
		}
	}
	if len(promised) < 100 {
		t.Errorf("only %d certificates were issued by 200 processes", len(promised))
	}
	t.Logf("%d certificates promised, %d known, 200 processes killed", len(promised), len(known))
	checkFiles(t, folder, known)
}

// checkFiles: certificates are whole and in the ledger. A kill between the two
// renames leaves a new key beside an old certificate; the last entry then says
// which certificate belongs to the key.
func checkFiles(t *testing.T, folder string, known map[string]ca.Entry) {
	t.Helper()
	bySum := map[string]bool{}
	for _, e := range known {
		bySum[e.SHA256] = true
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.test.pem"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	mismatched := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		chain, err := ca.ParseCertificates(data)
		if err != nil || len(chain) != 2 {
			t.Errorf("%s is not whole: %v", file, err)
			continue
		}
		if !bySum[ca.FingerprintForTest(chain[0])] {
			t.Errorf("%s is not in the ledger", file)
		}
		if _, err := tls.LoadX509KeyPair(file, strings.TrimSuffix(file, ".pem")+"-key.pem"); err != nil {
			mismatched++
		}
	}
	t.Logf("%d pairs, %d caught between their renames", len(files), mismatched)
}

func TestLedgerTogether(t *testing.T) {
	dir, a := newAuthority(t, ca.Options{})
	folder := t.TempDir()
	other, err := ca.Locate(dir.Path(), os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for i, d := range []*ca.Dir{dir, other} {
		group.Go(func() {
			for j := range 150 {
				name := string(rune('a'+i)) + strings.Repeat("x", j%50+1) + strings.Repeat("y", j/50) + ".test"
				if _, err := d.Fulfil(a, order(folder, name), time.Now()); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	if known := serials(t, dir); len(known) != 300 {
		t.Errorf("%d certificates are known of 300", len(known))
	}
	leftovers, err := filepath.Glob(filepath.Join(folder, ".*"))
	if err != nil || len(leftovers) > 0 {
		t.Errorf("left over: %v, %v", leftovers, err)
	}
}

// TestLedgerOfProcesses: two processes issue 300 certificates each, at once, half
// of them into the same files.
func TestLedgerOfProcesses(t *testing.T) {
	dir, _ := newAuthority(t, ca.Options{})
	if err := os.Mkdir(filepath.Join(dir.Path(), "out"), 0o700); err != nil {
		t.Fatal(err)
	}
	outputs := make([]string, 3)
	var group sync.WaitGroup
	for i, prefix := range []string{"a", "b", "b"} {
		group.Go(func() {
			out, err := process("issue", dir.Path(), prefix, "300").CombinedOutput()
			if err != nil {
				t.Errorf("%v\n%s", err, out)
			}
			outputs[i] = string(out)
		})
	}
	group.Wait()
	promised := strings.Fields(strings.Join(outputs, ""))
	known := serials(t, dir)
	if len(promised) != 900 || len(known) != 900 {
		t.Errorf("%d promised, %d known, want 900", len(promised), len(known))
	}
	for _, serial := range promised {
		if _, ok := known[serial]; !ok {
			t.Errorf("%s was promised and is lost", serial)
		}
	}
	leftovers, err := filepath.Glob(filepath.Join(dir.Path(), "out", ".*"))
	if err != nil || len(leftovers) > 0 {
		t.Errorf("left over: %v, %v", leftovers, err)
	}
	checkFiles(t, filepath.Join(dir.Path(), "out"), known)
}

// TestSameFiles: of two who write the same files at once, one's pair is left.
func TestSameFiles(t *testing.T) {
	dir, a := newAuthority(t, ca.Options{})
	wanted := order(t.TempDir(), "same.test")
	for i := range 300 {
		if i%2 == 0 { // new files, then replaced ones
			_, _ = os.Remove(wanted.Files.Cert), os.Remove(wanted.Files.Key)
		}
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() {
				if _, err := dir.Fulfil(a, wanted, time.Now()); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if _, err := tls.LoadX509KeyPair(wanted.Files.Cert, wanted.Files.Key); err != nil {
			t.Fatalf("after %d rounds: %v", i, err)
		}
	}
}

// TestRevocationNumbers: lists made at once have different numbers.
func TestRevocationNumbers(t *testing.T) {
	dir, a := newAuthority(t, ca.Options{})
	seen := sync.Map{}
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			list, err := dir.RevocationList(a, time.Now(), time.Hour)
			if err != nil {
				t.Error(err)
				return
			}
			if _, twice := seen.LoadOrStore(list.Number.String(), true); twice {
				t.Errorf("number %s was given twice", list.Number)
			}
		})
	}
	group.Wait()
}

// FuzzLedger: whatever the file holds, reading ends in entries or in a finding.
func FuzzLedger(f *testing.F) {
	dir, a := newAuthority(f, ca.Options{})
	if _, err := dir.Fulfil(a, order(f.TempDir(), "a.test", "127.0.0.1"), time.Now()); err != nil {
		f.Fatal(err)
	}
	path := filepath.Join(dir.Path(), "ledger.jsonl")
	line, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(line)
	f.Add(line[:len(line)/2])
	f.Add([]byte("{}\n[]\n"))
	f.Add([]byte("{\"op\":\"issue\"}\n{\"op\":\"revoke\",\"serial\":\"00\"}\n{\"op\":\"crl\",\"number\":9}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		own := newDir(t)
		if err := os.MkdirAll(own.Path(), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(own.Path(), "ledger.jsonl"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		ledger, err := own.Ledger()
		if err != nil {
			if failure, ok := errors.AsType[*diag.Error](err); !ok || failure.Code != diag.LedgerDamaged {
				t.Errorf("not a finding: %v", err)
			}
			return
		}
		for _, e := range ledger.Entries {
			e.Status(time.Now())
			_, _ = ledger.Find(e.Serial, time.Now())
		}
	})
}

func FuzzParseCertificates(f *testing.F) {
	_, a := newAuthority(f, ca.Options{})
	data, err := ca.ExportRoot(a.Root, "pem")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if chain, err := ca.ParseCertificates(data); err == nil && len(chain) == 0 {
			t.Error("nothing, and no error")
		}
	})
}
