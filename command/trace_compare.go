package command

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"devca/internal/ui"
	"devca/tlsparams"
)

// showBeside prints two servers side by side.
func (p *program) showBeside(w *traceWork) error {
	left, right := w.compared(), w.other.compared()
	rows := [][]string{{"", w.options.target.Address(), w.other.options.target.Address()}}
	for i := range left {
		if left[i][1] != "" || right[i][1] != "" {
			rows = append(rows, []string{left[i][0], left[i][1], right[i][1]})
		}
	}
	if err := p.beside(rows); err != nil {
		return err
	}
	for _, one := range []*traceWork{w, w.other} {
		for _, finding := range one.findings {
			p.say("")
			p.say("%s", ui.Clean(one.options.target.Address()))
			p.showFinding(finding, "")
		}
	}
	return nil
}

// beside prints rows in three columns. Where they do not fit, cells are broken: the
// two servers stay side by side.
func (p *program) beside(rows [][]string) error {
	widths := [3]int{}
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	const gap, least = 2, 12
	room := p.width() - widths[0] - 2*gap
	if widths[1]+widths[2] <= room || room < 2*least {
		table := ui.Table{Columns: rows[0], Rows: rows[1:]}
		return table.Write(p.streams)
	}
	widths[1] = max(min(widths[1], room/2), room-widths[2])
	widths[2] = room - widths[1]
	for _, row := range rows {
		left, right := pieces(row[1], widths[1]), pieces(row[2], widths[2])
		for i := range max(1, len(left), len(right)) {
			cells := [3]string{row[0]}
			if i > 0 {
				cells[0] = ""
			}
			if i < len(left) {
				cells[1] = left[i]
			}
			if i < len(right) {
				cells[2] = right[i]
			}
			line := fmt.Sprintf("%-*s  %-*s  %s", widths[0], cells[0], widths[1], cells[1], cells[2])
			p.say("%s", strings.TrimRight(line, " "))
		}
	}
	return nil
}

// pieces breaks a text into lines at spaces, and words that are too long behind
// what joins them, or anywhere.
func pieces(text string, width int) []string {
	var lines []string
	for _, line := range broken(ui.Clean(text), width) {
		letters := []rune(line)
		for len(letters) > width {
			at := width
			if i := strings.LastIndexAny(string(letters[:width]), "_-/"); i > 0 {
				at = utf8.RuneCountInString(string(letters[:width])[:i+1])
			}
			lines, letters = append(lines, string(letters[:at])), letters[at:]
		}
		lines = append(lines, string(letters))
	}
	return lines
}

// compared are the rows of one server; both have the same.
func (w *traceWork) compared() [][2]string {
	t := w.first
	times := t.times()
	sent, received := t.transcript.HandshakeBytes()
	rows := [][2]string{
		{"version", t.transcript.VersionName()},
		{"cipher suite", suiteWords(t)},
		{"key agreement", groupWords(t)},
		{"ALPN", t.state.NegotiatedProtocol},
		{"tcp", timeWords(times.TCP)},
		{"tls", timeWords(times.TLS)},
		{"first byte", timeWords(times.FirstByte)},
		{"round trips", fmt.Sprint(t.transcript.RoundTrips())},
		{"bytes sent", fmt.Sprint(sent)},
		{"bytes received", fmt.Sprint(received)},
		{"certificates", fmt.Sprint(len(t.transcript.Chain(false)))},
		{"resumed", ""},
		{"accepted by clients", ""},
		{"findings", w.findingCodes()},
	}
	if r := w.resumption(); r != nil {
		rows[11][1] = fmt.Sprintf("%s, %s", yesNo(r.Resumed), inMilliseconds(r.SecondMS))
	}
	if w.judged != nil {
		rows[12][1] = yesNo(!w.judged.refused())
	}
	return rows
}

func suiteWords(t *traced) string {
	if t.transcript.CipherSuite == 0 {
		return ""
	}
	return tlsparams.Suite(t.transcript.CipherSuite).Name
}

func groupWords(t *traced) string {
	if t.transcript.Group == 0 {
		return ""
	}
	return tlsparams.Group(t.transcript.Group).Name
}

func timeWords(ms float64) string {
	if ms == 0 {
		return ""
	}
	return inMilliseconds(ms)
}

func (w *traceWork) findingCodes() string {
	var codes []string
	for _, finding := range w.findings {
		codes = append(codes, string(finding.Code))
	}
	if len(codes) == 0 {
		return "none"
	}
	return strings.Join(codes, ", ")
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}
