package trust

import (
	"context"
	"errors"
	"strings"

	"devca/diag"
)

// keychainStore is the System keychain of macOS. It was written from Apple's
// manual page security(1) and reports of other tools' users, and was run
// against scripted output only, never on a Mac.
type keychainStore struct {
	machine *Machine
	library *inLibrary
}

const systemKeychain = "/Library/Keychains/System.keychain"

func (s *keychainStore) About() About {
	return About{
		ID: "system", Kind: KindSystem, Title: "system (keychain)", Place: systemKeychain,
		Clients: []string{"safari", "chrome", "firefox", "curl", "go"}, Privileged: !s.machine.IsRoot,
	}
}

// Status asks for the certificate and for its trust settings separately: an
// upgrade of macOS can keep the first and drop the second, and verifying a root
// against itself always succeeds.
func (s *keychainStore) Status(ctx context.Context, root Root) Reading {
	if root.Certificate == nil {
		return Reading{State: Absent}
	}
	name := root.Certificate.Subject.CommonName
	out, err := s.machine.do(ctx, Command{Argv: []string{"security", "find-certificate", "-a", "-Z", "-c", name, systemKeychain}})
	if err != nil && !strings.Contains(string(out), "could not be found") {
		return unreadable(s, err)
	}
	if !strings.Contains(strings.ToLower(string(out)), "sha-256 hash: "+root.Fingerprint()) {
		return Reading{State: Absent}
	}
	settings, err := s.machine.do(ctx, Command{Argv: []string{"security", "dump-trust-settings", "-d"}})
	if err != nil && !strings.Contains(string(settings), "No Trust Settings") {
		return unreadable(s, err)
	}
	if !keychainTrusts(string(settings), name) {
		return Reading{State: Untrusted, Detail: "in the keychain without trust settings"}
	}
	return Reading{State: Trusted}
}

// keychainTrusts reads what dump-trust-settings says about one certificate:
//
//	Cert 3: devca root 7f3a9c2e
//	   Number of trust settings : 2
//	   Trust Setting 0:
//	      Policy OID            : SSL
//	      Result Type           : kSecTrustSettingsResultTrustRoot
//
// No settings at all mean "always trust" (SecTrustSettings.h).
func keychainTrusts(dump, name string) bool {
	_, after, found := strings.Cut("\n"+dump, ": "+name+"\n")
	if !found {
		return false
	}
	section, _, _ := strings.Cut(after, "\nCert ")
	if strings.Contains(section, "Number of trust settings : 0") {
		return true
	}
	return strings.Contains(section, "kSecTrustSettingsResultTrustRoot") &&
		!strings.Contains(section, "kSecTrustSettingsResultDeny")
}

func (s *keychainStore) Plan(_ context.Context, root Root, action Action) []Step {
	if action == Uninstall {
		return []Step{{
			Why:  "remove the trust settings of the root",
			Argv: []string{"security", "remove-trusted-cert", "-d", root.Path}, AsRoot: true,
		}, s.deletion(root)}
	}
	return []Step{{
		Why:  "add the root to the System keychain and trust it",
		Argv: []string{"security", "add-trusted-cert", "-d", "-k", systemKeychain, root.Path}, AsRoot: true,
	}}
}

// deletion removes the certificate itself, which the library leaves.
func (s *keychainStore) deletion(root Root) Step {
	return Step{
		Why:  "remove the root from the System keychain",
		Argv: []string{"security", "delete-certificate", "-Z", strings.ToUpper(root.Fingerprint()), systemKeychain}, AsRoot: true,
	}
}

func (s *keychainStore) Apply(ctx context.Context, root Root, action Action) error {
	ctx, cancel := context.WithTimeoutCause(ctx, commandLimit, errNoAnswer)
	defer cancel()
	steps := s.Plan(ctx, root, action)
	if err := s.machine.mayBecomeRoot(ctx, "change the System keychain", steps); err != nil {
		return err
	}
	if err := s.library.changeSystem(ctx, root, action); err != nil {
		return keychainRefusal(err, steps)
	}
	if action == Uninstall {
		return s.machine.step(ctx, s.deletion(root))
	}
	return nil
}

// errNoAnswer ends a change that waits for a dialog that nobody sees.
var errNoAnswer = errors.New("no answer within two minutes: a dialog may be waiting on the screen")

// keychainRefusal explains what macOS says where nobody can answer its dialog:
// over SSH, in CI.
func keychainRefusal(err error, steps []Step) error {
	failure, ok := errors.AsType[*CommandError](err)
	if !ok || !strings.Contains(failure.Output, "no user interaction was possible") &&
		!strings.Contains(failure.Output, "errSecInternalComponent") {
		return err
	}
	return diag.New(diag.TrustNeedsRoot, "macOS wants a person to confirm the change of trust settings").From(err).
		Because("this session has no screen, as over SSH or in CI").
		Fix("run this in a terminal on the Mac itself", joinSteps(steps, false))
}
