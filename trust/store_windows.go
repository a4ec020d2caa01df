package trust

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"strings"
	"syscall"

	"golang.org/x/sys/windows"

	"devca/diag"
)

// windowsStore is the store of trusted roots of Windows, which is two: the one
// of the person, where Windows confirms every change in a dialog, and the one of
// the machine, which takes an administrator and asks nothing. Whichever has the
// root, the person's programs trust it.
type windowsStore struct {
	machine  *Machine
	elevated bool
}

// systemOfWindows is the system store of this Windows.
func systemOfWindows(machine *Machine) Store {
	return &windowsStore{machine: machine, elevated: windows.GetCurrentProcessToken().IsElevated()}
}

// place is where a root is added.
func (s *windowsStore) place() location {
	if s.elevated && !s.machine.UserOnly {
		return localMachine()
	}
	return currentUser()
}

func (s *windowsStore) About() About {
	place := s.place().name + `\` + rootStore
	return About{
		ID: "system", Kind: KindSystem, Title: "system (" + place + ")", Place: place, Clients: []string{"edge", "chrome", "firefox", "schannel", "curl", "go", "dotnet"},
		Privileged: s.place() == localMachine(),
	}
}

// Status reads both stores, and the one of certificates that Windows refuses
// whatever else has them.
func (s *windowsStore) Status(ctx context.Context, root Root) Reading {
	if root.Certificate == nil {
		return Reading{State: Absent}
	}
	reading, err := within(ctx, func() (Reading, error) { return s.read(root.Certificate) })
	if err != nil {
		return unreadable(s, err)
	}
	return reading
}

func (s *windowsStore) read(certificate *x509.Certificate) (Reading, error) {
	var trusting, restricted []string
	for _, where := range locations() {
		has, usable, err := holds(where, rootStore, certificate)
		switch {
		case err != nil && changeable(where):
			return Reading{}, err
		case usable:
			trusting = append(trusting, where.name)
		case has:
			restricted = append(restricted, where.name)
		}
	}
	if len(trusting)+len(restricted) == 0 {
		return Reading{State: Absent}, nil
	}
	refusing, err := disallowing(certificate)
	switch {
	case err != nil:
		return Reading{}, err
	case len(refusing) > 0:
		return Reading{State: Untrusted, Detail: `it is among the untrusted certificates, too (` + refusing[0].name + `\` + disallowedStore + `)`}, nil
	case len(trusting) == 0:
		return Reading{State: Untrusted, Detail: restricted[0] + `\` + rootStore + " has it, not for servers: its purposes were restricted in certmgr.msc"}, nil
	case trusting[0] != s.place().name:
		return Reading{State: Trusted, Detail: "through " + trusting[0] + `\` + rootStore}, nil
	}
	return Reading{State: Trusted}, nil
}

// holds looks into one store: is the certificate there, and for TLS servers.
func holds(where location, name string, certificate *x509.Certificate) (has, usable bool, err error) {
	store, err := openToRead(where, name)
	if err != nil {
		return false, false, err
	}
	defer store.close()
	found, err := store.find(certificate)
	if err != nil || found == nil {
		return false, false, err
	}
	defer windows.CertFreeCertificateContext(found) //nolint:errcheck // never fails
	return true, forServers(found), nil
}

// disallowing lists where the certificate is among those that Windows refuses.
func disallowing(certificate *x509.Certificate) ([]location, error) {
	var refusing []location
	for _, where := range locations() {
		has, _, err := holds(where, disallowedStore, certificate)
		if err != nil && changeable(where) {
			return nil, err
		}
		if has {
			refusing = append(refusing, where)
		}
	}
	return refusing, nil
}

// Certificates lists what the two stores themselves have. Windows keeps most
// roots of its own elsewhere (AuthRoot), and some here.
func (*windowsStore) Certificates(ctx context.Context) ([]*x509.Certificate, error) {
	return within(ctx, func() ([]*x509.Certificate, error) {
		var all []*x509.Certificate
		for _, where := range locations() {
			if !changeable(where) {
				continue
			}
			store, err := openToRead(where, rootStore)
			if err != nil {
				return nil, err
			}
			all = append(all, store.all()...)
			store.close()
		}
		return all, nil
	})
}

// program is Windows' certutil.exe by its full path: NSS's has the same name.
func (s *windowsStore) program() string {
	return cmp.Or(s.machine.Getenv("SystemRoot"), `C:\Windows`) + `\System32\certutil.exe`
}

// by gives the command of certutil.exe for a store of the location.
func (s *windowsStore) by(where location, args ...string) []string {
	argv := []string{s.program()}
	if where == currentUser() {
		argv = append(argv, "-user")
	}
	return append(argv, args...)
}

func (s *windowsStore) Plan(_ context.Context, root Root, action Action) []Step {
	if action == Install {
		return []Step{s.describe("add the root to", s.place(), "-addstore", rootStore, root.Path)}
	}
	if root.Certificate == nil {
		return nil
	}
	holders := s.holders(root)
	if len(holders) == 0 {
		holders = []location{s.place()}
	}
	var steps []Step
	for _, where := range holders {
		steps = append(steps, s.describe("remove the root from", where, "-delstore", rootStore, root.thumbprint()))
	}
	return steps
}

// describe is the step for a store, with what the person has to do about it.
func (s *windowsStore) describe(why string, where location, args ...string) Step {
	why += " " + where.name + `\` + rootStore
	switch {
	case where == currentUser():
		why += "; Windows asks for confirmation"
	case !s.elevated:
		why += ", in a terminal of an administrator"
	}
	return Step{Why: why, Argv: s.by(where, args...)}
}

// holders lists the stores that have the root and that devca changes.
func (s *windowsStore) holders(root Root) []location {
	var holders []location
	for _, where := range locations() {
		if !changeable(where) || where != currentUser() && s.machine.UserOnly {
			continue
		}
		if has, _, _ := holds(where, rootStore, root.Certificate); has {
			holders = append(holders, where)
		}
	}
	return holders
}

func (s *windowsStore) Apply(ctx context.Context, root Root, action Action) error {
	if action == Install {
		refusing, err := disallowing(root.Certificate)
		if err != nil {
			return err
		}
		if len(refusing) > 0 {
			return s.distrusted(root, refusing[0])
		}
		return s.change(ctx, root, action, s.place())
	}
	var problems []error
	for _, where := range s.holders(root) {
		problems = append(problems, s.change(ctx, root, action, where))
	}
	return errors.Join(problems...)
}

// change adds the root to one store or removes it. The dialog that it may bring
// up belongs to Windows, and is not closed when the time is over.
func (s *windowsStore) change(ctx context.Context, root Root, action Action, where location) error {
	ctx, cancel := context.WithTimeoutCause(ctx, commandLimit, errNoAnswer)
	defer cancel()
	if where == currentUser() {
		s.machine.Announce("Windows shows a dialog that asks whether to " + string(action) + " " +
			root.Certificate.Subject.CommonName + " (thumbprint " + root.thumbprint() + "): the answer is Yes")
	}
	work := addTo
	if action == Uninstall {
		work = deleteFrom
	}
	_, err := within(ctx, func() (struct{}, error) { return struct{}{}, work(where, rootStore, root.Certificate) })
	return s.explain(ctx, err, root, action, where)
}

// explain says what the refusals of Windows mean.
func (s *windowsStore) explain(ctx context.Context, err error, root Root, action Action, where location) error {
	place := where.name + `\` + rootStore
	byHand := joinSteps(s.Plan(ctx, root, action), true)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errNoAnswer):
		return diag.New(diag.TrustNoAnswer, place+" was not changed: the dialog of Windows was not answered").From(err).
			Fix("run the same command again at the screen of this machine, and answer Yes", s.machine.again(action)).
			Fix("or run it in a terminal of an administrator, where no dialog comes", s.machine.again(action))
	case isOneOf(err, windows.ERROR_CANCELLED):
		return diag.New(diag.TrustDialogCancelled, place+" was not changed: the dialog of Windows was answered with No").From(err).
			Because("Windows also says so where nobody can see the dialog: in a service, in CI, over SSH").
			Fix("run the same command again and answer Yes", s.machine.again(action)).
			Fix("or run it in a terminal of an administrator, where no dialog comes", s.machine.again(action))
	case isOneOf(err, windows.ERROR_ACCESS_DENIED) && where == currentUser():
		return diag.New(diag.TrustAccessDenied, "Windows does not let this user change "+place).From(err).
			Because("a policy of this machine forbids users to trust roots, or a protection program stopped it").
			Fix("run it in a terminal of an administrator, for the whole machine", s.machine.again(action)).
			Fix("see what Windows' own program says", byHand)
	case isOneOf(err, windows.ERROR_ACCESS_DENIED):
		return diag.New(diag.TrustAccessDenied, "only an administrator can change "+place).From(err).
			Fix("open a terminal with \"Run as administrator\", and run there", byHand)
	}
	return err
}

// isOneOf tells whether the error is this one of Windows, as itself or as an HRESULT.
func isOneOf(err error, code syscall.Errno) bool {
	return errors.Is(err, code) || errors.Is(err, 0x80070000|code)
}

// distrusted is for a root that a person or a policy forbade.
func (s *windowsStore) distrusted(root Root, where location) error {
	finding := diag.New(diag.TrustDistrusted, "Windows refuses this root: it is in "+where.name+`\`+disallowedStore).
		Because("a certificate there is not trusted, whatever other store has it")
	if strings.Contains(where.name, "(") {
		return finding.Fix("ask whoever manages this machine", "")
	}
	return finding.Fix("if it should be trusted, take it out there and run the same command again",
		diag.CommandLine(s.by(where, "-delstore", disallowedStore, root.thumbprint())...))
}
