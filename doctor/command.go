package doctor

import (
	"context"
	"net"
	"net/url"
	"strings"

	"devca/diag"
	"devca/dial"
	"devca/explain"
)

// Ran is a command that was run, and what it printed.
type Ran struct {
	Argv   []string
	Exit   int
	Output []byte
}

// recognise reads the output of a command that failed.
func (r *Ran) recognise() (Command, explain.Match, bool) {
	described := Command{Argv: r.Argv, Exit: r.Exit}
	if r.Exit == 0 {
		return described, explain.Match{}, false
	}
	matches := explain.Read(r.Output).Matches
	if len(matches) == 0 {
		return described, explain.Match{}, false
	}
	m := matches[0]
	described.Said, described.Code, described.Cause = m.Evidence, m.Entry.ID, m.What
	described.URL, described.Host, described.Client = m.URL, m.Host, m.Client.Name
	return described, m, true
}

// server is the one that the command did not come to terms with, as an argument
// of devca doctor; empty: its output does not say, or it is none of TLS.
func (c Command) server() string {
	if parsed, err := url.Parse(c.URL); err == nil && parsed.Scheme == "https" && parsed.Hostname() != "" {
		return "https://" + parsed.Host
	}
	if host, port, err := net.SplitHostPort(c.Host); err == nil && host != "" && port != "" {
		if _, err := dial.ParseTarget(c.Host); err == nil {
			return "https://" + c.Host
		}
	}
	return ""
}

// named is the server that the command's own words name; empty: none.
func (r *Ran) named() string {
	for _, word := range r.Argv {
		if parsed, err := url.Parse(word); err == nil && parsed.Scheme == "https" && parsed.Hostname() != "" {
			return "https://" + parsed.Host
		}
	}
	return ""
}

// askCommand explains why the command failed. If the server, a store or a setting
// is to blame, another check says so, and comes first.
func askCommand(_ context.Context, e *exam) answer {
	if e.Ran == nil {
		return answer{state: NotApplicable, detail: "none was given"}
	}
	name := diag.CommandLine(e.Ran.Argv...)
	described, match := e.command, e.said
	switch {
	case e.Ran.Exit == 0:
		return answer{detail: "it ended with status 0"}
	case !e.recognised:
		finding := diag.New(diag.DoctorCommand, name+" failed, and nothing in its output is about certificates or TLS").
			Because("it ended with status "+number(e.Ran.Exit)).
			Fix("if it is, name the server that it talks to", "devca doctor URL")
		return answer{detail: "it ended with status " + number(e.Ran.Exit), findings: []Finding{found(finding, rankCommand)}}
	}
	c := &complaint{client: match.Client.Name, meant: match.Cause, cause: match.What, again: e.again(match.Client.Name)}
	c.fixes = e.possible(match.Fixes)
	if !e.proxied(c) {
		e.settle(c)
	}
	described.Cause = c.cause
	finding := diag.New(diag.DoctorCommand, match.Client.Title+" failed: "+c.cause).Because("it said: " + match.Evidence)
	for _, fix := range c.fixes {
		finding = finding.Fix(fix.Do, fix.Run)
	}
	if len(finding.Fixes) == 0 {
		finding = finding.Fix("see every reading of the text, and the ways out", "devca explain "+diag.CommandLine(match.Evidence))
	}
	f := found(finding, rankCommand)
	if c.known {
		f.rank = rankClient
	}
	return answer{detail: "it ended with status " + number(e.Ran.Exit) + ": " + c.cause, command: &described, findings: []Finding{f}}
}

// again is the command with devca's variables, for programs that read any.
func (e *exam) again(client string) string {
	if browser(client) || e.root().Certificate == nil {
		return ""
	}
	if len(e.Ran.Argv) > 2 && strings.HasSuffix(e.Ran.Argv[0], "devca") && e.Ran.Argv[1] == "exec" {
		return ""
	}
	return diag.CommandLine(append([]string{"devca", "exec", "--"}, e.Ran.Argv...)...)
}

// possible fills in the command that was run, and leaves out what cannot work here.
func (e *exam) possible(fixes []diag.Fix) []diag.Fix {
	var kept []diag.Fix
	for _, fix := range fixes {
		if rest, ok := strings.CutSuffix(fix.Run, "COMMAND"); ok && rest == "devca exec -- " {
			if fix.Run = e.again(""); fix.Run == "" {
				continue
			}
		}
		kept = append(kept, fix)
	}
	return kept
}
