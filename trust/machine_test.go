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

	"devca/diag"
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

// The output follows Apple's security(1): find-certificate -Z and dump-trust-settings.
func TestKeychainStatus(t *testing.T) {
	root := testRoot(t)
	found := "SHA-256 hash: " + strings.ToUpper(root.Fingerprint()) + "\nSHA-1 hash: 00\nkeychain: \"/Library/Keychains/System.keychain\"\n"
	settings := func(result string) string {
		return "Number of trusted certs = 2\nCert 0: devca root 0a1b2c3d\n   Number of trust settings : 1\n   Trust Setting 0:\n" +
			"      Policy OID            : SSL\n      Result Type           : " + result + "\n" +
			"Cert 1: another\n   Number of trust settings : 0\n"
	}
	missing := answer{"security: SecKeychainSearchCopyNext: The specified item could not be found in the keychain.\n", errors.New("exit status 44")}
	for _, test := range []struct {
		name     string
		find     answer
		settings answer
		want     trust.State
	}{
		{"trusted", answer{found, nil}, answer{settings("kSecTrustSettingsResultTrustRoot"), nil}, trust.Trusted},
		{"always trusted", answer{found, nil}, answer{"Cert 0: devca root 0a1b2c3d\n   Number of trust settings : 0\n", nil}, trust.Trusted},
		{"denied", answer{found, nil}, answer{settings("kSecTrustSettingsResultDeny"), nil}, trust.Untrusted},
		{"settings of another only", answer{found, nil}, answer{"Cert 0: another\n   Number of trust settings : 0\n", nil}, trust.Untrusted},
		{"no settings at all", answer{found, nil}, answer{"SecTrustSettingsCopyCertificates: No Trust Settings were found.\n", errors.New("exit status 1")}, trust.Untrusted},
		{"absent", missing, answer{}, trust.Absent},
		{"same name, another certificate", answer{"SHA-256 hash: 00\n", nil}, answer{}, trust.Absent},
		{"keychain broken", answer{"security: SecKeychainOpen: damaged\n", errors.New("exit status 1")}, answer{}, trust.Unreadable},
	} {
		t.Run(test.name, func(t *testing.T) {
			machine := machineOf("darwin", &scripted{answers: map[string]answer{
				"security find-certificate -a -Z -c devca root 0a1b2c3d": test.find,
				"security dump-trust-settings -d":                        test.settings,
			}})
			stores := trust.Detect(machine)
			if len(stores) != 1 {
				t.Fatalf("%d stores, not only the keychain", len(stores))
			}
			if got := stores[0].Status(t.Context(), root); got.State != test.want {
				t.Errorf("state %q, not %q", got.State, test.want)
			}
		})
	}
}

// A Mac without a terminal for sudo gets the commands instead of a hanging prompt.
func TestKeychainNeedsRoot(t *testing.T) {
	machine := machineOf("darwin", &scripted{})
	machine.LookPath = func(string) (string, error) { return "/usr/bin/sudo", nil }
	err := trust.Detect(machine, trust.KindSystem)[0].Apply(t.Context(), testRoot(t), trust.Install)
	failure, ok := errors.AsType[*diag.Error](err)
	if !ok || failure.Code != diag.TrustNeedsRoot {
		t.Fatalf("error %v", err)
	}
	want := "sudo security add-trusted-cert -d -k /Library/Keychains/System.keychain /ca/root.pem"
	if failure.Fixes[0].Run != want {
		t.Errorf("fix %q, not %q", failure.Fixes[0].Run, want)
	}
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
