package trust_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"devca/internal/account"
	"devca/trust"
)

// scripted is a machine of another system: each command line has its answer.
type scripted struct {
	answers map[string]answer
	ran     []string
}

type answer struct {
	output string
	err    error
}

func (s *scripted) run(_ context.Context, c trust.Command) ([]byte, error) {
	line := strings.Join(c.Argv, " ")
	s.ran = append(s.ran, line)
	for prefix, a := range s.answers {
		if strings.HasPrefix(line, prefix) {
			return []byte(a.output), a.err
		}
	}
	return nil, errors.New("no such command in this test: " + line)
}

func machineOf(goos string, s *scripted) *trust.Machine {
	return &trust.Machine{
		GOOS:     goos,
		Getenv:   func(string) string { return "" },
		LookPath: func(name string) (string, error) { return "", exec.ErrNotFound },
		Run:      s.run,
		Account:  account.Account{UID: os.Getuid(), GID: os.Getgid(), Home: "/nowhere"},
		Announce: func(string) {},
	}
}

func testRoot(t testing.TB) trust.Root {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(4711), Subject: pkix.Name{CommonName: "devca root 0a1b2c3d"},
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
	return trust.Root{Certificate: certificate, Path: "/ca/root.pem"}
}

func TestStepLine(t *testing.T) {
	step := trust.Step{Argv: []string{"/hook", "it's"}, Stdin: "-/etc/x.pem\n", AsRoot: true}
	if got, want := step.Line(false), `printf '%s\n' -/etc/x.pem | sudo /hook 'it'\''s'`; got != want {
		t.Errorf("%s, not %s", got, want)
	}
	if got, want := step.Line(true), `printf '%s\n' -/etc/x.pem | /hook 'it'\''s'`; got != want {
		t.Errorf("%s, not %s", got, want)
	}
}
