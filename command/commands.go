package command

import (
	"slices"

	"github.com/urfave/cli/v2"

	"devca/clients"
	"devca/trust"
)

// verb is a command that is made when it is needed.
type verb struct {
	name string
	make func() *cli.Command
}

// verbs lists the commands in the order of --help.
func (p *program) verbs() []verb {
	return []verb{
		{"install", p.installCommand},
		{"uninstall", p.uninstallCommand},
		{"status", p.statusCommand},
		{"trust", p.trustCommand},
		{"untrust", p.untrustCommand},
		{"issue", p.issueCommand},
		{"list", p.listCommand},
		{"inspect", p.inspectCommand},
		{"doctor", p.doctorCommand},
		{"verify", p.verifyCommand},
		{"explain", p.explainCommand},
		{"trace", p.traceCommand},
		{"observe", p.observeCommand},
		{"config", p.configCommand},
		{"renew", p.renewCommand},
		{"revoke", p.revokeCommand},
		{"ca", p.caCommand},
		{"mobile", p.mobileCommand},
		{"env", p.envCommand},
		{"exec", p.execCommand},
		{"badssl", p.badsslCommand},
		{"version", p.versionCommand},
		{"help", p.helpCommand},
		{"completion", p.completionCommand},
		{"man", p.manCommand},
		{trust.ChangeDatabase, p.changeDatabaseCommand},
		{trust.RunAsRoot, p.runAsRootCommand},
		{clients.AskAsGo, p.askAsGoCommand},
	}
}

// commands gives the command of a command line that begins with its name, and
// otherwise all of them. Making all with their flags and texts takes a tenth of
// the time of a short command (measured: 500 page faults against 443).
func (p *program) commands(word string) []*cli.Command {
	verbs := p.verbs()
	wantsAll := []string{"help", "completion", "man"} // they speak of the others
	if i := slices.IndexFunc(verbs, func(v verb) bool { return v.name == word }); i >= 0 && !slices.Contains(wantsAll, word) {
		return []*cli.Command{verbs[i].make()}
	}
	var all []*cli.Command
	for _, v := range verbs {
		all = append(all, v.make())
	}
	return all
}
