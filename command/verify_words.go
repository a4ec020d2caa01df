package command

import (
	"fmt"
	"slices"
	"strings"

	"devca/diag"
	"devca/inspect"
	"devca/internal/ui"
	"devca/verify"
)

// showJudged prints the answer for people: the questions in the order in which
// clients ask them, what is wrong, and who says what.
func (p *program) showJudged(j *judged) {
	p.say("%s", ui.Clean(j.title()))
	if j.live != nil {
		p.paragraph("Server", j.live.words())
	}
	p.paragraph("Anchored", j.anchoredWords())
	p.paragraph("Name", j.nameWords())
	p.paragraph("Valid", j.validWords())
	p.paragraph("Revoked", j.revokedWords())
	p.say("")
	for _, line := range j.verdictLines() {
		p.paragraph(line[0], line[1])
	}
	for _, finding := range j.relevant() {
		p.say("")
		p.showFinding(finding.Diag(j.options.clients), aboutFinding(finding, j.options.clients))
	}
	for _, finding := range j.more {
		p.say("")
		p.showFinding(finding, "")
	}
}

// indent is where the text of a paragraph begins.
const indent = 10

// paragraph prints a word and, beside it, a text broken to the width of the
// terminal.
func (p *program) paragraph(word, text string) {
	for i, line := range broken(ui.Clean(text), p.width()-indent) {
		if i > 0 {
			word = ""
		}
		p.say("%-*s%s", indent, word, line)
	}
}

// width is that of the terminal; a pipe gets lines of at most a hundred columns.
func (p *program) width() int {
	if p.streams.Width == 0 {
		return 100
	}
	return max(p.streams.Width, 30)
}

// broken breaks a text into lines at spaces.
func broken(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		switch {
		case line == "":
			line = word
		case len(line)+1+len(word) > width:
			lines = append(lines, line)
			line = word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}

func (p *program) showFinding(finding diag.Finding, about string) {
	p.paragraph(string(finding.Severity), finding.What)
	if finding.Why != "" {
		p.paragraph("", "("+finding.Why+")")
	}
	if about != "" {
		p.paragraph("", about)
	}
	for _, fix := range finding.Fixes {
		p.paragraph("  fix", fix.Do+colon(fix.Run+fix.Lines))
		if fix.Run != "" {
			// A command is never broken: it is there to be pasted.
			p.say("%-*s%s", indent, "", ui.Clean(fix.Run))
		}
		for _, line := range pasted(fix.Lines) {
			p.say("%-*s%s", indent, "", line)
		}
	}
	p.paragraph("  code", string(finding.Code))
}

// pasted are the lines of a fix as they are shown: they are not broken either.
func pasted(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, ui.Clean(strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "\t", "  ")))
	}
	return lines
}

func colon(run string) string {
	if run == "" {
		return ""
	}
	return ":"
}

// aboutFinding says who refuses and where the rule stands.
func aboutFinding(finding verify.Finding, asked verify.Clients) string {
	who := finding.Clients & asked
	words := "refused by " + who.String()
	switch {
	case who == 0:
		words = "no client that was asked for refuses because of it"
	case who == asked:
		words = "refused by every client that was asked for"
	case (asked&^who).Count() <= 2 && who.Count() > 3:
		words = "refused by all but " + (asked &^ who).String()
	}
	return words + "; rule: " + finding.Rule.Source
}

func (j *judged) anchoredWords() string {
	var names []string
	for _, c := range j.report.Path {
		names = append(names, c.Title())
	}
	path := strings.Join(names, " < ")
	if j.report.Anchor == nil {
		return "no: " + path
	}
	return "yes: " + path + ", from " + j.report.Anchor.Source
}

func (j *judged) nameWords() string {
	switch {
	case j.end() == nil:
		return "cannot be read"
	case j.request.Usage == verify.Authority:
		return "none needed: this is a CA"
	case j.asked == "":
		return "not asked; --name NAME asks. The certificate is for " + j.namesWords()
	case slices.ContainsFunc(j.report.Findings, func(f verify.Finding) bool {
		return f.Rule.Question == verify.Named && f.Clients&j.options.clients != 0
	}):
		return "no, or not for everybody: " + j.asked + "; the certificate is for " + j.namesWords()
	default:
		return "yes: " + j.asked
	}
}

// namesWords are the certificate's names, the first of many.
func (j *judged) namesWords() string {
	end := j.end()
	if end == nil {
		return "names that cannot be read"
	}
	names := slices.Clone(end.DNSNames)
	for _, ip := range end.IPAddresses {
		names = append(names, ip.String())
	}
	names = append(names, end.EmailAddresses...)
	switch {
	case len(names) == 0:
		return "no name"
	case len(names) > 6:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:5], ", "), len(names)-5)
	default:
		return strings.Join(names, ", ")
	}
}

func (j *judged) validWords() string {
	end := j.end()
	if end == nil {
		return "cannot be read"
	}
	return inspect.Validity(end.NotBefore, end.NotAfter, j.since())
}

func (j *judged) revokedWords() string {
	status := j.report.Status
	switch status.Status {
	case "":
		if j.request.Demand {
			return "no answer"
		}
		return "not asked (--crl, --ocsp)"
	case "good":
		return "no, says the " + sourceWords(status.Source)
	case "revoked":
		return "yes, says the " + sourceWords(status.Source)
	default:
		return "the " + sourceWords(status.Source) + " does not say"
	}
}

func sourceWords(source string) string {
	return map[string]string{"staple": "stapled OCSP answer", "ocsp": "OCSP responder", "crl": "revocation list"}[source]
}

// verdictLines are the table: clients that answer alike for the same reasons
// share a line.
func (j *judged) verdictLines() [][2]string {
	type group struct {
		answer  verify.Answer
		reasons string
	}
	members := map[group]verify.Clients{}
	var order []group
	for _, verdict := range j.report.Verdicts {
		if verdict.Client.Bit&j.options.clients == 0 {
			continue
		}
		var reasons []string
		for _, reason := range verdict.Reasons {
			reasons = append(reasons, strings.TrimPrefix(string(reason), "verify/"))
		}
		key := group{verdict.Answer, strings.Join(reasons, ", ")}
		if members[key] == 0 {
			order = append(order, key)
		}
		members[key] |= verdict.Client.Bit
	}
	rank := map[verify.Answer]int{verify.Accepts: 0, verify.Depends: 1, verify.Refuses: 2}
	slices.SortStableFunc(order, func(a, b group) int { return rank[a.answer] - rank[b.answer] })
	var lines [][2]string
	for _, key := range order {
		text := members[key].String()
		if key.reasons != "" {
			text += ": " + key.reasons
		}
		lines = append(lines, [2]string{string(key.answer), text})
	}
	return lines
}
