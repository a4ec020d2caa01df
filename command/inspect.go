package command

import (
	"fmt"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"devca/diag"
	"devca/inspect"
)

func (p *program) inspectCommand() *cli.Command {
	return &cli.Command{
		Name:      "inspect",
		Usage:     "read a certificate, chain, key, request, revocation list or a live server",
		ArgsUsage: "FILE|-|HOST[:PORT]|URL...",
		Description: "Examples:\n  devca inspect localhost+2.pem\n  devca inspect localhost:8443\n  devca inspect https://localhost:8443 --json\n" +
			"  devca inspect store.p12 --password-file password.txt\n  devca inspect localhost:8443 --pem > chain.pem\n\n" +
			"Files may be PEM, DER or PKCS#12. A file wins over a host of the same name. Nothing is\n" +
			"judged: for inspect, an expired certificate is no error.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "pem", Usage: "print the certificates found in PEM form and nothing else"},
			&cli.StringFlag{Name: "password-file", Usage: "`FILE` (or -) whose first line opens PKCS#12 (default: tries none and changeit)"},
			&cli.StringFlag{Name: "servername", Usage: "ask the server for `NAME` (SNI) instead of the host"},
			&cli.DurationFlag{Name: "timeout", Value: 10 * time.Second, Usage: "give a server `TIME` to answer"},
		},
		Action: p.inspect,
	}
}

// inspectResult is the JSON answer of inspect.
type inspectResult struct {
	Sources []inspectSource `json:"sources"`
}

type inspectSource struct {
	Source  string          `json:"source"`
	Kind    string          `json:"kind"`             // file, stdin or server
	Format  inspect.Format  `json:"format,omitempty"` // of a file or stdin
	Server  *inspect.Server `json:"server,omitempty"`
	Exposed string          `json:"exposed_mode,omitempty"` // of a file with a private key that others can read
	Items   []inspect.Item  `json:"items"`
}

func (p *program) inspect(c *cli.Context) error {
	names := c.Args().Slice()
	switch {
	case len(names) == 0:
		return usage(c, "inspect needs a file, - or a server")
	case c.Bool("pem") && p.json:
		return usage(c, "--pem and --json exclude each other; the JSON answer has the PEM form, too")
	case c.Duration("timeout") <= 0:
		return usage(c, "--timeout must be longer than nothing")
	case slices.Index(names, "-") != lastIndex(names, "-"), c.String("password-file") == "-" && slices.Contains(names, "-"):
		return usage(c, "standard input can be read once only")
	}
	passwords, err := p.inspectPasswords(c.String("password-file"))
	if err != nil {
		return err
	}
	result := inspectResult{Sources: []inspectSource{}}
	var failure error
	for _, name := range names {
		source, err := p.inspectSource(c, name, passwords)
		if p.interrupted {
			return err
		}
		if err == nil {
			result.Sources = append(result.Sources, source)
			err = p.showSource(c, source, len(result.Sources) == 1)
		}
		// What stands behind a bad input is still looked at; the first failure is
		// the command's.
		switch {
		case err != nil && failure == nil:
			failure = err
		case err != nil:
			p.warn(asWarning(err))
		}
	}
	switch {
	case !p.json || len(result.Sources) == 0:
		return failure
	case failure == nil:
		return p.result(result)
	}
	if err := p.resultWithError(result, failure); err != nil {
		return err
	}
	return answer(ExitFailed) // the document says why
}

func lastIndex(names []string, name string) int {
	for i, n := range slices.Backward(names) {
		if n == name {
			return i
		}
	}
	return -1
}

// showSource prints what was found, unless it is kept for the JSON document, and
// fails if a part could not be read.
func (p *program) showSource(c *cli.Context, source inspectSource, first bool) error {
	if source.Exposed != "" {
		p.warn(exposedKey(source))
	}
	switch {
	case p.json:
	case c.Bool("pem"):
		if err := p.printPEM(source); err != nil {
			return err
		}
	default:
		if !first {
			p.say("")
		}
		p.describeSource(source, time.Now())
	}
	for _, item := range source.Items {
		if item.Unreadable != nil {
			return unreadableItem(source, item.Unreadable)
		}
	}
	return nil
}

func (p *program) printPEM(source inspectSource) error {
	found := false
	for _, item := range source.Items {
		if item.Certificate != nil {
			fmt.Fprint(p.streams.Out, item.Certificate.PEM)
			found = true
		}
	}
	if found || slices.ContainsFunc(source.Items, func(i inspect.Item) bool { return i.Unreadable != nil }) {
		return nil
	}
	return diag.New(diag.InspectNothing, "there is no certificate in "+source.Source).
		Fix("see what there is instead", diag.CommandLine("devca", "inspect", source.Source))
}

func exposedKey(source inspectSource) diag.Finding {
	e := diag.New(diag.InspectExposed, fmt.Sprintf("others can read the private key in %s (mode %s)", source.Source, source.Exposed)).
		Fix("close it", diag.CommandLine("chmod", "600", source.Source))
	e.Severity = diag.SeverityWarning
	return e.Finding
}

// unreadableItem is the error for an input in which something was recognised and
// not read.
func unreadableItem(source inspectSource, item *inspect.Unreadable) error {
	e := diag.New(diag.InspectUnreadable, "a part of "+source.Source+" cannot be read").Because(item.What + ": " + item.Error)
	if len(item.Convert) > 0 {
		return e.Fix("convert it", convertLine(source, item))
	}
	form := []string{"-in", fileWord(source), "-noout"}
	if source.Format == inspect.FormatDER {
		form = append(form, "-inform", "DER")
	}
	tool, ok := map[string]string{
		"certificate": "x509", "certificate request": "req", "revocation list": "crl", "private key": "pkey", "DER structure": "asn1parse",
	}[item.What]
	if !ok {
		return e.Fix("get the file once more from where it came", "")
	}
	return e.Fix("see what OpenSSL makes of it", diag.CommandLine(append([]string{"openssl", tool}, form...)...))
}

// convertLine is the command that makes something readable out of an item.
func convertLine(source inspectSource, item *inspect.Unreadable) string {
	argv := slices.Clone(item.Convert)
	for i, arg := range argv {
		if arg == "FILE" {
			argv[i] = fileWord(source)
		}
	}
	return diag.CommandLine(argv...)
}

// fileWord names the source in a command to paste.
func fileWord(source inspectSource) string {
	if source.Kind == "file" {
		return source.Source
	}
	return "FILE"
}
