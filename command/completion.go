package command

import (
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"devca/ca"
	"devca/certs"
	"devca/internal/ui"
	"devca/trust"
)

// completeFlag begins the line that a completion script runs: the word that is
// being typed stands behind it, the words before that one follow.
const completeFlag = "--complete="

func (p *program) completionCommand() *cli.Command {
	return &cli.Command{
		Name:      "completion",
		Usage:     "print a script that completes commands, flags and names with the Tab key",
		ArgsUsage: "bash|zsh|fish|powershell",
		Description: `Examples:
  source <(devca completion bash)
  devca completion bash > ~/.local/share/bash-completion/completions/devca
  devca completion zsh > "${fpath[1]}/_devca"
  devca completion fish > ~/.config/fish/completions/devca.fish
  devca completion powershell >> $PROFILE

Packages of devca bring these scripts along.`,
		Action: func(c *cli.Context) error {
			if c.NArg() != 1 {
				return usage(c, "completion takes one name: %s", strings.Join(shells(), ", "))
			}
			shell := c.Args().First()
			if !slices.Contains(shells(), shell) {
				return usage(c, "%q is no shell known here: choose %s", ui.Clean(shell), strings.Join(shells(), ", "))
			}
			script := completionScript(shell)
			if p.json {
				return p.result(completionResult{Shell: shell, Script: script})
			}
			p.say("%s", strings.TrimSuffix(script, "\n"))
			return nil
		},
	}
}

// completionResult is the JSON answer of completion.
type completionResult struct {
	Shell  string `json:"shell"`
	Script string `json:"script"`
}

// candidates prints what the word can become, one a line, each with a tab and a
// remark. Nothing at all means that the shell should complete names of files.
func (p *program) candidates(word string, before []string) {
	l := parse(p.root.Commands, before)
	flag, value, inline := strings.Cut(word, "=")
	switch {
	case l.open != "":
		p.offer(word, "", p.flagValues(l, l.open))
	case strings.HasPrefix(word, "-") && inline && !l.ended:
		name, _ := takesValue(l.command(), flag)
		p.offer(value, flag+"=", p.flagValues(l, name))
	case strings.HasPrefix(word, "-") && !l.ended:
		p.offer(word, "", flagCandidates(l.command()))
	case l.command() == nil || len(l.command().Subcommands) > 0:
		p.offer(word, "", commandRows(l.below(p.root.Commands)))
	default:
		p.offer(word, "", p.argumentValues(l))
	}
}

// offer prints the candidates that begin with word.
func (p *program) offer(word, prefix string, rows [][2]string) {
	for _, row := range rows {
		if strings.HasPrefix(row[0], word) {
			p.say("%s%s\t%s", prefix, ui.Clean(row[0]), ui.Clean(row[1]))
		}
	}
}

func flagCandidates(command *cli.Command) [][2]string {
	rows := [][2]string{{"--help", "say what the command does, with examples"}}
	if command == nil {
		return append(rows, [2]string{"--version", "say which devca this is"})
	}
	for _, flag := range command.Flags {
		f := describeFlag(flag)
		rows = append(rows, [2]string{"--" + f.names[0], f.text})
	}
	return rows
}

// plain makes candidates of words that need no remark.
func plain[S ~string](words []S) [][2]string {
	rows := make([][2]string, len(words))
	for i, word := range words {
		rows[i] = [2]string{string(word), ""}
	}
	return rows
}

// flagValues are the values that a flag can have, where they can be listed.
func (p *program) flagValues(l line, flag string) [][2]string {
	switch strings.Join(pathNames(l.path), " ") + " --" + flag {
	case "issue --key-type":
		return plain(certs.KeyTypes())
	case "issue --broken":
		return brokenKinds()
	case "revoke --reason":
		return plain(ca.Reasons())
	case "ca export --format":
		return plain(exportFormats)
	case "ca crl --format":
		return plain([]string{"pem", "der"})
	case "install --stores", "uninstall --stores", "status --stores", "ca rotate --stores":
		return plain(trust.Kinds())
	}
	return nil
}

// argumentValues are what can stand where a command's names stand.
func (p *program) argumentValues(l line) [][2]string {
	switch strings.Join(pathNames(l.path), " ") {
	case "help":
		return commandRows(parse(p.root.Commands, l.names).below(p.root.Commands))
	case "completion":
		return plain(shells())
	case "list", "renew", "revoke":
		return p.ledgerNames(l)
	}
	return nil
}

// ledgerNames are the names of certificates in use. A ledger that cannot be read
// is no reason to disturb the person who pressed Tab.
func (p *program) ledgerNames(l line) [][2]string {
	dir, err := ca.Locate(l.value("dir"), p.streams.Getenv)
	if err != nil {
		return nil
	}
	ledger, err := dir.Ledger()
	if err != nil {
		return nil
	}
	var rows [][2]string
	offered := map[string]bool{}
	for _, entry := range ledger.Current(time.Now()) {
		for _, name := range entry.Names {
			if !offered[name] && !slices.Contains(l.names, name) {
				offered[name] = true
				rows = append(rows, [2]string{name, "expires " + entry.NotAfter.UTC().Format(time.DateOnly)})
			}
		}
	}
	return rows
}

func shells() []string { return []string{"bash", "zsh", "fish", "powershell"} }
