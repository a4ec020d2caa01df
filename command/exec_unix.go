//go:build !windows

package command

import "syscall"

// become replaces this process: there is nobody in between who would have to pass
// signals, terminals and exit statuses on.
func (p *program) become(path string, arguments, environ []string) error {
	return commandFailed(arguments[0], syscall.Exec(path, arguments, environ))
}
