package doctor

import (
	"cmp"
	"context"
	"slices"

	"devca/diag"
)

// rank orders causes: what has a smaller one explains what has a larger one. A
// wrong clock makes every certificate look expired; a name that leads elsewhere
// makes another server answer.
type rank int

const (
	rankClock     rank = iota // everything with a date
	rankReach                 // the name, the address, the port
	rankServer                // what the server shows
	rankAccount               // whose files and stores these are
	rankAuthority             // the CA's own files
	rankHalf                  // a change that was killed
	rankSameName              // two roots of one name
	rankStore                 // a store that does not trust the root
	rankHidden                // a store that is read in place of another
	rankVariable              // variables and settings of single programs
	rankClient                // a program that reads no store
	rankLeaf                  // certificates that were issued
	rankRemark                // everything else
)

// repair mends a finding from here. Findings that are mended by the same repair
// share its key.
type repair struct {
	key   string
	do    string
	steps func(context.Context) []string
	apply func(context.Context) error
}

// inOrder sorts findings: errors first, and within a severity the cause first.
func inOrder(findings []Finding) {
	severity := func(f Finding) int {
		return slices.Index([]diag.Severity{diag.SeverityError, diag.SeverityWarning, diag.SeverityNotice}, f.Severity)
	}
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(severity(a), severity(b)), cmp.Compare(a.rank, b.rank))
	})
}
