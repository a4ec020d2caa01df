package command

import (
	"strings"

	"github.com/urfave/cli/v2"

	"devca/diag"
	"devca/explain"
	"devca/internal/ui"
)

// explainResult is the JSON answer of explain.
type explainResult struct {
	Failures []failure   `json:"failures"` // the most telling first
	URLs     []string    `json:"urls"`
	Hosts    []string    `json:"hosts"`
	Names    []string    `json:"names"` // for which a certificate is
	Files    []string    `json:"files"`
	Language string      `json:"language,omitempty"`
	Live     *liveCauses `json:"live,omitempty"`
	Next     []diag.Fix  `json:"next,omitempty"` // where nothing was recognised
}

// failure is one match.
type failure struct {
	Entry      string          `json:"entry"` // of the catalogue; empty: seen at the server only
	Client     string          `json:"client"`
	ClientName string          `json:"client_name"`
	Server     bool            `json:"server"` // the client is the side that shows the certificate
	Cause      explain.Cause   `json:"cause"`
	Causes     []explain.Cause `json:"causes"`
	Sure       explain.Sure    `json:"sure"`
	What       string          `json:"what"`
	Why        string          `json:"why"`
	Evidence   string          `json:"evidence"`
	Line       int             `json:"line"`
	Times      int             `json:"times"`
	Also       []string        `json:"also"`
	Host       string          `json:"host,omitempty"`
	URL        string          `json:"url,omitempty"`
	Fixes      []diag.Fix      `json:"fixes"`
}

func (r explainResult) complete() explainResult {
	for _, list := range []*[]string{&r.URLs, &r.Hosts, &r.Names, &r.Files} {
		*list = append([]string{}, *list...)
	}
	return r
}

func (p *program) describeMatch(c *cli.Context, m explain.Match, h *here) failure {
	return failure{
		Entry: m.Entry.ID, Client: m.Client.Name, ClientName: m.Client.Title, Server: m.Client.Server, Cause: m.Cause, Causes: m.Causes, Sure: m.Sure,
		What: m.What, Why: m.Why, Evidence: ui.Clean(m.Evidence), Line: m.Line, Times: m.Times, Also: append([]string{}, m.Also...),
		Host: m.Host, URL: m.URL, Fixes: append([]diag.Fix{}, p.fixesHere(c, m, h)...),
	}
}

// nextSteps are what to do with a text that says nothing known.
func nextSteps(reading explain.Reading, live *liveCauses) []diag.Fix {
	switch {
	case live != nil:
		return []diag.Fix{{Do: "nothing is wrong with what the server shows; see what each client makes of it", Run: diag.CommandLine("devca", "verify", live.Server)}}
	case len(reading.Facts.URLs) > 0:
		return []diag.Fix{{Do: "ask the server that the text names", Run: diag.CommandLine("devca", "explain", "--live", reading.Facts.URLs[0])}}
	case len(reading.Facts.Hosts) > 0:
		return []diag.Fix{{Do: "ask the host that the text names", Run: diag.CommandLine("devca", "explain", "--live", "https://"+reading.Facts.Hosts[0])}}
	}
	return []diag.Fix{{Do: "ask the server", Run: "devca explain --live URL"}}
}

// explainShown is how many failures are told in full.
const explainShown = 3

func (p *program) showExplained(r explainResult) {
	if len(r.Failures) == 0 {
		p.say("no text that devca knows stands there")
		if r.Language != "" {
			p.say("the text seems to be translated (%s): the English one is known best (LC_ALL=C)", r.Language)
		}
		if len(r.URLs) > 0 {
			p.say("  urls   %s", ui.Clean(strings.Join(r.URLs, " ")))
		}
		if len(r.Names) > 0 {
			p.say("  names  %s", ui.Clean(strings.Join(r.Names, " ")))
		}
	}
	for i, f := range r.Failures {
		if i >= explainShown {
			p.say("also: %s: %s (line %d)", f.ClientName, ui.Clean(f.What), f.Line)
			continue
		}
		if i > 0 {
			p.say("")
		}
		p.showFailure(f)
	}
	for _, fix := range r.Next {
		p.say("next: %s: %s", ui.Clean(fix.Do), ui.Clean(fix.Run))
	}
}

func (p *program) showFailure(f failure) {
	p.say("%s: %s", f.ClientName, ui.Clean(f.What))
	if f.Evidence != "" {
		p.say("  text   line %d: %s", f.Line, f.Evidence)
	}
	p.say("  cause  %s, %s%s", f.Cause, f.Sure, otherCauses(f))
	p.say("  why    %s", ui.Clean(f.Why))
	for _, fix := range f.Fixes {
		if fix.Run == "" {
			p.say("  fix    %s", ui.Clean(fix.Do))
			continue
		}
		p.say("  fix    %s:", ui.Clean(fix.Do))
		p.say("           %s", ui.Clean(fix.Run))
	}
}

func otherCauses(f failure) string {
	var others []string
	for _, cause := range f.Causes {
		if cause != f.Cause {
			others = append(others, string(cause))
		}
	}
	if len(others) == 0 {
		return ""
	}
	return "; or " + strings.Join(others, ", ")
}
