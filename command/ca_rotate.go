package command

import "github.com/urfave/cli/v2"

func (p *program) caRotateCommand() *cli.Command {
	return &cli.Command{
		Name:  "rotate",
		Usage: "make a new root, have it trusted instead of the old one and re-issue everything",
		Description: "Examples:\n  devca ca rotate\n  devca ca rotate --permit corp.example\n\n" +
			"Use it to permit more names, after a key may have been copied, or before the root expires.",
		Flags:  createFlags(),
		Action: func(c *cli.Context) error { return nil },
	}
}
