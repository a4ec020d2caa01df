package command

import (
	"errors"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"devca/ca"
	"devca/diag"
)

func (p *program) renewCommand() *cli.Command {
	return &cli.Command{
		Name:      "renew",
		Usage:     "make certificates anew: same names, same files, new key",
		ArgsUsage: "[FILE|NAME|SERIAL...]",
		Description: "Examples:\n  devca renew localhost+2.pem\n  devca renew app.test --reuse-key\n  devca renew --expiring 30d\n  devca renew --all --dry-run\n\n" +
			"Every file is replaced whole; a server reads the new one when it is told to reload.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "all", Aliases: []string{"a"}, Usage: "everything that is in use"},
			&cli.StringFlag{Name: "expiring", Usage: "what expires within `TIME` (30d, 12h), expired ones included"},
			&cli.BoolFlag{Name: "reuse-key", Usage: "keep the private key (for those who pin it)"},
			&cli.BoolFlag{Name: "dry-run", Aliases: []string{"n"}, Usage: "say what would be renewed, change nothing"},
		},
		Action:       p.renew,
		BashComplete: p.completeNames,
	}
}

// renewResult is the JSON answer of renew.
type renewResult struct {
	Renewed []entryResult   `json:"renewed"` // with dry_run, what would be
	Skipped []renewalFailed `json:"skipped"` // their files are gone
	Failed  []renewalFailed `json:"failed"`
	DryRun  bool            `json:"dry_run"`
}

type renewalFailed struct {
	Serial string       `json:"serial"`
	Names  []string     `json:"names"`
	Error  diag.Finding `json:"error"`
}

func (p *program) renew(c *cli.Context) error {
	chosen := 0
	for _, given := range []bool{c.Args().Present(), c.Bool("all"), c.IsSet("expiring")} {
		if given {
			chosen++
		}
	}
	if chosen != 1 {
		return usage(c, "say what to renew: files or names, or --all, or --expiring TIME")
	}
	dir, err := p.openDir(c)
	if err != nil {
		return err
	}
	authority, err := dir.Open()
	if err != nil {
		return err
	}
	ledger, err := dir.Ledger()
	if err != nil {
		return err
	}
	entries, err := p.toRenew(c, ledger, time.Now())
	if err != nil {
		return err
	}
	result := p.renewEntries(dir, authority, entries, c.Bool("reuse-key"), c.Bool("dry-run"))
	return p.renewed(result)
}

func (p *program) toRenew(c *cli.Context, ledger *ca.Ledger, now time.Time) ([]ca.Entry, error) {
	switch {
	case c.Bool("all"):
		return ledger.Current(now), nil
	case c.IsSet("expiring"):
		within, err := parseDuration("expiring", c.String("expiring"))
		return ledger.Expiring(now, now.Add(within)), err
	}
	var entries []ca.Entry
	for _, text := range c.Args().Slice() {
		e, err := ledger.Find(text, now)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(entries, func(other ca.Entry) bool { return other.Serial == e.Serial }) {
			entries = append(entries, e)
		}
	}
	return entries, nil
}

// renewEntries renews each by itself: one failure does not stop the others.
func (p *program) renewEntries(dir *ca.Dir, authority *ca.Authority, entries []ca.Entry, reuse, dryRun bool) renewResult {
	result := renewResult{Renewed: []entryResult{}, Skipped: []renewalFailed{}, Failed: []renewalFailed{}, DryRun: dryRun}
	now := time.Now()
	progress := newProgress(p.streams, "renewed")
	for _, e := range entries {
		if dryRun {
			result.Renewed = append(result.Renewed, describeEntry(e, now))
			continue
		}
		password, err := p12Password(e.P12Password)
		var renewed ca.Entry
		if err == nil {
			renewed, err = dir.Renew(authority, e, reuse, password, now)
		}
		switch {
		case err == nil:
			result.Renewed = append(result.Renewed, describeEntry(renewed, now))
			progress.show(len(result.Renewed))
		case errors.Is(err, ca.ErrNoFile):
			gone := diag.New(diag.LedgerNoFile, "nothing to renew").From(err).Fix("issue it again", issueAgain(e))
			result.Skipped = append(result.Skipped, renewalFailed{Serial: e.Serial, Names: e.Names, Error: findingWithCause(gone)})
		default:
			result.Failed = append(result.Failed, renewalFailed{Serial: e.Serial, Names: e.Names, Error: findingWithCause(asFinding(err))})
		}
	}
	progress.clear()
	return result
}

func (p *program) renewed(result renewResult) error {
	if p.json {
		if err := p.result(result); err != nil {
			return err
		}
	} else {
		verb := "Renewed"
		if result.DryRun {
			verb = "Would renew"
		}
		short := pathShortener()
		for _, e := range result.Renewed {
			p.say("%s %s  until %s", verb, short(e.Files.Cert), e.NotAfter.Format(time.DateOnly))
		}
		for _, failed := range slices.Concat(result.Skipped, result.Failed) {
			writeFinding(p.loud(), failed.Error)
		}
		if len(result.Renewed)+len(result.Skipped)+len(result.Failed) == 0 {
			p.note("Nothing to renew")
		}
	}
	undone := len(result.Failed) + len(result.Skipped)
	switch {
	case undone == 0:
		return nil
	case len(result.Renewed) == 0:
		return answer(ExitFailed)
	}
	return answer(ExitPartly)
}

// completeNames offers the ledger's names to a shell.
func (p *program) completeNames(c *cli.Context) {
	dir, err := p.openDir(c)
	if err != nil {
		return
	}
	ledger, err := dir.Ledger()
	if err != nil {
		return
	}
	var names []string
	for _, e := range ledger.Current(time.Now()) {
		names = append(names, e.Names[0])
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		p.say("%s", name)
	}
}
