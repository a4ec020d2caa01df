// Package checkup draws a doctor's report as one self-contained HTML page, for
// people who would rather look than read: what is wrong and what to do, how each
// client answered, which certificate ends when, and what every store says.
package checkup

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"devca/diag"
	"devca/doctor"
	"devca/internal/page"
	"devca/trust"
)

//go:embed style.css
var style string

// HTML gives the page.
func HTML(report *doctor.Report) string {
	return page.Document(title(report), style, func(shared *page.Builder) {
		b := &builder{shared}
		b.Raw("<main>\n")
		b.Element("p", "made", title(report))
		b.head(report)
		b.findings(report)
		b.mended(report.Mended)
		b.clients(report)
		b.command(report.Command)
		b.certificates(report)
		b.stores(report.Stores)
		b.checks(report.Checks)
		b.made(report)
		b.Raw("</main>\n")
	})
}

func title(report *doctor.Report) string {
	switch {
	case report.Target != nil && report.Target.URL != "":
		return "Check-up of " + report.Target.URL
	case report.Command != nil:
		return "Check-up of a command"
	}
	return "Check-up of this machine"
}

type builder struct{ *page.Builder }

// head is the diagnosis, as large as it is important, and the counts beneath it.
func (b *builder) head(report *doctor.Report) {
	class := "well"
	if len(report.Findings) > 0 && report.Findings[0].Severity != diag.SeverityNotice {
		class = string(report.Findings[0].Severity)
	}
	b.Rawf("<header class=\"%s\">\n", mark(class))
	b.Element("h1", "", capital(report.Diagnosis()))
	if words := counts(report); words != "" {
		b.Element("p", "", words)
	}
	b.Raw("</header>\n")
}

// capital is the words as a sentence begins. Names stay as they are.
func capital(words string) string {
	first, _, _ := strings.Cut(words, " ")
	if first == "" || strings.ToLower(first) != first || strings.ContainsAny(first, "./~_-:0123456789") {
		return words
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

// mark keeps classes to those that the style knows: others would come from outside.
func mark(class string) string {
	if slices.Contains([]string{"well", "error", "warning", "notice"}, class) {
		return class
	}
	return "notice"
}

// counts tells how much of everything is well.
func counts(report *doctor.Report) string {
	var parts []string
	add := func(well, all int, what string) {
		if all > 0 {
			parts = append(parts, fmt.Sprintf("%d of %d %s", well, all, what))
		}
	}
	connects := 0
	for _, client := range report.Clients {
		if client.Answer == doctor.Connects {
			connects++
		}
	}
	add(connects, len(report.Clients), "clients connect")
	trusted := 0
	for _, store := range report.Stores {
		if store.State == trust.Trusted {
			trusted++
		}
	}
	add(trusted, len(report.Stores), "stores trust the root")
	well := 0
	for _, check := range report.Checks {
		if check.State == doctor.OK || check.State == doctor.NotApplicable {
			well++
		}
	}
	add(well, len(report.Checks), "checks found nothing")
	return strings.Join(parts, " · ")
}

// findings tells what to do, the cause first.
func (b *builder) findings(report *doctor.Report) {
	if len(report.Findings) == 0 {
		return
	}
	b.section("What to do")
	for i, finding := range report.Findings {
		b.finding(finding, i == 0 && finding.Severity == diag.SeverityError)
	}
	b.Raw("</section>\n")
}

func (b *builder) finding(finding doctor.Finding, first bool) {
	before := ""
	if first {
		before = "first: "
	}
	b.FindingWith(finding.Finding, before, func() {
		if finding.Automatic != "" {
			b.Element("p", "", "devca doctor --fix does it: "+finding.Automatic)
		}
	})
}

func (b *builder) mended(mended *doctor.Mended) {
	if mended == nil || len(mended.Repairs) == 0 {
		return
	}
	name := "What was mended"
	if mended.DryRun {
		name = "What would be mended"
	}
	b.section(name)
	b.Raw("<ol>\n")
	for _, repair := range mended.Repairs {
		b.Raw("<li>")
		switch {
		case mended.DryRun:
		case repair.Done:
			b.state("well", "done")
		default:
			b.state("error", "not done")
		}
		b.Text(" " + repair.Do)
		if len(repair.Steps) > 0 {
			b.Pasted(strings.Join(repair.Steps, "\n"))
		}
		if repair.Finding != nil {
			b.Element("p", "why", repair.Finding.What)
		}
		b.Raw("</li>\n")
	}
	b.Raw("</ol>\n</section>\n")
}

func (b *builder) command(command *doctor.Command) {
	if command == nil {
		return
	}
	b.section("The command")
	b.Pasted(diag.CommandLine(command.Argv...))
	words := fmt.Sprintf("It ended with status %d.", command.Exit)
	if command.Cause != "" {
		words += " " + capital(command.Cause) + "."
	}
	b.Element("p", "", words)
	if command.Said != "" {
		b.Pasted(command.Said)
	}
	b.Raw("</section>\n")
}

func (b *builder) section(heading string) {
	b.Raw("<section>\n")
	b.Element("h2", "", heading)
}

// state is a word that does not need its colour.
func (b *builder) state(class, word string) {
	b.Rawf("<span class=\"state %s\">", mark(class))
	b.Text(word)
	b.Raw("</span>")
}

// made says where and when, for a page that is passed on.
func (b *builder) made(report *doctor.Report) {
	where := []string{report.Machine.System}
	if report.Machine.Container != "" {
		where = append(where, "in a container ("+report.Machine.Container+")")
	}
	if report.Machine.Account != "" {
		where = append(where, "stores of "+report.Machine.Account)
	}
	b.Element("p", "made", "Made by devca doctor at "+report.At.UTC().Format(time.DateTime)+" UTC, "+strings.Join(where, ", ")+".")
}
