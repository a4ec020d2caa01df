package command

import (
	"bytes"
	"os"

	"github.com/urfave/cli/v2"

	"devca/ca"
	"devca/diag"
)

// openDir finds the CA's directory as --dir, $DEVCA_DIR and the system say.
func (p *program) openDir(c *cli.Context) (*ca.Dir, error) {
	return ca.Locate(c.String("dir"), p.streams.Getenv)
}

// createFlags are those of every verb that may make a CA.
func createFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "permit", Usage: "let a new root sign for `NAME` and what is below it, besides the default names; may be repeated"},
		&cli.BoolFlag{Name: "unconstrained", Usage: "let a new root sign for every name (a stolen key could then imitate any site)"},
		&cli.BoolFlag{Name: "keep-root-key", Usage: "store the new root's key, encrypted; by default it is forgotten once it has signed the issuing CA"},
		&cli.StringFlag{Name: "passphrase-file", Usage: "`FILE` whose first line encrypts the root's key (with --keep-root-key)"},
	}
}

// createOptions reads createFlags. A passphrase is asked for on a terminal.
func (p *program) createOptions(c *cli.Context) (ca.Options, error) {
	options := ca.Options{Permit: c.StringSlice("permit"), Unconstrained: c.Bool("unconstrained")}
	if options.Unconstrained && len(options.Permit) > 0 {
		return options, usage(c, "--permit and --unconstrained exclude each other")
	}
	if !c.Bool("keep-root-key") {
		if c.String("passphrase-file") != "" {
			return options, usage(c, "--passphrase-file goes with --keep-root-key")
		}
		return options, nil
	}
	passphrase, err := p.passphrase(c.String("passphrase-file"))
	options.Passphrase = passphrase
	return options, err
}

func (p *program) passphrase(path string) ([]byte, error) {
	var passphrase []byte
	var err error
	switch {
	case path != "":
		passphrase, err = readSecretFile(path)
	case p.streams.InTTY:
		passphrase, err = p.streams.AskSecret("Passphrase for the root's key: ")
	}
	if err != nil {
		return nil, err
	}
	if len(passphrase) < 8 {
		return nil, diag.New(diag.CAPassphrase, "the root's key is kept only under a passphrase of at least 8 characters").
			Fix("put one into a file that only you can read", "devca install --keep-root-key --passphrase-file FILE")
	}
	return passphrase, nil
}

// readSecretFile gives the first line of a file.
func readSecretFile(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return firstLine(data), nil
}

func firstLine(data []byte) []byte {
	line, _, _ := bytes.Cut(data, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r"))
}

// refuseLate says that options for making a CA come too late, where there is one
// that is not what they ask for.
func refuseLate(dir *ca.Dir, options ca.Options) error {
	if !options.Unconstrained && len(options.Passphrase)+len(options.Permit) == 0 {
		return nil
	}
	authority, err := dir.Open()
	if err != nil {
		return nil // there is none, or opening it for the work itself says more
	}
	rotate := []string{"devca", "ca", "rotate"}
	if options.Unconstrained && authority.Constrained() {
		rotate = append(rotate, "--unconstrained")
	}
	if len(options.Passphrase) > 0 && !dir.KeepsRootKey(authority) {
		rotate = append(rotate, "--keep-root-key", "--passphrase-file", "FILE")
	}
	for _, name := range options.Permit {
		if !authority.Permits(name) {
			rotate = append(rotate, "--permit", name)
		}
	}
	if len(rotate) == 3 {
		return nil
	}
	return diag.New(diag.CAExists, "there is a CA already, "+authority.Describe()).
		Because("what it may sign for, and whether its root's key is kept, was decided when it was made").
		Fix("make a new one, have it trusted and re-issue everything", diag.CommandLine(rotate...))
}

// openOrCreate opens the CA or makes it, and says so when it did.
func (p *program) openOrCreate(dir *ca.Dir, options ca.Options) (*ca.Authority, error) {
	authority, created, err := dir.OpenOrCreate(options)
	if err != nil {
		return nil, err
	}
	if created {
		p.note("Created a root for this machine: %s", authority.Describe())
		if !authority.Constrained() {
			p.warn(unconstrained(authority))
		}
	}
	return authority, nil
}

func unconstrained(authority *ca.Authority) diag.Finding {
	finding := diag.New(diag.CAUnconstrained, "this root may sign for every name on the Internet").
		Because("whoever copies the key in the CA's directory can imitate any site to those who trust the root").
		Fix("make a root that is limited to the names you use", "devca ca rotate --permit NAME").Finding
	finding.Severity = diag.SeverityWarning
	return finding
}
