package command

import (
	"context"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"devca/internal/ui"
	"devca/observe"
)

func (p *program) observeCommand() *cli.Command {
	return &cli.Command{
		Name:  "observe",
		Usage: "stand at the server's end, show each client's handshake, and say why a client walked away",
		Description: `With --listen it takes TLS connections with a certificate that is made for the name
that a client asks for and kept in memory, and passes what comes out of them on to the
server of --to, which needs no TLS. Without --to it answers with a page of its own.

With --tap it passes the connections of two other programs on untouched, and reads them
with the keys that one of the two writes: start it with the variable SSLKEYLOGFILE. curl,
Python (3.8 and newer), Firefox, Chromium, Go and Node (--tls-keylog) can do so.

Stops with Ctrl-C, or after --for or --count.

Examples:
  devca observe --listen 127.0.0.1:8443
  devca observe --listen 127.0.0.1:8443 --to localhost:3000
  devca observe --listen 127.0.0.1:8443 --cert localhost.pem --key localhost-key.pem
  devca observe --listen 127.0.0.1:8443 --count 1 --for 1m --json
  devca observe --tap 127.0.0.1:9443 --to localhost:443 --keylog keys.log

With the last one running, in another terminal:
  SSLKEYLOGFILE=keys.log curl https://localhost:9443/`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "listen", Usage: "take TLS connections at `ADDRESS:PORT`; port 0 is any free one (default: 127.0.0.1:8443)"},
			&cli.StringFlag{Name: "to", Usage: "pass what comes on to `HOST:PORT`"},
			&cli.StringFlag{Name: "tap", Usage: "take connections at `ADDRESS:PORT` and pass them on without ending TLS"},
			&cli.StringFlag{Name: "keylog", Usage: "`FILE` that one of the two programs writes its keys to (with --tap)"},
			&cli.StringFlag{Name: "cert", Usage: "show the chain in `FILE` instead of making certificates"},
			&cli.StringFlag{Name: "key", Usage: "`FILE` of its key"},
			&cli.StringFlag{Name: "alpn", Value: "http/1.1", Usage: "application `PROTOCOLS` that the server behind speaks, with commas"},
			&cli.DurationFlag{Name: "timeout", Value: 10 * time.Second, Usage: "give each handshake `TIME`"},
			&cli.StringFlag{Name: "for", Usage: "stop after this `TIME`"},
			&cli.IntFlag{Name: "count", Usage: "stop after `N` connections; the exit status is 3 if there were fewer"},
			&cli.BoolFlag{Name: "brief", Usage: "show one line for each connection, and what is wrong"},
			&cli.BoolFlag{Name: "raw", Usage: "show every field of every message, and its bytes"},
			&cli.BoolFlag{Name: "force", Usage: "listen at an address that others can reach"},
		},
		Action: func(c *cli.Context) error {
			o, err := observeOptions(c)
			if err != nil {
				return err
			}
			return p.observe(c, o)
		},
	}
}

// observing is the command line of observe, read.
type observing struct {
	tap    bool
	at, to string
	limit  time.Duration // 0 for none
	count  int           // 0 for any
	brief  bool
	raw    bool

	timeout time.Duration
}

func observeOptions(c *cli.Context) (*observing, error) {
	o := &observing{at: "127.0.0.1:8443", to: c.String("to"), tap: c.IsSet("tap"), count: c.Int("count"), brief: c.Bool("brief"), raw: c.Bool("raw"), timeout: c.Duration("timeout")}
	switch {
	case c.Args().Present():
		return nil, usage(c, "observe takes no names: clients say which name they mean")
	case o.tap && c.IsSet("listen"):
		return nil, usage(c, "--listen ends TLS here and --tap does not: choose one")
	case o.tap && (o.to == "" || !c.IsSet("keylog")):
		return nil, usage(c, "--tap needs --to HOST:PORT, where the connections go, and --keylog FILE, to read them")
	case !o.tap && c.IsSet("keylog"):
		return nil, usage(c, "--keylog is for --tap: the keys of --listen are known")
	case o.tap && (c.IsSet("cert") || c.IsSet("key") || c.IsSet("alpn")):
		return nil, usage(c, "--tap shows no certificate and chooses no protocol: the server does")
	case (c.String("cert") == "") != (c.String("key") == ""):
		return nil, usage(c, "--cert and --key belong together")
	case c.IsSet("count") && o.count < 1:
		return nil, usage(c, "--count is a number of connections, 1 or more")
	case o.timeout <= 0:
		return nil, usage(c, "--timeout must be longer than nothing")
	case o.brief && o.raw:
		return nil, usage(c, "--brief and --raw exclude each other")
	case strings.Contains(o.to, "://"):
		return nil, usage(c, "--to is HOST:PORT of a server without TLS; to look at a server with TLS use --tap, or devca trace")
	}
	if o.to != "" {
		if host, port, err := net.SplitHostPort(o.to); err != nil || host == "" || port == "" {
			return nil, usage(c, "--to is HOST:PORT, such as localhost:3000")
		}
	}
	for _, flag := range []string{"listen", "tap"} {
		if c.IsSet(flag) {
			o.at = c.String(flag)
		}
	}
	return o, o.readLimit(c)
}

// readLimit reads --for.
func (o *observing) readLimit(c *cli.Context) error {
	if !c.IsSet("for") {
		return nil
	}
	var err error
	if o.limit, err = parseDuration("for", c.String("for")); err != nil {
		return err
	}
	if o.limit <= 0 {
		return usage(c, "--for is more than nothing")
	}
	return nil
}

// lastWords is how long the connections that are there when enough were seen may
// go on.
const lastWords = 5 * time.Second

// observer is what stands at the other end.
type observer interface {
	Serve(ctx context.Context, listener net.Listener) error
}

func (p *program) observe(c *cli.Context, o *observing) error {
	stop := p.interruptible(c)
	defer func() {
		stop()
		p.interrupted = false // Ctrl-C is a way to end this
	}()
	ctx, enough := context.WithCancel(c.Context)
	defer enough()
	if o.limit > 0 {
		ctx, enough = context.WithTimeout(ctx, o.limit)
		defer enough()
	}
	viewer := &viewer{program: p, options: o}
	server, err := p.observer(c, o, viewer)
	if err != nil {
		return err
	}
	listener, err := observe.Listen(ctx, o.at, c.Bool("force"))
	if err != nil {
		return err
	}
	viewer.enough = func() {
		_ = listener.Close()
		time.AfterFunc(lastWords, enough)
	}
	if err := viewer.announce(listener); err != nil {
		return err
	}
	if err := server.Serve(ctx, listener); err != nil {
		return err
	}
	return viewer.end()
}

// viewer shows visits as they come, one at a time.
type viewer struct {
	program *program
	options *observing
	enough  func()

	mu     sync.Mutex
	shown  int
	failed error
}

// announce says where clients can come.
func (w *viewer) announce(listener net.Listener) error {
	p, o := w.program, w.options
	at := listener.Addr().String()
	if p.json {
		return p.line(observedStart{Event: "listening", Address: at, To: o.to, Tap: o.tap})
	}
	to := "a page of its own"
	if o.to != "" {
		to = o.to
	}
	if o.tap {
		p.note("Tapping %s, on the way to %s. Stops with Ctrl-C.", at, ui.Clean(to))
		return nil
	}
	p.note("Listening at https://%s, for %s. Stops with Ctrl-C.", at, ui.Clean(to))
	return nil
}

// seen shows a visit.
func (w *viewer) seen(visit *observe.Visit) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.options.count > 0 && w.shown >= w.options.count {
		return
	}
	w.shown++
	if w.program.json {
		if err := w.program.line(describeVisit(visit, w.options.raw)); err != nil {
			w.failed = err
			w.enough()
		}
	} else {
		w.program.showVisit(visit, w.options)
	}
	if w.shown == w.options.count {
		w.enough()
	}
}

func (w *viewer) end() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.failed != nil {
		return w.failed
	}
	if !w.program.json {
		w.program.note("Stopped; connections: %d.", w.shown)
	}
	if w.shown < w.options.count {
		return answer(ExitNo)
	}
	return nil
}

// observer makes what stands at the other end.
func (p *program) observer(c *cli.Context, o *observing, w *viewer) (observer, error) {
	if o.tap {
		return &observe.Tap{To: o.to, KeyLog: c.String("keylog"), Patience: o.timeout, Seen: w.seen}, nil
	}
	protocols := strings.Split(c.String("alpn"), ",")
	for _, protocol := range protocols {
		if protocol == "" || len(protocol) > 255 { // RFC 7301, 3.1
			return nil, usage(c, "--alpn is a list such as h2,http/1.1")
		}
	}
	if o.to == "" && slices.Contains(protocols, "h2") {
		return nil, usage(c, "--alpn h2 needs a server behind that speaks it: name it with --to HOST:PORT")
	}
	server, err := p.terminator(c, protocols)
	if err != nil {
		return nil, err
	}
	server.To, server.Seen, server.Patience = o.to, w.seen, o.timeout
	return server, nil
}
