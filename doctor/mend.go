package doctor

import (
	"context"
	"errors"
	"slices"
	"strings"

	"devca/ca"
	"devca/diag"
	"devca/trust"
)

// install puts the current root into the stores of the kinds, or all; it makes
// the root if there is none. The stores are read again when it comes to that:
// another repair may have changed them.
func (e *exam) install(kinds ...trust.Kind) *repair {
	words := make([]string, len(kinds))
	for i, kind := range kinds {
		words[i] = string(kind)
	}
	return &repair{
		key: "install " + strings.Join(words, ","), do: "have the root trusted by the stores that lack it",
		steps: func(ctx context.Context, before []trust.Planned) []string {
			var steps []string
			for _, store := range slices.DeleteFunc(trust.Detect(e.Machine, kinds...), e.beyond) {
				reading := store.Status(ctx, e.root())
				if reading.Finding != nil || store.About().Follows != "" || reading.State == trust.Trusted {
					continue
				}
				for _, step := range trust.PlanAfter(ctx, store, before, e.root(), trust.Install) {
					steps = append(steps, e.Machine.Line(step))
				}
			}
			return steps
		},
		apply: func(ctx context.Context) error {
			authority, _, err := e.Dir.OpenOrCreate(ca.Options{})
			if err != nil {
				return err
			}
			return e.change(ctx, trust.Install, slices.DeleteFunc(trust.Detect(e.Machine, kinds...), e.beyond), trust.Root{Certificate: authority.Root, Path: e.Dir.RootPath()})
		},
	}
}

// takeOut removes a root from the stores that have it. A copy of somebody else's
// stays in the CA's directory, so that it can be put back.
func (e *exam) takeOut(f trust.Foreign) *repair {
	return &repair{
		key: "remove " + f.Root.Fingerprint(), do: "take the root " + title(f.Root.Certificate) + " out of the stores",
		changes: []trust.Planned{{Root: f.Root, Action: trust.Uninstall}},
		steps: func(ctx context.Context, before []trust.Planned) []string {
			var steps []string
			for _, store := range f.Stores {
				for _, step := range trust.PlanAfter(ctx, store, before, f.Root, trust.Uninstall) {
					steps = append(steps, e.Machine.Line(step))
				}
			}
			return steps
		},
		apply: func(ctx context.Context) error {
			if _, err := e.Dir.KeepRemoved(f.Root.Certificate); err != nil {
				return err
			}
			stores := slices.DeleteFunc(slices.Clone(e.stores()), func(store trust.Store) bool {
				return !slices.ContainsFunc(f.Stores, func(s trust.Store) bool {
					return s.About().ID == store.About().ID || s.About().ID == store.About().Follows
				})
			})
			return e.change(ctx, trust.Uninstall, stores, f.Root)
		},
	}
}

// change runs a change as install and uninstall do, with their journal.
func (e *exam) change(ctx context.Context, action trust.Action, stores []trust.Store, root trust.Root) error {
	journal, err := trust.OpenJournal(e.Dir.JournalPath(), e.Dir.Owner())
	if err != nil {
		return err
	}
	unlock, err := journal.Lock()
	if err != nil {
		return err
	}
	defer unlock()
	change := trust.Change{Machine: e.Machine, Journal: journal, Stores: stores, Action: action, Roots: []trust.Root{root}}
	var problems []error
	var first *diag.Error
	for _, result := range change.Run(ctx) {
		switch {
		case result.Finding == nil || result.After.State == trust.Unsupported:
		case first != nil && result.Finding.Code == first.Code && result.Finding.Why == first.Why:
			// One cause stopped several stores: each has its own way out.
			first.What += ", and " + result.Finding.What
			first.Fixes = append(first.Fixes, result.Finding.Fixes...)
		default:
			problems = append(problems, result.Finding)
			if first == nil {
				first = result.Finding
			}
		}
	}
	return errors.Join(append(problems, ctx.Err())...)
}

// Repairs lists what can be mended from here, in the order in which it has to be:
// files first, then what is in the way, then what is missing.
func (r *Report) Repairs(ctx context.Context) []Repair {
	var list []Repair
	var before []trust.Planned
	for _, repair := range r.repairs() {
		list = append(list, Repair{Do: repair.do, Steps: repair.steps(ctx, before)})
		before = append(before, repair.changes...)
	}
	return list
}

func (r *Report) repairs() []*repair {
	var chosen []*repair
	for _, finding := range r.Findings {
		r := finding.repair
		if r == nil || finding.Severity == diag.SeverityNotice || slices.ContainsFunc(chosen, func(c *repair) bool { return c.includes(r) }) {
			continue
		}
		chosen = append(slices.DeleteFunc(chosen, r.includes), r)
	}
	everywhere := slices.ContainsFunc(chosen, func(c *repair) bool { return c.key == "install " })
	chosen = slices.DeleteFunc(chosen, func(c *repair) bool {
		// A policy is only made when it is named.
		return everywhere && c.key == "install nss"
	})
	order := func(c *repair) int {
		word, _, _ := strings.Cut(c.key, " ")
		return slices.Index([]string{"owner", "chmod", "remove", "install", "renew"}, word)
	}
	slices.SortStableFunc(chosen, func(a, b *repair) int { return order(a) - order(b) })
	return chosen
}

// Mend does what can be done about the findings. What became of it is found out
// by examining again.
func (r *Report) Mend(ctx context.Context) []Repair {
	var done []Repair
	for _, repair := range r.repairs() {
		one := Repair{Do: repair.do}
		if err := repair.apply(ctx); err != nil {
			finding := asFinding(err)
			one.Finding = &finding
		}
		one.Done = one.Finding == nil
		done = append(done, one)
		if ctx.Err() != nil {
			break
		}
	}
	return done
}

// asFinding is an error as a finding; of several the first.
func asFinding(err error) diag.Finding {
	if failure, ok := errors.AsType[*diag.Error](err); ok {
		return found(failure, 0).Finding
	}
	return diag.New(diag.Internal, err.Error()).Fix("look at what it names, and run the same command again", "devca doctor --fix").Finding
}
