// Package waterfall draws traced connections as one self-contained HTML page: the
// phases as bars above a ladder of messages between client and server, and what
// there is to say about them. The page needs no script and loads nothing.
package waterfall

import (
	_ "embed"
	"fmt"
	"time"

	"devca/diag"
	"devca/internal/page"
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

//go:embed style.css
var style string

// HTML gives the page.
func HTML(p Page) string {
	return page.Document("TLS handshake with "+p.Title, style, func(shared *page.Builder) {
		b := &builder{shared}
		if p.Other == nil {
			b.Raw("<main>\n")
			b.page(p, 1)
			b.Raw("</main>\n")
			return
		}
		b.Raw("<main class=\"wide\">\n")
		b.Element("h1", "", p.Title+" and "+p.Other.Title)
		b.Raw("<div class=\"beside\">\n<section>\n")
		b.page(p, 2)
		b.Raw("</section>\n<section>\n")
		b.page(*p.Other, 2)
		b.Raw("</section>\n</div>\n</main>\n")
	})
}

// builder draws what the package page does not know.
type builder struct{ *page.Builder }

// page writes the parts below the title; level is that of its heading.
func (b *builder) page(p Page, level int) {
	heading, below := fmt.Sprintf("h%d", level), fmt.Sprintf("h%d", level+1)
	b.Element(heading, "", p.Title)
	b.Element("p", "summary", p.Summary)
	b.Findings(p.Findings, below)
	for _, c := range p.Connections {
		b.Raw("<section class=\"connection\">\n")
		b.Element(below, "", c.Title)
		b.Raw("<div>\n")
		b.phases(c)
		b.ladder(c)
		b.Raw("</div>\n<div>\n")
		b.messages(c, fmt.Sprintf("h%d", level+2))
		b.Raw("</div>\n</section>\n")
	}
	b.facts(p.Facts, below)
	b.series(p.Series, below)
	b.lists(p.Lists, below)
	b.Element("p", "made", "Traced by devca at "+p.At.UTC().Format("2006-01-02 15:04:05")+" UTC. Times are those of this side's reads and writes.")
}

func (b *builder) facts(facts []Fact, heading string) {
	if len(facts) == 0 {
		return
	}
	b.Raw("<section>\n")
	b.Element(heading, "", "What the server said")
	b.Raw("<dl>\n")
	for _, fact := range facts {
		b.Element("dt", "", fact.Name)
		if fact.Code {
			b.Raw("<dd><code>")
			b.Text(fact.Text)
			b.Raw("</code></dd>\n")
			continue
		}
		b.Element("dd", "", fact.Text)
	}
	b.Raw("</dl>\n</section>\n")
}

func (b *builder) lists(lists []List, heading string) {
	if len(lists) == 0 {
		return
	}
	b.Raw("<section>\n")
	b.Element(heading, "", "What the server would accept")
	for _, list := range lists {
		b.Raw("<table>\n")
		b.Element("caption", "", list.Title)
		for _, row := range list.Rows {
			b.Raw("<tr>")
			b.Element("th", "", row[0])
			b.Element("td", "", row[1])
			b.Raw("</tr>\n")
		}
		b.Raw("</table>\n")
	}
	b.Raw("</section>\n")
}

// messages tells each message in words, in steps, with its fields to be opened.
func (b *builder) messages(c Connection, heading string) {
	var step trace.Step
	for i := range c.Messages {
		m := &c.Messages[i]
		if m.Step != step {
			if step != "" {
				b.Raw("</ol>\n")
			}
			step = m.Step
			b.Element(heading, "step", string(step))
			b.Rawf("<ol start=\"%d\">\n", i+1)
		}
		b.message(m)
		if hello, ok := m.Body.(*trace.ServerHello); ok {
			if agreement, keys := hello.Agreement(); agreement != "" {
				b.Raw("</ol>\n")
				b.Element(heading, "step", string(trace.StepKeyAgreement))
				b.Element("p", "both", agreement)
				b.Element(heading, "step", string(trace.StepSessionKeys))
				b.Element("p", "both", keys)
				step = ""
			}
		}
	}
	if step != "" {
		b.Raw("</ol>\n")
	}
}

func (b *builder) message(m *trace.Message) {
	b.Raw("<li>")
	b.Element("b", "", string(m.Kind))
	b.Raw(" ")
	b.Text(m.Sentence)
	if alert, ok := m.Body.(*trace.Alert); ok && !alert.Closure() {
		b.Text(": " + alert.String())
	}
	if m.Problem != "" {
		b.Text(" (problem: " + m.Problem + ")")
	}
	if fields := m.Fields(); len(fields) > 0 {
		b.Raw("\n<details><summary>fields</summary>\n")
		b.fields(fields)
		b.Raw("</details>")
	}
	b.Raw("</li>\n")
}

func (b *builder) fields(fields []trace.Field) {
	b.Raw("<ul>\n")
	for _, f := range fields {
		b.Raw("<li>")
		b.Text(f.Name)
		if f.Value != "" {
			b.Raw(": <span>")
			b.Text(f.Value)
			b.Raw("</span>")
		}
		if len(f.Fields) > 0 {
			b.Raw("\n")
			b.fields(f.Fields)
		}
		b.Raw("</li>\n")
	}
	b.Raw("</ul>\n")
}
