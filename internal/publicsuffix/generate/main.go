// Command generate takes the ICANN section out of a copy of Mozilla's public
// suffix list, as Debian's package publicsuffix has it, and writes its rules in
// A-labels, sorted, one a line.
package main

import (
	"errors"
	"os"
	"slices"
	"strings"

	"golang.org/x/net/idna"
)

const header = `// The ICANN section of https://publicsuffix.org/list/public_suffix_list.dat in
// A-labels. This Source Code Form is subject to the terms of the Mozilla Public
// License, v. 2.0. If a copy of the MPL was not distributed with this file, You
// can obtain one at https://mozilla.org/MPL/2.0/.
`

// since are rules that entered the list after Debian's copy was made.
func since() []string { return []string{"home.arpa"} }

func main() {
	if err := generate(os.Args[1], os.Args[2]); err != nil {
		panic(err)
	}
}

func generate(from, to string) error {
	list, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	_, section, begins := strings.Cut(string(list), "===BEGIN ICANN DOMAINS===")
	section, _, ends := strings.Cut(section, "===END ICANN DOMAINS===")
	if !begins || !ends {
		return errors.New("the list has no ICANN section")
	}
	rules := since()
	for line := range strings.Lines(section) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "//") {
			continue
		}
		mark := ""
		for _, prefix := range []string{"!", "*."} {
			if rest, ok := strings.CutPrefix(line, prefix); ok {
				mark, line = prefix, rest
			}
		}
		ascii, err := idna.Lookup.ToASCII(line)
		if err != nil {
			return err
		}
		rules = append(rules, mark+ascii)
	}
	slices.Sort(rules)
	rules = slices.Compact(rules)
	return os.WriteFile(to, []byte(header+strings.Join(rules, "\n")+"\n"), 0o644)
}
