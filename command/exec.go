package command

import (
	"os"
	"os/exec"

	"github.com/urfave/cli/v2"

	"devca/diag"
)

func (p *program) execCommand() *cli.Command {
	return &cli.Command{
		Name:      "exec",
		Usage:     "run a command that trusts devca's root, whatever it is written in",
		ArgsUsage: "-- COMMAND [ARG...]",
		Description: `Sets the variables of devca env for one command and becomes it: its output, its exit
status and its signals are the command's own. Nothing else on the machine changes.

If the command cannot be started, the exit status is 1.

Examples:
  devca exec -- node --version
  devca exec -- python3 -c 'import ssl; print(ssl.get_default_verify_paths().cafile)'
  devca exec -- sh -c 'curl https://localhost:8443/'`,
		Action: func(c *cli.Context) error {
			if !c.Args().Present() {
				return usage(c, "exec needs a command: devca exec -- COMMAND")
			}
			return p.exec(c, c.Args().Slice())
		},
	}
}

func (p *program) exec(c *cli.Context, arguments []string) error {
	path, err := exec.LookPath(arguments[0])
	if err != nil {
		return commandFailed(arguments[0], err)
	}
	_, plan, err := p.prepareEnvironment(c)
	if err != nil {
		return err
	}
	return p.become(path, arguments, plan.Environ(os.Environ()))
}

// commandFailed is for commands that cannot be started.
func commandFailed(name string, err error) *diag.Error {
	return diag.New(diag.EnvCommand, name+" cannot be started").From(err).
		Fix("see where it is", diag.WhereIs(name))
}
