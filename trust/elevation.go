package trust

import (
	"context"
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
