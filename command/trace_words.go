package command

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"devca/internal/ui"
	"devca/tlsparams"
	"devca/trace"
	"devca/verify"
)

// showTrace tells the story of a connection.
func (p *program) showTrace(w *traceWork) {
	t := w.first
	for _, line := range broken(ui.Clean(w.title()), p.width()) {
		p.say("%s", line)
	}
	p.paragraph("Phases", t.phaseWords())
	p.paragraph("Cost", t.costWords())
	p.say("")
	p.showMessages(t.transcript, w.options.raw)
	for _, problem := range t.transcript.Problems {
		p.paragraph("Problem", problem)
	}
	if t.transcript.Truncated {
		p.paragraph("Note", "there was more than is shown")
	}
	for i, key := range w.keys() {
		if i == 0 {
			p.say("")
		}
		p.paragraph("Sent", key.Title)
		if key.Pin != "" {
			p.say("%-*spin %s", indent, "", key.Pin)
		}
	}
	for _, proof := range w.proofs() {
		p.paragraph(proof[0], proof[1])
	}
	if w.judged != nil {
		p.paragraph("Clients", w.clientWords())
	}
	switch r := w.resumption(); {
	case r != nil:
		p.paragraph("Again", r.words())
		p.paragraph("0-RTT", r.earlyWords())
	case w.again != nil:
		p.paragraph("Again", "a second connection failed: "+w.again.Error())
	}
	p.showPage(w)
	if w.nameless != nil && len(w.nameless.Chain) > 0 {
		p.paragraph("No name", w.namelessWords())
	}
	if w.accepts != nil {
		p.showAccepts(w.accepts)
	}
	if w.series != nil {
		p.showSeries(w.series)
	}
	for _, finding := range w.findings {
		p.say("")
		p.showFinding(finding, "")
	}
}

// title is the outcome in one line.
func (w *traceWork) title() string {
	t := w.first
	words := []string{w.options.target.Address() + " (" + t.remote + ")"}
	if t.transcript.Version == 0 {
		return words[0] + ": no handshake"
	}
	words = append(words, t.transcript.VersionName(), tlsparams.Suite(t.transcript.CipherSuite).Name)
	if t.transcript.Group != 0 {
		words = append(words, tlsparams.Group(t.transcript.Group).Name)
	}
	if t.state.NegotiatedProtocol != "" {
		words = append(words, t.state.NegotiatedProtocol)
	}
	if t.failure != nil {
		words = append(words, "not finished")
	}
	return strings.Join(words, ", ")
}

// phaseWords are the times of a connection's parts.
func (t *traced) phaseWords() string {
	times := t.times()
	var words []string
	for _, phase := range []struct {
		name string
		ms   float64
	}{
		{"dns", times.DNS},
		{"tcp", times.TCP},
		{"starttls", times.STARTTLS},
		{"tls", times.TLS},
		{"first byte", times.FirstByte},
		{"body", times.Body},
	} {
		if phase.ms > 0 {
			words = append(words, fmt.Sprintf("%s %s", phase.name, inMilliseconds(phase.ms)))
		}
	}
	return strings.Join(words, ", ")
}

func inMilliseconds(ms float64) string {
	const fine, rough = 10, 100
	switch {
	case ms < fine:
		return fmt.Sprintf("%.2f ms", ms)
	case ms < rough:
		return fmt.Sprintf("%.1f ms", ms)
	default:
		return fmt.Sprintf("%.0f ms", ms)
	}
}

func (t *traced) costWords() string {
	sent, received := t.transcript.HandshakeBytes()
	trips := "1 round trip"
	if n := t.transcript.RoundTrips(); n != 1 {
		trips = fmt.Sprintf("%d round trips", n)
	}
	return fmt.Sprintf("%s for TLS; %d bytes sent and %d received for the handshake", trips, sent, received)
}

// showMessages prints a connection's messages, in steps.
func (p *program) showMessages(t *trace.Transcript, raw bool) {
	var step trace.Step
	for i := range t.Messages {
		m := &t.Messages[i]
		if m.Step != step {
			step = m.Step
			p.say("%s", step)
		}
		p.showMessage(m, raw)
		if hello, ok := m.Body.(*trace.ServerHello); ok {
			if agreement, keys := hello.Agreement(); agreement != "" {
				p.say("%s", trace.StepKeyAgreement)
				p.sentence(agreement)
				p.say("%s", trace.StepSessionKeys)
				p.sentence(keys)
				step = trace.StepSessionKeys
			}
		}
	}
}

// sentence prints a plain sentence under a message.
func (p *program) sentence(text string) {
	for _, line := range broken(ui.Clean(text), p.width()-messageIndent) {
		p.say("%*s%s", messageIndent, "", line)
	}
}

const messageIndent = 12

func (p *program) showMessage(m *trace.Message, raw bool) {
	how := ""
	if m.Encrypted {
		how = ", encrypted"
	}
	p.say("%8.2f ms %s %s, %d bytes%s", float64(m.At.Round(10*time.Microsecond))/float64(time.Millisecond), sideName(m.FromClient), m.Kind, m.Size, how)
	p.sentence(m.Sentence)
	if alert, ok := m.Body.(*trace.Alert); ok && !alert.Closure() {
		p.sentence("alert: " + alert.String())
	}
	if m.Problem != "" {
		p.sentence("problem: " + m.Problem)
	}
	if !raw {
		return
	}
	p.showFields(m.Fields(), messageIndent)
	if len(m.Raw) > 0 {
		for line := range strings.Lines(hex.Dump(m.Raw)) {
			p.say("%*s%s", messageIndent, "", ui.Clean(strings.TrimSuffix(line, "\n")))
		}
	}
}

// showFields prints fields, each below the one it belongs to.
func (p *program) showFields(fields []trace.Field, column int) {
	for _, field := range fields {
		text := field.Name
		if field.Value != "" {
			text += ": " + field.Value
		}
		p.say("%*s%s", column, "", ui.Clean(text))
		p.showFields(field.Fields, column+2)
	}
}

// clientWords says who would accept the chain.
func (w *traceWork) clientWords() string {
	var refusing []string
	for _, verdict := range w.judged.report.Verdicts {
		if verdict.Client.Bit&w.judged.options.clients != 0 && verdict.Answer == verify.Refuses {
			refusing = append(refusing, verdict.Client.Name)
		}
	}
	refusing = slices.Compact(refusing) // several versions of one client have one name
	if len(refusing) == 0 {
		return "all that devca knows accept the certificate"
	}
	return "the certificate is refused by " + strings.Join(refusing, ", ")
}

func (r *resumption) words() string {
	if !r.Resumed {
		return fmt.Sprintf("a second connection was not resumed: %s, the first took %s", inMilliseconds(r.SecondMS), inMilliseconds(r.FullMS))
	}
	text := fmt.Sprintf("a second connection was resumed: %s instead of %s", inMilliseconds(r.SecondMS), inMilliseconds(r.FullMS))
	if r.Trips > 0 {
		text += fmt.Sprintf(", %d round trip less", r.Trips)
	}
	if r.Saved > 0 {
		text += fmt.Sprintf(", %d bytes fewer", r.Saved)
	}
	return text
}

func (w *traceWork) namelessWords() string {
	if w.sameWithoutName() {
		return "without a server name (SNI), the same certificate"
	}
	return "without a server name (SNI), another certificate: " + verify.ParseCertificate(w.nameless.Chain[0]).Title()
}
