package command

import (
	"context"
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"devca/ca"
	"devca/diag"
	"devca/internal/ui"
	"devca/trust"
)

func (p *program) uninstallCommand() *cli.Command {
	return &cli.Command{
		Name: "uninstall", ArgsUsage: "[--foreign [NAME...]]",
		Usage: "take every root that install ever put there out of this machine's stores",
		Description: `Removes the current root and those of earlier runs, from the stores that are
there now and those that the journal remembers, and reads each back; those that
devca trust installed go, too. The CA stays, so that install can bring it back;
--purge deletes it as well.

With --foreign it is about the roots of other tools, such as mkcert and Caddy,
and no own root is touched: alone it lists them with what is dangerous about
them, and with names or fingerprints it removes those.

Examples:
  devca uninstall --dry-run
  devca uninstall
  devca uninstall --stores nss
  devca uninstall --foreign
  devca uninstall --foreign mkcert --dry-run
  devca uninstall --purge --yes`,
		Flags: append(append([]cli.Flag{storesFlag()}, planFlags()...),
			&cli.BoolFlag{Name: "foreign", Usage: "list the roots of other tools, or remove those that are named"},
			&cli.BoolFlag{Name: "purge", Usage: "also delete the CA's directory, keys and ledger included"},
			&cli.BoolFlag{Name: "yes", Aliases: []string{"y"}, Usage: "do not ask before --purge"}),
		Action: func(c *cli.Context) error {
			if c.Args().Present() && !c.Bool("foreign") {
				return usage(c, "uninstall takes no names; it removes every root of this CA")
			}
			return p.uninstall(c)
		},
	}
}

func (p *program) uninstall(c *cli.Context) error {
	defer p.interruptible(c)()
	kinds, err := p.storeKinds(c)
	if err != nil {
		return err
	}
	purge, plan := c.Bool("purge"), c.Bool("dry-run") || c.Bool("print-commands")
	if purge && (kinds != nil || plan) {
		return usage(c, "--purge goes with all stores, and with no --dry-run or --print-commands")
	}
	dir, err := p.openDir(c)
	if err != nil {
		return err
	}
	if c.Bool("foreign") {
		if purge {
			return usage(c, "--foreign is about the roots of other tools, and --purge about this CA")
		}
		return p.foreign(c, dir, kinds)
	}
	journal, err := trust.OpenJournal(dir.JournalPath(), dir.Owner())
	if err != nil {
		return err
	}
	t := &trustChange{machine: p.machine(c), dir: dir, action: trust.Uninstall}
	if err := p.everyRoot(t, journal); err != nil {
		return err
	}
	if purge {
		if err := p.confirmPurge(c, dir); err != nil {
			return err
		}
	}
	t.stores = trust.WithJournal(t.machine, trust.Detect(t.machine, kinds...), journal, kinds...)
	t.ownOnly(c)
	switch {
	case len(t.roots) == 0:
		p.note("Nothing to remove: no root was made or installed from %s", ui.Clean(dir.Path()))
		t.stores = nil
	case plan:
		t.plan(c.Context)
		if c.Bool("dry-run") && !c.Bool("print-commands") {
			return p.showPlan(t)
		}
		return p.printCommands(t)
	}
	return p.removeAll(c, t, journal, purge)
}

// everyRoot collects the roots of the CA's directory and of the journal.
func (p *program) everyRoot(t *trustChange, journal *trust.Journal) error {
	certificates, err := t.dir.Roots()
	remembered := journal.Roots()
	if err != nil {
		if len(remembered) == 0 {
			return err
		}
		// The journal has every root that was installed, which is what matters here.
		p.warn(asWarning(err))
	}
	t.result = newTrustResult(t.dir, nil)
	if len(certificates) > 0 {
		t.result = newTrustResult(t.dir, certificates[0])
	}
	for _, root := range remembered {
		if !slices.ContainsFunc(certificates, func(known *x509.Certificate) bool { return known.Equal(root) }) {
			certificates = append(certificates, root)
		}
	}
	t.roots = rootsOf(t.dir, certificates)
	return nil
}

// removeAll changes the stores and then, if asked to, deletes the directory.
func (p *program) removeAll(c *cli.Context, t *trustChange, journal *trust.Journal, purge bool) error {
	var status error
	if len(t.stores) > 0 {
		unlock, err := journal.Lock()
		if err != nil {
			return err
		}
		status = p.change(c.Context, t, journal)
		unlock() // before the folder that it is in goes
		if _, ok := asAnswer(status); status != nil && !ok {
			return status
		}
	}
	if purge {
		status = p.mayPurge(c.Context, t, journal, status)
	}
	if err := t.forgetTrusted(status == nil && len(t.left) == 0 && !c.IsSet("stores")); err != nil {
		return err
	}
	if _, err := os.Lstat(t.dir.Path()); purge && status == nil && !errors.Is(err, fs.ErrNotExist) {
		if err := t.dir.Purge(); err != nil {
			return err
		}
		t.result.Purged = t.dir.Path()
	}
	if len(t.stores) > 0 || p.json {
		if err := p.showChange(t); err != nil {
			return err
		}
	}
	if t.result.Purged != "" {
		p.note("Deleted %s", ui.Clean(t.result.Purged))
	}
	return status
}

// mayPurge gives the status anew: while a store has the root, the directory stays.
func (p *program) mayPurge(ctx context.Context, t *trustChange, journal *trust.Journal, status error) error {
	why := "the journal in it says what is left to remove"
	if status == nil {
		left := t.elsewhere(ctx, journal)
		if len(left) == 0 {
			return nil
		}
		why, status = "this was not about "+strings.Join(left, ", ")+"; "+why, answer(ExitPartly)
	}
	p.problem(diag.New(diag.TrustPurge, "the CA's directory was kept, because some store still has the root").Because(why).
		Fix("when the stores are in order, run", t.machine.Again[trust.Uninstall]+" --purge --yes").Finding)
	return status
}

// elsewhere names the stores that --user left out and that have a root,
// which nobody could find any more without the journal.
func (t *trustChange) elsewhere(ctx context.Context, journal *trust.Journal) []string {
	var titles []string
	left := slices.DeleteFunc(trust.WithJournal(t.machine, trust.Detect(t.machine), journal), func(store trust.Store) bool {
		return slices.ContainsFunc(t.stores, func(done trust.Store) bool { return done.About().ID == store.About().ID })
	})
	for _, root := range t.roots {
		for i, reading := range trust.ReadAll(ctx, left, root) {
			title := left[i].About().Title
			if (reading.State == trust.Trusted || reading.State == trust.Untrusted) && !slices.Contains(titles, title) {
				titles = append(titles, title)
			}
		}
	}
	return titles
}

// forgetTrusted deletes the copies of others' roots when no store has them any more.
func (t *trustChange) forgetTrusted(everywhere bool) error {
	if !everywhere {
		return nil
	}
	for _, root := range t.roots {
		if err := t.dir.ForgetTrusted(root.Certificate); err != nil {
			return err
		}
	}
	return nil
}

// confirmPurge asks before anything is changed.
func (p *program) confirmPurge(c *cli.Context, dir *ca.Dir) error {
	if _, err := os.Lstat(dir.Path()); c.Bool("yes") || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	agreed := false
	if p.streams.InTTY {
		var err error
		question := "Delete " + ui.Clean(dir.Path()) + " with the CA's keys and the list of what was issued?"
		if agreed, err = p.streams.Confirm(question); err != nil {
			return err
		}
	}
	if agreed {
		return nil
	}
	return diag.New(diag.TrustPurge, "nothing was removed: --purge deletes the CA's keys and was not confirmed").
		Fix("if that is what you want, say so", diag.CommandLine("devca", "uninstall", "--purge", "--yes", "--dir", dir.Path()))
}
