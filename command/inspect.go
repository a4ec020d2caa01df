package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"devca/certs"
	"devca/diag"
	"devca/inspect"
)

func (p *program) inspectCommand() *cli.Command {
	return &cli.Command{
		Name:      "inspect",
		Usage:     "read a certificate, chain, key, request, revocation list or a live server",
		ArgsUsage: "FILE|-|HOST:PORT...",
		Description: "Examples:\n  devca inspect localhost+2.pem\n  devca inspect localhost:8443\n  devca inspect https://localhost:8443 --json\n" +
			"  devca inspect store.p12 --password-file password.txt\n  devca inspect localhost:8443 --pem > chain.pem\n\n" +
			"Files may be PEM, DER or PKCS#12. A file wins over a host of the same name. Nothing is\n" +
			"judged: for inspect, an expired certificate is no error.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "pem", Usage: "print the certificates found in PEM form and nothing else"},
			&cli.StringFlag{Name: "password-file", Usage: "`FILE` whose first line opens PKCS#12 (default: tries none and changeit)"},
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
	Kind    string          `json:"kind"` // file, stdin or server
	Server  *inspect.Server `json:"server,omitempty"`
	Exposed string          `json:"exposed_mode,omitempty"` // of a file with a private key that others can read
	Items   []inspect.Item  `json:"items"`
}

func (p *program) inspect(c *cli.Context) error {
	defer p.interruptible(c)()
	names := c.Args().Slice()
	switch {
	case len(names) == 0:
		return usage(c, "inspect needs a file, - or a server")
	case c.Bool("pem") && c.Bool("json"):
		return usage(c, "--pem and --json exclude each other; the JSON answer has the PEM form, too")
	case slices.Index(names, "-") != lastIndex(names, "-"):
		return usage(c, "standard input can be read once only")
	}
	result := inspectResult{Sources: []inspectSource{}}
	for _, name := range names {
		source, err := p.inspectSource(c, name)
		if err != nil {
			return err
		}
		result.Sources = append(result.Sources, source)
	}
	failure := unreadableItems(result)
	if err := p.showInspection(c, result, failure); err != nil {
		return err
	}
	if failure != nil && p.json {
		return answer(ExitFailed) // the document has it
	}
	return failure
}

func lastIndex(names []string, name string) int {
	for i, n := range slices.Backward(names) {
		if n == name {
			return i
		}
	}
	return -1
}

func (p *program) showInspection(c *cli.Context, result inspectResult, failure error) error {
	switch {
	case c.Bool("pem"):
		for _, source := range result.Sources {
			for _, item := range source.Items {
				if item.Certificate != nil {
					fmt.Fprint(p.streams.Out, item.Certificate.PEM)
				}
			}
		}
		return nil
	case p.json && failure == nil:
		return p.result(result)
	case p.json:
		// One document: what was read, and beside it what was not.
		return p.resultWithError(result, failure)
	}
	for i, source := range result.Sources {
		if i > 0 {
			p.say("")
		}
		p.describeSource(source, time.Now())
	}
	return nil
}

// unreadableItems is an error where something was recognised and not read.
func unreadableItems(result inspectResult) error {
	for _, source := range result.Sources {
		for _, item := range source.Items {
			if item.Unreadable != nil {
				return diag.New(diag.InspectUnreadable, "a part of "+source.Source+" cannot be read").
					Because(item.Unreadable.What+": "+item.Unreadable.Error).
					Fix("see what OpenSSL makes of it", diag.CommandLine("openssl", "asn1parse", "-in", source.Source))
			}
		}
	}
	return nil
}

func (p *program) inspectSource(c *cli.Context, name string) (inspectSource, error) {
	passwords := []string{"", certs.DefaultPKCS12Password}
	if path := c.String("password-file"); path != "" {
		password, err := readSecretFile(path)
		if err != nil {
			return inspectSource{}, err
		}
		passwords = []string{string(password)}
	}
	if name == "-" {
		data, err := io.ReadAll(io.LimitReader(p.streams.In, inspect.MaxSize+1))
		if err != nil {
			return inspectSource{}, err
		}
		items, err := inspect.Read(data, passwords)
		return inspectSource{Source: "-", Kind: "stdin", Items: items}, err
	}
	file, err := os.Open(name)
	if err == nil {
		defer file.Close()
		return inspectFile(file, passwords)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return inspectSource{}, err
	}
	return inspectServer(c, name)
}

func inspectFile(file *os.File, passwords []string) (inspectSource, error) {
	source := inspectSource{Source: file.Name(), Kind: "file"}
	info, err := file.Stat()
	if err != nil {
		return source, err
	}
	if info.IsDir() {
		return source, diag.New(diag.InspectNothing, file.Name()+" is a folder").
			Fix("name the files in it", diag.CommandLine("ls", file.Name()))
	}
	data, err := io.ReadAll(io.LimitReader(file, inspect.MaxSize+1))
	if err != nil {
		return source, err
	}
	if source.Items, err = inspect.Read(data, passwords); err != nil {
		return source, err
	}
	readable := info.Mode().Perm()&0o077 != 0
	if readable && slices.ContainsFunc(source.Items, func(i inspect.Item) bool { return i.Kind == inspect.KindPrivateKey && !i.Key.Encrypted }) {
		source.Exposed = exposedMode(info)
	}
	return source, nil
}

func inspectServer(c *cli.Context, name string) (inspectSource, error) {
	target, err := inspect.ParseTarget(name)
	if err != nil {
		return inspectSource{}, diag.New(diag.InspectUnreachable, "there is no such file, and it names no server").From(err).
			Fix("give a file, - or HOST:PORT", "devca inspect localhost:443")
	}
	target.ServerName = c.String("servername")
	ctx, cancel := context.WithTimeout(c.Context, c.Duration("timeout"))
	defer cancel()
	server, items, err := inspect.Dial(ctx, target)
	return inspectSource{Source: name, Kind: "server", Server: &server, Items: items}, err
}
