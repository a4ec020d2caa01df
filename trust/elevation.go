package trust

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"devca/diag"
)

// elevation is what became of asking sudo, which happens once.
type elevation struct {
	mutex   sync.Mutex
	asked   bool
	refused string      // why not, or empty
	helper  *rootHelper // runs what needs root, where sudo keeps no password
	prompt  sync.Mutex  // two that ask at one terminal would show what is typed
}

// mayBecomeRoot tells whether steps that need root can run. The first call asks
// sudo for the password, after one line that says what and why; stores that are
// changed side by side share the answer. sudo never waits for a password that
// nobody can type: without a terminal, "sudo -n true" must succeed.
func (m *Machine) mayBecomeRoot(ctx context.Context, why string, steps []Step) error {
	if m.IsRoot {
		return nil
	}
	if m.GOOS == "windows" {
		return diag.New(diag.TrustNeedsRoot, "only an administrator can change this: "+why).
			Because("this terminal was not opened as administrator, and Windows has no way to become one in it").
			Fix("open one as administrator and run the same command there", "")
	}
	m.elevation.mutex.Lock()
	defer m.elevation.mutex.Unlock()
	if !m.elevation.asked {
		m.elevation.refused = m.askSudo(ctx, why, steps)
		m.elevation.asked = true
	}
	switch m.elevation.refused {
	case "":
		return nil
	case noSudo:
		return diag.New(diag.TrustNeedsRoot, "only root can change this: "+why).Because(noSudo).
			Fix("run this as root, then look again with devca status", joinSteps(steps, true))
	}
	return diag.New(diag.TrustNeedsRoot, "only root can change this: "+why).Because(m.elevation.refused).
		Fix("run this yourself, then look again with devca status", joinSteps(steps, false))
}

// CanBecomeRoot says whether what takes root can be done here: by this process, or
// through sudo. On Windows a terminal of an administrator can always be opened.
func (m *Machine) CanBecomeRoot() bool {
	if m.IsRoot || m.GOOS == "windows" {
		return true
	}
	_, err := m.LookPath("sudo")
	return err == nil
}

// Line is a step as a line to paste: without sudo for root, and where there is none.
func (m *Machine) Line(s Step) string { return s.Line(m.IsRoot || !m.CanBecomeRoot()) }

// asRoot is a command that needs root as a line to paste.
func (m *Machine) asRoot(argv ...string) string { return m.Line(Step{Argv: argv, AsRoot: true}) }

const noSudo = "this is not root, and there is no sudo"

// askSudo gives the reason why not, or nothing.
func (m *Machine) askSudo(ctx context.Context, why string, steps []Step) string {
	if _, err := m.LookPath("sudo"); err != nil {
		return noSudo
	}
	announce := func() {
		var names []string
		for _, program := range rootPrograms(steps) {
			names = append(names, filepath.Base(program))
		}
		m.Announce("sudo: " + why + " (" + strings.Join(names, ", ") + ")")
	}
	_, err := m.do(ctx, Command{Argv: []string{"sudo", "-n", "true"}})
	if err == nil {
		announce()
		return ""
	}
	said := sudoSaid(err)
	if wantsPassword(said) {
		// Sudoers may let this person run some programs, each without a password.
		if _, err := m.do(ctx, Command{Argv: []string{"sudo", "-n", "-v"}}); err == nil {
			refused := m.forbidden(ctx, steps)
			if refused == "" {
				announce()
			}
			return refused
		}
	}
	switch {
	case m.CanAsk:
		announce()
		return m.authenticate(ctx, steps)
	case containsAny(said, neverAllowed()...):
		return "sudo refused: " + said
	}
	return "sudo wants a password, and nobody is asked for it here"
}

// wantsPassword tells whether a sudo that must not ask said that it would have to:
// the first words are Todd Miller's, the others those of sudo-rs.
func wantsPassword(said string) bool {
	return containsAny(said, "a password is required", "interactive authentication is required")
}

// neverAllowed are words of a sudo whose answer no password changes.
func neverAllowed() []string {
	return []string{"may not run sudo", "not in the sudoers", "must have a tty", "not allowed"}
}

// rootPrograms are what runs as root, in order and each once.
func rootPrograms(steps []Step) []string {
	var programs []string
	for _, s := range steps {
		names := s.Runs
		if names == nil {
			names = s.Argv[:1]
		}
		for _, name := range names {
			if s.AsRoot && !slices.Contains(programs, name) {
				programs = append(programs, name)
			}
		}
	}
	return programs
}

// sudo runs a command as root. Where sudo was told to remember no password, and
// would not start a devca that runs all, it asks again.
func (m *Machine) sudo(ctx context.Context, c Command) error {
	m.elevation.mutex.Lock()
	helper := m.elevation.helper
	m.elevation.mutex.Unlock()
	if helper != nil {
		return helper.do(ctx, c)
	}
	argv := c.Argv
	c.Argv = append([]string{"sudo", "-n", "--"}, argv...)
	out, err := m.do(ctx, c)
	if err != nil && m.CanAsk && wantsPassword(string(out)) {
		m.elevation.prompt.Lock()
		defer m.elevation.prompt.Unlock()
		c.Argv = append([]string{"sudo", "--"}, argv...)
		_, err = m.do(ctx, c)
	}
	return err
}
