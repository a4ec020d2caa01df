package command

import (
	"encoding/hex"
	"time"

	"devca/certs"
	"devca/diag"
	"devca/scan"
	"devca/tlsparams"
	"devca/trace"
	"devca/verify"
	"devca/web"
)

// traceResult is the JSON answer of trace.
type traceResult struct {
	Target       string             `json:"target"`
	Protocol     string             `json:"protocol"` // https, smtp, …
	ServerName   string             `json:"server_name,omitempty"`
	Connections  []tracedConnection `json:"connections"` // the second tries to resume the first
	Certificates []tracedKey        `json:"certificates"`
	Staple       *stapled           `json:"staple,omitempty"`               // null: none
	Timestamps   *logged            `json:"timestamps,omitempty"`           // null: no certificate was seen
	Accepted     *bool              `json:"certificate_accepted,omitempty"` // by every client that devca knows; null: none was seen
	Resumption   *resumption        `json:"resumption,omitempty"`
	Page         *tracedPage        `json:"page,omitempty"`
	Nameless     *namelessAnswer    `json:"without_server_name,omitempty"`
	Accepts      *scan.Result       `json:"accepts,omitempty"` // with --enum
	Series       *series            `json:"series,omitempty"`  // with --repeat
	Findings     []diag.Finding     `json:"findings"`
	Other        *traceResult       `json:"other,omitempty"` // of --compare
}

// tracedConnection is one connection.
type tracedConnection struct {
	Local      string          `json:"local"`
	Remote     string          `json:"remote"`
	Start      time.Time       `json:"start"`
	Phases     phaseTimes      `json:"phases"`
	Version    string          `json:"version,omitempty"`
	Suite      string          `json:"cipher_suite,omitempty"`
	Group      string          `json:"group,omitempty"` // of the key agreement
	ALPN       string          `json:"alpn,omitempty"`
	Resumed    bool            `json:"resumed"`
	Finished   bool            `json:"handshake_finished"`
	RoundTrips int             `json:"round_trips"` // of the handshake, until the client could send data
	Sent       int             `json:"bytes_sent"`  // on the wire, in the handshake
	Received   int             `json:"bytes_received"`
	Messages   []tracedMessage `json:"messages"`
	Truncated  bool            `json:"truncated,omitempty"`
	Problems   []string        `json:"problems,omitempty"`
}

// phaseTimes are the parts of a connection, in milliseconds; those that it did not
// have are left out.
type phaseTimes struct {
	DNS       float64 `json:"dns_ms,omitempty"`
	TCP       float64 `json:"tcp_ms"`
	STARTTLS  float64 `json:"starttls_ms,omitempty"`
	TLS       float64 `json:"tls_ms,omitempty"`
	FirstByte float64 `json:"first_byte_ms,omitempty"` // from the request to the first byte of the answer
	Body      float64 `json:"body_ms,omitempty"`       // from there to the last
}

// tracedMessage is one message.
type tracedMessage struct {
	At        float64       `json:"at_ms"` // since TLS began
	From      string        `json:"from"`  // client or server
	Step      trace.Step    `json:"step"`
	Message   trace.Kind    `json:"message"`
	Size      int           `json:"size"`
	Wire      int           `json:"wire_size"` // of the records that it came in
	Encrypted bool          `json:"encrypted"`
	Sentence  string        `json:"sentence"`
	Problem   string        `json:"problem,omitempty"`
	Fields    []trace.Field `json:"fields,omitempty"` // with --raw
	Hex       string        `json:"hex,omitempty"`    // with --raw
}

// tracedKey is a certificate that was sent.
type tracedKey struct {
	Title    string    `json:"title"`
	SHA256   string    `json:"sha256"`
	Pin      string    `json:"pin,omitempty"` // sha256/ and BASE64 of the SPKI
	NotAfter time.Time `json:"not_after,omitzero"`
}

// resumption is what the second connection showed.
type resumption struct {
	Resumed   bool    `json:"resumed"`
	FullMS    float64 `json:"full_ms"`   // of the first handshake
	SecondMS  float64 `json:"second_ms"` // of the second
	Saved     int     `json:"bytes_saved"`
	Trips     int     `json:"round_trips_saved"`
	Tickets   int     `json:"tickets"`    // that the server gave
	Lifetime  float64 `json:"lifetime_s"` // of the longest
	EarlyData uint32  `json:"early_data"` // bytes of 0-RTT that it would take
}

// tracedPage is what a web server says.
type tracedPage struct {
	*web.Response
	Error string           `json:"error,omitempty"`
	HTTP  *web.Redirect    `json:"http,omitempty"` // what the same name answers without TLS, on port 80
	HTTP3 *scan.QUICAnswer `json:"quic,omitempty"` // null: nobody answers at the UDP port of the same number
	Mixed []web.Mixed      `json:"mixed_content,omitempty"`
}

// namelessAnswer is what a server shows without a server name.
type namelessAnswer struct {
	Same  bool   `json:"same_certificate"`
	Title string `json:"title,omitempty"`
}

func milliseconds(d time.Duration) float64 {
	return float64(d.Round(time.Microsecond)) / float64(time.Millisecond)
}

// describe makes the JSON form.
func (w *traceWork) describe() traceResult {
	o := w.options
	result := traceResult{
		Target: o.target.Address(), Protocol: o.target.Protocol.Name, ServerName: o.target.Name(),
		Connections: []tracedConnection{w.first.describe(o.raw)}, Certificates: w.keys(), Findings: append([]diag.Finding{}, w.findings...),
	}
	if w.second != nil {
		result.Connections = append(result.Connections, w.second.describe(o.raw))
	}
	if w.judged != nil {
		accepted := !w.judged.refused()
		result.Accepted = &accepted
	}
	result.Staple, result.Timestamps = w.staple(), w.timestamps()
	result.Resumption = w.resumption()
	result.Page, result.Accepts, result.Series = w.page(), w.accepts, w.series
	if w.nameless != nil && len(w.nameless.Chain) > 0 {
		result.Nameless = &namelessAnswer{Same: w.sameWithoutName(), Title: verify.ParseCertificate(w.nameless.Chain[0]).Title()}
	}
	if w.other != nil {
		other := w.other.describe()
		result.Other = &other
	}
	return result
}

func (t *traced) describe(raw bool) tracedConnection {
	s := t.transcript
	c := tracedConnection{
		Local: t.local, Remote: t.remote, Start: t.phases.Start.UTC(), Phases: t.times(), Version: s.VersionName(),
		ALPN: t.state.NegotiatedProtocol, Resumed: s.Resumed, Finished: t.failure == nil, RoundTrips: s.RoundTrips(),
		Messages: describeMessages(s, raw), Truncated: s.Truncated, Problems: s.Problems,
	}
	c.Sent, c.Received = s.HandshakeBytes()
	if s.CipherSuite != 0 {
		c.Suite = tlsparams.Suite(s.CipherSuite).Name
	}
	if s.Group != 0 {
		c.Group = tlsparams.Group(s.Group).Name
	}
	return c
}

// describeMessages makes the JSON form of a connection's messages.
func describeMessages(t *trace.Transcript, raw bool) []tracedMessage {
	messages := []tracedMessage{}
	for i := range t.Messages {
		m := &t.Messages[i]
		one := tracedMessage{
			At: milliseconds(m.At), From: sideName(m.FromClient), Step: m.Step, Message: m.Kind, Size: m.Size, Wire: m.Wire,
			Encrypted: m.Encrypted, Sentence: m.Sentence, Problem: m.Problem,
		}
		if raw {
			one.Fields, one.Hex = m.Fields(), hex.EncodeToString(m.Raw)
		}
		messages = append(messages, one)
	}
	return messages
}

func sideName(client bool) string {
	if client {
		return "client"
	}
	return "server"
}

// times are the phases of one connection.
func (t *traced) times() phaseTimes {
	times := phaseTimes{DNS: milliseconds(t.phases.DNS), TCP: milliseconds(t.phases.TCP), STARTTLS: milliseconds(t.phases.STARTTLS)}
	times.TLS = milliseconds(t.transcript.Duration())
	if t.page != nil && !t.page.FirstByte.IsZero() {
		times.FirstByte = milliseconds(t.page.FirstByte.Sub(t.page.Sent))
		times.Body = milliseconds(t.page.Done.Sub(t.page.FirstByte))
	}
	return times
}

// keys are the certificates that the server sent, with their pins.
func (w *traceWork) keys() []tracedKey {
	keys := []tracedKey{}
	for _, der := range w.first.transcript.Chain(false) {
		c := verify.ParseCertificate(der)
		key := tracedKey{Title: c.Title(), SHA256: certs.Fingerprint(der)}
		if c.X509 != nil {
			key.Pin, key.NotAfter = pinOf(c.X509.RawSubjectPublicKeyInfo), c.X509.NotAfter.UTC()
		}
		keys = append(keys, key)
	}
	return keys
}

// resumption compares the two connections.
func (w *traceWork) resumption() *resumption {
	if w.first.failure != nil || w.second == nil || w.second.failure != nil {
		return nil
	}
	r := &resumption{
		Resumed: w.second.transcript.Resumed,
		FullMS:  milliseconds(w.first.transcript.Duration()), SecondMS: milliseconds(w.second.transcript.Duration()),
	}
	if r.Resumed {
		sent, received := w.first.transcript.HandshakeBytes()
		again, answered := w.second.transcript.HandshakeBytes()
		r.Saved, r.Trips = sent+received-again-answered, w.first.transcript.RoundTrips()-w.second.transcript.RoundTrips()
	}
	for _, m := range w.first.transcript.Messages {
		if ticket, ok := m.Body.(*trace.NewSessionTicket); ok {
			r.Tickets++
			r.Lifetime, r.EarlyData = max(r.Lifetime, ticket.Lifetime.Seconds()), max(r.EarlyData, ticket.EarlyData)
		}
	}
	return r
}

// page is what the web server said.
func (w *traceWork) page() *tracedPage {
	if w.first.page == nil && w.first.pageFailure == nil {
		return nil
	}
	page := &tracedPage{Response: w.first.page, Mixed: w.mixed()}
	if w.first.pageFailure != nil {
		page.Error = w.first.pageFailure.Error()
	}
	page.HTTP = w.redirect
	page.HTTP3 = w.quic
	return page
}

func (w *traceWork) sameWithoutName() bool {
	chain := w.first.transcript.Chain(false)
	return len(chain) > 0 && string(chain[0]) == string(w.nameless.Chain[0])
}

// olderThan says whether the connection's version is below another.
func (t *traced) olderThan(version uint16) bool {
	return t.transcript.Version != 0 && t.transcript.Version < version
}
