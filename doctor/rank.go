package doctor

import (
	"cmp"
	"context"
	"slices"

	"devca/diag"
	"devca/trust"
)

// rank orders causes: what has a smaller one explains what has a larger one. A
// wrong clock makes every certificate look expired; a name that leads elsewhere
// makes another server answer.
type rank int

const (
	rankCommand   rank = iota // what a command that was run says itself
	rankClock                 // everything with a date
	rankReach                 // the name, the address, the port
	rankServer                // what the server shows
	rankAccount               // whose files and stores these are
	rankAuthority             // the CA's own files
	rankHalf                  // a change that was killed
	rankSameName              // two roots of one name
	rankHidden                // a store that is read in place of another
	rankStore                 // a store that does not trust the root
	rankVariable              // variables and settings of single programs
	rankClient                // a program that reads no store
	rankLeaf                  // certificates that were issued
	rankRemark                // everything else
)

// repair mends a finding from here. Findings that are mended by the same repair
// share its key.
type repair struct {
	key     string
	do      string
	serials []string        // of the certificates that it renews
	changes []trust.Planned // of stores
	// steps are the same by hand. Those of a store build on what was done to it before.
	steps func(ctx context.Context, before []trust.Planned) []string
	apply func(context.Context) error
}

// includes says whether nothing is left for the other repair to do.
func (r *repair) includes(other *repair) bool {
	if len(r.serials) == 0 || len(other.serials) == 0 {
		return r.key == other.key
	}
	return !slices.ContainsFunc(other.serials, func(serial string) bool { return !slices.Contains(r.serials, serial) })
}

// inOrder sorts findings: errors first, and within a severity the cause first.
func inOrder(findings []Finding) {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(diag.BySeverity(a.Finding, b.Finding), cmp.Compare(a.rank, b.rank))
	})
}

// withoutRepeated leaves out what another finding says already: that the
// certificate of a server has expired, and the file that it came from. A finding
// about more certificates than that one stays.
func withoutRepeated(findings []Finding) []Finding {
	var kept []Finding
	for _, f := range findings {
		said := func(other Finding) bool {
			return f.repair != nil && other.repair != nil && f.Check != other.Check && len(f.repair.serials) > 0 && other.repair.includes(f.repair)
		}
		if !slices.ContainsFunc(kept, said) {
			kept = append(kept, f)
		}
	}
	return kept
}
