package trust

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
)

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

// authenticate has sudo ask for the password, and gives the reason why it did not
// agree, or nothing. What is started is a devca that runs as root, so that sudo asks
// once where it keeps no password (timestamp_timeout=0), too; where it keeps one,
// it runs each program itself, and its log has them.
func (m *Machine) authenticate(ctx context.Context, steps []Step) string {
	if m.converse == nil {
		if _, err := m.do(ctx, Command{Argv: []string{"sudo", "-v"}}); err != nil {
			return "sudo refused: " + sudoSaid(err)
		}
		return ""
	}
	helper, err := m.startHelper(ctx)
	if err == nil {
		if _, err := m.do(ctx, Command{Argv: []string{"sudo", "-n", "true"}}); err == nil {
			helper.stop()
			return ""
		}
		if err := helper.do(ctx, Command{Argv: []string{"true"}}); err != nil {
			helper.stop()
			return "what sudo starts may run no other program: " + err.Error()
		}
		m.elevation.helper = helper
		return ""
	}
	said := sudoSaid(err)
	if ctx.Err() != nil || wantsPassword(said) || // nothing was typed in time
		containsAny(said, "incorrect password", "incorrect authentication", "may not run sudo", "not in the sudoers", "must have a tty") {
		return "sudo refused: " + said
	}
	// What is left is a sudo that lets this person run some programs only, or a devca
	// that is where root is not let in. The password for a refused command is not kept.
	m.Announce("sudo: it does not run devca itself, so it asks once more, for the programs alone")
	if _, err := m.do(ctx, Command{Argv: []string{"sudo", "-v"}}); err != nil {
		return "sudo refused: " + sudoSaid(err)
	}
	return m.forbidden(ctx, steps)
}

// forbidden says why this person cannot run all of the programs, or nothing. What
// would stop half-way is not begun.
func (m *Machine) forbidden(ctx context.Context, steps []Step) string {
	if _, err := m.do(ctx, Command{Argv: []string{"sudo", "-n", "true"}}); err == nil {
		return ""
	}
	var names []string
	for _, program := range rootPrograms(steps) {
		out, err := m.do(ctx, Command{Argv: []string{"sudo", "-n", "-l", "--", program}})
		if wantsPassword(string(out)) {
			return "sudo keeps no password, and would ask for it before each program"
		}
		if err != nil {
			names = append(names, filepath.Base(program))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "sudo lets this user run some programs only, and not " + strings.Join(names, ", ")
}

// sudoSaid is the reason of a sudo that failed.
func sudoSaid(err error) string { return strings.TrimPrefix(err.Error(), "sudo: ") }
