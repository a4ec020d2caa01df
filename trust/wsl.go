package trust

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"devca/diag"
)

// wslStore is the store of the Windows on which this Linux runs: under WSL the
// browser is mostly a program of Windows, and takes its roots from there. Windows'
// own certutil.exe reads and changes CurrentUser\Root through WSL's interop. It
// was written from Microsoft's documentation of certutil and WSL and from reports,
// and was run against stand-ins, never on WSL.
type wslStore struct{ machine *Machine }

// findWindowsSide gives the store of Windows under WSL, and nothing elsewhere.
func findWindowsSide(machine *Machine) []Store {
	if !onWSL(machine) {
		return nil
	}
	return []Store{&wslStore{machine}}
}

// onWSL tells a Linux under WSL from others. A container on Docker Desktop has
// the kernel, too, but nothing else of WSL; sudo hides the variables.
func onWSL(machine *Machine) bool {
	if machine.GOOS != "linux" {
		return false
	}
	release, err := os.ReadFile("/proc/sys/kernel/osrelease") // 5.15.167.4-microsoft-standard-WSL2
	if err != nil || !strings.Contains(strings.ToLower(string(release)), "microsoft") {
		return false
	}
	_, err = machine.LookPath("wslpath")
	return err == nil || machine.Getenv("WSL_DISTRO_NAME") != "" || machine.Getenv("WSL_INTEROP") != "" || exists("/run/WSL")
}

func (s *wslStore) About() About {
	return About{
		ID: "wsl", Kind: KindSystem, Title: `windows (CurrentUser\Root)`, Place: `CurrentUser\Root`,
		Clients: []string{"edge", "chrome", "firefox"},
	}
}

// program finds Windows' certutil.exe, which has nothing to do with NSS's. It is
// on the PATH unless wsl.conf says otherwise, and drives may be mounted elsewhere.
func (s *wslStore) program(ctx context.Context) string {
	const windows = `C:\Windows\System32\certutil.exe`
	if path, err := s.machine.LookPath("certutil.exe"); err == nil && strings.HasSuffix(strings.ToLower(path), "/system32/certutil.exe") {
		return path
	}
	if out, err := s.machine.do(ctx, Command{Argv: []string{"wslpath", "-u", windows}}); err == nil {
		if path := strings.TrimSpace(string(out)); exists(path) {
			return path
		}
	}
	if path := "/mnt/c/Windows/System32/certutil.exe"; exists(path) {
		return path
	}
	return ""
}

// certutil runs Windows' program on the person's store. Interop starts it as the
// person who owns this WSL, whoever asks here.
func (s *wslStore) certutil(ctx context.Context, args ...string) (out string, err error) {
	if broken := s.broken(ctx); broken != nil {
		return "", broken
	}
	raw, err := s.machine.do(ctx, Command{Argv: append([]string{s.program(ctx), "-user"}, args...), AsPerson: true})
	if err == nil || !isInteropFailure(err, string(raw)) {
		return string(raw), err
	}
	return "", diag.New(diag.TrustInterop, "programs of Windows cannot be started from this WSL").From(err).
		Because("its interop does not answer").
		Fix("restart WSL: in Windows, run this, then open this distribution again", "wsl.exe --shutdown")
}

// isInteropFailure tells a program that did not start from one that failed.
func isInteropFailure(err error, out string) bool {
	return errors.Is(err, syscall.ENOEXEC) || errors.Is(err, syscall.EACCES) || containsAny(strings.ToLower(out),
		"exec format error", "cannot execute binary file", "utilconnecttointeropserver", "<3>wsl")
}

// notFound are the codes of "no such certificate": NTE_NOT_FOUND and
// CRYPT_E_NOT_FOUND. The words beside them are in the language of Windows.
func notFound(out string) bool { return containsAny(strings.ToLower(out), "0x80090011", "0x80092004") }

// Status asks Windows by thumbprint. The store that certutil shows for a person
// has the machine's roots, too, as it has for browsers.
func (s *wslStore) Status(ctx context.Context, root Root) Reading {
	if root.Certificate == nil {
		return Reading{State: Absent}
	}
	has, err := s.has(ctx, "Root", root.thumbprint(), root)
	switch {
	case err != nil:
		return s.unreadable(err)
	case !has:
		return Reading{State: Absent, Detail: s.namesake(ctx, root)}
	}
	refused, err := s.has(ctx, "Disallowed", root.thumbprint(), root)
	switch {
	case err != nil:
		return s.unreadable(err)
	case refused:
		return Reading{State: Untrusted, Detail: `it is among the untrusted certificates of Windows, too (CurrentUser\Disallowed)`}
	}
	return Reading{State: Trusted}
}

// has looks for a certificate by thumbprint or name, and compares the fingerprint:
// a name may be another's.
func (s *wslStore) has(ctx context.Context, store, what string, root Root) (bool, error) {
	out, err := s.certutil(ctx, "-store", store, what)
	if err != nil {
		if notFound(out) {
			return false, nil
		}
		return false, err
	}
	for _, thumbprint := range thumbprints(out) {
		if thumbprint == root.thumbprint() {
			return true, nil
		}
	}
	return false, nil
}

// namesake tells of a certificate with the name of the root that is another:
// the one side has a newer root than the other.
func (s *wslStore) namesake(ctx context.Context, root Root) string {
	out, err := s.certutil(ctx, "-store", "Root", root.Certificate.Subject.CommonName)
	if err != nil {
		return ""
	}
	for _, thumbprint := range thumbprints(out) {
		if thumbprint != root.thumbprint() {
			return "Windows has another certificate with this name, thumbprint " + thumbprint
		}
	}
	return ""
}

// thumbprints reads the lines "Cert Hash(sha1): 0a1b…" of certutil -store. The
// words are translated, the brackets are not; old versions put spaces between
// the bytes.
func thumbprints(out string) []string {
	var found []string
	for line := range strings.Lines(out) {
		_, value, ok := strings.Cut(strings.ToLower(line), "(sha1):")
		value = strings.ReplaceAll(strings.TrimSpace(value), " ", "")
		if ok && len(value) == 40 && strings.Trim(value, "0123456789abcdef") == "" {
			found = append(found, value)
		}
	}
	return found
}

func (s *wslStore) unreadable(err error) Reading {
	if finding, ok := errors.AsType[*diag.Error](err); ok {
		return Reading{State: Unreadable, Finding: finding}
	}
	return unreadable(s, err)
}

func (s *wslStore) Plan(ctx context.Context, root Root, action Action) []Step {
	program := cmp.Or(s.program(ctx), "certutil.exe")
	if action == Install {
		return []Step{{
			Why:  "add the root to Windows, which asks for confirmation",
			Argv: []string{program, "-user", "-addstore", "Root", s.forWindows(ctx, root.Path)},
		}}
	}
	if root.Certificate == nil {
		return nil
	}
	return []Step{{
		Why:  "remove the root from Windows, which asks for confirmation",
		Argv: []string{program, "-user", "-delstore", "Root", root.thumbprint()},
	}}
}

// forWindows is the path of a file here as a program of Windows opens it.
func (s *wslStore) forWindows(ctx context.Context, path string) string {
	out, err := s.machine.do(ctx, Command{Argv: []string{"wslpath", "-w", path}, AsPerson: true})
	if err != nil {
		return path
	}
	return strings.TrimSpace(string(out))
}

func (s *wslStore) Apply(ctx context.Context, root Root, action Action) error {
	ctx, cancel := context.WithTimeoutCause(ctx, commandLimit, errNoAnswer)
	defer cancel()
	shown := s.Plan(ctx, root, action)
	args := []string{"-delstore", "Root", root.thumbprint()}
	if action == Install {
		file, forget, err := s.copy(root)
		if err != nil {
			return err
		}
		defer forget()
		args = []string{"-addstore", "Root", s.forWindows(ctx, file)}
	}
	s.machine.Announce("Windows shows a dialog that asks whether to " + string(action) + " " +
		root.Certificate.Subject.CommonName + " (thumbprint " + root.thumbprint() + "): the answer is Yes")
	out, err := s.certutil(ctx, args...)
	if action == Uninstall && notFound(out) {
		return nil
	}
	return s.explain(err, out, shown, action)
}

// copy writes the root where the person, as whom interop starts programs, can
// read it: the CA's folder may be on a drive that Windows does not see.
func (s *wslStore) copy(root Root) (path string, forget func(), err error) {
	folder, err := os.MkdirTemp("", "devca-")
	if err != nil {
		return "", nil, err
	}
	path = filepath.Join(folder, "root.crt")
	err = errors.Join(os.WriteFile(path, []byte(pemOf(root)), 0o644), s.machine.Account.Own(path), s.machine.Account.Own(folder))
	forget = func() { _ = os.RemoveAll(folder) }
	if err != nil {
		forget()
	}
	return path, forget, err
}

// explain says what the codes of Windows mean.
func (s *wslStore) explain(err error, out string, steps []Step, action Action) error {
	text := strings.ToLower(out)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errNoAnswer), errors.Is(err, context.DeadlineExceeded):
		return diag.New(diag.TrustNoAnswer, "Windows' store was not changed: the dialog of Windows was not answered").From(err).
			Fix("run the same command again and answer Yes", s.machine.again(action))
	case strings.Contains(text, "0x800704c7"): // ERROR_CANCELLED
		return diag.New(diag.TrustDialogCancelled, "Windows' store was not changed: the dialog of Windows was answered with No").From(err).
			Fix("run the same command again and answer Yes", s.machine.again(action))
	case strings.Contains(text, "0x80070005"): // E_ACCESSDENIED
		return diag.New(diag.TrustAccessDenied, `Windows does not let this user change CurrentUser\Root`).From(err).
			Because("a policy of this machine forbids users to trust roots, or a protection program stopped it").
			Fix("see what Windows' own program says", joinSteps(steps, false))
	}
	return err
}
