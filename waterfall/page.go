// Package waterfall draws traced connections as one self-contained HTML page: the
// phases as bars above a ladder of messages between client and server, and what
// there is to say about them. The page needs no script and loads nothing.
package waterfall

import (
	_ "embed"
	"fmt"
	"html"
	"strings"
	"time"
	"unicode"

	"devca/diag"
	"devca/trace"
)

// Page is what the page shows. All texts may come from a hostile server: they are
// escaped here.
type Page struct {
	Title       string // such as localhost:8443
	Summary     string // the outcome in one line
	At          time.Time
	Connections []Connection
	Facts       []Fact
	Findings    []diag.Finding
	Series      []Series
	Lists       []List
	Other       *Page // to be shown beside this one
}

// Connection is one traced connection.
type Connection struct {
	Title    string
	Phases   []Phase
	Messages []trace.Message
}

// Phase is a part of a connection's time.
type Phase struct {
	Name        string
	Start, Took time.Duration
}

// Fact is a word and what there is to say about it. Code says that it is to be
// copied.
type Fact struct {
	Name, Text string
	Code       bool
}

// Series is the distribution of many times, in milliseconds, sorted.
type Series struct {
	Name  string
	Times []float64
}

// List is a table of names in groups, such as the suites of a version.
type List struct {
	Title string
	Rows  [][2]string
}

// Allow is the page's content security policy: no server and no script is ever
// asked for anything, whatever a traced server put into a name.
const Allow = "default-src 'none'; style-src 'unsafe-inline'"

//go:embed style.css
var style string

// HTML gives the page.
func HTML(p Page) string {
	b := &builder{}
	b.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
	b.raw(`<meta name="viewport" content="width=device-width, initial-scale=1">` + "\n")
	b.raw(`<meta http-equiv="Content-Security-Policy" content="` + Allow + `">` + "\n")
	b.raw(`<meta name="color-scheme" content="light dark">` + "\n")
	b.element("title", "", "TLS handshake with "+p.Title)
	b.raw("<style>\n" + style + "</style>\n</head>\n<body>\n")
	if p.Other == nil {
		b.raw("<main>\n")
		b.page(p, 1)
		b.raw("</main>\n")
	} else {
		b.raw("<main class=\"wide\">\n")
		b.element("h1", "", p.Title+" and "+p.Other.Title)
		b.raw("<div class=\"beside\">\n<section>\n")
		b.page(p, 2)
		b.raw("</section>\n<section>\n")
		b.page(*p.Other, 2)
		b.raw("</section>\n</div>\n</main>\n")
	}
	b.raw("</body>\n</html>\n")
	return b.String()
}

// builder writes HTML; everything but raw escapes.
type builder struct{ strings.Builder }

func (b *builder) raw(text string) { b.WriteString(text) }

func (b *builder) rawf(format string, args ...any) { fmt.Fprintf(b, format, args...) }

// text writes foreign text: escaped, on one line, and without characters that
// change the direction of writing or have no form (CWE-150).
func (b *builder) text(text string) { b.WriteString(escaped(text)) }

func escaped(text string) string {
	return html.EscapeString(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return '\ufffd'
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd")))
}

func (b *builder) element(name, class, text string) {
	if class != "" {
		class = ` class="` + class + `"`
	}
	b.rawf("<%s%s>", name, class)
	b.text(text)
	b.rawf("</%s>\n", name)
}

// page writes the parts below the title; level is that of its heading.
func (b *builder) page(p Page, level int) {
	heading, below := fmt.Sprintf("h%d", level), fmt.Sprintf("h%d", level+1)
	b.element(heading, "", p.Title)
	b.element("p", "summary", p.Summary)
	b.findings(p.Findings, below)
	for _, c := range p.Connections {
		b.raw("<section class=\"connection\">\n")
		b.element(below, "", c.Title)
		b.raw("<div>\n")
		b.phases(c)
		b.ladder(c)
		b.raw("</div>\n<div>\n")
		b.messages(c, fmt.Sprintf("h%d", level+2))
		b.raw("</div>\n</section>\n")
	}
	b.facts(p.Facts, below)
	b.series(p.Series, below)
	b.lists(p.Lists, below)
	b.element("p", "made", "Traced by devca at "+p.At.UTC().Format("2006-01-02 15:04:05")+" UTC. Times are those of this side's reads and writes.")
}

func (b *builder) findings(findings []diag.Finding, heading string) {
	if len(findings) == 0 {
		b.element("p", "good", "Nothing was found to be wrong.")
		return
	}
	b.raw("<section>\n")
	b.element(heading, "", "Findings")
	for _, f := range findings {
		class := "notice"
		if f.Severity == diag.SeverityError || f.Severity == diag.SeverityWarning {
			class = string(f.Severity)
		}
		b.rawf("<article class=\"%s\">\n<p><strong>", class)
		b.text(string(f.Severity))
		b.raw("</strong> ")
		b.text(f.What)
		b.raw("</p>\n")
		if f.Why != "" {
			b.element("p", "why", f.Why)
		}
		for _, fix := range f.Fixes {
			b.element("p", "", fix.Do)
			b.pasted(fix.Run)
			b.pasted(fix.Lines)
		}
		b.element("p", "code", string(f.Code))
		b.raw("</article>\n")
	}
	b.raw("</section>\n")
}

// pasted writes what is to be copied as it stands.
func (b *builder) pasted(text string) {
	if text == "" {
		return
	}
	b.raw("<pre>")
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		code := strings.TrimLeft(line, "\t")
		b.raw(strings.Repeat("  ", len(line)-len(code)))
		b.text(code)
		b.raw("\n")
	}
	b.raw("</pre>\n")
}

func (b *builder) facts(facts []Fact, heading string) {
	if len(facts) == 0 {
		return
	}
	b.raw("<section>\n")
	b.element(heading, "", "What the server said")
	b.raw("<dl>\n")
	for _, fact := range facts {
		b.element("dt", "", fact.Name)
		if fact.Code {
			b.raw("<dd><code>")
			b.text(fact.Text)
			b.raw("</code></dd>\n")
			continue
		}
		b.element("dd", "", fact.Text)
	}
	b.raw("</dl>\n</section>\n")
}

func (b *builder) lists(lists []List, heading string) {
	if len(lists) == 0 {
		return
	}
	b.raw("<section>\n")
	b.element(heading, "", "What the server would accept")
	for _, list := range lists {
		b.raw("<table>\n")
		b.element("caption", "", list.Title)
		for _, row := range list.Rows {
			b.raw("<tr>")
			b.element("th", "", row[0])
			b.element("td", "", row[1])
			b.raw("</tr>\n")
		}
		b.raw("</table>\n")
	}
	b.raw("</section>\n")
}

// messages tells each message in words, in steps, with its fields to be opened.
func (b *builder) messages(c Connection, heading string) {
	var step trace.Step
	for i := range c.Messages {
		m := &c.Messages[i]
		if m.Step != step {
			if step != "" {
				b.raw("</ol>\n")
			}
			step = m.Step
			b.element(heading, "step", string(step))
			b.rawf("<ol start=\"%d\">\n", i+1)
		}
		b.message(m)
		if hello, ok := m.Body.(*trace.ServerHello); ok {
			if agreement, keys := hello.Agreement(); agreement != "" {
				b.raw("</ol>\n")
				b.element(heading, "step", string(trace.StepKeyAgreement))
				b.element("p", "both", agreement)
				b.element(heading, "step", string(trace.StepSessionKeys))
				b.element("p", "both", keys)
				step = ""
			}
		}
	}
	if step != "" {
		b.raw("</ol>\n")
	}
}

func (b *builder) message(m *trace.Message) {
	b.raw("<li>")
	b.element("b", "", string(m.Kind))
	b.raw(" ")
	b.text(m.Sentence)
	if alert, ok := m.Body.(*trace.Alert); ok && !alert.Closure() {
		b.text(": " + alert.String())
	}
	if m.Problem != "" {
		b.text(" (problem: " + m.Problem + ")")
	}
	if fields := m.Fields(); len(fields) > 0 {
		b.raw("\n<details><summary>fields</summary>\n")
		b.fields(fields)
		b.raw("</details>")
	}
	b.raw("</li>\n")
}

func (b *builder) fields(fields []trace.Field) {
	b.raw("<ul>\n")
	for _, f := range fields {
		b.raw("<li>")
		b.text(f.Name)
		if f.Value != "" {
			b.raw(": <span>")
			b.text(f.Value)
			b.raw("</span>")
		}
		if len(f.Fields) > 0 {
			b.raw("\n")
			b.fields(f.Fields)
		}
		b.raw("</li>\n")
	}
	b.raw("</ul>\n")
}
