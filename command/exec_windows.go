package command

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
)

// become runs the command and ends with its status: Windows has no exec. Ctrl-C
// goes to everything at the console, so this process only has to outlive it.
func (p *program) become(path string, arguments, environ []string) error {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	defer signal.Stop(signals)
	command := exec.Command(path, arguments[1:]...)
	command.Args[0], command.Env = arguments[0], environ
	command.Stdin, command.Stdout, command.Stderr = p.streams.In, p.streams.Out, p.streams.Err
	err := command.Run()
	if ended, ok := errors.AsType[*exec.ExitError](err); ok {
		return answer(ended.ExitCode())
	}
	if err != nil {
		return commandFailed(arguments[0], err)
	}
	return nil
}
