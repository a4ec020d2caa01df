// Package publicsuffix tells which DNS names are public suffixes: names under
// which anybody may register, such as "com" and "co.uk". It knows the ICANN
// section of Mozilla's list, which is what Chromium judges wildcards by, and the
// private one, which issuers must heed, too ("github.io").
//
// golang.org/x/net/publicsuffix knows the same and more. It imports net/http for
// one interface, and so doubles the start-up time of every devca command
// (measured: hello world 1.7 ms, with it 3.5 ms); a look-up in a sorted list that
// is part of the binary costs nothing until it is asked.
package publicsuffix

import (
	_ "embed"
	"strings"
)

// rules holds one rule a line, in A-labels, with a newline before the first and
// after the last. It comes from publicsuffix.org and is under the MPL 2.0.
//
//go:generate go run ./generate ICANN /usr/share/publicsuffix/public_suffix_list.dat rules.txt
//go:embed rules.txt
var rules string

// private holds the private section in the same form.
//
//go:generate go run ./generate PRIVATE /usr/share/publicsuffix/public_suffix_list.dat private.txt
//go:embed private.txt
var private string

// Is tells whether the name, in lower-case A-labels, is an ICANN public suffix.
func Is(name string) bool { return among(rules, name) }

// IsPrivate tells whether the name is a suffix under which a company lets others
// have names.
func IsPrivate(name string) bool { return among(private, name) }

func among(rules, name string) bool {
	has := func(rule string) bool { return strings.Contains(rules, "\n"+rule+"\n") }
	// What begins like a rule's mark, or like a line of the licence, is no name.
	if strings.ContainsAny(name, "!*/\n") || has("!"+name) {
		return false
	}
	if has(name) {
		return true
	}
	_, parent, found := strings.Cut(name, ".")
	return found && has("*."+parent)
}

// Registrable gives the part of a name that one party registers: a public suffix
// and one label more, where every top level counts as a suffix. A suffix itself
// is given as it is.
func Registrable(name string) string {
	registrable := name
	for rest := name; ; {
		_, parent, found := strings.Cut(rest, ".")
		if !found || Is(rest) {
			return registrable
		}
		registrable, rest = rest, parent
	}
}
