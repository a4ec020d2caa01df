// Package page writes self-contained HTML pages: no script, nothing that is loaded,
// light and dark, readable on a phone and on paper. What a page says may come from
// a hostile server and is escaped here.
package page

import (
	_ "embed"
	"fmt"
	"html"
	"strings"
	"unicode"

	"devca/diag"
)

// Allow is the pages' content security policy: no server and no script is ever
// asked for anything, whatever somebody put into a name.
const Allow = "default-src 'none'; style-src 'unsafe-inline'"

//go:embed style.css
var style string

// Document gives a page. Its own style comes after the one that pages share.
func Document(title, ownStyle string, body func(*Builder)) string {
	b := &Builder{}
	b.Raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
	b.Raw(`<meta name="viewport" content="width=device-width, initial-scale=1">` + "\n")
	b.Raw(`<meta http-equiv="Content-Security-Policy" content="` + Allow + `">` + "\n")
	b.Raw(`<meta name="color-scheme" content="light dark">` + "\n")
	b.Element("title", "", title)
	b.Raw("<style>\n" + style + ownStyle + "</style>\n</head>\n<body>\n")
	body(b)
	b.Raw("</body>\n</html>\n")
	return b.String()
}

// Builder writes HTML; everything but Raw and Rawf escapes.
type Builder struct{ strings.Builder }

// Raw writes markup.
func (b *Builder) Raw(text string) { b.WriteString(text) }

// Rawf writes markup with what is filled in, which must not be foreign text.
func (b *Builder) Rawf(format string, args ...any) { fmt.Fprintf(b, format, args...) }

// Text writes foreign text.
func (b *Builder) Text(text string) { b.WriteString(Escaped(text)) }

// Escaped is foreign text as a part of a page: on one line, and without characters
// that change the direction of writing or have no form (CWE-150).
func Escaped(text string) string {
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

// Element writes an element with foreign text in it; class may be empty.
func (b *Builder) Element(name, class, text string) {
	if class != "" {
		class = ` class="` + class + `"`
	}
	b.Rawf("<%s%s>", name, class)
	b.Text(text)
	b.Rawf("</%s>\n", name)
}

// Pasted writes what is to be copied as it stands; nothing if it is empty.
func (b *Builder) Pasted(text string) {
	if text == "" {
		return
	}
	b.Raw("<pre>")
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		code := strings.TrimLeft(line, "\t")
		b.Raw(strings.Repeat("  ", len(line)-len(code)))
		b.Text(code)
		b.Raw("\n")
	}
	b.Raw("</pre>\n")
}

// Fixes writes the ways out.
func (b *Builder) Fixes(fixes []diag.Fix) {
	for _, fix := range fixes {
		b.Element("p", "", fix.Do)
		b.Pasted(fix.Run)
		b.Pasted(fix.Lines)
	}
}

// Findings writes findings below a heading, or that there are none.
func (b *Builder) Findings(findings []diag.Finding, heading string) {
	if len(findings) == 0 {
		b.Element("p", "good", "Nothing was found to be wrong.")
		return
	}
	b.Raw("<section>\n")
	b.Element(heading, "", "Findings")
	for _, f := range findings {
		b.Finding(f)
	}
	b.Raw("</section>\n")
}

// Finding writes one finding.
func (b *Builder) Finding(f diag.Finding) { b.FindingWith(f, "", func() {}) }

// FindingWith writes one finding with words before its severity, and with what the
// function writes below its fixes.
func (b *Builder) FindingWith(f diag.Finding, before string, below func()) {
	class := "notice"
	if f.Severity == diag.SeverityError || f.Severity == diag.SeverityWarning {
		class = string(f.Severity)
	}
	b.Rawf("<article class=\"%s\">\n<p><strong>", class)
	b.Text(before + string(f.Severity))
	b.Raw("</strong> ")
	b.Text(f.What)
	b.Raw("</p>\n")
	if f.Why != "" {
		b.Element("p", "why", f.Why)
	}
	b.Fixes(f.Fixes)
	below()
	b.Element("p", "code", string(f.Code))
	b.Raw("</article>\n")
}
