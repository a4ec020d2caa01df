package command

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"devca/diag"
	"devca/dial"
	"devca/scan"
	"devca/tlsparams"
	"devca/trace"
	"devca/verify"
	"devca/web"
)

// traced is one connection, as far as it came.
type traced struct {
	local, remote string
	phases        dial.Phases
	session       *trace.Session
	transcript    *trace.Transcript
	state         tls.ConnectionState
	took          time.Duration // the handshake, by the clock
	failure       error         // of the handshake, explained; nil: it was finished
	all           bool          // everything was offered, for want of an answer to what clients of today offer

	page        *web.Response
	pageFailure error
}

// traceWork is what trace finds out about one server.
type traceWork struct {
	options *traceOptions
	first   *traced
	second  *traced // with the first one's session; nil: there was none to have
	again   error   // why there was no second one
	judged  *judged // nil: no certificate was seen

	nameless *dial.Peer // what it showed without a server name
	redirect *web.Redirect
	quic     *scan.QUICAnswer
	accepts  *scan.Result // with --enum
	series   *series      // with --repeat
	other    *traceWork   // of --compare

	findings []diag.Finding
}

// ticketWait is how long a server that does not speak first has to send tickets
// after the handshake, where nothing is asked of it.
const ticketWait = 150 * time.Millisecond

// pathOf is the path of a URL, with its query; empty: there is none.
func pathOf(name string) string {
	if !strings.Contains(name, "://") {
		return ""
	}
	if parsed, err := url.Parse(name); err == nil {
		return parsed.RequestURI()
	}
	return ""
}

// follow makes a connection and traces it. The error says why there was none.
func (o *traceOptions) follow(ctx context.Context, options dial.Options, cache tls.ClientSessionCache, keys *trace.KeyLog) (*traced, error) {
	ctx, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	t := &traced{all: !options.Modern}
	options.Phases = &t.phases
	connection, err := dial.Open(ctx, o.target, options)
	if err != nil {
		return nil, dial.Explain(ctx, o.target, err)
	}
	defer connection.Close()
	t.local, t.remote = connection.LocalAddr().String(), connection.RemoteAddr().String()
	config := dial.Config(o.target, options)
	config.ClientSessionCache, config.KeyLogWriter = cache, keys
	begun := time.Now()
	secure, session, err := trace.Client(ctx, connection, config)
	t.session, t.took = session, time.Since(begun)
	if err != nil {
		t.fail(ctx, o, err)
		return t, nil
	}
	t.state = secure.ConnectionState()
	if o.handshakeOnly {
		t.waitForTicket(secure)
		return t, nil
	}
	t.talk(ctx, o, secure)
	t.transcript = session.Transcript()
	return t, nil
}

// fail keeps why a handshake ended.
func (t *traced) fail(ctx context.Context, o *traceOptions, err error) {
	t.transcript = t.session.Transcript()
	t.failure = dial.Explain(ctx, o.target, err)
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() || errors.Is(err, os.ErrDeadlineExceeded) || ctx.Err() != nil {
		t.failure = diag.New(diag.TraceSlow, "the handshake with "+o.target.Address()+" did not end within "+o.timeout.String()).From(err).
			Because(t.progress()).
			Fix("give it longer", diag.CommandLine("devca", "trace", o.name, "--timeout", (6*o.timeout).String()))
	}
}

// progress says how far the server came.
func (t *traced) progress() string {
	messages := t.transcript.Messages
	for i := len(messages) - 1; i >= 0; i-- {
		if !messages[i].FromClient {
			return "the last message that came from it is " + string(messages[i].Kind)
		}
	}
	if len(t.transcript.Problems) > 0 {
		return t.transcript.Problems[0]
	}
	return "it has not sent a whole message"
}

// talk asks a web server for a page, and gives others a moment to send tickets.
func (t *traced) talk(ctx context.Context, o *traceOptions, secure *tls.Conn) {
	if o.target.Protocol.Name == "https" {
		host := o.target.Name()
		if o.target.Port != o.target.Protocol.Port {
			host = net.JoinHostPort(host, o.target.Port)
		}
		t.page, t.pageFailure = web.Get(ctx, secure, web.Request{Host: host, Path: o.path})
		_ = secure.Close()
		return
	}
	t.waitForTicket(secure)
	_ = secure.Close()
}

// waitForTicket reads what the server says by itself. It is not kept; under
// TLS 1.3 tickets come with it, and alerts about a client's certificate.
func (t *traced) waitForTicket(secure *tls.Conn) {
	if t.state.Version < tls.VersionTLS13 || secure.SetReadDeadline(time.Now().Add(ticketWait)) != nil {
		return
	}
	_, _ = io.ReadFull(secure, make([]byte, 1))
}

// trace makes the connections and shows what there is.
func (p *program) trace(c *cli.Context, o *traceOptions) error {
	w, err := p.traceServer(c, o)
	if err != nil {
		return err
	}
	if o.compare != nil {
		if w.other, err = p.traceServer(c, o.compare); err != nil {
			return err
		}
	}
	if p.interrupted {
		return c.Err()
	}
	if o.pcapng != "" {
		if err := w.writeCapture(o); err != nil {
			return err
		}
	}
	if o.html != "" {
		if err := w.writePage(o); err != nil {
			return err
		}
	}
	switch {
	case p.json:
		err = p.result(w.describe())
	case w.other != nil:
		err = p.showBeside(w)
	default:
		p.showTrace(w)
	}
	if err == nil && (w.wrong() || w.other != nil && w.other.wrong()) {
		return answer(ExitNo)
	}
	return err
}

// traceServer finds everything out about one server.
func (p *program) traceServer(c *cli.Context, o *traceOptions) (*traceWork, error) {
	w := &traceWork{options: o}
	cache := tls.NewLRUClientSessionCache(1)
	options := dial.Options{Proxy: o.proxy, Certificate: o.certificate, Modern: true}
	keys := new(trace.KeyLog) // of all connections: one that resumes another has its keys
	var err error
	if w.first, err = o.follow(c.Context, options, cache, keys); err != nil {
		return nil, err
	}
	if w.first.refusedOffer() {
		// It may be so old that clients of today have nothing in common with it.
		options.Modern = false
		if again, err := o.follow(c.Context, options, cache, keys); err == nil && again.failure == nil {
			w.first = again
		}
	}
	if w.first.failure == nil { // by itself, so that its times can be compared
		if w.second, w.again = o.follow(c.Context, options, cache, keys); w.second != nil && w.second.failure != nil {
			w.again = w.second.failure
		}
	}
	var all sync.WaitGroup
	w.further(c.Context, &all, options)
	judge := p.judgeTraced(c, w)
	all.Wait()
	if judge != nil {
		return nil, judge
	}
	if o.enumerate {
		if err := p.enumerate(c.Context, w, options); err != nil {
			return nil, err
		}
	}
	if o.repeat > 0 && w.first.failure == nil {
		p.repeat(c.Context, w, options, o.repeat)
	}
	w.judge()
	return w, nil
}

// refusedOffer says whether a server found nothing in what clients of today offer.
func (t *traced) refusedOffer() bool {
	if t.failure == nil || t.transcript.Version != 0 && t.transcript.Version >= tls.VersionTLS12 {
		return false
	}
	if t.transcript.Version != 0 { // it chose an old one, and this side refused
		return true
	}
	return slices.ContainsFunc(t.transcript.Alerts(false), func(alert *trace.Alert) bool {
		name := tlsparams.AlertName(alert.Number)
		return name == "handshake_failure" || name == "protocol_version" || name == "insufficient_security"
	})
}

// further asks for what a connection does not show, side by side.
func (w *traceWork) further(ctx context.Context, all *sync.WaitGroup, options dial.Options) {
	o := w.options
	bounded := func(do func(ctx context.Context)) {
		all.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, o.timeout)
			defer cancel()
			do(ctx)
		})
	}
	if _, err := netip.ParseAddr(o.target.Name()); err != nil && w.first.failure == nil {
		nameless := options
		nameless.NoSNI = true
		bounded(func(ctx context.Context) { w.nameless, _ = dial.Connect(ctx, o.target, nameless) })
	}
	if o.target.Protocol.Name != "https" || o.proxy != "" || w.first.page == nil {
		return
	}
	if o.target.Port == o.target.Protocol.Port { // another port has no http beside it that would be known
		bounded(func(ctx context.Context) {
			w.redirect, _ = web.RedirectFromHTTP(ctx, o.target.Host, "80", new(net.Dialer).DialContext)
		})
	}
	bounded(func(ctx context.Context) { w.quic = w.askQUIC(ctx) })
}

// askQUIC asks the UDP port of the same number; nil: nobody answers there. Silence
// is the common answer, and is waited for no longer than a few of the times that
// the connection took.
func (w *traceWork) askQUIC(ctx context.Context) *scan.QUICAnswer {
	const trips, least, most = 4, 150 * time.Millisecond, time.Second
	ctx, cancel := context.WithTimeout(ctx, min(max(trips*w.first.phases.TCP, least), most))
	defer cancel()
	quic, err := scan.QUIC(ctx, w.first.remote)
	if err != nil || !quic.Speaks() {
		return nil
	}
	return quic
}

// judgeTraced asks the engine of verify about the chain.
func (p *program) judgeTraced(c *cli.Context, w *traceWork) error {
	chain := w.first.transcript.Chain(false)
	if len(chain) == 0 {
		return nil
	}
	vo := &verifyOptions{targets: []string{w.options.name}, roots: w.options.roots, usage: verify.Server, clients: verify.Everyone, timeout: w.options.timeout}
	j := &judged{options: vo, name: w.options.name, kind: "server", asked: w.options.target.Name()}
	j.request.Live, j.request.Version = true, w.first.transcript.Version
	j.request.Staple = w.first.state.OCSPResponse
	var err error
	w.judged, err = p.judgeChain(c, vo, p.newGround(c, vo), j, chain)
	return err
}
