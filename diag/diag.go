// Package diag holds the one type in which devca tells a person that something
// is wrong: a Finding. Errors of commands, results of checks and entries of the
// documentation are all findings; they have one renderer and one JSON shape.
//
// The package imports only the standard library, so that every other package
// may import it.
package diag

import (
	"slices"
	"strings"
)

// Code names a finding for good, in the form area/slug. Codes are part of the
// stable interface: scripts may match them, docs/errors.md has a heading for each.
type Code string

// Severity says how much a finding matters.
type Severity string

// The severities, from worst to mildest.
const (
	SeverityError   Severity = "error"   // what was asked for cannot be done, or a client refuses
	SeverityWarning Severity = "warning" // it works, and something about it will hurt
	SeverityNotice  Severity = "notice"  // worth knowing
)

// Fix is one way out: what it does in words and, where there is one, the
// command to paste, or the lines for a configuration or a program.
type Fix struct {
	Do    string `json:"do"`
	Run   string `json:"run,omitempty"`
	Lines string `json:"lines,omitempty"` // never a command
}

// Finding is one fact that a person should act on.
type Finding struct {
	Code     Code     `json:"code"`
	Severity Severity `json:"severity"`
	What     string   `json:"what"`          // what happened, lower case, no full stop
	Why      string   `json:"why,omitempty"` // the reason, same form
	Fixes    []Fix    `json:"fixes,omitempty"`
}

// BySeverity compares findings for sorting, the worst first.
func BySeverity(a, b Finding) int {
	place := func(f Finding) int {
		return slices.Index([]Severity{SeverityError, SeverityWarning, SeverityNotice}, f.Severity)
	}
	return place(a) - place(b)
}

// Error is a finding that stopped the work. Err is the cause, if another error was.
type Error struct {
	Finding
	Err error
}

// Error gives what happened, why, and the underlying cause on one line.
func (e *Error) Error() string {
	parts := []string{e.What}
	if e.Why != "" {
		parts = append(parts, e.Why)
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	return strings.Join(parts, ": ")
}

// Unwrap gives the cause, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

// New makes the error for a code. Chain Because, From and Fix to complete it:
//
//	diag.New(diag.CADamaged, "the CA cannot be read").From(err).Fix("make a new one", "devca ca rotate")
func New(code Code, what string) *Error {
	return &Error{Finding: Finding{Code: code, Severity: SeverityError, What: what}}
}

// Because adds the reason.
func (e *Error) Because(why string) *Error { e.Why = why; return e }

// From adds the error that caused this one.
func (e *Error) From(err error) *Error { e.Err = err; return e }

// Fix adds a way out: what it does, and the command (may be empty).
func (e *Error) Fix(do, run string) *Error {
	e.Fixes = append(e.Fixes, Fix{Do: do, Run: run})
	return e
}
