package command

import (
	"crypto/tls"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"devca/dial"
	"devca/serverconf"
)

func (p *program) traceCommand() *cli.Command {
	return &cli.Command{
		Name:      "trace",
		Usage:     "show a server's TLS handshake step by step, what it cost, and what would make it better",
		ArgsUsage: "HOST[:PORT]|URL",
		Description: `Makes a connection as a client of today does, and shows every message of it: who
sent it, when, how large, encrypted or not, and what it means. Then a second
connection, to see whether it is resumed, and what a web server says besides.

Protocols are those of devca verify: HOST[:PORT], https://HOST/PATH, or one with
STARTTLS: smtp, imap, pop3, ldap, postgres, mysql, ftp, xmpp.

The exit status is 0 if nothing is wrong, 3 if the handshake failed or something is
wrong with it, 1 if there was no connection.

Examples:
  devca trace localhost:8443
  devca trace https://localhost:8443/ --raw
  devca trace smtp://localhost:2525 --json
  devca trace localhost:8443 --enum --repeat 50
  devca trace localhost:8443 --pcapng handshake.pcapng --html handshake.html
  devca trace localhost:8443 --compare localhost:9443`,
		Flags: slices.Concat(traceFlags(), traceServerFlags()),
		Action: func(c *cli.Context) error {
			o, err := p.traceOptions(c)
			if err != nil {
				return err
			}
			defer p.interruptible(c)()
			return p.trace(c, o)
		},
	}
}

// traceFlags say what is shown.
func traceFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "raw", Usage: "show every field of every message, and its bytes"},
		&cli.BoolFlag{Name: "enum", Usage: "find out which versions, cipher suites, groups and certificates the server would accept"},
		&cli.IntFlag{Name: "repeat", Usage: "make `N` full handshakes and as many that resume, and show the distribution of their times"},
		&cli.StringFlag{Name: "compare", Usage: "trace `OTHER`, too, and show both side by side"},
		&cli.StringFlag{Name: "html", Usage: "write a page for browsers to `FILE`: phases and messages as drawings, and all that was found"},
		&cli.StringFlag{Name: "pcapng", Usage: "write the connections to `FILE` for Wireshark, with the keys that open them"},
		&cli.BoolFlag{Name: "force", Usage: "replace a file that is there"},
	}
}

// traceServerFlags say how a server is asked.
func traceServerFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "roots", Usage: "`FILE` of roots to trust instead of this machine's; may be repeated"},
		&cli.StringFlag{Name: "servername", Usage: "ask the server for `NAME` (SNI) instead of the host"},
		&cli.StringFlag{Name: "server", Usage: "the server is `PROGRAM`, one of devca config --list: fixes are told in its own lines, also if it does not say what it is"},
		&cli.StringFlag{Name: "client-cert", Usage: "`FILE` of a chain to show to a server that asks for one (PEM)"},
		&cli.StringFlag{Name: "client-key", Usage: "`FILE` of its key (PEM)"},
		&cli.StringFlag{Name: "proxy", Usage: "reach the server through `URL`: http://HOST:PORT or socks5://HOST:PORT"},
		&cli.DurationFlag{Name: "timeout", Value: 10 * time.Second, Usage: "give each connection `TIME`"},
	}
}

// traceOptions is the command line of trace, read.
type traceOptions struct {
	name   string // as it was typed
	target dial.Target
	path   string // of the page that is asked for
	raw    bool
	pcapng string
	html   string

	compare       *traceOptions
	enumerate     bool
	repeat        int
	handshakeOnly bool // nothing is asked of the server after it
	force         bool

	program     string // that the server is, as a person says
	roots       []string
	certificate *tls.Certificate
	proxy       string
	timeout     time.Duration
}

func (p *program) traceOptions(c *cli.Context) (*traceOptions, error) {
	o := &traceOptions{
		raw: c.Bool("raw"), enumerate: c.Bool("enum"), repeat: c.Int("repeat"), html: c.String("html"), pcapng: c.String("pcapng"), force: c.Bool("force"),
		program: c.String("server"), roots: c.StringSlice("roots"), proxy: c.String("proxy"), timeout: c.Duration("timeout"),
	}
	switch {
	case c.NArg() != 1:
		return nil, usage(c, "trace needs one server")
	case o.timeout <= 0:
		return nil, usage(c, "--timeout must be longer than nothing")
	case o.repeat < 0, o.repeat > maxRepeat:
		return nil, usage(c, "--repeat is a number up to %d", maxRepeat)
	case (c.String("client-cert") == "") != (c.String("client-key") == ""):
		return nil, usage(c, "--client-cert and --client-key belong together")
	}
	if _, known := serverconf.Find(o.program); !known && o.program != "" {
		return nil, unknownServer(o.program)
	}
	var err error
	o.name = c.Args().First()
	if o.target, err = dial.ParseTarget(o.name); err != nil {
		return nil, err
	}
	o.target.ServerName, o.path = c.String("servername"), pathOf(o.name)
	if o.certificate, err = clientCertificate(c); err != nil {
		return nil, err
	}
	if name := c.String("compare"); name != "" {
		other := *o
		other.name, other.path = name, pathOf(name)
		if other.target, err = dial.ParseTarget(name); err != nil {
			return nil, err
		}
		other.target.ServerName = o.target.ServerName
		o.compare = &other
	}
	return o, nil
}
