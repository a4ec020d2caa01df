package trust

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"devca/diag"
)

// keychainStore is the store of trusted roots of macOS. A root is trusted when it
// is in a keychain and trust settings say so, those of the person before those of
// administrators. It was written from Apple's security(1), its SecTrustSettings.h
// and reports of other tools' users, and was run against scripted output only,
// never on a Mac.
type keychainStore struct {
	machine *Machine
	// install puts a root into the System keychain; the library does on a Mac.
	install func(context.Context, Root) error
}

// systemOfDarwin is the system store of this Mac.
func systemOfDarwin(machine *Machine) Store {
	return &keychainStore{machine: machine, install: installByLibrary}
}

// keychain is a place for certificates, and the trust settings that go with it.
type keychain struct {
	name, path string
	domain     []string // option for the trust settings
	admin      bool
}

func (s *keychainStore) systemKeychain() keychain {
	return keychain{name: "System keychain", path: "/Library/Keychains/System.keychain", domain: []string{"-d"}, admin: true}
}

func (s *keychainStore) loginKeychain() keychain {
	return keychain{name: "login keychain", path: filepath.Join(s.machine.Account.Home, "Library/Keychains/login.keychain-db")}
}

// place is where a root is added.
func (s *keychainStore) place() keychain {
	if s.machine.UserOnly {
		return s.loginKeychain()
	}
	return s.systemKeychain()
}

func (s *keychainStore) About() About {
	place := s.place()
	return About{
		ID: "system", Kind: KindSystem, Title: "system (" + place.name + ")", Place: place.path,
		Clients: []string{"safari", "chrome", "edge", "firefox", "curl", "go"}, Privileged: place.admin,
	}
}

// holding is what one keychain and its trust settings have of a root.
type holding struct {
	keychain
	present  bool
	settings verdict
}

// holdings looks into the person's keychain and into the system's. One that
// cannot be read counts only if it is the one that is changed.
func (s *keychainStore) holdings(ctx context.Context, root Root) ([]holding, error) {
	var all []holding
	for _, place := range []keychain{s.loginKeychain(), s.systemKeychain()} {
		present, err := s.has(ctx, place, root)
		if err == nil {
			var settings verdict
			if settings, err = s.settings(ctx, place, root); err == nil {
				all = append(all, holding{place, present, settings})
			}
		}
		if err != nil && place.path == s.place().path {
			return nil, err
		}
	}
	return all, nil
}

// has looks for the certificate. security prints its hashes, SHA-256 since macOS
// 10.13.
func (s *keychainStore) has(ctx context.Context, place keychain, root Root) (bool, error) {
	argv := []string{"security", "find-certificate", "-a", "-Z", "-c", root.Certificate.Subject.CommonName, place.path}
	out, err := s.machine.do(ctx, Command{Argv: argv, AsPerson: !place.admin})
	text := strings.ToLower(string(out))
	if err != nil {
		// A person who never logged in at the screen has no login keychain.
		if strings.Contains(text, "could not be found") || !place.admin && !exists(place.path) {
			return false, nil
		}
		return false, err
	}
	if strings.Contains(text, "sha-256 hash: ") {
		return strings.Contains(text, "sha-256 hash: "+root.Fingerprint()), nil
	}
	return strings.Contains(text, "sha-1 hash: "+root.thumbprint()), nil
}

func (s *keychainStore) settings(ctx context.Context, place keychain, root Root) (verdict, error) {
	argv := append([]string{"security", "dump-trust-settings"}, place.domain...)
	out, err := s.machine.do(ctx, Command{Argv: argv, AsPerson: !place.admin})
	if err != nil && !strings.Contains(string(out), "No Trust Settings") {
		return unsettled, err
	}
	return readTrustSettings(string(out), root.Certificate.Subject.CommonName), nil
}

// Status asks for the certificate and for its trust settings separately: an
// upgrade of macOS can keep the first and drop the second, and verifying a root
// against itself always succeeds.
func (s *keychainStore) Status(ctx context.Context, root Root) Reading {
	if root.Certificate == nil {
		return Reading{State: Absent}
	}
	all, err := s.holdings(ctx, root)
	if err != nil {
		return unreadable(s, err)
	}
	var present, settled []holding
	for _, h := range all {
		if h.present {
			present = append(present, h)
		}
		if h.settings != unsettled {
			settled = append(settled, h)
		}
	}
	switch {
	case len(present) == 0 && len(settled) == 0:
		return Reading{State: Absent}
	case len(present) == 0:
		return Reading{State: Untrusted, Detail: "trust settings without the certificate"}
	case len(settled) == 0:
		return Reading{State: Untrusted, Detail: "in the " + present[0].name + " without trust settings"}
	case settled[0].settings == denied:
		return Reading{State: Untrusted, Detail: "in the " + present[0].name + ", and its trust settings say never to trust it"}
	case present[0].path != s.place().path:
		return Reading{State: Trusted, Detail: "through the " + present[0].name}
	}
	return Reading{State: Trusted}
}

// Certificates lists the authorities in both keychains. Apple's own are in another.
func (s *keychainStore) Certificates(ctx context.Context) ([]*x509.Certificate, error) {
	var all []*x509.Certificate
	for _, place := range []keychain{s.systemKeychain(), s.loginKeychain()} {
		out, err := s.machine.do(ctx, Command{Argv: []string{"security", "find-certificate", "-a", "-p", place.path}, AsPerson: !place.admin})
		if err != nil && place.admin {
			return nil, err
		}
		for block, rest := pem.Decode(out); block != nil; block, rest = pem.Decode(rest) {
			if certificate, err := x509.ParseCertificate(block.Bytes); err == nil && certificate.IsCA {
				all = append(all, certificate)
			}
		}
	}
	return all, nil
}

// Plan names the file of the root as the person has it.
func (s *keychainStore) Plan(ctx context.Context, root Root, action Action) []Step {
	if action == Install {
		return []Step{s.addition(s.place(), root)}
	}
	if root.Certificate == nil {
		return nil
	}
	if steps := s.removals(ctx, root); len(steps) > 0 {
		return steps
	}
	place := s.place()
	return []Step{s.unsettling(place, root), s.deletion(place, root)}
}

// addition is the command for what the library does in several: trust for TLS
// and nothing else, not for code and not for mail.
func (s *keychainStore) addition(place keychain, root Root) Step {
	argv := append([]string{"security", "add-trusted-cert"}, place.domain...)
	return Step{
		Why:    "add the root to the " + place.name + " and trust it; macOS asks for a password",
		Argv:   append(argv, "-r", "trustRoot", "-p", "ssl", "-p", "basic", "-k", place.path, root.Path),
		AsRoot: place.admin,
	}
}

// removals are the steps that take the root out of where it is. security fails
// for what is not there, so these are not named.
func (s *keychainStore) removals(ctx context.Context, root Root) []Step {
	all, err := s.holdings(ctx, root)
	if err != nil {
		return nil
	}
	var steps []Step
	for _, h := range all {
		if h.admin && s.machine.UserOnly {
			continue
		}
		if h.settings != unsettled {
			steps = append(steps, s.unsettling(h.keychain, root))
		}
		if h.present {
			steps = append(steps, s.deletion(h.keychain, root))
		}
	}
	return steps
}

func (s *keychainStore) unsettling(place keychain, root Root) Step {
	argv := append([]string{"security", "remove-trusted-cert"}, place.domain...)
	return Step{
		Why:  "remove the trust settings of the root; macOS asks for a password",
		Argv: append(argv, root.Path), AsRoot: place.admin,
	}
}

func (s *keychainStore) deletion(place keychain, root Root) Step {
	return Step{
		Why:  "remove the root from the " + place.name,
		Argv: []string{"security", "delete-certificate", "-Z", strings.ToUpper(root.Fingerprint()), place.path}, AsRoot: place.admin,
	}
}

func (s *keychainStore) Apply(ctx context.Context, root Root, action Action) error {
	ctx, cancel := context.WithTimeoutCause(ctx, commandLimit, errNoAnswer)
	defer cancel()
	shown := s.Plan(ctx, root, action)
	if err := s.agree(ctx, shown, action); err != nil {
		return err
	}
	s.machine.Announce("macOS shows a dialog that asks for a password before it changes trust settings")
	if action == Install && s.place().admin {
		return s.explain(s.install(ctx, root), shown, action)
	}
	// The file that the plan names is the newest root's; this may be an earlier one.
	file, forget, err := s.file(root)
	if err != nil {
		return err
	}
	defer forget()
	root.Path = file
	steps := []Step{s.addition(s.place(), root)}
	if action == Uninstall {
		steps = s.removals(ctx, root)
	}
	for _, step := range steps {
		if err := s.machine.step(ctx, step); err != nil {
			return s.explain(err, shown, action)
		}
	}
	return nil
}

// agree asks sudo where a step needs root.
func (s *keychainStore) agree(ctx context.Context, steps []Step, action Action) error {
	for _, step := range steps {
		if step.AsRoot {
			return s.machine.mayBecomeRoot(ctx, action.words()+" the System keychain", steps)
		}
	}
	return nil
}

// file writes the certificate where the person and root can read it.
func (s *keychainStore) file(root Root) (path string, forget func(), err error) {
	folder, err := os.MkdirTemp("", "devca-")
	if err != nil {
		return "", nil, err
	}
	forget = func() { _ = os.RemoveAll(folder) }
	path = filepath.Join(folder, "root.pem")
	err = errors.Join(os.WriteFile(path, []byte(pemOf(root)), 0o600), s.machine.Account.Own(path), s.machine.Account.Own(folder))
	if err != nil {
		forget()
		return "", nil, err
	}
	return path, forget, nil
}

// explain says what the refusals of macOS mean. It has them as text only.
func (s *keychainStore) explain(err error, steps []Step, action Action) error {
	if err == nil {
		return nil
	}
	said := err.Error()
	if failure, ok := errors.AsType[*CommandError](err); ok {
		said = failure.Output
	}
	byHand := joinSteps(steps, s.machine.IsRoot)
	switch {
	case errors.Is(err, errNoAnswer):
		return diag.New(diag.TrustNoAnswer, "the trust settings were not changed: the dialog of macOS was not answered").From(err).
			Fix("run the same command again at the screen of this Mac", s.machine.again(action))
	case containsAny(said, "canceled by the user", "cancelled by the user"):
		return diag.New(diag.TrustDialogCancelled, "the trust settings were not changed: the dialog of macOS was cancelled").From(err).
			Fix("run the same command again and enter the password", s.machine.again(action))
	case containsAny(said, "no user interaction was possible", "errSecInternalComponent", "User interaction is not allowed"):
		return diag.New(diag.TrustNoScreen, "macOS wants a person to confirm the change of trust settings").From(err).
			Because("this session has no screen, as over SSH or in CI, and being root does not replace it since macOS 11").
			Fix("run this in a terminal on the Mac itself or through screen sharing", byHand).
			Fix("in CI up to macOS 14, allow it beforehand; later versions refuse this, too",
				"sudo security authorizationdb write com.apple.trust-settings.admin allow")
	case containsAny(said, "(-60005)", "(-60007)", "authorization was denied"):
		return diag.New(diag.TrustAccessDenied, "macOS does not let this user change trust settings").From(err).
			Because("the password was not an administrator's, or the Mac is managed").
			Fix("run it as a user who may administer this Mac, or for yourself only", s.machine.again(action)+" --user")
	}
	return err
}

func containsAny(text string, parts ...string) bool {
	for _, part := range parts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

// errNoAnswer ends a change that waits for a dialog that nobody sees.
var errNoAnswer = errors.New("no answer within two minutes: a dialog may be waiting on the screen")
