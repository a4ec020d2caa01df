package command

import (
	"fmt"
	"strings"
	"time"

	"devca/tlsparams"
	"devca/waterfall"
)

// writePage writes the trace as a page for browsers.
func (w *traceWork) writePage(o *traceOptions) error {
	return writeTraceFile(o.html, []byte(waterfall.HTML(w.htmlPage())), publicFile, o.force)
}

// htmlPage collects what the page shows.
func (w *traceWork) htmlPage() waterfall.Page {
	page := waterfall.Page{Title: w.options.target.Address(), Summary: w.title(), At: w.first.phases.Start, Findings: w.findings}
	page.Connections = append(page.Connections, w.first.drawn("First connection: "+w.first.costWords()))
	if w.second != nil && w.second.failure == nil {
		title := "Second connection: not resumed"
		if r := w.resumption(); r != nil && r.Resumed {
			title = fmt.Sprintf("Second connection, resumed: %s instead of %s", inMilliseconds(r.SecondMS), inMilliseconds(r.FullMS))
		}
		page.Connections = append(page.Connections, w.second.drawn(title))
	}
	page.Facts = w.facts()
	if w.series != nil {
		page.Series = []waterfall.Series{{Name: "full", Times: w.series.Full}, {Name: "resumed", Times: w.series.Resumed}}
	}
	page.Lists = w.lists()
	if w.other != nil {
		other := w.other.htmlPage()
		page.Other = &other
	}
	return page
}

// drawn is a connection with the phases laid end to end.
func (t *traced) drawn(title string) waterfall.Connection {
	c := waterfall.Connection{Title: title, Messages: t.transcript.Messages}
	at := time.Duration(0)
	add := func(name string, took time.Duration) {
		if took > 0 {
			c.Phases = append(c.Phases, waterfall.Phase{Name: name, Start: at, Took: took})
			at += took
		}
	}
	add("DNS", t.phases.DNS)
	add("TCP", t.phases.TCP)
	add("STARTTLS", t.phases.STARTTLS)
	add("TLS", t.transcript.Duration())
	if t.page != nil && !t.page.FirstByte.IsZero() {
		add("first byte", t.page.FirstByte.Sub(t.page.Sent))
		add("body", t.page.Done.Sub(t.page.FirstByte))
	}
	return c
}

// facts are what the text has below the messages.
func (w *traceWork) facts() []waterfall.Fact {
	var facts []waterfall.Fact
	add := func(name, text string) { facts = append(facts, waterfall.Fact{Name: name, Text: text}) }
	for i, key := range w.keys() {
		add(fmt.Sprintf("Certificate %d", i+1), key.Title)
		if key.Pin != "" {
			facts = append(facts, waterfall.Fact{Name: "pin", Text: key.Pin, Code: true})
		}
	}
	for _, proof := range w.proofs() {
		add(proof[0], proof[1])
	}
	if w.judged != nil {
		add("Clients", w.clientWords())
	}
	if r := w.resumption(); r != nil {
		add("Again", r.words())
		add("0-RTT", r.earlyWords())
	}
	if page := w.first.page; page != nil {
		add("HTTP", w.pageWords())
		add("HSTS", w.hstsWords())
		add("HTTP/3", w.quicWords())
	}
	if w.redirect != nil {
		add("Port 80", w.redirectWords())
	}
	if w.nameless != nil && len(w.nameless.Chain) > 0 {
		add("No name", w.namelessWords())
	}
	return facts
}

// lists are what --enum found.
func (w *traceWork) lists() []waterfall.List {
	if w.accepts == nil {
		return nil
	}
	var lists []waterfall.List
	for _, version := range w.accepts.Versions {
		list := waterfall.List{Title: version.Name + ": no"}
		if version.Refusal != nil {
			list.Title += " (" + tlsparams.AlertName(*version.Refusal) + ")"
		}
		if version.Accepted {
			list.Title = version.Name + ", " + orderWords(version.SuiteOrder, "suites")
		}
		for _, suite := range version.Suites {
			list.Rows = append(list.Rows, [2]string{string(suite.Strength), suite.Name})
		}
		var groups []string
		for _, group := range version.Groups {
			groups = append(groups, group.Name)
		}
		if len(groups) > 0 {
			list.Rows = append(list.Rows, [2]string{"groups", strings.Join(groups, ", ")})
		}
		lists = append(lists, list)
	}
	return append(lists, waterfall.List{Title: "Extensions of TLS 1.2", Rows: [][2]string{{"", strings.Join(featureWords(w.accepts.Features), ", ")}}})
}
