// Package explain knows what programs say when TLS or a certificate fails, and
// reads it out of a text, however much else stands there: whose words they are,
// which program is to be mended, and what is wrong.
//
// The catalogue is data: the texts_*.go files have an entry for each message, the
// file clients.go a line for each program. Read finds them. What a text does not
// say is not invented: a message with several causes has them all, and a text
// without any message gives a reading without matches.
package explain

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"sync"

	"devca/diag"
)

// Sure says how sure a match is of its cause.
type Sure string

// The degrees.
const (
	Certain Sure = "certain"        // the text says so
	Likely  Sure = "likely"         // it stands alone, and other programs mean other things by it
	OneOf   Sure = "one of several" // the program has one text for several causes
)

// Reading is what was found in a text.
type Reading struct {
	Matches []Match // the most telling first; each failure once
	Facts   Facts
	// Language is the language of the text, if it is a translated one ("de"), in which
	// the catalogue may miss messages.
	Language string
}

// Match is one failure.
type Match struct {
	Entry  Entry
	Client Client // that is to be mended: npm, where npm repeats what Node says
	Cause  Cause  // the likeliest
	Causes []Cause
	Sure   Sure
	What   string // is wrong, in one sentence
	Why    string // the client says it so
	Fixes  []diag.Fix

	Line     int    // where it stands first, counted from 1
	Evidence string // the words, on one line
	Times    int    // how often it stands there
	Also     []string
	Host     string // that it is about, if the text says
	URL      string

	at, weight int
}

// Read finds the entries of the catalogue in a text. Anything may be a text.
func Read(text []byte) Reading {
	clear := plain(text)
	r := reader{d: catalogue(), view: newView(clear)}
	r.look(r.view)
	if body := newBody(clear); body != nil {
		r.look(body)
	}
	wrapped := wrappingOf(clear)
	reading := Reading{Facts: facts(wrapped.join(clear)), Language: language(clear)}
	reading.Matches = r.matches()
	for i := range reading.Matches {
		reading.Matches[i].locate(clear, wrapped, reading.Facts)
	}
	return reading
}

// reader gathers what both views of a text give.
type reader struct {
	d     *dictionary
	view  *view
	found []found
	clues []clue

	signs map[string]signs // of each speaker, as far as they were asked for
}

// found is an entry that stands in the text.
type found struct {
	entry    int
	from, to int    // in the text
	speaker  string // the client whose words they are
	sure     Sure
}

// clue is a sign of a client.
type clue struct {
	client, from, to int
	own              bool
}

// look takes over what is in a view.
func (r *reader) look(v *view) {
	for _, h := range r.d.find(v) {
		from, to := int(v.at[h.from]), int(v.at[h.to-1])+1
		if h.pattern.entry < 0 {
			r.clues = append(r.clues, clue{h.pattern.client, from, to, h.pattern.own})
			continue
		}
		n := h.pattern.entry
		addressed := afterURL(v.text[:from])
		if addressed {
			n = r.d.caller[n]
		}
		entry := r.d.entries[n]
		speaker, introduced := lead(v, h.from, entry.Client)
		introduced = introduced || addressed
		if !Repeats(speaker, entry.Client) {
			speaker = entry.Client // the words before are some other program's, too
		}
		sure := Certain
		if entry.Prose {
			alone := len(v.symbols) <= h.to-h.from+12
			if !introduced && !alone {
				continue
			}
			if !introduced {
				sure = Likely
			}
		}
		r.found = append(r.found, found{entry: n, from: from, to: to, speaker: speaker, sure: sure})
	}
}

// urlBefore is a URL at the end of a text, with the colon behind it.
var urlBefore = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`://[^\s"'<>]+["'` + "`" + `)\]]{0,2}:\s*"?$`) })

// afterURL says whether a URL and a colon introduce what comes next, as they do in
// many programs: what is said of an address is said by one.
func afterURL(before []byte) bool {
	const longest = 300
	return urlBefore().Match(before[max(0, len(before)-longest):])
}

// lead looks at the words right before a message: whose they are.
func lead(v *view, from int, otherwise string) (speaker string, introduced bool) {
	var before []byte
	for i := from - 1; i >= 0 && len(before) < 160; i-- {
		if c := v.symbols[i]; c < '0' || c > '9' {
			before = append(before, c)
		}
	}
	slices.Reverse(before)
	for _, l := range leadSymbols() {
		if bytes.HasSuffix(before, l.symbols) {
			return cmp.Or(l.client, otherwise), true
		}
	}
	return otherwise, false
}
