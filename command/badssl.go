package command

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"devca/badssl"
	"devca/ca"
	"devca/certs"
	"devca/diag"
	"devca/internal/atomicfile"
	"devca/internal/ui"
	"devca/verify"
)

func (p *program) badsslCommand() *cli.Command {
	return &cli.Command{
		Name:  "badssl",
		Usage: "serve certificates that are broken on purpose, one name for each fault",
		Description: `One local server for trying out clients: each name below badssl.localhost has its own
fault. https://good.badssl.localhost:PORT/ has the list, with what each client says.

Examples:
  devca badssl --list
  devca badssl --addr 127.0.0.1:8443 --root-out badssl-root.pem
  curl --cacert badssl-root.pem https://expired.badssl.localhost:8443/
  devca badssl --for 10m --json

A root made for this run signs everything; --root-out writes it for the client that is
tried out, and it ends after a day. Its key and its CAs' keys are forgotten before the
server answers. Browsers and curl find names below localhost by themselves; for other
programs put them into the hosts file: --hosts prints the line.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "addr", Value: "127.0.0.1:8443", Usage: "serve at `ADDRESS:PORT`; port 0 takes a free one"},
			&cli.StringFlag{Name: "root-out", Usage: "write the root's certificate to `FILE`, for the client that is tried out"},
			&cli.StringFlag{Name: "domain", Value: badssl.DefaultDomain, Usage: "put the names below `NAME`"},
			&cli.StringFlag{Name: "for", Usage: "stop after this `TIME` (default: a day, which is how long the certificates last)"},
			&cli.BoolFlag{Name: "trusted", Usage: "have devca's own CA sign the faults that make a certificate weaker only"},
			&cli.BoolFlag{Name: "list", Usage: "print the faults and who refuses them, and serve nothing"},
			&cli.BoolFlag{Name: "hosts", Usage: "print the line for the hosts file, and serve nothing"},
			&cli.BoolFlag{Name: "force", Usage: "serve at an address that others can reach, replace the file of --root-out"},
		},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage(c, "badssl takes no names")
			}
			return p.badssl(c)
		},
	}
}

// badsslResult is the JSON answer, printed when serving begins.
type badsslResult struct {
	Address string       `json:"address,omitempty"` // 127.0.0.1:8443; not with --list
	Root    string       `json:"root,omitempty"`    // the file of --root-out
	SHA256  string       `json:"root_sha256,omitempty"`
	Domain  string       `json:"domain"`
	Until   string       `json:"until,omitempty"`
	Kinds   []kindResult `json:"kinds"`
}

// kindResult is one kind of fault.
type kindResult struct {
	Kind    string      `json:"kind"`
	Host    string      `json:"host"`
	URL     string      `json:"url,omitempty"`
	Wrong   string      `json:"wrong"`
	Rules   []diag.Code `json:"rules"` // of devca verify, the fault itself first
	Server  bool        `json:"server"`
	Trusted bool        `json:"trusted"` // devca's own CA may sign it
	Refused []string    `json:"refused_by"`
	Accept  []string    `json:"accepted_by"`
}

func (p *program) badssl(c *cli.Context) error {
	limit := day
	if c.IsSet("for") {
		var err error
		if limit, err = parseDuration("for", c.String("for")); err != nil {
			return err
		}
		if limit <= 0 || limit > maxServing {
			return usage(c, "--for is more than nothing and at most a day")
		}
	}
	names, err := certs.ParseNames([]string{c.String("domain")}, true)
	if err != nil {
		return err
	}
	if len(names.DNS) != 1 || strings.HasPrefix(names.DNS[0], "*") {
		return usage(c, "--domain is a DNS name, such as %s", badssl.DefaultDomain)
	}
	options := badssl.Options{Domain: names.DNS[0]}
	if c.Bool("trusted") {
		_, issuer, err := p.trustedIssuer(c)
		if err != nil {
			return err
		}
		options.Trusted = issuer
	}
	if c.Bool("list") || c.Bool("hosts") {
		return p.badsslList(options, c.Bool("hosts"))
	}
	stop := p.interruptible(c)
	defer func() {
		stop()
		p.interrupted = false // Ctrl-C is a way to end this
	}()
	listener, err := badssl.Listen(c.Context, c.String("addr"), c.Bool("force"))
	if err != nil {
		return err
	}
	defer listener.Close()
	return p.badsslServe(c, listener, options, limit)
}

const day = 24 * time.Hour

// trustedIssuer lends devca's own CA for faults that it may sign.
func (p *program) trustedIssuer(c *cli.Context) (*ca.Authority, *badssl.Issuer, error) {
	dir, err := p.openDir(c)
	if err != nil {
		return nil, nil, err
	}
	authority, err := dir.Open()
	if err != nil {
		return nil, nil, err
	}
	issuer := &badssl.Issuer{Certificate: authority.Issuing, Root: authority.Root, Sign: func(template *x509.Certificate, public crypto.PublicKey) ([]byte, error) {
		return authority.SignBroken(template, public)
	}}
	for _, certificate := range authority.Chain {
		issuer.Chain = append(issuer.Chain, certificate.Raw)
	}
	return authority, issuer, nil
}

func (p *program) badsslList(options badssl.Options, hosts bool) error {
	fixture, err := badssl.New(options)
	if err != nil {
		return err
	}
	if hosts {
		p.say("127.0.0.1 %s", strings.Join(fixture.Hosts(), " "))
		return nil
	}
	if p.json {
		return p.result(badsslResult{Domain: fixture.Domain, Kinds: kindResults(fixture, "")})
	}
	return kindTable(fixture).Write(p.streams)
}

func kindTable(fixture *badssl.Fixture) ui.Table {
	table := ui.Table{Columns: []string{"KIND", "WHAT IS WRONG", "REFUSED BY"}}
	for _, made := range fixture.Made {
		refusing, accepting := made.Refused(fixture.At)
		table.Rows = append(table.Rows, []string{made.Kind.Name, made.Kind.Wrong, whoRefuses(refusing, accepting)})
	}
	return table
}

// whoRefuses names the fewer.
func whoRefuses(refusing, accepting verify.Clients) string {
	switch {
	case refusing == 0:
		return "nobody"
	case accepting == 0:
		return "everybody"
	case len(accepting.Names()) < len(refusing.Names())-2:
		return "everybody but " + accepting.String()
	default:
		return refusing.String()
	}
}

func kindResults(fixture *badssl.Fixture, port string) []kindResult {
	var results []kindResult
	for _, made := range fixture.Made {
		refusing, accepting := made.Refused(fixture.At)
		result := kindResult{
			Kind: made.Kind.Name, Host: made.Host, Wrong: made.Kind.Wrong, Rules: made.Kind.Finds,
			Server: made.Kind.Server, Trusted: made.Kind.Harmless, Refused: refusing.Names(), Accept: accepting.Names(),
		}
		if result.Rules == nil {
			result.Rules = []diag.Code{}
		}
		if port != "" {
			result.URL = "https://" + net.JoinHostPort(made.Host, port) + "/"
		}
		results = append(results, result)
	}
	return results
}

func (p *program) badsslServe(c *cli.Context, listener net.Listener, options badssl.Options, limit time.Duration) error {
	at := listener.Addr().String()
	host, port, err := net.SplitHostPort(at)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	options.Base = "http://" + net.JoinHostPort(host, port)
	fixture, err := badssl.New(options)
	if err != nil {
		return err
	}
	file := c.String("root-out")
	if file != "" {
		if file, err = filepath.Abs(file); err != nil {
			return err
		}
		if err := writeRoot(file, badssl.RootPEM(fixture.Root), c.Bool("force")); err != nil {
			return err
		}
	}
	result := badsslResult{
		Address: at, Root: file, SHA256: certs.Fingerprint(fixture.Root.Raw), Domain: fixture.Domain,
		Until: time.Now().Add(limit).UTC().Format(time.RFC3339), Kinds: kindResults(fixture, port),
	}
	server := &badssl.Server{Fixture: fixture, Index: index(result, host), Seen: p.visitor}
	if err := p.badsslInvite(result, limit); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.Context, limit)
	defer cancel()
	if err := server.Serve(ctx, listener); err != nil {
		return err
	}
	p.note("Stopped.")
	return nil
}

// badsslInvite says where the server is.
func (p *program) badsslInvite(result badsslResult, limit time.Duration) error {
	if p.json {
		return p.result(result)
	}
	first := result.Kinds[0]
	p.say("Index    %s", first.URL)
	root := ""
	if result.Root != "" {
		p.say("Root     %s  (valid for a day)", shortPath(result.Root))
		root = "--cacert " + diag.CommandLine(result.Root) + " "
	}
	p.say("SHA-256  %s", result.SHA256)
	p.say("Try      curl %s%s", root, result.Kinds[1].URL)
	if result.Root == "" {
		p.note("Nobody trusts the root, so everything is refused: --root-out FILE writes it for the client that is tried out.")
	}
	p.note("Stops after %s, or with Ctrl-C.", words(limit))
	return nil
}

// visitor says how a handshake ended, for who tries out a client. A reason is
// given only if the client sent one that crypto/tls could read.
func (p *program) visitor(kind string, err error) {
	if err == nil {
		p.note("%s: accepted", kind)
		return
	}
	if alert, ok := errors.AsType[*net.OpError](err); ok && alert.Op == "remote error" {
		p.note("%s: refused (%s)", kind, ui.Clean(strings.TrimPrefix(alert.Err.Error(), "tls: ")))
		return
	}
	p.note("%s: refused", kind)
}

// index is the page of the server: plain text, so that curl shows it, too.
func index(result badsslResult, at string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Certificates that are broken on purpose, by devca badssl\n\nroot  SHA-256 %s\n\n", result.SHA256)
	for _, kind := range result.Kinds {
		refused := strings.Join(kind.Refused, ", ")
		switch {
		case len(kind.Accept) == 0:
			refused = "everybody"
		case refused == "":
			refused = "nobody"
		}
		fmt.Fprintf(&b, "%s\n  wrong:   %s\n  refused: %s\n", kind.Kind, kind.Wrong, refused)
		for _, rule := range kind.Rules {
			fmt.Fprintf(&b, "  rule:    %s\n", rule)
		}
		root := "badssl-root.pem"
		if result.Root != "" {
			root = diag.CommandLine(result.Root)
		}
		resolve := ""
		if kind.Host != "127.0.0.1" {
			_, port, _ := net.SplitHostPort(result.Address)
			resolve = " --resolve " + net.JoinHostPort(kind.Host, port) + ":" + at
		}
		fmt.Fprintf(&b, "  try:     curl --cacert %s%s %s\n\n", root, resolve, kind.URL)
	}
	return b.String()
}

// writeRoot writes the root's certificate, and never over a foreign file.
func writeRoot(file string, data []byte, force bool) error {
	if _, err := os.Lstat(file); err == nil && !force {
		old, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(old, []byte(badssl.RootNote)) {
			return ca.InTheWay(file, "it is no root of an earlier run").Fix("write elsewhere", "devca badssl --root-out badssl-root.pem").
				Fix("or replace it", "devca badssl --force --root-out "+diag.CommandLine(file))
		}
	}
	return atomicfile.Write(atomicfile.File{Path: file, Data: data, Mode: 0o644})
}
