package command

import (
	"context"
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/urfave/cli/v2"

	"devca/ca"
	"devca/certs"
	"devca/diag"
	"devca/internal/ui"
	"devca/trust"
)

// storesFlag selects stores by kind, as $TRUST_STORES does for mkcert.
func storesFlag() cli.Flag {
	return &cli.StringSliceFlag{
		Name:  "stores",
		Usage: "only these `KINDS` of stores, separated by commas: system, policy, nss, java (default: $TRUST_STORES, else all)",
	}
}

func planFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "user", Usage: "only the stores that are yours; ask for no password"},
		&cli.BoolFlag{Name: "dry-run", Aliases: []string{"n"}, Usage: "show what would change, and change nothing"},
		&cli.BoolFlag{Name: "print-commands", Usage: "print the commands that do the same by hand, and change no store"},
	}
}

// storeKinds reads --stores or $TRUST_STORES.
func (p *program) storeKinds(c *cli.Context) ([]trust.Kind, error) {
	text, source := strings.Join(c.StringSlice("stores"), ","), "--stores"
	if !c.IsSet("stores") {
		text, source = p.streams.Getenv("TRUST_STORES"), "$TRUST_STORES"
		if text == "" {
			return nil, nil
		}
	}
	var kinds []trust.Kind
	for word := range strings.SplitSeq(text, ",") {
		kind := trust.Kind(strings.TrimSpace(word))
		if !slices.Contains(trust.Kinds(), kind) {
			return nil, usage(c, "%s has %q, which is none of system, policy, nss and java", source, ui.Clean(string(kind)))
		}
		kinds = append(kinds, kind)
	}
	return kinds, nil
}

// browsersToo tells whether what was asked for concerns browsers, so that
// remarks about them belong to the answer.
func browsersToo(kinds []trust.Kind) bool {
	return kinds == nil || slices.Contains(kinds, trust.KindNSS) || slices.Contains(kinds, trust.KindPolicy)
}

// machine is this computer. What is about to run as root is announced even under
// --quiet: somebody is asked for a password there.
func (p *program) machine(c *cli.Context) *trust.Machine {
	canAsk := p.streams.InTTY && !c.Bool("ci")
	machine := trust.ThisMachine(p.streams.Getenv, canAsk, func(line string) { fmt.Fprintln(p.loud(), ui.Clean(line)) })
	machine.UserOnly, machine.Seed = c.Bool("user"), c.Bool("ci")
	machine.Again = again(c)
	if canAsk {
		var one sync.Mutex // stores are changed side by side, and a terminal asks one thing at a time
		machine.Password = func(_ context.Context, of string) (string, error) {
			one.Lock()
			defer one.Unlock()
			password, err := p.streams.AskSecret(ui.Clean(of) + ": ")
			return string(password), err
		}
	}
	return machine
}

// again names the commands about somebody else's root, which are not those about the
// CA's own, and the CA's folder where it was named.
func again(c *cli.Context) map[trust.Action]string {
	words := map[trust.Action][]string{trust.Install: {"install"}, trust.Uninstall: {"uninstall"}}
	switch name := c.Command.Name; {
	case name == "trust" || name == "untrust":
		words[trust.Install] = append([]string{"trust"}, c.Args().Slice()...)
		words[trust.Uninstall] = append([]string{"untrust"}, c.Args().Slice()...)
	case name == "uninstall" && c.Bool("foreign"):
		words[trust.Uninstall] = append([]string{"uninstall", "--foreign"}, c.Args().Slice()...)
	}
	commands := map[trust.Action]string{}
	for action, argv := range words {
		if c.IsSet("fingerprint") && action == trust.Install {
			argv = append(argv, "--fingerprint", c.String("fingerprint"))
		}
		if c.IsSet("dir") {
			argv = append(argv, "--dir", c.String("dir"))
		}
		commands[action] = diag.CommandLine(append([]string{"devca"}, argv...)...)
	}
	if c.Command.Name == "rotate" {
		commands[trust.Uninstall] += " && " + commands[trust.Install] // which would take out the new root, too
	}
	return commands
}

// trustResult is the JSON answer of install, uninstall and status.
type trustResult struct {
	Root       *trustRoot     `json:"root"` // null: none was made yet
	DryRun     bool           `json:"dry_run,omitempty"`
	Stores     []storeResult  `json:"stores"`
	LeftOut    []leftOut      `json:"left_out,omitempty"`   // under --user: what is not the person's own
	NotCovered []string       `json:"not_covered"`          // programs that read no store
	NotSeeded  []unseeded     `json:"not_seeded,omitempty"` // under --ci: what tests may start and was not reached
	Others     []otherState   `json:"others,omitempty"`     // status: further roots in the stores
	Remarks    []diag.Finding `json:"remarks,omitempty"`
	Purged     string         `json:"purged,omitempty"` // the directory that was deleted
}

// leftOut is a store that --user did not touch.
type leftOut struct {
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Clients []string `json:"clients"`
}

type trustRoot struct {
	Name    string `json:"name"`
	Path    string `json:"path"`
	SHA256  string `json:"sha256"`
	Created bool   `json:"created"` // by this command
}

type storeResult struct {
	ID         string        `json:"id"`
	Kind       trust.Kind    `json:"kind"`
	Title      string        `json:"title"`
	Clients    []string      `json:"clients"`
	Place      string        `json:"place,omitempty"`   // what the clients read
	Follows    string        `json:"follows,omitempty"` // the store that this one is a copy of
	Privileged bool          `json:"privileged"`        // a change takes root
	Before     trust.State   `json:"before,omitempty"`  // install and uninstall
	State      trust.State   `json:"state"`             // read back after the change
	Changed    bool          `json:"changed"`
	Detail     string        `json:"detail,omitempty"`
	Finding    *diag.Finding `json:"finding,omitempty"`
	Steps      []stepResult  `json:"steps,omitempty"` // under --dry-run and --print-commands
}

type stepResult struct {
	Why     string `json:"why"`
	Command string `json:"command"`
}

// ownOnly leaves the stores that are the person's and notes the others. One that
// follows another goes with it.
func (t *trustChange) ownOnly(c *cli.Context) {
	if !c.Bool("user") {
		return
	}
	var mine []string
	for _, store := range t.stores {
		if about := store.About(); !about.Privileged {
			mine = append(mine, about.ID)
		}
	}
	t.stores = slices.DeleteFunc(t.stores, func(store trust.Store) bool {
		about := store.About()
		if slices.Contains(mine, about.ID) && (about.Follows == "" || slices.Contains(mine, about.Follows)) {
			return false
		}
		t.left = append(t.left, leftOut{ID: about.ID, Title: about.Title, Clients: listOf(about.Clients)})
		return true
	})
}

func listOf(words []string) []string {
	if words == nil {
		return []string{}
	}
	return words
}

// notCovered are programs with a list of their own; no store reaches them.
func notCovered() []string { return []string{"node", "deno", "python-requests"} }

func newTrustResult(dir *ca.Dir, root *x509.Certificate) trustResult {
	result := trustResult{Stores: []storeResult{}, NotCovered: notCovered()}
	if root != nil {
		result.Root = &trustRoot{Name: root.Subject.CommonName, Path: dir.RootPath(), SHA256: certs.Fingerprint(root.Raw)}
	}
	return result
}

func describeStore(store trust.Store, reading trust.Reading) storeResult {
	about := store.About()
	described := storeResult{
		ID: about.ID, Kind: about.Kind, Title: about.Title, Clients: listOf(about.Clients), Place: about.Place,
		Follows: about.Follows, Privileged: about.Privileged, State: reading.State, Detail: reading.Detail,
	}
	if reading.Finding != nil {
		finding := findingWithCause(reading.Finding)
		described.Finding = &finding
	}
	return described
}

func describeChange(r trust.Result) storeResult {
	described := describeStore(r.Store, r.After)
	described.Before, described.Changed = r.Before.State, r.Changed
	if described.Finding = nil; r.Finding != nil {
		finding := findingWithCause(r.Finding)
		described.Finding = &finding
	}
	return described
}

// trustChange is what install and uninstall have in common.
type trustChange struct {
	machine *trust.Machine
	dir     *ca.Dir
	action  trust.Action
	stores  []trust.Store
	roots   []trust.Root
	before  []trust.Planned // to be done by hand before this
	then    *trustChange    // follows, and is announced with this one
	left    []leftOut
	result  trustResult
}

func (t *trustChange) change(journal *trust.Journal) *trust.Change {
	change := &trust.Change{
		Machine: t.machine, Journal: journal, Stores: t.stores, Action: t.action, Roots: t.roots, Before: t.before,
	}
	if t.then != nil {
		change.Then = t.then.change(journal)
	}
	return change
}

// change runs it, shows the table and gives the exit status.
func (p *program) change(ctx context.Context, t *trustChange, journal *trust.Journal) error {
	change := t.change(journal)
	done := 0
	for _, r := range change.Run(ctx) {
		t.result.Stores = append(t.result.Stores, describeChange(r))
		if r.Done(t.action) {
			done++
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	switch {
	case done == len(t.stores):
		return nil
	case done == 0:
		return answer(ExitFailed)
	}
	return answer(ExitPartly)
}

// showChange prints the table, then what failed. It comes after the change.
func (p *program) showChange(t *trustChange) error {
	t.result.LeftOut = t.left
	if p.json {
		return p.result(t.result)
	}
	table := ui.Table{Columns: []string{"STORE", "BEFORE", "NOW"}}
	if t.result.DryRun {
		table.Columns = []string{"STORE", "NOW", "THEN"}
	}
	for _, store := range t.result.Stores {
		before, now := store.Before, store.State
		if t.result.DryRun {
			before, now = store.State, expected(store, t.action)
		}
		table.Rows = append(table.Rows, []string{store.Title, before.String(), now.String()})
	}
	if err := table.Write(p.streams); err != nil {
		return err
	}
	for i, store := range t.result.Stores {
		said := func(other storeResult) bool {
			return other.Finding != nil && store.Finding != nil && other.Finding.What == store.Finding.What && other.Finding.Why == store.Finding.Why
		}
		switch {
		case slices.ContainsFunc(t.result.Stores[:i], said):
			// One cause, such as a full disk, can stop several stores: it is told once.
		case store.Finding != nil:
			p.problem(*store.Finding)
		case store.Changed && store.Detail != "" && store.State != trust.Absent:
			// Of an absent one it says why it is absent: because of what was just done.
			p.note("%s: %s", ui.Clean(store.Title), ui.Clean(store.Detail))
		}
	}
	for _, remark := range t.result.Remarks {
		p.warn(remark)
	}
	p.noteLeftOut(t)
	return nil
}

// noteLeftOut says what --user leaves as it is, and for whom.
func (p *program) noteLeftOut(t *trustChange) {
	for _, store := range t.left {
		p.note("Left out by --user, not yours: %s; for %s", ui.Clean(store.Title), ui.Clean(strings.Join(store.Clients, ", ")))
	}
}

// problem prints a finding that decides the exit status, also under --quiet.
func (p *program) problem(finding diag.Finding) {
	writeFinding(p.loud(), finding)
}

// expected is the state that a dry run promises: what could not be read stays so.
func expected(store storeResult, action trust.Action) trust.State {
	switch {
	case store.Finding != nil:
		return store.State
	case action == trust.Install:
		return trust.Trusted
	}
	return trust.Absent
}

// plan fills in what would be done, without doing it.
func (t *trustChange) plan(ctx context.Context) {
	for _, store := range t.stores {
		described := storeResult{}
		var before []trust.Planned
		for i, root := range t.roots {
			reading := store.Status(ctx, root)
			if i == 0 || reading.State == trust.Trusted {
				steps := described.Steps
				described = describeStore(store, reading)
				described.Steps = steps
			}
			if reading.Finding != nil || store.About().Follows != "" || reading.State == wanted(t.action) {
				continue
			}
			steps := trust.PlanAfter(ctx, store, before, root, t.action)
			before = append(before, trust.Planned{Root: root, Action: t.action})
			for _, step := range steps {
				why := step.Why
				if step.AsRoot && !t.machine.CanBecomeRoot() {
					why += " (as root: there is no sudo)"
				}
				described.Steps = append(described.Steps, stepResult{Why: why, Command: t.machine.Line(step)})
			}
		}
		t.result.Stores = append(t.result.Stores, described)
	}
}

func wanted(action trust.Action) trust.State {
	if action == trust.Install {
		return trust.Trusted
	}
	return trust.Absent
}

// showPlan prints the steps beneath the table of a dry run.
func (p *program) showPlan(t *trustChange) error {
	t.result.DryRun = true
	if err := p.showChange(t); err != nil || p.json {
		return err
	}
	for _, store := range t.result.Stores {
		if len(store.Steps) == 0 {
			continue
		}
		p.say("\n%s", ui.Clean(store.Title))
		for _, step := range store.Steps {
			p.say("  %s\n    %s", ui.Clean(step.Why), ui.Clean(step.Command))
		}
	}
	return nil
}

// printCommands prints the plan as lines for a shell.
func (p *program) printCommands(t *trustChange) error {
	if p.json {
		t.result.DryRun = true
		return p.result(t.result)
	}
	nothing := true
	for _, store := range t.result.Stores {
		nothing = nothing && len(store.Steps) == 0
		for _, step := range store.Steps {
			p.say(comment(t.machine.GOOS)+" %s: %s\n%s", ui.Clean(store.Title), ui.Clean(step.Why), step.Command)
		}
		if store.Finding != nil {
			p.problem(*store.Finding)
		}
	}
	if nothing {
		p.note("No command is needed")
	}
	return nil
}

// comment begins a line that the system's shell passes over.
func comment(goos string) string {
	if goos == "windows" {
		return "rem"
	}
	return "#"
}

// rootsOf makes what package trust works on of certificates.
func rootsOf(dir *ca.Dir, certificates []*x509.Certificate) []trust.Root {
	var roots []trust.Root
	for _, certificate := range certificates {
		roots = append(roots, trust.Root{Certificate: certificate, Path: dir.RootPath()})
	}
	return roots
}

func noStore(kinds []trust.Kind) error {
	words := make([]string, len(kinds))
	for i, kind := range kinds {
		words[i] = string(kind)
	}
	return diag.New(diag.TrustNoStore, fmt.Sprintf("this machine has no trust store of the kind %s", strings.Join(words, ", "))).
		Because("no browser, Java or database of certificates was found").
		Fix("see the stores of all kinds", "devca status")
}
