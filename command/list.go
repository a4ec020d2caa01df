package command

import (
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"devca/ca"
	"devca/internal/ui"
)

func (p *program) listCommand() *cli.Command {
	return &cli.Command{
		Name:      "list",
		Usage:     "say what was issued here and what has become of it",
		ArgsUsage: "[NAME...]",
		Description: "Examples:\n  devca list\n  devca list --expiring 30d\n  devca list --all --json\n  devca list app.test\n\n" +
			"Shows what is in use. With --expiring the exit status is 3 if anything is shown,\n" +
			"so that a script can act on it.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "expiring", Usage: "only what expires within `TIME` (30d, 12h), expired ones included"},
			&cli.BoolFlag{Name: "all", Aliases: []string{"a"}, Usage: "also what was replaced, revoked or broken on purpose"},
		},
		Action: p.list,
	}
}

// listResult is the JSON answer of list.
type listResult struct {
	Certificates []entryResult `json:"certificates"`
}

func (p *program) list(c *cli.Context) error {
	collectLater()
	dir, err := p.openDir(c)
	if err != nil {
		return err
	}
	ledger, err := dir.Ledger()
	if err != nil {
		return err
	}
	now := time.Now()
	entries := ledger.Current(now)
	switch {
	case c.IsSet("expiring"):
		within, err := parseDuration("expiring", c.String("expiring"))
		if err != nil {
			return err
		}
		entries = ledger.Expiring(now, now.Add(within))
	case c.Bool("all"):
		entries = ledger.Entries
	}
	if c.Args().Present() {
		entries = slices.DeleteFunc(entries, func(e ca.Entry) bool { return !named(e, c.Args().Slice()) })
	}
	empty := "Nothing to list. To issue a certificate: devca issue localhost"
	if c.Args().Present() {
		empty = "Nothing in use is for " + strings.Join(c.Args().Slice(), ", ") + ". What was: devca list --all"
	}
	if c.IsSet("expiring") {
		empty = "Nothing expires within " + c.String("expiring")
	}
	if err := p.showEntries(entries, empty, now); err != nil {
		return err
	}
	if c.IsSet("expiring") && len(entries) > 0 {
		return answer(ExitNo)
	}
	return nil
}

// named tells whether a certificate has one of the names.
func named(e ca.Entry, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return slices.Contains(e.Names, strings.ToLower(name)) })
}

// showEntries prints the table, or on standard error what empty says.
func (p *program) showEntries(entries []ca.Entry, empty string, now time.Time) error {
	if p.json {
		result := listResult{Certificates: make([]entryResult, len(entries))}
		for i, e := range entries {
			result.Certificates[i] = describeEntry(e, now)
		}
		return p.result(result)
	}
	if len(entries) == 0 {
		p.note("%s", ui.Clean(empty))
		return nil
	}
	table := ui.Table{Columns: []string{"NAMES", "EXPIRES", "STATUS", "KEY", "SERIAL", "FILE"}, Rows: make([][]string, len(entries))}
	short := pathShortener()
	for i, e := range entries {
		names := strings.Join(e.Names[:min(3, len(e.Names))], ", ")
		if len(e.Names) > 3 {
			names += ", ..."
		}
		table.Rows[i] = []string{
			names, e.NotAfter.UTC().Format(time.DateOnly), string(e.Status(now)), string(e.KeyType),
			e.Serial[:min(8, len(e.Serial))], short(e.Files.Cert),
		}
	}
	return table.Write(p.streams)
}
