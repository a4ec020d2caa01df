// Package ui owns the terminal: the three streams, colour, width, tables and the
// JSON envelope.
//
// The rules: the answer goes to Out, everything else to Err. Words carry the
// meaning, colour only helps. The words are the same with and without a
// terminal. Nothing is asked when In is not a terminal. Text that came from
// outside is made harmless by Clean before it is shown.
package ui

import (
	"io"
	"os"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/term"
)

// Streams is the terminal, or what stands in for it in a test.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer

	InTTY, OutTTY, ErrTTY bool
	Width                 int  // columns of Out; 0 means unlimited (a pipe or a file)
	Color                 bool // Out may be coloured

	Getenv func(string) string
}

// System gives the process's own streams.
func System() *Streams {
	s := &Streams{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		InTTY:  term.IsTerminal(int(os.Stdin.Fd())),
		OutTTY: term.IsTerminal(int(os.Stdout.Fd())),
		ErrTTY: term.IsTerminal(int(os.Stderr.Fd())),
		Getenv: os.Getenv,
	}
	if s.OutTTY {
		s.Width = 80
		if columns, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil && columns > 0 {
			s.Width = columns
		}
		if columns, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && columns > 0 {
			s.Width = columns
		}
		// https://no-color.org: any non-empty value turns colour off.
		s.Color = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	}
	return s
}

// Clean makes foreign text safe to show on one line: control characters,
// direction overrides and invalid UTF-8 become visible escapes (CWE-150).
func Clean(s string) string {
	if strings.IndexFunc(s, unsafeRune) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if unsafeRune(r) {
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func unsafeRune(r rune) bool {
	return r == unicode.ReplacementChar || !unicode.IsPrint(r)
}
