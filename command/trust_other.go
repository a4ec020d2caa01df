package command

import (
	"crypto/x509"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"devca/ca"
	"devca/certs"
	"devca/diag"
	"devca/internal/ui"
	"devca/trust"
)

func (p *program) trustCommand() *cli.Command {
	return &cli.Command{
		Name:      "trust",
		Usage:     "have somebody else's root, such as a team's, trusted by this machine's stores",
		ArgsUsage: "FILE|URL|-",
		Description: `Installs a root of which this machine has no key, as install does with its own.
From an https address it is taken if its SHA-256 is the one that you say, or if
this machine trusts the server already.

Examples:
  devca trust team-root.pem
  devca trust team-root.pem --dry-run
  devca trust https://ca.example/root.pem --fingerprint SHA256
  devca untrust team-root.pem`,
		Flags: append([]cli.Flag{
			storesFlag(),
			&cli.StringFlag{Name: "fingerprint", Usage: "take the root only if its `SHA256` is this (ask its owner, not the server)"},
		}, planFlags()...),
		Action: func(c *cli.Context) error {
			if c.Args().Len() != 1 {
				return usage(c, "name one file or address with the root, or - for standard input")
			}
			return p.trustOther(c)
		},
	}
}

func (p *program) trustOther(c *cli.Context) error {
	defer p.interruptible(c)()
	kinds, err := p.storeKinds(c)
	if err != nil {
		return err
	}
	dir, err := p.openDir(c)
	if err != nil {
		return err
	}
	root, err := p.rootFrom(c, c.Args().First())
	if err != nil {
		return err
	}
	t := &trustChange{machine: p.machine(c), dir: dir, action: trust.Install}
	if t.stores = trust.Detect(t.machine, kinds...); len(t.stores) == 0 {
		return noStore(kinds)
	}
	t.ownOnly(c)
	t.about(root, dir.TrustedPath(root))
	if warning, unsafe := unconstrainedOther(root); unsafe {
		t.result.Remarks = append(t.result.Remarks, warning)
	}
	if c.Bool("dry-run") && !c.Bool("print-commands") {
		t.plan(c.Context)
		return p.showPlan(t)
	}
	if _, err := dir.KeepTrusted(root); err != nil {
		return err
	}
	if c.Bool("print-commands") {
		t.plan(c.Context)
		return p.printCommands(t)
	}
	return p.changeAndShow(c, t)
}

// about makes a change one of somebody else's root.
func (t *trustChange) about(root *x509.Certificate, path string) {
	t.result = newTrustResult(t.dir, root)
	t.result.Root.Path = path
	t.roots = []trust.Root{{Certificate: root, Path: path}}
}

// changeAndShow does it under the journal's lock.
func (p *program) changeAndShow(c *cli.Context, t *trustChange) error {
	journal, err := trust.OpenJournal(t.dir.JournalPath(), t.dir.Owner())
	if err != nil {
		return err
	}
	unlock, err := journal.Lock()
	if err != nil {
		return err
	}
	status := p.change(c.Context, t, journal)
	unlock()
	if _, ok := asAnswer(status); status != nil && !ok {
		return status
	}
	if err := p.showChange(t); err != nil {
		return err
	}
	return status
}

func (p *program) untrustCommand() *cli.Command {
	return &cli.Command{
		Name:      "untrust",
		Usage:     "take a root that devca trust installed out of this machine's stores",
		ArgsUsage: "[FILE|NAME|SHA256]",
		Description: `Removes the root of a file, or the one of that name or with a fingerprint that
begins so. Without an argument it lists the roots that devca trust installed.

Examples:
  devca untrust
  devca untrust team-root.pem
  devca untrust 3f9a01c2 --dry-run`,
		Flags: append([]cli.Flag{storesFlag()}, planFlags()...),
		Action: func(c *cli.Context) error {
			if c.Args().Len() > 1 {
				return usage(c, "name one root")
			}
			return p.untrust(c)
		},
	}
}

// untrustResult is the JSON answer of untrust without an argument.
type untrustResult struct {
	Trusted []otherRoot `json:"trusted"`
}

// otherRoot is somebody else's root.
type otherRoot struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Path   string `json:"path"` // of the copy in the CA's directory
}

func (p *program) untrust(c *cli.Context) error {
	defer p.interruptible(c)()
	kinds, err := p.storeKinds(c)
	if err != nil {
		return err
	}
	dir, err := p.openDir(c)
	if err != nil {
		return err
	}
	known, err := dir.Trusted()
	if err != nil {
		return err
	}
	if !c.Args().Present() {
		return p.listTrusted(known)
	}
	other, err := p.chooseTrusted(c.Args().First(), known)
	if err != nil {
		return err
	}
	t := &trustChange{machine: p.machine(c), dir: dir, action: trust.Uninstall}
	t.about(other.Certificate, other.Path)
	journal, err := trust.OpenJournal(dir.JournalPath(), dir.Owner())
	if err != nil {
		return err
	}
	t.stores = trust.WithJournal(t.machine, trust.Detect(t.machine, kinds...), journal, kinds...)
	t.ownOnly(c)
	if c.Bool("dry-run") || c.Bool("print-commands") {
		t.plan(c.Context)
		if c.Bool("print-commands") {
			return p.printCommands(t)
		}
		return p.showPlan(t)
	}
	if err := p.changeAndShow(c, t); err != nil || len(t.left) > 0 || kinds != nil {
		return err
	}
	return dir.ForgetTrusted(other.Certificate)
}

func (p *program) listTrusted(known []ca.Other) error {
	result := untrustResult{Trusted: []otherRoot{}}
	for _, other := range known {
		result.Trusted = append(result.Trusted, otherRoot{nameOf(other.Certificate), certs.Fingerprint(other.Certificate.Raw), other.Path})
	}
	if p.json {
		return p.result(result)
	}
	if len(known) == 0 {
		p.note("devca trust installed no root here")
		return nil
	}
	table := ui.Table{Columns: []string{"ROOT", "SHA-256"}}
	for _, other := range result.Trusted {
		table.Rows = append(table.Rows, []string{other.Name, other.SHA256[:16]})
	}
	return table.Write(p.streams)
}

// chooseTrusted finds the root that the word means: a file with it, its name, or
// the beginning of its fingerprint.
func (p *program) chooseTrusted(word string, known []ca.Other) (ca.Other, error) {
	matches := func(other ca.Other) bool { return goesBy(other.Certificate, word) }
	if i := slices.IndexFunc(known, matches); i >= 0 {
		if slices.ContainsFunc(known[i+1:], matches) {
			return ca.Other{}, unknownOther(word, "several roots go by it")
		}
		return known[i], nil
	}
	root, err := p.rootInFile(word, nil)
	if err != nil {
		return ca.Other{}, unknownOther(word, "it is no root that devca trust installed, and no file with one")
	}
	if i := slices.IndexFunc(known, func(other ca.Other) bool { return other.Certificate.Equal(root) }); i >= 0 {
		return known[i], nil
	}
	return ca.Other{}, unknownOther(word, "devca trust did not install the root in that file")
}

// goesBy tells whether a word means the certificate: its name, or at least eight
// digits of its fingerprint.
func goesBy(certificate *x509.Certificate, word string) bool {
	digits := strings.ToLower(strings.ReplaceAll(word, ":", ""))
	return word == nameOf(certificate) || len(digits) >= 8 && strings.HasPrefix(certs.Fingerprint(certificate.Raw), digits)
}

func unknownOther(word, why string) error {
	return diag.New(diag.OthersUnknown, "no root here goes by "+ui.Clean(word)).Because(why).
		Fix("see those that devca trust installed, and those of other tools", "devca untrust ; devca uninstall --foreign")
}
