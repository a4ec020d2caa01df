// Command generate takes a section, ICANN or PRIVATE, out of a copy of Mozilla's
// public suffix list, as Debian's package publicsuffix has it, and writes its rules in
// A-labels, sorted, one a line.
package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/net/idna"
)

const header = `// The %s section of https://publicsuffix.org/list/public_suffix_list.dat in
// A-labels. This Source Code Form is subject to the terms of the Mozilla Public
// License, v. 2.0. If a copy of the MPL was not distributed with this file, You
// can obtain one at https://mozilla.org/MPL/2.0/.
`

// since are rules that entered a section after Debian's copy was made.
func since(section string) []string {
	if section == "ICANN" {
		return []string{"home.arpa"}
	}
	return nil
}

func main() {
	if err := generate(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		panic(err)
	}
}

func generate(name, from, to string) error {
	list, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	_, section, begins := strings.Cut(string(list), "===BEGIN "+name+" DOMAINS===")
	section, _, ends := strings.Cut(section, "===END "+name+" DOMAINS===")
	if !begins || !ends {
		return errors.New("the list has no such section")
	}
	rules := since(name)
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
	return os.WriteFile(to, []byte(fmt.Sprintf(header, name)+strings.Join(rules, "\n")+"\n"), 0o644)
}
