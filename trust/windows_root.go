package trust

import (
	"context"
	"crypto/sha1" //nolint:gosec // Windows names certificates by SHA-1
	"encoding/hex"
	"strings"
)

// windowsStore is the ROOT store of the current user. It was run with scripted
// answers only; the library's half was measured under Wine, where its removal
// never returns, which is why a change has a time limit.
type windowsStore struct {
	machine *Machine
	library *inLibrary
}

func (*windowsStore) About() About {
	return About{
		ID: "system", Kind: KindSystem, Title: `system (CurrentUser\Root)`, Place: `CurrentUser\Root`,
		Clients: []string{"edge", "chrome", "firefox", "schannel", "curl", "go"},
	}
}

// program is Windows' certutil.exe by its full path: NSS's has the same name.
func (s *windowsStore) program() string {
	return s.machine.Getenv("SystemRoot") + `\System32\certutil.exe`
}

// Status asks certutil.exe, which fails when the certificate is not there.
func (s *windowsStore) Status(ctx context.Context, root Root) Reading {
	if root.Certificate == nil {
		return Reading{State: Absent}
	}
	out, err := s.machine.do(ctx, Command{Argv: []string{s.program(), "-user", "-store", "Root", thumbprint(root)}})
	switch {
	case err == nil:
		return Reading{State: Trusted}
	case strings.Contains(strings.ToLower(string(out)), "0x80090011"), // NTE_NOT_FOUND
		strings.Contains(strings.ToLower(string(out)), "0x80092004"): // CRYPT_E_NOT_FOUND
		return Reading{State: Absent}
	}
	return unreadable(s, err)
}

func thumbprint(root Root) string {
	sum := sha1.Sum(root.Certificate.Raw) //nolint:gosec // see above
	return hex.EncodeToString(sum[:])
}

func (s *windowsStore) Plan(_ context.Context, root Root, action Action) []Step {
	if root.Certificate == nil || action == Install {
		return []Step{{Why: "add the root; Windows asks for confirmation", Argv: []string{s.program(), "-user", "-addstore", "Root", root.Path}}}
	}
	return []Step{{Why: "remove the root; Windows asks for confirmation", Argv: []string{s.program(), "-user", "-delstore", "Root", thumbprint(root)}}}
}

func (s *windowsStore) Apply(ctx context.Context, root Root, action Action) error {
	ctx, cancel := context.WithTimeoutCause(ctx, commandLimit, errNoAnswer)
	defer cancel()
	s.machine.Announce("Windows asks whether to " + string(action) + " the root: the answer is yes")
	return s.library.changeSystem(ctx, root, action)
}
