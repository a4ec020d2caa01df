package command

import "github.com/urfave/cli/v2"

// commands lists the verbs in the order of --help.
func (p *program) commands() []*cli.Command {
	return []*cli.Command{
		p.installCommand(),
		p.uninstallCommand(),
		p.statusCommand(),
		p.issueCommand(),
		p.listCommand(),
		p.inspectCommand(),
		p.renewCommand(),
		p.revokeCommand(),
		p.caCommand(),
		p.versionCommand(),
		p.helpCommand(),
		p.completionCommand(),
		p.manCommand(),
	}
}
