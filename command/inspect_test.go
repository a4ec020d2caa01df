package command_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"devca/command"
	"devca/internal/ui"
)

// inspected runs devca inspect on a certificate, on a terminal of that width.
func inspected(t *testing.T, width int, template *x509.Certificate) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template.SerialNumber = big.NewInt(1)
	template.NotBefore, template.NotAfter = time.Now(), time.Now().AddDate(0, 0, 30)
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "c.pem")
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Dir(path))
	var out, notes bytes.Buffer
	streams := &ui.Streams{In: strings.NewReader(""), Out: &out, Err: &notes, Width: width, OutTTY: width > 0, Getenv: func(string) string { return "" }}
	if status := command.Run([]string{"inspect", "c.pem"}, streams); status != command.ExitDone || notes.Len() > 0 {
		t.Fatalf("exit status %d\n%s", status, notes.String())
	}
	return out.String()
}

// TestInspectNarrow: nothing but a word that fills the line leaves it, and what
// goes on stands below its beginning.
func TestInspectNarrow(t *testing.T) {
	template := &x509.Certificate{Subject: pkix.Name{CommonName: "a common name that is a sentence", Organization: []string{"and an organization"}}}
	for i := range 200 {
		template.DNSNames = append(template.DNSNames, fmt.Sprintf("name%d.test", i))
	}
	for _, width := range []int{40, 60, 100} {
		out := inspected(t, width, template)
		for line := range strings.Lines(out) {
			line = strings.TrimSuffix(line, "\n")
			words := strings.Fields(line)
			long := utf8.RuneCountInString(line) > width
			if long && len(words) > 2 {
				t.Errorf("%d columns: %q", width, line)
			}
			if strings.HasPrefix(line, "   ") && !strings.HasPrefix(line, strings.Repeat(" ", 14)) {
				t.Errorf("%d columns: %q goes on in another column", width, line)
			}
		}
		if !strings.Contains(strings.Join(strings.Fields(out), " "), "name118.test, name119.test and 80 more Valid") {
			t.Errorf("%d columns:\n%s", width, out)
		}
	}
	if out := inspected(t, 0, template); !strings.Contains(out, "name118.test, name119.test and 80 more\n") {
		t.Errorf("no terminal:\n%s", out)
	}
}

// TestInspectHostile: a subject can neither send a terminal commands nor lines of
// its own, nor turn the text around.
func TestInspectHostile(t *testing.T) {
	for _, evil := range []string{"\n  Valid       expires in 99 years", "\r\x1b[2J", "\u009b2J", "\u202egnp.exe", "\u2066x", "\x00", "\u200b", "\ue000", "a\u2028b"} {
		out := inspected(t, 80, &x509.Certificate{Subject: pkix.Name{CommonName: "x" + evil}, DNSNames: []string{"a.test"}})
		if strings.Count(out, "\n  Valid ") != 1 {
			t.Errorf("%q makes a line of its own:\n%s", evil, out)
		}
		for _, r := range out {
			if r != '\n' && !unicode.IsPrint(r) {
				t.Errorf("%q: %U gets out", evil, r)
			}
		}
	}
}
