package command

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"devca/diag"
	"devca/doctor"
	"devca/internal/ui"
)

// watches says whether somebody sees how far the examination is.
func (p *program) watches() bool {
	_, quiet := p.streams.Err.(quietWriter)
	return !quiet && p.streams.ErrTTY && !p.json
}

// showProgress tells of checks and clients as they end, on a terminal: a slow one
// holds up the report.
func (p *program) showProgress(patient *doctor.Patient) {
	if !p.watches() {
		return
	}
	var one sync.Mutex
	show := func(words string) {
		one.Lock()
		defer one.Unlock()
		fmt.Fprintf(p.streams.Err, "\r\x1b[K%s", ui.Clean(words))
	}
	patient.Seen = func(check doctor.Check) { show(check.Title + ": " + check.State.String()) }
	patient.Answered = func(client string) { show(client + " has answered") }
}

// showReport prints a report: the diagnosis and what to do first, then
// everything else that is wrong, then the tables.
func (p *program) showReport(r *doctor.Report) error {
	if p.json {
		return p.result(r)
	}
	if p.watches() {
		fmt.Fprint(p.streams.Err, "\r\x1b[K")
	}
	p.showMended(r.Mended)
	p.showDiagnosis(r)
	for _, show := range []func(*doctor.Report) error{p.showClients, p.showChecks, p.showStores, p.showCertificates} {
		if err := show(r); err != nil {
			return err
		}
	}
	return nil
}

// text prints words, wrapped where the terminal ends.
func (p *program) text(indent, words string) {
	for _, line := range ui.Wrap(ui.Clean(words), max(p.streams.Width-len(indent), 0)) {
		p.say("%s%s", indent, line)
	}
}

func (p *program) showDiagnosis(r *doctor.Report) {
	p.text("", sentence(r.Diagnosis()))
	if r.Command != nil && r.Command.Said != "" {
		if said := "it said: " + r.Command.Said; !r.Troubled() || r.Findings[0].Why != said {
			p.text("  ", said)
		}
	}
	rest := r.Findings
	if r.Troubled() {
		p.showAdvice(r.Findings[0])
		rest = rest[1:]
	}
	for i, finding := range rest {
		if i == 0 {
			p.say("")
		}
		p.text("", string(finding.Severity)+": "+finding.What)
		p.showAdvice(finding)
	}
}

// showAdvice prints the reason and the ways out. Commands are never broken into
// lines: they are there to be pasted.
func (p *program) showAdvice(finding doctor.Finding) {
	if finding.Why != "" {
		p.text("  ", finding.Why)
	}
	for _, fix := range finding.Fixes {
		p.showFix(fix)
	}
	if finding.Automatic != "" {
		p.text("  ", "devca doctor --fix does it: "+finding.Automatic)
	}
	p.say("  code: %s", finding.Code)
}

func (p *program) showFix(fix diag.Fix) {
	if fix.Run == "" {
		p.text("  ", "fix: "+fix.Do)
		return
	}
	p.text("  ", "fix: "+fix.Do+":")
	p.say("    %s", ui.Clean(fix.Run))
}

// sentence begins with a capital, unless it begins with a name.
func sentence(words string) string {
	first, _, _ := strings.Cut(words, " ")
	if first == "" || strings.ContainsAny(first, "./~_-0123456789") || strings.ToLower(first) != first {
		return words
	}
	switch first {
	case "the", "an", "a", "nothing", "programs", "this", "every", "port", "no", "there":
		return strings.ToUpper(words[:1]) + words[1:]
	}
	return words
}

func (p *program) showMended(m *doctor.Mended) {
	if m == nil {
		return
	}
	for _, repair := range m.Repairs {
		switch {
		case m.DryRun:
			p.text("", "would "+repair.Do)
		case repair.Done:
			p.text("", "done: "+repair.Do)
		default:
			why := repair.Finding.What
			if repair.Finding.Why != "" {
				why += ": " + repair.Finding.Why
			}
			p.text("", "not done: "+repair.Do+": "+why)
			for _, fix := range repair.Finding.Fixes {
				p.showFix(fix)
			}
		}
		for _, step := range repair.Steps {
			p.say("  %s", ui.Clean(step))
		}
	}
	switch {
	case len(m.Repairs) == 0 && m.Remains > 0:
		p.text("", "Nothing of this can be mended from here; the ways out are below.")
	case len(m.Repairs) > 0 && m.Remains > 0 && !m.DryRun:
		p.text("", "Looked again; this remains:")
	case len(m.Repairs) > 0 && !m.DryRun:
		p.text("", "Looked again:")
	}
	if len(m.Repairs) > 0 || m.Remains > 0 {
		p.say("")
	}
}

func (p *program) showClients(r *doctor.Report) error {
	if len(r.Clients) == 0 {
		return nil
	}
	p.say("")
	table := ui.Table{Columns: []string{"CLIENT", "ANSWER", "CAUSE", "FIX"}}
	for _, client := range r.Clients {
		fix := ""
		if len(client.Fixes) > 0 {
			if fix = client.Fixes[0].Run; fix == "" {
				fix = client.Fixes[0].Do
			}
		}
		name := client.ID
		if number := numberOf(client.Version); number != "" {
			name += " " + number
		}
		if slices.ContainsFunc(r.Clients, func(other doctor.Client) bool { return other.ID == client.ID && other.Path != client.Path }) {
			name += " (" + client.Path + ")"
		}
		table.Rows = append(table.Rows, []string{name, string(client.Answer), client.Cause, fix})
	}
	return table.Write(p.streams)
}

// numberOf is the version of the client itself, which stands first.
func numberOf(version string) string {
	for word := range strings.FieldsSeq(version) {
		if word[0] >= '0' && word[0] <= '9' {
			return strings.TrimRight(word, ",;")
		}
	}
	return ""
}

func (p *program) showChecks(r *doctor.Report) error {
	p.say("")
	for _, check := range r.Checks {
		words := check.Title
		if check.Detail != "" {
			words += ": " + check.Detail
		}
		const column = len("could not be read")
		lines := ui.Wrap(ui.Clean(words), max(p.streams.Width-column-2, min(p.streams.Width, 20)))
		for i, line := range lines {
			state := ""
			if i == 0 {
				state = check.State.String()
			}
			p.say("%-*s  %s", column, state, line)
		}
	}
	return nil
}

func (p *program) showStores(r *doctor.Report) error {
	if len(r.Stores) == 0 {
		return nil
	}
	p.say("")
	table := ui.Table{Columns: []string{"STORE", "STATE"}}
	for _, store := range r.Stores {
		state := store.State.String()
		if store.Detail != "" {
			state += ": " + store.Detail
		}
		table.Rows = append(table.Rows, []string{store.Title, state})
	}
	return table.Write(p.streams)
}

func (p *program) showCertificates(r *doctor.Report) error {
	if len(r.Certificates) == 0 {
		return nil
	}
	p.say("")
	table := ui.Table{Columns: []string{"CERTIFICATE", "KIND", "EXPIRES"}}
	for _, c := range r.Certificates {
		table.Rows = append(table.Rows, []string{c.Name, c.Kind, c.NotAfter.Format("2006-01-02") + ", " + c.Detail})
	}
	return table.Write(p.streams)
}
