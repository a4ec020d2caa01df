package command

import (
	"encoding/json"
	"io"

	"github.com/urfave/cli/v2"

	"devca/trust"
)

// changeDatabaseCommand is for devca itself, which runs it with other rights than
// its own: see trust.DatabaseChange. It answers in JSON only.
func (p *program) changeDatabaseCommand() *cli.Command {
	return &cli.Command{
		Name:        trust.ChangeDatabase,
		Hidden:      true,
		Usage:       "change one NSS database as devca install and uninstall ask for it on standard input",
		Description: "Examples:\n  devca install --stores nss\n\nFor devca itself, under sudo.",
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage(c, "%s takes no names", trust.ChangeDatabase)
			}
			return p.changeDatabase(c)
		},
	}
}

// maximumRequest is far above a certificate and a password.
const maximumRequest = 1 << 20

func (p *program) changeDatabase(c *cli.Context) error {
	defer p.interruptible(c)()
	var change trust.DatabaseChange
	if err := json.NewDecoder(io.LimitReader(p.streams.In, maximumRequest)).Decode(&change); err != nil {
		return usage(c, "no request came on standard input")
	}
	if change.Action != trust.Install && change.Action != trust.Uninstall {
		return usage(c, "the request names no action")
	}
	answered := change.Answer(change.Apply(c.Context))
	if err := p.result(answered); err != nil {
		return err
	}
	if answered.Reason != "" {
		return answer(ExitFailed)
	}
	return nil
}
