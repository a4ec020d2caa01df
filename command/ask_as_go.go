package command

import (
	"strconv"
	"time"

	"github.com/urfave/cli/v2"

	"devca/clients"
)

// askAsGoCommand is for devca itself, which runs it as one of the clients that it
// asks: see clients.Go. Its output is for the package clients only.
func (p *program) askAsGoCommand() *cli.Command {
	return &cli.Command{
		Name:        clients.AskAsGo,
		Hidden:      true,
		Usage:       "ask for a URL as programs of Go do",
		Description: "Examples:\n  devca ask-as-go https://localhost:8443/ 5\n\nFor devca itself, when it asks the clients of the machine. Ends with 0, or 60 if TLS failed, 61 if the server was not reached, 62 if there was no answer in time.",
		Action: func(c *cli.Context) error {
			seconds, err := strconv.ParseUint(c.Args().Get(1), 10, 16)
			if c.NArg() != 2 || err != nil || seconds == 0 {
				return usage(c, "%s takes a URL and a number of seconds", clients.AskAsGo)
			}
			defer p.interruptible(c)()
			if status := clients.Go(c.Context, c.Args().First(), time.Duration(seconds)*time.Second, p.streams.Out, p.streams.Err); status != 0 {
				return answer(status)
			}
			return nil
		},
	}
}
