package command

import (
	"strings"

	"github.com/urfave/cli/v2"

	"devca/internal/ui"
	"devca/runtimes"
)

// runtimesResult is the JSON answer of env --runtime.
type runtimesResult struct {
	Runtimes []runtimeResult `json:"runtimes"`
}

type runtimeResult struct {
	Name     string          `json:"name"`
	Title    string          `json:"title"`
	Trusts   string          `json:"trusts"` // by default
	Uses     []string        `json:"uses"`   // runtimes whose settings count for it, too
	Settings []settingResult `json:"settings"`
}

type settingResult struct {
	Name     string `json:"name"`
	Kind     string `json:"kind"`
	Effect   string `json:"effect"`
	Form     string `json:"form"`
	Set      string `json:"set_by_env"` // always, if set, or empty: never
	Since    string `json:"since"`
	Note     string `json:"note"`
	Measured bool   `json:"measured"`
	Source   string `json:"source"`
}

// runtime says how one program is told about a root, or lists all.
func (p *program) runtime(c *cli.Context, name string) error {
	chosen := runtimes.All()
	if name != "all" {
		found, known := runtimes.Find(name)
		if !known {
			return usage(c, "--runtime %q is unknown: devca env --runtime all lists them", ui.Clean(name))
		}
		chosen = []runtimes.Runtime{found}
	}
	if p.json {
		var result runtimesResult
		for _, r := range chosen {
			result.Runtimes = append(result.Runtimes, describeRuntime(r))
		}
		return p.result(result)
	}
	if name == "all" {
		table := ui.Table{Columns: []string{"NAME", "WHAT", "TRUSTS"}}
		for _, r := range chosen {
			table.Rows = append(table.Rows, []string{r.Name, r.Title, r.Trusts})
		}
		return table.Write(p.streams)
	}
	p.sayRuntime(chosen[0])
	return nil
}

func (p *program) sayRuntime(r runtimes.Runtime) {
	p.say("%s trusts %s.", r.Title, r.Trusts)
	for _, s := range r.Settings {
		p.say("\n%s  (%s, %s)", s.Name, s.Kind, strings.Join(s.Facts(), ", "))
		if s.Note != "" {
			p.say("  %s", s.Note)
		}
		p.say("  %s", s.Basis())
	}
	for _, name := range r.Uses {
		p.say("\nAlso: devca env --runtime %s", name)
	}
}

func describeRuntime(r runtimes.Runtime) runtimeResult {
	result := runtimeResult{Name: r.Name, Title: r.Title, Trusts: r.Trusts, Uses: append([]string{}, r.Uses...), Settings: []settingResult{}}
	for _, s := range r.Settings {
		result.Settings = append(result.Settings, settingResult{
			Name: s.Name, Kind: string(s.Kind), Effect: string(s.Effect), Form: string(s.Form), Set: string(s.Use),
			Since: s.Since, Note: s.Note, Measured: s.Measured, Source: s.Source,
		})
	}
	return result
}
