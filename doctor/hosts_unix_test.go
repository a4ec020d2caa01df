//go:build !windows

package doctor

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"devca/diag"
)

// TestCorrected runs the commands that are printed for the hosts file.
func TestCorrected(t *testing.T) {
	const before = "127.0.0.1\tlocalhost\n" +
		"198.51.100.7 shop.test # alone\n" +
		"  198.51.100.7\tApi.test shop-test\tcdn.test cdn.test.example # several\n" +
		"2001:db8::1 six.test\n"
	const after = "127.0.0.1\tlocalhost\n" +
		"127.0.0.1 shop.test # alone\n" +
		"  198.51.100.7 shop-test cdn.test.example # several\n" +
		"::1 six.test\n" +
		"127.0.0.1 api.test\n127.0.0.1 cdn.test\n"
	path := filepath.Join(t.TempDir(), "hosts of 's")
	if err := os.WriteFile(path, []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	entries, err := readHosts(path)
	if err != nil {
		t.Fatal(err)
	}
	// All are printed at once, from one reading.
	for _, name := range []string{"shop.test", "api.test", "cdn.test", "six.test"} {
		if len(entries[name]) != 1 {
			t.Fatalf("%s: %d entries", name, len(entries[name]))
		}
		command := entries[name][0].corrected(path, diag.CommandLine("tee", path))
		if out, err := exec.Command("sh", "-c", command).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", command, err, out)
		}
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != after {
		t.Errorf("%v\n%s\nnot\n%s", err, got, after)
	}
}
