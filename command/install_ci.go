package command

import (
	"fmt"
	"slices"

	"github.com/urfave/cli/v2"

	"devca/diag"
	"devca/internal/ui"
	"devca/trust"
)

func ciFlag() cli.Flag {
	return &cli.BoolFlag{
		Name:  "ci",
		Usage: "for machines without a person: ask nothing, say little, and prepare for browsers that test tools will start",
	}
}

// unseeded is a program that was not prepared, because it cannot be.
type unseeded struct {
	Program string `json:"program"`
	Because string `json:"because"`
	Fix     string `json:"fix"` // a line for a shell
}

// hush silences remarks, as --quiet does, and tells whether it was needed.
func (p *program) hush() (was bool) {
	if _, quiet := p.streams.Err.(quietWriter); quiet {
		return false
	}
	p.streams.Err = quietWriter{p.streams.Err}
	return true
}

// notSeeded lists what tests may start that this installation cannot reach. On
// macOS and Windows browsers go by the system's store, from their first start.
func (t *trustChange) notSeeded() []unseeded {
	list := []unseeded{}
	if t.machine.GOOS == "linux" {
		list = append(list, unseeded{
			Program: "Playwright's Firefox", Because: "it takes policies from a variable only, since Playwright 1.53",
			Fix: t.forPlaywright(),
		}, unseeded{
			Program: "a Chromium before 146 in a home without ~/.pki/nssdb", Because: "it makes that database for itself",
			Fix: "mkdir -p ~/.pki/nssdb && devca install --ci",
		})
	}
	return append(list, unseeded{
		Program: "Node, Deno and python-requests", Because: "they read no store",
		Fix: diag.UseEnvironment,
	})
}

// forPlaywright names the policy that was written for other Firefoxes, or makes one
// that needs no root.
func (t *trustChange) forPlaywright() string {
	const variable = "export PLAYWRIGHT_FIREFOX_POLICIES_JSON="
	for _, store := range t.stores {
		if about := store.About(); about.Kind == trust.KindPolicy && slices.Contains(about.Clients, "firefox") {
			return variable + diag.CommandLine(about.Place)
		}
	}
	return `printf '{"policies":{"Certificates":{"Install":["%s"]}}}' "$(devca ca path --root)" > ~/firefox-policies.json && ` +
		variable + `"$HOME/firefox-policies.json"`
}

// showSeeded is the answer of --ci: one line if all went well.
func (p *program) showSeeded(t *trustChange, done, hushed bool) error {
	t.result.NotSeeded = t.notSeeded()
	if !done || p.json {
		if err := p.showChange(t); err != nil || p.json {
			return err
		}
	} else {
		word := "stores"
		if len(t.stores) == 1 {
			word = "store"
		}
		p.say("%s is trusted by %d %s", ui.Clean(t.result.Root.Name), len(t.stores), word)
	}
	if !hushed {
		return nil
	}
	for _, store := range t.left {
		fmt.Fprintf(p.loud(), "Left out by --user, not yours: %s\n", ui.Clean(store.Title))
	}
	for _, other := range t.result.NotSeeded {
		fmt.Fprintf(p.loud(), "Not reached: %s, as %s: %s\n", other.Program, other.Because, other.Fix)
	}
	return nil
}
