package verify

import (
	"strings"

	"devca/diag"
)

// fix is a way out whose command is filled in for the certificate at hand.
type fix struct {
	do      string
	command []string // name and first stand for names
}

// Arguments that stand for the names that were asked for, and for the first of them.
const (
	name  = "{name}"
	first = "{first}"
)

// Of the names of a stranger's certificate only what looks like a name goes into
// a command that people paste.
func (f fix) filled(names []string) diag.Fix {
	if f.command == nil {
		return diag.Fix{Do: f.do}
	}
	var argv []string
	for _, argument := range f.command {
		switch {
		case argument == first && len(names) > 0:
			argv = append(argv, names[0])
			continue
		case argument != name && argument != first:
			argv = append(argv, argument)
			continue
		}
		before := len(argv)
		for _, n := range names {
			if !strings.HasPrefix(n, "-") {
				argv = append(argv, n)
			}
		}
		if len(argv) == before {
			argv = append(argv, "localhost")
		}
	}
	return diag.Fix{Do: f.do, Run: diag.CommandLine(argv...)}
}
