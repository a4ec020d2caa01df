package trust

import (
	"bytes"
	"context"
	"crypto/sha1" //nolint:gosec // Java 8's keytool prints no other fingerprint
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"devca/diag"
)

// javaPassword is the password of every cacerts as delivered. It protects nothing.
const javaPassword = "changeit"

// javaStore is the cacerts of one Java. It is changed with that Java's own
// keytool and not through the library's Java half, which knows JAVA_HOME only,
// reads it from the process behind the caller's back, says nothing when it is
// wrong, and starts sudo unannounced.
type javaStore struct {
	machine *Machine
	home    string
	cacerts string // without symbolic links
}

// findJava finds the Java of JAVA_HOME and the one on PATH.
func findJava(machine *Machine) []Store {
	var stores []Store
	seen := map[string]bool{}
	add := func(home string) bool {
		store, err := newJavaStore(machine, home)
		if err == nil && !seen[store.cacerts] {
			seen[store.cacerts] = true
			stores = append(stores, store)
		}
		return err == nil
	}
	if home := machine.Getenv("JAVA_HOME"); home != "" && !add(home) {
		stores = append(stores, brokenJava{home})
	}
	if java, err := machine.LookPath("java"); err == nil {
		// /usr/bin/java → /etc/alternatives/java → …/bin/java, or …/jre/bin/java of Java 8.
		home := filepath.Dir(filepath.Dir(resolved(java)))
		if filepath.Base(home) == "jre" && !add(home) {
			home = filepath.Dir(home)
		}
		add(home)
	}
	return stores
}

func newJavaStore(machine *Machine, home string) (*javaStore, error) {
	for _, place := range []string{"lib/security/cacerts", "jre/lib/security/cacerts"} {
		path, err := filepath.EvalSymlinks(filepath.Join(home, filepath.FromSlash(place)))
		if err == nil {
			return &javaStore{machine: machine, home: home, cacerts: path}, nil
		}
	}
	return nil, fs.ErrNotExist
}

func (s *javaStore) About() About {
	return About{
		ID: "java:" + s.home, Kind: KindJava, Title: "java (" + s.home + ")", Place: s.cacerts,
		Clients: []string{"java"}, Follows: s.follows(), Privileged: !s.machine.IsRoot && !s.writable(),
	}
}

// follows is the system store where Debian's hook makes cacerts from it. An
// entry that was added past the hook would survive the removal.
func (s *javaStore) follows() string {
	if s.cacerts == resolved(debianJavaStore) && exists(debianJavaHook) {
		return "system"
	}
	return ""
}

func (s *javaStore) keytool() string {
	name := "keytool"
	if s.machine.GOOS == "windows" {
		name = "keytool.exe"
	}
	return filepath.Join(s.home, "bin", name)
}

func (s *javaStore) Status(ctx context.Context, root Root) Reading {
	if root.Certificate == nil {
		return Reading{State: Absent}
	}
	aliases, err := readJKS(s.cacerts, root.Certificate)
	has := len(aliases) > 0
	if errors.Is(err, errNotJKS) {
		has, err = s.listed(ctx, root.Certificate)
	}
	switch {
	case err != nil:
		return unreadable(s, err)
	case has:
		return Reading{State: Trusted, Detail: s.foreign(aliases, root)}
	}
	return Reading{State: Absent}
}

// foreign names entries with the root that are not ours.
func (s *javaStore) foreign(aliases []string, root Root) string {
	for _, alias := range aliases {
		if !strings.Contains(alias, root.fileName()) {
			return s.cacerts + " still has it as " + alias
		}
	}
	return ""
}

// listed asks keytool, which knows every format, for the fingerprint.
func (s *javaStore) listed(ctx context.Context, certificate *x509.Certificate) (bool, error) {
	out, err := s.machine.do(ctx, Command{Argv: []string{
		s.keytool(), "-J-Duser.language=en", "-list", "-keystore", s.cacerts, "-storepass", javaPassword,
	}, AsPerson: true})
	if err != nil {
		return false, err
	}
	old, sum := sha1.Sum(certificate.Raw), sha256.Sum256(certificate.Raw) //nolint:gosec // see above
	for line := range strings.Lines(string(out)) {
		// "Certificate fingerprint (SHA-256): AA:BB:…" follows the line with the
		// alias; only trusted entries have "trustedCertEntry" there.
		_, fingerprint, ok := strings.Cut(strings.TrimSpace(line), "): ")
		if ok && (fingerprint == colons(sum[:]) || fingerprint == colons(old[:])) {
			return bytes.Contains(out, []byte("trustedCertEntry")), nil
		}
	}
	return false, nil
}

// colons is a fingerprint as keytool prints it.
func colons(sum []byte) string {
	return strings.ReplaceAll(fmt.Sprintf("% X", sum), " ", ":")
}

func (s *javaStore) Plan(_ context.Context, root Root, action Action) []Step {
	if s.follows() != "" {
		return nil
	}
	common := []string{"-keystore", s.cacerts, "-storepass", javaPassword, "-alias", root.fileName()}
	step := Step{Why: "add the root to " + s.cacerts, AsRoot: !s.writable()}
	if action == Install {
		step.Argv = append([]string{s.keytool(), "-importcert", "-noprompt", "-file", root.Path}, common...)
	} else {
		step.Why = "remove the root from " + s.cacerts
		step.Argv = append([]string{s.keytool(), "-delete"}, common...)
	}
	return []Step{step}
}

// writable tells whether the person may change the file. Nothing else can tell
// (lists of rights, read-only mounts), and opening changes nothing.
func (s *javaStore) writable() bool {
	file, err := os.OpenFile(s.cacerts, os.O_WRONLY, 0)
	if err != nil {
		return false
	}
	_ = file.Close()
	if !s.machine.Account.ViaSudo {
		return true
	}
	// We are root and can write everywhere; the person perhaps not.
	return false
}

func (s *javaStore) Apply(ctx context.Context, root Root, action Action) error {
	for _, step := range s.Plan(ctx, root, action) {
		if step.AsRoot {
			if err := s.machine.mayBecomeRoot(ctx, "change "+s.cacerts, []Step{step}); err != nil {
				return err
			}
		}
		err := s.machine.step(ctx, step)
		failure, ok := errors.AsType[*CommandError](err)
		if ok && action == Uninstall && strings.Contains(failure.Output, "does not exist") {
			continue // there was no such alias, which is what was wanted
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Keeps lists the store: keytool writes the entries in another order.
func (s *javaStore) Keeps() []string { return []string{s.cacerts} }

// brokenJava is a JAVA_HOME that leads nowhere: worth a line, because other
// tools pass over it silently.
type brokenJava struct{ home string }

func (s brokenJava) About() About {
	return About{ID: "java:" + s.home, Kind: KindJava, Title: "java (" + s.home + ")", Place: s.home, Clients: []string{"java"}}
}

func (s brokenJava) Status(context.Context, Root) Reading {
	return Reading{State: Unreadable, Finding: diag.New(diag.TrustJavaHome, "JAVA_HOME has no lib/security/cacerts: "+s.home).
		Because("it does not name the folder of a Java").
		Fix("name the folder above bin/java, or leave the variable out", "unset JAVA_HOME")}
}

func (brokenJava) Plan(context.Context, Root, Action) []Step { return nil }

func (brokenJava) Apply(context.Context, Root, Action) error { return nil }
