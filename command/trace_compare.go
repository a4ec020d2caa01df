package command

import (
	"fmt"
	"strings"

	"devca/internal/ui"
	"devca/tlsparams"
)

// showBeside prints two servers side by side.
func (p *program) showBeside(w *traceWork) error {
	left, right := w.compared(), w.other.compared()
	table := ui.Table{Columns: []string{"", w.options.target.Address(), w.other.options.target.Address()}}
	for i := range left {
		if left[i][1] != "" || right[i][1] != "" {
			table.Rows = append(table.Rows, []string{left[i][0], left[i][1], right[i][1]})
		}
	}
	if err := table.Write(p.streams); err != nil {
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
