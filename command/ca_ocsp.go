package command

import (
	"context"
	"encoding/hex"
	"errors"
	"math/big"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"devca/ca"
	"devca/diag"
	"devca/internal/ui"
	"devca/responder"
	"devca/revocation"
)

// ocspAnswers are what the responder can be told to say.
var ocspAnswers = []string{"ledger", "good", "revoked", "unknown", "expired", "try-later"}

func (p *program) caOCSPCommand() *cli.Command {
	return &cli.Command{
		Name:        "ocsp",
		Usage:       "answer clients that ask whether a certificate was revoked: serve",
		Subcommands: []*cli.Command{p.caOCSPServeCommand()},
	}
}

func (p *program) caOCSPServeCommand() *cli.Command {
	return &cli.Command{
		Name:  "serve",
		Usage: "run an OCSP responder for this CA's certificates, and serve its revocation list",
		Description: `Answers from the ledger: what devca revoke does while it runs is seen by the next request.
The revocation list is at /crl. Stops with Ctrl-C, or after --for or --count.

Examples:
  devca ca ocsp serve --addr 127.0.0.1:8888
  devca ca ocsp serve --answer revoked --count 1 --for 1m    # for tests of a client

With the first one running, in another terminal:
  devca issue app.test --ocsp-url http://127.0.0.1:8888/ --crl-url http://127.0.0.1:8888/crl
  openssl ocsp -issuer "$(devca ca path --issuing)" -cert app.test.pem \
    -url http://127.0.0.1:8888/ -CAfile "$(devca ca path --root)"
  devca revoke app.test

nginx staples the answers with ssl_stapling on, if app.test is issued like that.

--answer makes every answer the same, whatever the ledger says:
  good, revoked, unknown   about every serial number of this CA
  expired                  the ledger's answer, out of date
  try-later                no answer but the responder's excuse`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "addr", Value: "127.0.0.1:0", Usage: "listen at `IP:PORT`; port 0 is any free one"},
			&cli.StringFlag{Name: "answer", Value: ocspAnswers[0], Usage: "`WHAT` to say: " + strings.Join(ocspAnswers, ", ")},
			&cli.StringFlag{Name: "life", Value: "10m", Usage: "answers count for this `TIME`"},
			&cli.StringFlag{Name: "for", Usage: "stop after this `TIME`"},
			&cli.IntFlag{Name: "count", Usage: "stop after `N` answers; the exit status is 3 if there were fewer"},
		},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage(c, "ca ocsp serve takes no names")
			}
			return p.serveOCSP(c)
		},
	}
}

// ocspResult is the JSON answer, printed when serving begins.
type ocspResult struct {
	URL    string `json:"url"`
	CRLURL string `json:"crl_url,omitempty"` // absent where the CA may not sign lists
	Issuer string `json:"issuer"`
	SHA256 string `json:"sha256"` // of the issuer's certificate
	Answer string `json:"answer"`
}

// ocspOptions are the flags.
type ocspOptions struct {
	at     netip.AddrPort
	answer string
	life   time.Duration
	limit  time.Duration // 0 for none
	count  int           // 0 for any
}

func readOCSP(c *cli.Context) (ocspOptions, error) {
	o := ocspOptions{answer: c.String("answer"), count: c.Int("count")}
	var err error
	if o.at, err = netip.ParseAddrPort(c.String("addr")); err != nil {
		return o, usage(c, "--addr is an IP address of this machine and a port, such as 127.0.0.1:8888")
	}
	if o.life, err = parseDuration("life", c.String("life")); err != nil {
		return o, err
	}
	if c.IsSet("for") {
		if o.limit, err = parseDuration("for", c.String("for")); err != nil {
			return o, err
		}
	}
	known := false
	for _, answer := range ocspAnswers {
		known = known || o.answer == answer
	}
	switch {
	case !known:
		return o, usage(c, "--answer %q is unknown: choose %s", o.answer, strings.Join(ocspAnswers, ", "))
	case o.life < time.Second || o.life > 24*time.Hour:
		return o, usage(c, "--life is at least a second and at most a day")
	case c.IsSet("for") && o.limit <= 0:
		return o, usage(c, "--for is more than nothing")
	case c.IsSet("count") && o.count < 1:
		return o, usage(c, "--count is a number of answers, 1 or more")
	}
	return o, nil
}

func (p *program) serveOCSP(c *cli.Context) error {
	options, err := readOCSP(c)
	if err != nil {
		return err
	}
	dir, err := p.openDir(c)
	if err != nil {
		return err
	}
	authority, err := dir.Open()
	if err != nil {
		return err
	}
	// Before anybody is told that there is one: an expired CA cannot answer.
	if _, _, err := authority.OCSPResponder(time.Now()); err != nil {
		return err
	}
	stop := p.interruptible(c)
	defer func() {
		stop()
		p.interrupted = false // Ctrl-C is a way to end this
	}()
	ctx, enough := context.WithCancel(c.Context)
	defer enough()
	if options.limit > 0 {
		ctx, enough = context.WithTimeout(ctx, options.limit)
		defer enough()
	}
	listener, err := listenOCSP(ctx, options.at)
	if err != nil {
		return err
	}
	counter := &answerCounter{program: p, wanted: options.count, enough: enough}
	server := newResponder(dir, authority, options)
	server.Answered = counter.answered
	if err := p.announceOCSP(listener, authority, options); err != nil {
		return err
	}
	if err := server.Serve(ctx, listener); err != nil {
		return err
	}
	return counter.end()
}

// listenOCSP opens the port.
func listenOCSP(ctx context.Context, at netip.AddrPort) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", at.String())
	if err == nil {
		return listener, nil
	}
	if wrapped, ok := errors.AsType[*net.OpError](err); ok {
		err = wrapped.Err
	}
	return nil, diag.New(diag.OCSPPort, "the responder cannot listen at "+at.String()).From(err).
		Fix("take any free port of this machine", "devca ca ocsp serve --addr 127.0.0.1:0")
}

// newResponder puts the ledger, the keys and what was asked for together.
func newResponder(dir *ca.Dir, authority *ca.Authority, options ocspOptions) *responder.Responder {
	register := dir.Register(authority)
	server := &responder.Responder{
		Issuer: authority.Issuing,
		Life:   options.life,
		State:  func(serial *big.Int) (responder.State, error) { return ledgerState(register, serial) },
		Identify: func() (responder.Identity, error) {
			certificate, key, err := authority.OCSPResponder(time.Now())
			return responder.Identity{Certificate: certificate, Key: key}, err
		},
	}
	if authority.SignsLists() {
		server.List = (&listCache{dir: dir, authority: authority, register: register}).current
	}
	switch options.answer {
	case "good", "unknown":
		server.State = func(*big.Int) (responder.State, error) {
			return responder.State{Status: revocation.Status(options.answer)}, nil
		}
	case "revoked":
		since := time.Now().Add(-backdate)
		server.State = func(*big.Int) (responder.State, error) {
			return responder.State{Status: revocation.Revoked, RevokedAt: since, Reason: 1}, nil // keyCompromise
		}
	case "expired":
		server.Age = options.life + backdate
	case "try-later":
		server.Refuse = revocation.TryLater
	}
	return server
}

// ledgerState is what the ledger says now. A certificate that was replaced or
// has expired is good: OCSP is about revocation only (RFC 6960, 2.2).
func ledgerState(register *ca.Register, serial *big.Int) (responder.State, error) {
	e, found, err := register.Find(serial)
	switch {
	case err != nil:
		return responder.State{}, err
	case !found:
		return responder.State{Status: revocation.Unknown}, nil
	case !e.RevokedAt.IsZero():
		return responder.State{Status: revocation.Revoked, RevokedAt: e.RevokedAt, Reason: e.Reason}, nil
	}
	return responder.State{Status: revocation.Good}, nil
}

// listCache signs a list when something was revoked or the last one gets old:
// every list takes a number in the ledger.
type listCache struct {
	dir       *ca.Dir
	authority *ca.Authority
	register  *ca.Register

	mu      sync.Mutex // guards all below
	list    []byte
	revoked int
	until   time.Time
}

// listLife is how long a list counts; half of it, it is given out.
const listLife = 2 * time.Hour

func (l *listCache) current() ([]byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	revoked, err := l.register.Revoked()
	if err != nil {
		return nil, err
	}
	now := time.Now()
	if l.list == nil || revoked != l.revoked || now.After(l.until) {
		list, err := l.dir.RevocationList(l.authority, now, listLife)
		if err != nil {
			return nil, err
		}
		l.list, l.revoked, l.until = list.Raw, revoked, now.Add(listLife/2)
	}
	return l.list, nil
}

// announceOCSP says where the responder is.
func (p *program) announceOCSP(listener net.Listener, authority *ca.Authority, options ocspOptions) error {
	url := "http://" + listener.Addr().String() + "/"
	issuer := describeCertificate(authority.Issuing)
	result := ocspResult{URL: url, Issuer: issuer.Name, SHA256: issuer.SHA256, Answer: options.answer}
	list := "none: this CA may not sign one"
	if authority.SignsLists() {
		result.CRLURL = url + "crl"
		list = result.CRLURL
	}
	if p.json {
		return p.result(result)
	}
	says := "what the ledger says"
	if options.answer != ocspAnswers[0] {
		says = options.answer + ", on purpose"
	}
	p.fields([][2]string{
		{"OCSP responder", result.URL},
		{"Revocation list", list},
		{"For certificates of", result.Issuer},
		{"Answer", says},
	})
	if !options.at.Addr().IsLoopback() {
		p.note("Whoever reaches this address can ask, from other machines, too.")
	}
	p.note("Next: devca issue NAME --ocsp-url %s", url)
	if options.limit > 0 {
		p.note("Stops after %s, or with Ctrl-C.", words(options.limit))
	} else {
		p.note("Stops with Ctrl-C.")
	}
	return nil
}

// answerCounter says who asked what, and ends serving when it was enough.
type answerCounter struct {
	program *program
	wanted  int
	enough  context.CancelFunc

	mu  sync.Mutex // guards got, and keeps lines apart
	got int
}

func (a *answerCounter) answered(from net.Addr, serial *big.Int, what string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	about := "something"
	if serial != nil {
		about = hex.EncodeToString(serial.Bytes())
	}
	host, _, err := net.SplitHostPort(from.String())
	if err != nil {
		host = from.String()
	}
	a.program.note("%s asked about %s: %s", host, about, ui.Clean(what))
	if a.got++; a.got == a.wanted {
		a.enough()
	}
}

// end says that it is over.
func (a *answerCounter) end() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	plural := "s"
	if a.got == 1 {
		plural = ""
	}
	a.program.note("Stopped: %d answer%s.", a.got, plural)
	if a.wanted > a.got {
		return answer(ExitNo)
	}
	return nil
}
