package command

import (
	"github.com/urfave/cli/v2"

	"devca/internal/ui"
	"devca/trust"
)

// runAsRootCommand is for devca itself, which has sudo start it: see trust.ServeRoot.
func (p *program) runAsRootCommand() *cli.Command {
	return &cli.Command{
		Name:        trust.RunAsRoot,
		Hidden:      true,
		Usage:       "run the commands that devca install and uninstall ask for on standard input",
		Description: "Examples:\n  devca install\n\nFor devca itself, where sudo would ask for a password before each of them.",
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage(c, "%s takes no names", trust.RunAsRoot)
			}
			if err := trust.ServeRoot(c.Context, p.streams.In, p.streams.Out); err != nil {
				return usage(c, "no request came on standard input: %s", ui.Clean(err.Error()))
			}
			return nil
		},
	}
}
