package trust

import (
	"cmp"
	"context"
	"encoding/pem"
	"errors"
	"slices"
	"strings"
	"sync"

	"devca/diag"
)

// Change is an installation or a removal in several stores. The caller holds the
// journal's lock.
type Change struct {
	Machine *Machine
	Journal *Journal
	Stores  []Store
	Action  Action
	// Roots are what the change is about. Install takes one.
	Roots []Root
	// Before is what was to be done by hand, if it was, before this change.
	Before []Planned
	// Then is a change of the same stores that follows under the same leave of sudo, so
	// that what is announced is both. Nil is none.
	Then *Change
}

// Result is what became of one store.
type Result struct {
	Store         Store
	Before, After Reading
	Changed       bool // something was done to it
	Finding       *diag.Error
}

// Done tells whether the store is as the action wanted it.
func (r Result) Done(action Action) bool {
	if action == Install {
		return r.After.State == Trusted && r.Finding == nil
	}
	return (r.After.State == Absent || r.After.State == Unsupported) && r.Finding == nil
}

// Run changes the stores side by side. One that fails is one Result with a
// Finding, not the end. Before anything is changed, every store was read, and
// sudo asked if any of them needs it. Stores that follow another are read again
// last.
//
// A removal changes policies first: a browser copies what its policy names into
// the databases of profiles, which are swept after that.
func (c *Change) Run(ctx context.Context) []Result {
	results := make([]Result, len(c.Stores))
	eachAtOnce(len(results), func(i int) {
		results[i] = Result{Store: c.Stores[i], Before: c.read(ctx, c.Stores[i])}
		results[i].After = results[i].Before
	})
	needed := make([]bool, len(results))
	for i := range results {
		needed[i] = c.needed(results, &results[i])
	}
	c.askForRoot(ctx, results, needed)
	first := func(r Result) bool { return c.Action == Uninstall && r.Store.About().Kind == KindPolicy }
	for _, now := range []bool{true, false} {
		eachAtOnce(len(results), func(i int) {
			if r := &results[i]; ctx.Err() == nil && r.Store.About().Follows == "" && first(*r) == now {
				c.change(ctx, needed[i], r)
			}
		})
	}
	for i, r := range results {
		if r.Store.About().Follows != "" {
			results[i].After = c.read(ctx, r.Store)
			results[i].Finding = c.judgeFollower(results, results[i])
			results[i].Changed = r.Before.State != results[i].After.State
		}
	}
	return results
}

// ReadAll reads the stores side by side.
func ReadAll(ctx context.Context, stores []Store, root Root) []Reading {
	readings := make([]Reading, len(stores))
	eachAtOnce(len(stores), func(i int) { readings[i] = stores[i].Status(ctx, root) })
	return readings
}

// eachAtOnce calls f for 0 to n-1 side by side and waits for all.
func eachAtOnce(n int, f func(int)) {
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { f(i) })
	}
	group.Wait()
}

// askForRoot asks sudo once, for everything that will be done. Whether it
// agrees is each store's own affair.
func (c *Change) askForRoot(ctx context.Context, results []Result, needed []bool) {
	if c.Machine.IsRoot || ctx.Err() != nil {
		return
	}
	var titles []string
	var steps []Step
	for i, r := range results {
		if !needed[i] || !r.Store.About().Privileged || r.Before.Finding != nil || r.Store.About().Follows != "" {
			continue
		}
		titles = append(titles, r.Store.About().Title)
		steps = append(steps, c.steps(ctx, r.Store)...)
		if c.Action == Uninstall && len(c.Journal.created(r.Store.About().ID)) > 0 {
			steps = append(steps, Step{AsRoot: true, Runs: []string{"rm", "rmdir"}}) // restore, what was made
		}
		if c.Then != nil {
			steps = append(steps, c.Then.steps(ctx, r.Store)...)
		}
	}
	if len(steps) == 0 {
		return
	}
	words := c.Action.words()
	if c.Then != nil {
		words = "replace the root in"
	}
	_ = c.Machine.mayBecomeRoot(ctx, words+" "+strings.Join(titles, ", "), steps)
}

// words is the beginning of a sentence that says what happens to a store.
func (a Action) words() string {
	if a == Install {
		return "add the root to"
	}
	return "remove the root from"
}

// read gives the state over all roots: the most present one.
func (c *Change) read(ctx context.Context, store Store) Reading {
	worst := Reading{State: Absent}
	for i, root := range c.Roots {
		if reading := store.Status(ctx, root); i == 0 || presence(reading.State) > presence(worst.State) {
			worst = reading
		}
	}
	return worst
}

func presence(state State) int {
	return slices.Index([]State{Absent, Unsupported, Unreadable, Untrusted, Trusted}, state)
}

// change handles one store that is not a follower.
func (c *Change) change(ctx context.Context, needed bool, r *Result) {
	if r.Before.Finding != nil {
		if c.Action == Install || r.Before.State == Unreadable {
			r.Finding = r.Before.Finding
		}
		return
	}
	var err error
	if c.Action == Install {
		err = c.install(ctx, needed, r)
	} else {
		err = c.uninstall(ctx, r)
	}
	r.After = c.read(ctx, r.Store)
	r.Finding = c.judge(ctx, *r, err)
}

// judge compares what the store says now with what was wanted.
func (c *Change) judge(ctx context.Context, r Result, err error) *diag.Error {
	if finding, ok := errors.AsType[*diag.Error](err); ok && finding.Code == diag.TrustNeedsRoot {
		return c.forAll(ctx, r.Store, finding)
	}
	if err != nil {
		return failed(r.Store, c.Action, c.steps(ctx, r.Store), c.Machine.IsRoot, err)
	}
	if r.After.Finding != nil && r.After.State == Unreadable {
		return r.After.Finding
	}
	if r.Done(c.Action) {
		return nil
	}
	if c.Action == Install {
		return notTrusted(r)
	}
	return diag.New(diag.TrustStillTrusted, "the root is still in "+r.Store.About().Title).
		Because(cmp.Or(r.After.Detail, "the program that removes it said that it did")).
		Fix("remove it by hand", joinSteps(c.steps(ctx, r.Store), c.Machine.IsRoot))
}

// forAll has the commands to run by hand be those for all roots, where a store was
// refused at the first.
func (c *Change) forAll(ctx context.Context, store Store, finding *diag.Error) *diag.Error {
	steps := c.steps(ctx, store)
	for i, fix := range finding.Fixes {
		if fix.Run != "" && len(steps) > 0 {
			finding.Fixes[i].Run = joinSteps(steps, !c.Machine.CanBecomeRoot())
		}
	}
	return finding
}

func notTrusted(r Result) *diag.Error {
	return diag.New(diag.TrustNotTrusted, r.Store.About().Title+" does not trust the root: it is "+r.After.State.String()).
		Because(cmp.Or(r.After.Detail, "the program that adds it said that it did")).
		Fix("see what the store says now", "devca status")
}

func (c *Change) steps(ctx context.Context, store Store) []Step {
	roots := slices.DeleteFunc(slices.Clone(c.Roots), func(root Root) bool {
		return c.Action == Uninstall && len(c.Roots) > 1 && c.gone(ctx, store, root)
	})
	var steps []Step
	before := slices.Clone(c.Before)
	for _, root := range roots {
		steps = append(steps, PlanAfter(ctx, store, before, root, c.Action)...)
		before = append(before, Planned{root, c.Action})
	}
	return steps
}

// gone tells whether nothing of the root is left to remove.
func (c *Change) gone(ctx context.Context, store Store, root Root) bool {
	id := store.About().ID
	return store.Status(ctx, root).State == Absent && !c.Journal.interrupted(id, root.Fingerprint()) && !c.followed(ctx, id, root)
}

// judgeFollower explains why a store that follows another is not as wanted.
func (c *Change) judgeFollower(results []Result, r Result) *diag.Error {
	if r.After.Finding != nil {
		return r.After.Finding
	}
	if r.Done(c.Action) {
		return nil
	}
	leader := slices.IndexFunc(results, func(o Result) bool { return o.Store.About().ID == r.Store.About().Follows })
	if leader < 0 {
		return diag.New(diag.TrustFollows, r.Store.About().Title+" only changes together with the store "+r.Store.About().Follows).
			Because("the system makes it anew from that store").
			Fix("change both", c.Machine.again(c.Action)+" --stores "+r.Store.About().Follows+","+string(r.Store.About().Kind))
	}
	if results[leader].Finding != nil {
		return diag.New(diag.TrustNotTrusted, r.Store.About().Title+" follows the store "+r.Store.About().Follows+", which was not changed").
			Because("the system makes it anew from that store").
			Fix("once that store is mended, run the same command again", c.Machine.again(c.Action))
	}
	return diag.New(diag.TrustNotTrusted, r.Store.About().Title+" did not follow the store "+r.Store.About().Follows).
		Because(cmp.Or(r.After.Detail, "the package manager may have been busy")).
		Fix("run the same command again", c.Machine.again(c.Action))
}

// needed tells whether the store or one that follows it is not yet as wanted.
func (c *Change) needed(results []Result, r *Result) bool {
	return slices.ContainsFunc(results, func(o Result) bool {
		return (o.Store.About().ID == r.Store.About().ID || o.Store.About().Follows == r.Store.About().ID) &&
			o.Before.Finding == nil && !Result{After: o.Before}.Done(c.Action)
	})
}

func (c *Change) install(ctx context.Context, needed bool, r *Result) error {
	root, id := c.Roots[0], r.Store.About().ID
	if !needed {
		if c.Journal.interrupted(id, root.Fingerprint()) {
			// A killed installation got this far: finish its line in the journal.
			return c.Journal.append(c.done(r.Store, root))
		}
		return nil
	}
	if err := c.apply(ctx, r, root); err != nil {
		return c.told(ctx, r.Store, root, err)
	}
	if r.Store.Status(ctx, root).State == Trusted {
		return c.Journal.append(c.done(r.Store, root))
	}
	return c.told(ctx, r.Store, root, nil)
}

// apply writes the journal and changes the store.
func (c *Change) apply(ctx context.Context, r *Result, root Root) error {
	e := entry{
		Event: eventIntent, Action: c.Action, Store: r.Store.About().ID, Root: root.Fingerprint(),
		PEM: pemOf(root),
	}
	if c.Action == Install {
		if s, ok := r.Store.(creator); ok {
			e.Created = s.Creates()
		}
		// While another root of ours is in the store, its files are not what they were
		// before us: a copy from then would bring that root back.
		if s, ok := r.Store.(keeper); ok && !c.Journal.holdsOther(e.Store, c.Roots) {
			var err error
			// What an earlier installation made holds an earlier root: it goes.
			made := c.Journal.created(e.Store)
			theirs := slices.DeleteFunc(s.Keeps(), func(path string) bool { return slices.Contains(made, path) })
			if e.Kept, err = c.Journal.keep(theirs); err != nil {
				return err
			}
		}
	}
	if err := c.Journal.append(e); err != nil {
		return err
	}
	r.Changed = true
	return r.Store.Apply(c.Journal.noting(ctx, r.Store), root, c.Action)
}

func pemOf(root Root) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate.Raw}))
}

// done is the line that says that the change is complete.
func (c *Change) done(store Store, root Root) entry {
	e := entry{Event: eventDone, Action: c.Action, Store: store.About().ID, Root: root.Fingerprint()}
	if s, ok := store.(keeper); ok {
		e.Kept = look(s.Keeps())
	}
	return e
}

// told passes a failure on, and writes the line for it, unless this process is being
// ended: the person is told, and nobody need report an interruption later. Nil: the
// store was changed without an error, and does not say so.
func (c *Change) told(ctx context.Context, store Store, root Root, failure error) error {
	if ctx.Err() != nil {
		return failure
	}
	e := entry{Event: eventFailed, Action: c.Action, Store: store.About().ID, Root: root.Fingerprint()}
	if finding, ok := errors.AsType[*diag.Error](failure); ok && finding.Code == diag.TrustNeedsRoot {
		e.Event = eventRefused
	}
	if err := c.Journal.append(e); err != nil {
		return errors.Join(failure, err)
	}
	return failure
}

// uninstall removes every root from the store, and then what was made for them.
func (c *Change) uninstall(ctx context.Context, r *Result) error {
	id := r.Store.About().ID
	mine := slices.Contains(c.Journal.Stores(), id)
	untouched := c.Journal.unchanged(id)
	var problems []error
	clean := true
	for _, root := range c.Roots {
		if c.gone(ctx, r.Store, root) {
			continue
		}
		err := c.apply(ctx, r, root)
		gone := r.Store.Status(ctx, root).State == Absent
		if err != nil || !gone {
			problems = append(problems, c.told(ctx, r.Store, root, err))
		}
		if !gone {
			clean = false
			continue
		}
		if err := c.Journal.append(c.done(r.Store, root)); err != nil {
			return err
		}
		if mine && !c.Journal.put(id, root.Fingerprint()) {
			// It was there before us, so it is in the copies that were kept: to put
			// those back would put it back.
			if err := c.Journal.append(entry{Event: eventOutdated, Store: id}); err != nil {
				return err
			}
		}
	}
	// Another root of ours, such as the one that takes the place of these, still
	// needs what was made, and the bytes from before would lack it.
	if !clean || len(problems) > 0 || !mine || c.Journal.holdsOther(id, c.Roots) {
		return errors.Join(problems...)
	}
	return c.restore(ctx, r, untouched)
}

// followed tells whether a store that follows this one still has the root.
func (c *Change) followed(ctx context.Context, id string, root Root) bool {
	return slices.ContainsFunc(c.Stores, func(s Store) bool {
		return s.About().Follows == id && s.Status(ctx, root).State == Trusted
	})
}

// restore gives back what the changes made or rewrote.
func (c *Change) restore(ctx context.Context, r *Result, untouched []kept) error {
	id := r.Store.About().ID
	if s, ok := r.Store.(creator); ok {
		if err := s.Discard(ctx, c.Journal.created(id)); err != nil {
			return err
		}
	}
	if s, ok := r.Store.(keeper); ok {
		// What a killed change staged beside a file is still there if nothing wrote
		// the file since.
		for _, path := range s.Keeps() {
			if err := c.Machine.removeStaged(ctx, path); err != nil {
				return err
			}
		}
	}
	untouched = append(untouched, c.Journal.alike(r.Store, untouched)...)
	if err := c.Journal.putBack(ctx, c.Machine, untouched); err != nil {
		return err
	}
	// The copies go last: without them and without this line, a change that was
	// killed in between could not be taken up again.
	if err := c.Journal.append(entry{Event: eventRestored, Store: id}); err != nil {
		return err
	}
	c.Journal.forget()
	return nil
}
