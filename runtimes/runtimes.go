// Package runtimes is a table of programs and languages, and of how each is told
// about a certificate authority: which variable, option or file, whether that
// adds to what it trusts or replaces it, and what switches it off.
//
// It is data. What was measured here with the real program is marked so; the rest
// names the program's documentation or source.
package runtimes

import "slices"

// Effect is what a setting does to the roots that were trusted before.
type Effect string

// The effects.
const (
	Adds     Effect = "adds"     // to them
	Replaces Effect = "replaces" // them: the file must hold all that are wanted
	Switches Effect = "switches" // to the system's store, or on
)

// Kind is where a setting is made.
type Kind string

// The kinds.
const (
	Variable Kind = "variable" // of the environment
	Option   Kind = "option"   // of the command line
	File     Kind = "file"     // a configuration
	Code     Kind = "code"     // the program's own
)

// Form is what a setting wants.
type Form string

// The forms.
const (
	PEM        Form = "PEM file"
	Folder     Form = "folder"
	Truststore Form = "Java trust store"
	Flag       Form = "flag"
)

// Use is whether devca env sets a variable.
type Use string

// The uses.
const (
	Never  Use = ""       // the note says why
	Always Use = "always" // it is harmless where the program is not there
	IfSet  Use = "if set" // it, or the configuration it overrides, is in force already and would lack the root
)

// Setting is one way to tell a program about a root.
type Setting struct {
	Name   string
	Kind   Kind
	Effect Effect
	Form   Form
	Use    Use
	Since  string // the first version that has it; empty: all that matter
	Note   string // what overrides it, and what goes wrong
	// Covers are variables that do not count any more once this one is set, so that
	// what they name is needed here.
	Covers   []string
	Measured bool // with the real program; else the source is documentation
	Source   string
}

// Runtime is one program, or a family that reads the same settings.
type Runtime struct {
	Name     string
	Title    string
	Trusts   string // by default
	Settings []Setting
	// Uses names runtimes whose settings count here, too.
	Uses []string
}

// All gives the table.
func All() []Runtime {
	return slices.Concat(native(), python(), javascript(), managed(), compiled(), scripting(), cloud(), applications())
}

// Find gives the runtime of a name.
func Find(name string) (Runtime, bool) {
	for _, r := range All() {
		if r.Name == name {
			return r, true
		}
	}
	return Runtime{}, false
}

// Variables gives the variables that devca env may set, each once.
func Variables() []Setting {
	var found []Setting
	for _, r := range All() {
		for _, s := range r.Settings {
			known := slices.ContainsFunc(found, func(f Setting) bool { return f.Name == s.Name })
			if s.Kind == Variable && s.Use != Never && !known {
				found = append(found, s)
			}
		}
	}
	return found
}

// Facts are what a setting does and wants, in words.
func (s Setting) Facts() []string {
	facts := []string{string(s.Effect)}
	if s.Effect != Switches {
		facts = append(facts, "a "+string(s.Form))
	}
	if s.Since != "" {
		facts = append(facts, "since "+s.Since)
	}
	switch s.Use {
	case Always:
		facts = append(facts, "set by devca env")
	case IfSet:
		facts = append(facts, "set by devca env where it is in force")
	}
	return facts
}

// Basis says how the setting is known.
func (s Setting) Basis() string {
	if s.Measured {
		return "measured; " + s.Source
	}
	return "documented: " + s.Source
}
