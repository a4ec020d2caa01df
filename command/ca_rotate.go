package command

import (
	"crypto/x509"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"devca/ca"
	"devca/certs"
	"devca/trust"
)

func (p *program) caRotateCommand() *cli.Command {
	return &cli.Command{
		Name:  "rotate",
		Usage: "make a new root, have it trusted instead of the old one and re-issue everything",
		Description: "Examples:\n  devca ca rotate --dry-run\n  devca ca rotate\n  devca ca rotate --permit corp.example\n\n" +
			"Use it to permit more names, after a key may have been copied, or before the root expires.\n" +
			"What the old root permitted stays permitted. The new root goes into the stores that had\n" +
			"the old one, the old one is taken out, and every certificate in use is renewed in place.",
		Flags: append(createFlags(),
			&cli.BoolFlag{Name: "dry-run", Aliases: []string{"n"}, Usage: "say what would be done, change nothing"}),
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage(c, "ca rotate takes no names: permit them with --permit NAME")
			}
			return p.rotate(c)
		},
	}
}

// rotateResult is the JSON answer of ca rotate.
type rotateResult struct {
	Authority *authorityResult `json:"authority"` // the new one; null with dry_run
	Permitted []string         `json:"permit"`    // DNS subtrees besides the default ones
	Stores    []storeResult    `json:"stores"`    // after the new root went in
	Removed   []storeResult    `json:"removed"`   // after the old roots went out
	Renewal   renewResult      `json:"renewal"`
	DryRun    bool             `json:"dry_run"`
}

func (p *program) rotate(c *cli.Context) error {
	defer p.interruptible(c)()
	dir, err := p.openDir(c)
	if err != nil {
		return err
	}
	options, err := p.createOptions(c)
	if err != nil {
		return err
	}
	old, err := dir.Roots()
	if err != nil {
		// A damaged directory is what rotate is for; the journal knows the roots that count.
		p.warn(asWarning(err))
	}
	ledger, err := dir.Ledger()
	if err != nil {
		return err
	}
	entries := slices.DeleteFunc(ledger.Current(time.Now()), func(e ca.Entry) bool { return !e.HasFile() })
	if !options.Unconstrained {
		options.Permit = append(options.Permit, carriedOver(dir, entries)...)
	}
	journal, err := trust.OpenJournal(dir.JournalPath(), dir.Owner())
	if err != nil {
		return err
	}
	result := rotateResult{Permitted: options.Permit, Stores: []storeResult{}, Removed: []storeResult{}, DryRun: c.Bool("dry-run")}
	if result.DryRun {
		result.Renewal = p.renewEntries(dir, nil, entries, false, true)
		return p.planRotation(result, journal)
	}
	authority, err := dir.Rotate(options)
	if err != nil {
		return err
	}
	p.refreshEnvironment(dir, authority.Root)
	described := describeAuthority(dir, authority)
	result.Authority = &described
	status, err := p.replaceRoots(c, dir, authority, append(old, journal.Roots()...), journal, &result)
	if err != nil {
		return err
	}
	result.Renewal = p.renewEntries(dir, authority, entries, false, false)
	return p.rotated(authority, result, status)
}

// carriedOver are the names that the new root must permit for what is in use:
// those that were added to the old one, and those of its certificates.
func carriedOver(dir *ca.Dir, entries []ca.Entry) []string {
	var names []string
	if old, err := dir.Open(); err == nil {
		names = append(names, old.Issuing.PermittedDNSDomains...)
	}
	for _, e := range entries {
		if parsed, err := certs.ParseNames(e.Names, true); err == nil {
			names = append(names, parsed.DNS...)
		}
	}
	return ca.BeyondDefault(names)
}

// replaceRoots puts the new root into the stores that had an old one and takes
// the old ones out. The new one goes first: no client is left without a root.
func (p *program) replaceRoots(c *cli.Context, dir *ca.Dir, authority *ca.Authority, old []*x509.Certificate, journal *trust.Journal, result *rotateResult) (error, error) {
	unlock, err := journal.Lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	machine := p.machine(c)
	installed := journal.Stores()
	stores := trust.WithJournal(machine, trust.Detect(machine), journal)
	// Somebody may have run the printed commands, of which the journal knows nothing.
	for _, root := range rootsOf(dir, old) {
		for i, reading := range trust.ReadAll(c.Context, stores, root) {
			if reading.State == trust.Trusted {
				installed = append(installed, stores[i].About().ID)
			}
		}
	}
	stores = slices.DeleteFunc(stores, func(s trust.Store) bool {
		return !slices.Contains(installed, s.About().ID) && !slices.Contains(installed, s.About().Follows)
	})
	if len(stores) == 0 {
		return nil, nil
	}
	in := &trustChange{machine: machine, dir: dir, action: trust.Install, stores: stores, roots: rootsOf(dir, []*x509.Certificate{authority.Root})}
	out := &trustChange{machine: machine, dir: dir, action: trust.Uninstall, stores: stores, roots: rootsOf(dir, distinct(old, authority.Root))}
	// What is announced for the second half, or left to be done by hand, builds on the first.
	in.then, out.before = out, []trust.Planned{{Root: in.roots[0], Action: trust.Install}}
	status := p.change(c.Context, in, journal)
	if _, ok := asAnswer(status); status != nil && !ok {
		return nil, status
	}
	result.Stores = in.result.Stores
	removal := p.change(c.Context, out, journal)
	if _, ok := asAnswer(removal); removal != nil && !ok {
		return nil, removal
	}
	result.Removed = out.result.Stores
	if status == nil {
		status = removal
	}
	return status, nil
}

func distinct(certificates []*x509.Certificate, except *x509.Certificate) []*x509.Certificate {
	var kept []*x509.Certificate
	for _, certificate := range certificates {
		if !certificate.Equal(except) && !slices.ContainsFunc(kept, certificate.Equal) {
			kept = append(kept, certificate)
		}
	}
	return kept
}

func (p *program) planRotation(result rotateResult, journal *trust.Journal) error {
	if p.json {
		return p.result(result)
	}
	p.say("Would make a new root that permits the default names%s", also(result.Permitted))
	for _, id := range journal.Stores() {
		p.say("Would replace the root in %s", id)
	}
	return p.renewed(result.Renewal)
}

func also(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return " and " + strings.Join(names, ", ")
}

// rotated prints the answer. The worse of the two halves decides the status.
func (p *program) rotated(authority *ca.Authority, result rotateResult, status error) error {
	if p.json {
		if err := p.result(result); err != nil {
			return err
		}
		if status == nil && len(result.Renewal.Failed)+len(result.Renewal.Skipped) > 0 {
			return answer(ExitPartly)
		}
		return status
	}
	p.say("New root  %s", authority.Describe())
	for i, store := range result.Stores {
		gone := ""
		if i < len(result.Removed) && result.Removed[i].State == trust.Absent {
			gone = ", the old root is gone"
		}
		p.say("%s  %s%s", store.Title, store.State, gone)
	}
	for _, store := range slices.Concat(result.Stores, result.Removed) {
		if store.Finding != nil {
			p.problem(*store.Finding)
		}
	}
	if len(result.Stores) == 0 {
		p.note("No store had the old root. Next: devca install")
	}
	renewal := p.renewed(result.Renewal)
	if status == nil && renewal != nil {
		return answer(ExitPartly)
	}
	return status
}
