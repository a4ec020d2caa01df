package trace

import (
	"fmt"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"

	"devca/tlsparams"
)

const (
	// maxMessage bounds one handshake message: crypto/tls takes certificates of up
	// to 256 KiB and less of all others.
	maxMessage = 1 << 18
	// maxMessages bounds a transcript.
	maxMessages = 4096
)

// Parse takes a recording apart. keys may be nil, or lack what is needed: what
// cannot be opened is a message of kind KindEncrypted.
func Parse(recording Recording, keys *KeyLog) *Transcript {
	p := &parser{keys: keys, out: &Transcript{Truncated: recording.Truncated, Opened: true}}
	p.sides[0] = &side{client: true, cut: direction{fromClient: true}, frames: frames{fromClient: true}}
	p.sides[1] = &side{frames: frames{}}
	p.look(recording)
	for _, segment := range recording.Segments {
		s := p.sides[1]
		if segment.FromClient {
			s = p.sides[0]
		}
		p.take(s, segment)
	}
	p.end()
	return p.out
}

// parser is the state of a connection while it is read.
type parser struct {
	keys  *KeyLog
	out   *Transcript
	sides [2]*side // client, server

	// Chosen by the server. They are looked up before the reading begins, since
	// early data come before the answer that says how they are encrypted.
	version   uint16
	suite     suite
	suiteName string

	clientRandom, serverRandom []byte
	hello                      *ClientHello
	encryptThenMAC             bool
	keyExchange                bool // the server sent certificates or keys: nothing is resumed
	alpn                       string
}

// side is the state of one direction.
type side struct {
	client bool
	cut    direction
	opener opener
	// resumed are openers of which one may fit: which session is resumed is not said.
	resumed []candidate
	stage   int  // of TLS 1.3: how many secrets have been in use
	closed  bool // up to TLS 1.2: encrypted from here on

	handshake []byte // of a message that is not whole yet
	wire      int    // bytes of records that no message has been charged for
	frames    frames
	http2     bool
	finished  bool
	broken    bool // handshake messages cannot be told apart any more
}

// candidate is an opener with a session's master secret.
type candidate struct {
	opener

	master []byte
}

// look finds the answer that says how everything is encrypted.
func (p *parser) look(recording Recording) {
	var cut direction
	var messages []byte
	for _, segment := range recording.Segments {
		if segment.FromClient {
			continue
		}
		for _, r := range cut.take(segment.At, segment.Data) {
			switch r.kind {
			case typeHandshake:
				messages = append(messages, r.fragment...)
			case typeApplication:
				return
			default:
				continue
			}
			if p.chosen(messages) || len(messages) > maxMessage {
				return
			}
		}
	}
}

// chosen says whether the answer is among the server's first messages.
func (p *parser) chosen(messages cryptobyte.String) bool {
	var kind uint8
	var body cryptobyte.String
	for !messages.Empty() && messages.ReadUint8(&kind) && messages.ReadUint24LengthPrefixed(&body) {
		if hello, _ := parseServerHello(body); kind == handshakeServerHello && !hello.Retry {
			p.choose(hello)
			return true
		}
	}
	return false
}

func (p *parser) choose(hello *ServerHello) {
	p.version, p.suiteName = hello.Version, tlsparams.Suite(hello.Suite).Name
	p.suite = suiteOf(p.suiteName)
}

func (p *parser) take(s *side, segment Segment) {
	fresh := len(s.cut.buffer) == 0 && !s.cut.broken
	for _, r := range s.cut.take(segment.At, segment.Data) {
		p.record(s, r)
	}
	if s.cut.broken && fresh {
		p.notTLS(s, segment)
	}
}

func (p *parser) notTLS(s *side, segment Segment) {
	const shown = 64
	m := Message{
		At: segment.At, FromClient: s.client, Kind: KindNotTLS, Step: StepAlert, Size: len(segment.Data), Wire: len(segment.Data),
		Raw: segment.Data[:min(len(segment.Data), shown)], Problem: "this is not a TLS record",
	}
	m.Sentence = fmt.Sprintf("%s sent something that is not TLS: it begins with %q", who(s.client), m.Raw)
	p.add(m)
}

// record opens one record and hands its content on.
func (p *parser) record(s *side, r record) {
	s.wire += recordHeader + len(r.fragment)
	encrypted := s.closed
	if p.version >= versionTLS13 || p.version == 0 {
		encrypted = r.kind == typeApplication
	}
	if !encrypted {
		p.content(s, r, r.kind, r.fragment, false)
		return
	}
	kind, content, ok := p.unlock(s, r)
	if !ok {
		p.sealed(s, r)
		return
	}
	p.content(s, r, kind, content, true)
}

// unlock opens a record, if there are keys for it.
func (p *parser) unlock(s *side, r record) (kind uint8, content []byte, ok bool) {
	if s.opener != nil {
		if kind, content, ok = s.opener.open(r); ok {
			return kind, content, true
		}
	}
	if p.version < versionTLS13 {
		for _, c := range s.resumed {
			if kind, content, ok = c.open(r); ok {
				s.opener, s.resumed = c.opener, nil
				p.keys.learn(p.clientRandom, c.master)
				return kind, content, true
			}
		}
		return 0, nil, false
	}
	// The next secret of this side is in use (RFC 8446, 7.3). That it fits is what
	// says so: early data that were not taken end without a message.
	labels := []string{labelServerHandshake, labelServerTraffic}
	if s.client {
		labels = []string{labelClientEarly, labelClientHandshake, labelClientTraffic}
	}
	for i := s.stage; i < len(labels); i++ {
		traffic := newTraffic13(p.suite, p.keys.secret(labels[i], p.clientRandom))
		if traffic == nil {
			continue
		}
		if kind, content, ok = traffic.open(r); ok {
			s.opener, s.stage = traffic, i+1
			return kind, content, true
		}
	}
	return 0, nil, false
}

// sealed notes a record that stays closed.
func (p *parser) sealed(s *side, r record) {
	p.out.Opened = false
	if n := len(p.out.Messages); n > 0 {
		last := &p.out.Messages[n-1]
		if last.Kind == KindEncrypted && last.FromClient == s.client {
			last.Size += len(r.fragment)
			last.Wire += recordHeader + len(r.fragment)
			s.wire = 0
			return
		}
	}
	p.add(p.message(s, r, KindEncrypted, len(r.fragment), true))
}

// message begins a message that ended with this record.
func (p *parser) message(s *side, r record, kind Kind, size int, encrypted bool) Message {
	m := Message{At: r.at, FromClient: s.client, Kind: kind, Size: size, Wire: s.wire, Encrypted: encrypted}
	s.wire = 0
	return m
}

func (p *parser) add(m Message) {
	if len(p.out.Messages) >= maxMessages {
		p.out.Truncated = true
		return
	}
	if m.Step == "" {
		m.Step = stepOf(&m)
	}
	if m.Sentence == "" {
		m.Sentence = p.sentence(&m)
	}
	p.out.Messages = append(p.out.Messages, m)
}

// content goes by the type that a record has in the clear.
func (p *parser) content(s *side, r record, kind uint8, content []byte, encrypted bool) {
	switch kind {
	case typeHandshake:
		p.handshake(s, r, content, encrypted)
	case typeAlert:
		p.alert(s, r, content, encrypted)
	case typeChangeCipherSpec:
		m := p.message(s, r, KindChangeCipherSpec, len(content), encrypted)
		m.Raw = content
		if n := len(p.out.Messages); n > 0 && p.version >= versionTLS13 {
			m.Step = p.out.Messages[n-1].Step // it changes nothing
		}
		p.add(m)
		if p.version < versionTLS13 {
			p.changeCipher(s)
		}
	case typeApplication:
		p.application(s, r, content)
	default:
		m := p.message(s, r, KindHeartbeat, len(content), encrypted)
		m.Raw = content
		p.add(m)
	}
}

func (p *parser) alert(s *side, r record, content []byte, encrypted bool) {
	const length, fatal = 2, 2
	m := p.message(s, r, KindAlert, len(content), encrypted)
	m.Raw = content
	if len(content) != length {
		m.Problem = "an alert has two bytes"
		p.add(m)
		return
	}
	// Since TLS 1.3 the level says nothing: all are fatal but the closures
	// (RFC 8446, 6).
	alert := &Alert{Fatal: content[0] == fatal, Number: content[1]}
	if p.version >= versionTLS13 {
		alert.Fatal = !alert.Closure()
	}
	m.Body = alert
	p.add(m)
}

// changeCipher begins the encryption of one direction up to TLS 1.2.
func (p *parser) changeCipher(s *side) {
	s.closed, s.opener = true, nil
	if !s.client && !p.keyExchange && p.version != 0 {
		p.out.Resumed = true
	}
	s.resumed = nil
	if !p.suite.known() || p.serverRandom == nil {
		return
	}
	if master := p.keys.secret(labelMaster, p.clientRandom); master != nil {
		s.opener = p.opener12(s, master)
		return
	}
	if p.out.Resumed {
		for _, master := range p.keys.earlier() {
			if o := p.opener12(s, master); o != nil {
				s.resumed = append(s.resumed, candidate{o, master})
			}
		}
	}
}

func (p *parser) opener12(s *side, master []byte) opener {
	keys := deriveKeys12(p.version, p.suite, master, p.clientRandom, p.serverRandom)
	return newOpener12(p.version, p.suite, keys, !s.client, p.encryptThenMAC && p.suite.cipher == cipherCBC)
}

// application counts data, and cuts HTTP/2 into frames.
func (p *parser) application(s *side, r record, content []byte) {
	early := s.client && p.version >= versionTLS13 && s.stage == 1 && !s.finished
	if s.http2 || (p.alpn == "h2" && !early) {
		s.http2 = true
		if whole := s.frames.take(content); !s.frames.broken {
			for _, frame := range whole {
				m := p.message(s, r, KindHTTP2, frameHeader+frame.Length, true)
				m.Body = frame
				p.add(m)
			}
			return
		}
		s.http2 = false
	}
	if len(content) == 0 { // as a guard against CBC's known beginnings
		return
	}
	if n := len(p.out.Messages); n > 0 {
		last := &p.out.Messages[n-1]
		if data, ok := last.Body.(*ApplicationData); ok && last.FromClient == s.client && data.Early == early {
			data.Records, data.Bytes, data.Last = data.Records+1, data.Bytes+len(content), r.at
			last.Size, last.Wire = data.Bytes, last.Wire+s.wire
			s.wire = 0
			last.Sentence = p.sentence(last)
			return
		}
	}
	m := p.message(s, r, KindApplication, len(content), true)
	m.Body = &ApplicationData{Records: 1, Bytes: len(content), Last: r.at, Early: early}
	p.add(m)
}

// end says what was left over.
func (p *parser) end() {
	for _, s := range p.sides {
		switch {
		case p.refused() && !s.cut.broken: // then one side did not listen to the end
		case len(s.handshake) > 0 && !s.broken:
			p.problem("%s began a handshake message and did not end it: %d bytes of it came", who(s.client), len(s.handshake))
		case len(s.cut.buffer) > 0 && !s.cut.broken:
			p.problem("%s began a record and did not end it: %d bytes of it came", who(s.client), len(s.cut.buffer))
		case s.cut.broken && len(p.out.Messages) > 0 && p.out.Messages[len(p.out.Messages)-1].Kind != KindNotTLS:
			p.problem("%s sent something that is no TLS record", who(s.client))
		}
	}
	p.out.Version = p.version
	if hello := p.out.ServerHello(); hello != nil {
		p.out.CipherSuite = hello.Suite
		if hello.PSK {
			p.out.Resumed = true
		}
	}
	p.out.EarlyData.Offered = p.hello != nil && p.hello.EarlyData
}

// refused says whether a side ended the connection with an alert.
func (p *parser) refused() bool {
	for _, alert := range append(p.out.Alerts(true), p.out.Alerts(false)...) {
		if !alert.Closure() {
			return true
		}
	}
	return false
}

func (p *parser) problem(format string, args ...any) {
	const most = 16
	if text := fmt.Sprintf(format, args...); len(p.out.Problems) < most && !slices.Contains(p.out.Problems, text) {
		p.out.Problems = append(p.out.Problems, text)
	}
}

func who(client bool) string {
	if client {
		return "the client"
	}
	return "the server"
}

// Duration of the handshake as this side saw it: from the first byte to the last
// Finished; 0 if it was not finished.
func (t *Transcript) Duration() time.Duration {
	if len(t.Messages) == 0 || !t.Finished() {
		return 0
	}
	end := max(t.First(KindFinished, true).At, t.First(KindFinished, false).At)
	return end - t.Messages[0].At
}
