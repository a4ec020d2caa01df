package command

import (
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"devca/ca"
	"devca/certs"
	"devca/internal/ui"
)

func (p *program) caCommand() *cli.Command {
	return &cli.Command{
		Name:  "ca",
		Usage: "the authority itself: show, export, import, path, rotate, crl, ocsp",
		Subcommands: []*cli.Command{
			p.caShowCommand(),
			p.caExportCommand(),
			p.caImportCommand(),
			p.caPathCommand(),
			p.caRotateCommand(),
			p.caCRLCommand(),
			p.caOCSPCommand(),
		},
	}
}

func (p *program) caShowCommand() *cli.Command {
	return &cli.Command{
		Name:        "show",
		Usage:       "say what the root and the issuing CA are and may sign for",
		Description: "Examples:\n  devca ca show\n  devca ca show --json",
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage(c, "ca show takes no names")
			}
			dir, err := p.openDir(c)
			if err != nil {
				return err
			}
			authority, err := dir.Open()
			if err != nil {
				return err
			}
			return p.showAuthority(dir, authority)
		},
	}
}

// authorityResult is the JSON answer of ca show, import and rotate.
type authorityResult struct {
	Dir           string            `json:"dir"`
	Root          certificateResult `json:"root"`
	Issuing       certificateResult `json:"issuing"`
	Permitted     []string          `json:"permitted"` // DNS subtrees; empty means every name
	Unconstrained bool              `json:"unconstrained"`
	RootKeyKept   bool              `json:"root_key_kept"`
}

type certificateResult struct {
	Path      string    `json:"path,omitempty"`
	Name      string    `json:"name"`
	Serial    string    `json:"serial"`
	KeyType   string    `json:"key_type"`
	NotBefore time.Time `json:"not_before"`
	NotAfter  time.Time `json:"not_after"`
	SHA256    string    `json:"sha256"`
}

func describeAuthority(dir *ca.Dir, authority *ca.Authority) authorityResult {
	permitted := authority.Issuing.PermittedDNSDomains
	if permitted == nil {
		permitted = []string{}
	}
	root := describeCertificate(authority.Root)
	root.Path = dir.RootPath()
	return authorityResult{
		Dir: dir.Path(), Root: root, Issuing: describeCertificate(authority.Issuing),
		Permitted: permitted, Unconstrained: !authority.Constrained(), RootKeyKept: dir.KeepsRootKey(authority),
	}
}

func describeCertificate(certificate *x509.Certificate) certificateResult {
	return certificateResult{
		Name: certificate.Subject.CommonName, Serial: hex.EncodeToString(certificate.SerialNumber.Bytes()),
		KeyType:   string(certs.KeyTypeOf(certificate.PublicKey)),
		NotBefore: certificate.NotBefore.UTC(), NotAfter: certificate.NotAfter.UTC(),
		SHA256: certs.Fingerprint(certificate.Raw),
	}
}

func (p *program) showAuthority(dir *ca.Dir, authority *ca.Authority) error {
	result := describeAuthority(dir, authority)
	if p.json {
		return p.result(result)
	}
	permitted := strings.Join(result.Permitted, ", ")
	if permitted == "" {
		permitted = "every name"
	}
	kept := "not stored: it was forgotten once it had signed the issuing CA"
	switch {
	case authority.Issuing.Equal(authority.Root):
		kept = "stored: this adopted root has no room for an issuing CA, so its own key signs"
	case result.RootKeyKept:
		kept = "stored, encrypted with a passphrase"
	}
	rows := [][2]string{
		{"Root", result.Root.Name},
		{"  file", result.Root.Path},
		{"  SHA-256", result.Root.SHA256},
		{"  expires", until(result.Root.NotAfter)},
		{"  key", result.Root.KeyType + ", " + kept},
	}
	if !authority.Issuing.Equal(authority.Root) {
		rows = append(rows, [][2]string{
			{"Issuing CA", result.Issuing.Name},
			{"  SHA-256", result.Issuing.SHA256},
			{"  expires", until(result.Issuing.NotAfter)},
			{"  key", result.Issuing.KeyType},
		}...)
	}
	rows = append(rows, [2]string{"May sign for", permitted}, [2]string{"Directory", result.Dir})
	p.fields(rows)
	return nil
}

// fields prints labelled values in two columns.
func (p *program) fields(rows [][2]string) {
	width := 0
	for _, row := range rows {
		width = max(width, len(row[0]))
	}
	var b strings.Builder
	for _, row := range rows {
		fmt.Fprintf(&b, "%-*s  %s\n", width, row[0], ui.Clean(row[1]))
	}
	fmt.Fprint(p.streams.Out, b.String())
}

// until says a date and how far it is.
func until(t time.Time) string {
	// An hour of grace: what was just made for 820 days is not shown as 819.
	days := int((time.Until(t) + time.Hour) / (24 * time.Hour))
	date := t.UTC().Format(time.DateOnly)
	switch {
	case time.Now().After(t):
		return date + " (expired)"
	case days == 0:
		return date + " (in less than a day)"
	case days == 1:
		return date + " (in 1 day)"
	}
	return fmt.Sprintf("%s (in %d days)", date, days)
}

func (p *program) caPathCommand() *cli.Command {
	return &cli.Command{
		Name:  "path",
		Usage: "print where the CA is kept, for scripts",
		Description: "Examples:\n  devca ca path\n  export NODE_EXTRA_CA_CERTS=\"$(devca ca path --root)\"\n  openssl x509 -noout -text -in \"$(devca ca path --issuing)\"\n\n" +
			"The path of the root stays the same when the root changes.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "root", Usage: "print the path of the root certificate instead"},
			&cli.BoolFlag{Name: "issuing", Usage: "print the path of the issuing CA's certificate instead"},
		},
		Action: func(c *cli.Context) error {
			switch {
			case c.Args().Present():
				return usage(c, "ca path takes no names")
			case c.Bool("root") && c.Bool("issuing"):
				return usage(c, "--root and --issuing exclude each other")
			}
			dir, err := p.openDir(c)
			if err != nil {
				return err
			}
			if c.Bool("issuing") {
				return p.issuingPath(dir)
			}
			if p.json {
				return p.result(pathResult{Dir: dir.Path(), Root: dir.RootPath()})
			}
			if c.Bool("root") {
				p.say("%s", dir.RootPath())
				return nil
			}
			p.say("%s", dir.Path())
			return nil
		},
	}
}

// issuingPath prints where the issuing CA's certificate stands, which changes
// with the root.
func (p *program) issuingPath(dir *ca.Dir) error {
	authority, err := dir.Open()
	if err != nil {
		return err
	}
	path := dir.IssuingPath(authority)
	if p.json {
		return p.result(pathResult{Dir: dir.Path(), Root: dir.RootPath(), Issuing: path})
	}
	p.say("%s", path)
	return nil
}

type pathResult struct {
	Dir     string `json:"dir"`
	Root    string `json:"root"`
	Issuing string `json:"issuing,omitempty"` // with --issuing
}
