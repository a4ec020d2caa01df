package checkup

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"devca/diag"
	"devca/doctor"
	"devca/trust"
)

// column is one of a table of things: its name, and what writes a thing's cell.
type column[T any] struct {
	name string
	cell func(T)
}

// table writes a table whose rows become cards on a narrow screen: each cell then
// says its column's name.
func table[T any](b *builder, rows []T, columns ...column[T]) {
	b.Raw("<table>\n<thead><tr>")
	for _, c := range columns {
		b.Element("th", "", c.name)
	}
	b.Raw("</tr></thead>\n<tbody>\n")
	for _, row := range rows {
		b.Raw("<tr>")
		for _, c := range columns {
			b.Rawf("<td data-column=\"%s\">", c.name)
			c.cell(row)
			b.Raw("</td>\n")
		}
		b.Raw("</tr>\n")
	}
	b.Raw("</tbody>\n</table>\n")
}

// clients is the table of what the clients said. Those that refuse come first.
func (b *builder) clients(report *doctor.Report) {
	if len(report.Clients) == 0 {
		return
	}
	clients := slices.Clone(report.Clients)
	order := []doctor.Answer{doctor.Refuses, doctor.Fails, doctor.NotAsked, doctor.Connects}
	slices.SortStableFunc(clients, func(one, other doctor.Client) int {
		return cmp.Compare(slices.Index(order, one.Answer), slices.Index(order, other.Answer))
	})
	b.section("How each client answers")
	table(b, clients,
		column[doctor.Client]{"Client", func(client doctor.Client) {
			b.Element("b", "", client.Name)
			b.small(client.Version)
			b.small(client.Path)
		}},
		column[doctor.Client]{"Answer", func(client doctor.Client) {
			b.state(answerClass(client.Answer), string(client.Answer))
			if client.Took > 0 {
				b.small(fmt.Sprintf("%.2f s", client.Took.Seconds()))
			}
		}},
		column[doctor.Client]{"Cause and fix", func(client doctor.Client) { b.cause(report, client) }},
	)
	b.Raw("</section>\n")
}

func answerClass(answer doctor.Answer) string {
	switch answer {
	case doctor.Connects:
		return "well"
	case doctor.Refuses:
		return "error"
	case doctor.Fails:
		return "warning"
	}
	return "notice"
}

// cause tells why a client does not connect, and what to do unless that is said
// above: most have one cause in common.
func (b *builder) cause(report *doctor.Report, client doctor.Client) {
	if client.Said != "" {
		b.Raw("<p class=\"said\"><code>")
		b.Text(client.Said)
		b.Raw("</code></p>\n")
	}
	if client.Cause == "" {
		return
	}
	above := slices.ContainsFunc(report.Findings, func(f doctor.Finding) bool { return f.What == client.Cause })
	if above {
		b.Element("p", "why", "As above: "+client.Cause)
		return
	}
	b.Element("p", "", capital(client.Cause))
	b.Fixes(client.Fixes)
}

// small writes a second line; nothing if there is none.
func (b *builder) small(text string) {
	if text != "" {
		b.Element("div", "small", text)
	}
}

// certificates is the table of what ends when, with a bar for the time that is
// left beside the longest.
func (b *builder) certificates(report *doctor.Report) {
	if len(report.Certificates) == 0 {
		return
	}
	b.section("Certificates, by the day on which they end")
	certificates := slices.Clone(report.Certificates)
	slices.SortStableFunc(certificates, func(one, other doctor.Certificate) int { return one.NotAfter.Compare(other.NotAfter) })
	longest := certificates[len(certificates)-1].NotAfter.Sub(report.At)
	table(b, certificates,
		column[doctor.Certificate]{"Certificate", func(certificate doctor.Certificate) {
			b.Element("b", "", certificate.Name)
			b.small(strings.TrimSpace(certificate.Kind + " " + certificate.File))
		}},
		column[doctor.Certificate]{"Ends", func(certificate doctor.Certificate) {
			b.Text(certificate.NotAfter.UTC().Format(time.DateOnly))
			b.small(certificate.Detail)
			b.bar(certificate, report.At, longest)
		}},
		column[doctor.Certificate]{"State", func(certificate doctor.Certificate) {
			b.state(stateClass(certificate.State), certificate.State.String())
		}},
	)
	b.Raw("</section>\n")
}

// bar draws the time that is left.
func (b *builder) bar(certificate doctor.Certificate, now time.Time, longest time.Duration) {
	share := 0.0
	if left := certificate.NotAfter.Sub(now); longest > 0 && left > 0 {
		share = max(float64(left)/float64(longest)*100, 1)
	}
	b.Rawf("<div class=\"time\" aria-hidden=\"true\"><div class=\"left %s\" style=\"width: %s%%\"></div></div>\n",
		stateClass(certificate.State), strconv.FormatFloat(share, 'f', 1, 64))
}

func stateClass(state doctor.State) string {
	switch state {
	case doctor.OK:
		return "well"
	case doctor.Problem:
		return "error"
	case doctor.Warning:
		return "warning"
	}
	return "notice"
}

func (b *builder) stores(stores []doctor.Store) {
	if len(stores) == 0 {
		return
	}
	b.section("Trust stores")
	table(b, stores,
		column[doctor.Store]{"Store", func(store doctor.Store) {
			b.Element("b", "", store.Title)
			b.small(store.Place)
		}},
		column[doctor.Store]{"State", func(store doctor.Store) {
			b.state(storeClass(store.State), store.State.String())
			b.small(store.Detail)
			if store.Finding != nil {
				b.small(store.Finding.What)
			}
		}},
		column[doctor.Store]{"Read by", func(store doctor.Store) { b.Text(strings.Join(store.Clients, ", ")) }},
	)
	b.Raw("</section>\n")
}

func storeClass(state trust.State) string {
	switch state {
	case trust.Trusted:
		return "well"
	case trust.Absent, trust.Untrusted:
		return "error"
	case trust.Unreadable:
		return "warning"
	}
	return "notice"
}

// checks lists every check: those that found something first, the rest to open.
func (b *builder) checks(checks []doctor.Check) {
	var found, well []doctor.Check
	for _, check := range checks {
		if check.State == doctor.OK || check.State == doctor.NotApplicable {
			well = append(well, check)
		} else {
			found = append(found, check)
		}
	}
	if len(found) > 0 {
		b.section("Checks that found something")
		b.checkTable(found)
		b.Raw("</section>\n")
	}
	if len(well) > 0 {
		b.Raw("<section>\n<details>\n")
		b.Element("summary", "", "Checks that found nothing: "+strconv.Itoa(len(well)))
		b.checkTable(well)
		b.Raw("</details>\n</section>\n")
	}
}

func (b *builder) checkTable(checks []doctor.Check) {
	table(b, checks,
		column[doctor.Check]{"Check", func(check doctor.Check) { b.Text(check.Title) }},
		column[doctor.Check]{"State", func(check doctor.Check) { b.state(stateClass(check.State), check.State.String()) }},
		column[doctor.Check]{"What was read", func(check doctor.Check) {
			b.Text(check.Detail)
			for _, finding := range check.Findings {
				if finding.Severity != diag.SeverityNotice {
					b.small(finding.What)
				}
			}
		}},
	)
}
