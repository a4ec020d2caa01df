package command

import (
	"crypto/tls"
	"crypto/x509"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"devca/diag"
	"devca/verify"
)

func (p *program) verifyCommand() *cli.Command {
	return &cli.Command{
		Name:      "verify",
		Usage:     "say which clients refuse a certificate or a live server, why, and what to do",
		ArgsUsage: "FILE|FOLDER|-|HOST[:PORT]|URL...",
		Description: `Judges a chain as clients do: is it anchored, is it for this name, is it valid
now, has it been revoked; then purpose, constraints, keys and form. Every finding
is told, with its rule, who refuses because of it, and the command that mends it.

Files may be PEM, DER, PKCS#7 or PKCS#12. Servers are HOST[:PORT], https://HOST, or
a protocol with STARTTLS: smtp, imap, pop3, ldap, postgres, mysql, ftp, xmpp.
A file wins over a host of the same name.

The exit status is 0 if every client that was asked for accepts, 3 if one refuses
or an error was found, 1 if nothing could be judged.

Examples:
  devca verify localhost+2.pem
  devca verify localhost+2.pem --name localhost --client chrome,java
  devca verify https://localhost:8443
  devca verify smtp://localhost:2525 --json
  devca verify chain.pem --roots root.pem --at 2027-01-01T00:00:00Z
  devca verify localhost+2.pem --expires-within 30d`,
		Flags: slices.Concat(verifyQuestionFlags(), verifyServerFlags()),
		Action: func(c *cli.Context) error {
			o, err := p.verifyOptions(c)
			if err != nil {
				return err
			}
			defer p.interruptible(c)()
			if o.watch > 0 {
				return p.verifyWatch(c, o)
			}
			return p.verifyAll(c, o)
		},
	}
}

// verifyQuestionFlags say what is asked.
func verifyQuestionFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "name", Usage: "the host `NAME` or address that clients ask for (default: the target's host; of a file, none)"},
		&cli.StringSliceFlag{Name: "roots", Usage: "`FILE` of roots to trust instead of this machine's; may be repeated"},
		&cli.StringSliceFlag{Name: "intermediates", Usage: "`FILE` of certificates that every client is taken to have; may be repeated"},
		&cli.TimestampFlag{Name: "at", Layout: time.RFC3339, Usage: "judge as of `TIME` (RFC 3339) instead of now"},
		&cli.StringSliceFlag{Name: "client", Usage: "ask only these `CLIENTS`, such as chrome,java; rfc5280 and webpki are there, too"},
		&cli.StringFlag{Name: "usage", Value: "server", Usage: "what the certificate is for: server, client or email"},
		&cli.StringSliceFlag{Name: "crl", Usage: "look for revocation in the list `FILE`, or fetch: at the address in the certificate"},
		&cli.StringFlag{Name: "ocsp", Usage: "demand an OCSP `ANSWER`: staple, or fetch: from the address in the certificate"},
		&cli.StringSliceFlag{Name: "pin", Usage: "demand a key in the chain: sha256/`BASE64` of its SPKI; may be repeated"},
		&cli.StringFlag{Name: "expires-within", Usage: "find fault with what expires within `TIME`, such as 30d"},
		&cli.StringFlag{Name: "password-file", Usage: "`FILE` (or -) whose first line opens PKCS#12 (default: tries none and changeit)"},
		&cli.DurationFlag{Name: "watch", Usage: "judge again every `TIME` until ^C, and say what changed"},
	}
}

// verifyServerFlags say how a server is asked.
func verifyServerFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "servername", Usage: "ask the server for `NAME` (SNI) instead of the host"},
		&cli.StringFlag{Name: "client-cert", Usage: "`FILE` of a chain to show to a server that asks for one (PEM)"},
		&cli.StringFlag{Name: "client-key", Usage: "`FILE` of its key (PEM)"},
		&cli.StringFlag{Name: "proxy", Usage: "reach servers through `URL`: http://HOST:PORT or socks5://HOST:PORT"},
		&cli.DurationFlag{Name: "timeout", Value: 10 * time.Second, Usage: "give a server `TIME` to answer"},
	}
}

// verifyOptions is the command line of verify, read.
type verifyOptions struct {
	targets       []string
	name          string
	usage         verify.Usage
	at            time.Time
	clients       verify.Clients
	roots         []string
	intermediates []*verify.Certificate
	crls          [][]byte
	fetchCRL      bool
	ocsp          string // "", staple or fetch
	pins          []string
	within        time.Duration
	passwords     []string
	watch         time.Duration

	servername, proxy string
	certificate       *tls.Certificate
	timeout           time.Duration
}

func (p *program) verifyOptions(c *cli.Context) (*verifyOptions, error) {
	o := &verifyOptions{
		targets: c.Args().Slice(), name: c.String("name"), roots: c.StringSlice("roots"), ocsp: c.String("ocsp"),
		watch: c.Duration("watch"), servername: c.String("servername"), proxy: c.String("proxy"), timeout: c.Duration("timeout"),
	}
	switch {
	case len(o.targets) == 0:
		return nil, usage(c, "verify needs a file, a folder, - or a server")
	case slices.Index(o.targets, "-") != lastIndex(o.targets, "-"), c.String("password-file") == "-" && slices.Contains(o.targets, "-"):
		return nil, usage(c, "standard input can be read once only")
	case o.timeout <= 0, o.watch < 0, c.IsSet("watch") && o.watch < time.Second:
		return nil, usage(c, "--timeout must be longer than nothing, and --watch at least a second")
	case o.ocsp != "" && o.ocsp != "staple" && o.ocsp != "fetch":
		return nil, usage(c, "--ocsp is staple or fetch, not %s", o.ocsp)
	case (c.String("client-cert") == "") != (c.String("client-key") == ""):
		return nil, usage(c, "--client-cert and --client-key belong together")
	case o.watch > 0 && slices.Contains(o.targets, "-"):
		return nil, usage(c, "standard input cannot be watched")
	}
	if at := c.Timestamp("at"); at != nil {
		o.at = *at
	}
	usages := map[string]verify.Usage{"server": verify.Server, "client": verify.Client, "email": verify.Email}
	var known bool
	if o.usage, known = usages[c.String("usage")]; !known {
		return nil, usage(c, "--usage is server, client or email, not %s", c.String("usage"))
	}
	var err error
	if o.clients, err = verifyClients(c); err != nil {
		return nil, err
	}
	for _, pin := range c.StringSlice("pin") {
		if !isPin(pin) {
			return nil, usage(c, "%s is no pin of the form sha256/BASE64 (44 characters)", pin)
		}
		o.pins = append(o.pins, pin)
	}
	if text := c.String("expires-within"); text != "" {
		if o.within, err = parseDuration("expires-within", text); err != nil {
			return nil, err
		}
	}
	return o, p.verifyFiles(c, o)
}

// verifyFiles reads the files that flags name.
func (p *program) verifyFiles(c *cli.Context, o *verifyOptions) error {
	var err error
	if o.passwords, err = p.inspectPasswords(c.String("password-file")); err != nil {
		return err
	}
	for _, name := range c.StringSlice("intermediates") {
		ders, err := readCertificates(name, o.passwords)
		if err != nil {
			return err
		}
		for _, der := range ders {
			o.intermediates = append(o.intermediates, verify.ParseCertificate(der))
		}
	}
	for _, name := range c.StringSlice("crl") {
		if name == "fetch" {
			o.fetchCRL = true
			continue
		}
		lists, err := readLists(name)
		if err != nil {
			return err
		}
		o.crls = append(o.crls, lists...)
	}
	o.certificate, err = clientCertificate(c)
	return err
}

// clientCertificate reads --client-cert and --client-key; nil: there are none.
func clientCertificate(c *cli.Context) (*tls.Certificate, error) {
	name := c.String("client-cert")
	if name == "" {
		return nil, nil //nolint:nilnil // none was asked for
	}
	pair, err := tls.LoadX509KeyPair(name, c.String("client-key"))
	if err != nil {
		return nil, diag.New(diag.VerifyRoots, "the client's certificate and key cannot be used").From(err).
			Fix("see what is in the files", diag.CommandLine("devca", "inspect", name, c.String("client-key")))
	}
	return &pair, nil
}

// verifyClients reads --client.
func verifyClients(c *cli.Context) (verify.Clients, error) {
	if !c.IsSet("client") {
		return verify.Everyone, nil
	}
	var set verify.Clients
	for name := range strings.SplitSeq(strings.Join(c.StringSlice("client"), ","), ",") {
		one := verify.ClientsNamed(strings.TrimSpace(name))
		if one == 0 {
			var names []string
			for _, profile := range verify.Profiles() {
				names = append(names, profile.Name)
			}
			return 0, usage(c, "%s is no client that devca knows; there are %s", name, strings.Join(slices.Compact(names), ", "))
		}
		set |= one
	}
	return set, nil
}

// verifyAll judges each target once. What one of them fails with does not keep
// the others from being judged.
func (p *program) verifyAll(c *cli.Context, o *verifyOptions) error {
	result := verifyResult{Targets: []verifyTarget{}}
	ground := p.newGround(c, o)
	var failure error
	refused := false
	for _, name := range o.targets {
		no, err := p.verifyOne(c, o, ground, name, &result)
		refused = refused || no
		switch {
		case p.interrupted:
			return err
		case err != nil && failure == nil:
			failure = err
		case err != nil:
			p.warn(asWarning(err))
		}
	}
	switch {
	case failure != nil && (!p.json || len(result.Targets) == 0):
		return failure
	case failure != nil:
		if err := p.resultWithError(result, failure); err != nil {
			return err
		}
		return answer(ExitFailed)
	case p.json:
		if err := p.result(result); err != nil {
			return err
		}
	}
	if refused {
		return answer(ExitNo)
	}
	return nil
}

// verifyOne judges a target, shows it or keeps it for the document, and says
// whether the answer is no.
func (p *program) verifyOne(c *cli.Context, o *verifyOptions, ground *ground, name string, result *verifyResult) (no bool, err error) {
	if isFolder(name) {
		return p.verifyFolder(c, o, ground, name, result)
	}
	judged, err := p.judgeTarget(c, o, ground, name)
	if err != nil {
		return false, err
	}
	result.Targets = append(result.Targets, judged.describe())
	if !p.json {
		if len(result.Targets) > 1 {
			p.say("")
		}
		p.showJudged(judged)
	}
	return judged.refused(), nil
}

// judged is one target with what was found about it.
type judged struct {
	options *verifyOptions
	name    string // of the target
	kind    string // file, stdin or server
	asked   string // the name that clients ask for
	request verify.Request
	report  *verify.Report
	more    []diag.Finding // findings beside the engine's: pins, expiry, what the server does
	live    *liveAnswer    // of a server
}

// refused says whether a client that was asked for does not accept, or something
// else is wrong.
func (j *judged) refused() bool {
	for _, verdict := range j.report.Verdicts {
		if verdict.Client.Bit&j.options.clients != 0 && verdict.Answer != verify.Accepts {
			return true
		}
	}
	return slices.ContainsFunc(j.findings(), func(f diag.Finding) bool { return f.Severity == diag.SeverityError })
}

// findings are all that concern the clients that were asked for.
func (j *judged) findings() []diag.Finding {
	var all []diag.Finding
	for _, finding := range j.relevant() {
		all = append(all, finding.Diag(j.options.clients))
	}
	return append(all, j.more...)
}

// relevant leaves out what only matters to clients or conformance profiles that
// nobody asked for.
func (j *judged) relevant() []verify.Finding {
	return slices.DeleteFunc(slices.Clone(j.report.Findings), func(f verify.Finding) bool {
		return f.Clients&j.options.clients == 0 && f.Rule.Refusing != 0 && f.Rule.Severity != diag.SeverityError
	})
}

// end is the certificate that was judged.
func (j *judged) end() *x509.Certificate { return j.request.Chain[0].X509 }

// since is the time as of which it was judged.
func (j *judged) since() time.Time {
	if j.options.at.IsZero() {
		return time.Now()
	}
	return j.options.at
}

// title names the target for people.
func (j *judged) title() string {
	if j.kind == "stdin" {
		return "standard input"
	}
	return j.name
}
