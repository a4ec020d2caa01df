package command

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"devca/ca"
	"devca/certs"
	"devca/diag"
	"devca/internal/atomicfile"
)

// exportFormats are the forms in which the root's certificate leaves; none of
// them holds a key.
var exportFormats = []string{"pem", "der", "p12", "mobileconfig"}

func (p *program) caExportCommand() *cli.Command {
	return &cli.Command{
		Name:  "export",
		Usage: "write the root's certificate for another machine or device; never a key",
		Description: "Examples:\n  devca ca export > devca-root.pem\n  devca ca export --format der --out devca-root.crt\n" +
			"  devca ca export --format p12 --out truststore.p12\n  devca ca export --format mobileconfig --out devca.mobileconfig\n\n" +
			"pem           for Linux, containers, Node (NODE_EXTRA_CA_CERTS), Python and curl\n" +
			"der           for Windows and Android: open the file and install it as a CA\n" +
			"p12           a trust store for Java (password: changeit)\n" +
			"mobileconfig  for iOS and macOS: open it, install the profile, then on iOS switch it on under\n" +
			"              Settings > General > About > Certificate Trust Settings",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "format", Value: "pem", Usage: "`FORM` of the certificate: " + strings.Join(exportFormats, ", ")},
			&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Value: "-", Usage: "`FILE` to write, - for standard output"},
		},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage(c, "ca export takes no names")
			}
			return p.caExport(c)
		},
	}
}

type exportResult struct {
	Format string `json:"format"`
	Path   string `json:"path"`
	SHA256 string `json:"sha256"` // of the certificate
}

func (p *program) caExport(c *cli.Context) error {
	format, out := c.String("format"), c.String("out")
	if !slices.Contains(exportFormats, format) {
		return usage(c, "--format %q is unknown: choose %s", format, strings.Join(exportFormats, ", "))
	}
	dir, err := p.openDir(c)
	if err != nil {
		return err
	}
	roots, err := dir.Roots()
	if err != nil {
		return err
	}
	if len(roots) == 0 {
		_, err := dir.Open()
		return err
	}
	data, err := ca.ExportRoot(roots[0], format)
	if err != nil {
		return err
	}
	if err := p.writeOut(c, out, data, format != "pem"); err != nil {
		return err
	}
	if p.json {
		return p.result(exportResult{Format: format, Path: out, SHA256: certs.Fingerprint(roots[0].Raw)})
	}
	if out != "-" {
		p.say("Root certificate  %s  (%s, no key inside)", out, format)
		p.say("SHA-256           %s", certs.Fingerprint(roots[0].Raw))
	}
	return nil
}

// writeOut writes a public file, or to standard output for "-". Binary data is
// kept off a terminal, and nothing goes where the JSON answer goes.
func (p *program) writeOut(c *cli.Context, out string, data []byte, binary bool) error {
	if out != "-" {
		dir, err := p.openDir(c)
		if err != nil {
			return err
		}
		return atomicfile.Write(atomicfile.File{Path: out, Data: data, Mode: 0o644, Own: dir.Owner().Own})
	}
	if p.json {
		return usage(c, "--json and the file itself cannot both go to standard output: add --out FILE")
	}
	if binary && p.streams.OutTTY {
		return usage(c, "the file is binary and standard output is a terminal: add --out FILE")
	}
	_, err := p.streams.Out.Write(data)
	return err
}

func (p *program) caImportCommand() *cli.Command {
	return &cli.Command{
		Name:  "import",
		Usage: "adopt a CA that exists already, so that nobody has to trust a new one",
		Description: "Examples:\n  devca ca import --mkcert\n  devca ca import --cert team-root.pem --key team-root-key.pem\n\n" +
			"Where the CA has room for one below it, a constrained issuing CA is made under it\n" +
			"and the given key is not stored. mkcert's root has none, so its key is copied.\n" +
			"For an intermediate, FILE holds it and then what stands above it up to the root.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "mkcert", Usage: "adopt mkcert's root ($CAROOT, or where mkcert keeps it)"},
			&cli.StringFlag{Name: "cert", Usage: "`FILE` with the CA's certificate in PEM form"},
			&cli.StringFlag{Name: "key", Usage: "`FILE` with its private key in PEM form"},
			&cli.StringSliceFlag{Name: "permit", Usage: "let the issuing CA sign for `NAME`, too; may be repeated"},
			&cli.BoolFlag{Name: "unconstrained", Usage: "let the issuing CA sign for every name that the imported CA permits"},
		},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage(c, "ca import takes no names")
			}
			return p.caImport(c)
		},
	}
}

func (p *program) caImport(c *cli.Context) error {
	certificate, key := c.String("cert"), c.String("key")
	switch {
	case c.Bool("mkcert") && (certificate != "" || key != ""):
		return usage(c, "--mkcert finds its files itself: leave --cert and --key out")
	case !c.Bool("mkcert") && (certificate == "" || key == ""):
		return usage(c, "say what to import: --mkcert, or --cert and --key")
	}
	dir, err := p.openDir(c)
	if err != nil {
		return err
	}
	if c.Bool("mkcert") {
		if certificate, key, err = ca.FindMkcert(p.streams.Getenv); err != nil {
			return err
		}
	}
	options, err := readImport(certificate, key)
	if err != nil {
		return err
	}
	options.Permit, options.Unconstrained = c.StringSlice("permit"), c.Bool("unconstrained")
	authority, err := dir.Import(options)
	if err != nil {
		return err
	}
	if !p.json {
		p.say("Imported %s", authority.Describe())
		p.say("Next: devca install   (does nothing where it is trusted already)")
	}
	if !authority.Constrained() {
		p.warn(unconstrained(authority))
	}
	if p.json {
		return p.result(describeAuthority(dir, authority))
	}
	return nil
}

func readImport(certificate, key string) (ca.ImportOptions, error) {
	unreadable := func(err error) (ca.ImportOptions, error) {
		return ca.ImportOptions{}, diag.New(diag.CAImport, "this CA cannot be imported").From(err).
			Fix("give the certificate and its unencrypted key in PEM form", "devca ca import --cert root.pem --key root-key.pem").
			Fix("decrypt a key first", "openssl pkey -in encrypted.pem -out root-key.pem")
	}
	data, err := os.ReadFile(certificate)
	if err != nil {
		return unreadable(err)
	}
	chain, err := ca.ParseCertificates(data)
	if err != nil {
		return unreadable(fmt.Errorf("%s: %w", certificate, err))
	}
	if data, err = os.ReadFile(key); err != nil {
		return unreadable(err)
	}
	signer, err := certs.ParseKey(data)
	if err != nil {
		return unreadable(fmt.Errorf("%s: %w", key, err))
	}
	return ca.ImportOptions{Chain: chain, Key: signer}, nil
}
