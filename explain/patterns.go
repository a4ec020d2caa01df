package explain

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"sync"
)

// pattern is one text to look for: of an entry, or a clue about who speaks.
type pattern struct {
	parts    [][]byte // one after the other, with anything between
	gaps     []int    // how far each part may be from the one before, in symbols
	from, to bool     // it begins and ends with a whole word
	reason   bool     // it is one of OpenSSL's constants, which programs put prefixes to: ERR_SSL_, TLSV1_
	entry    int      // in the catalogue, or -1
	client   int      // of whom it is a clue, or -1
	own      bool     // it introduces a message
	exact    string   // a clue's words with their punctuation, which counts: FAILED! is no failed
}

// How far the parts of a text may be from each other, in symbols: … stands for
// whatever a program puts in, ‥ for what does not go beyond the next line of a log.
const (
	gap      = 400
	shortGap = 160
)

// dictionary is all patterns by their first four symbols.
type dictionary struct {
	entries  []Entry
	caller   []int // of each entry, which one is meant where one who calls says it; mostly itself
	patterns []pattern
	first    map[uint32][]int32
	filter   [1 << 10]uint64 // of 65536 bits: what first may have
}

// catalogue is made when the first text is read.
var catalogue = sync.OnceValue(func() *dictionary {
	d := &dictionary{entries: Catalogue(), first: map[uint32][]int32{}}
	places := map[string]int{}
	for i, entry := range d.entries {
		places[entry.ID] = i
	}
	for i, entry := range d.entries {
		d.caller = append(d.caller, i)
		if place, named := places[entry.Caller]; named {
			d.caller[i] = place
		}
		for _, text := range entry.Texts {
			d.add(text, pattern{entry: i, client: -1})
		}
	}
	for i, client := range clients {
		for _, text := range client.Clues {
			d.add(text, pattern{entry: -1, client: i})
		}
		for _, text := range client.Own {
			d.add(text, pattern{entry: -1, client: i, own: true})
		}
	}
	return d
})

func (d *dictionary) add(text string, p pattern) {
	p.split(text)
	trimmed := strings.TrimSpace(text)
	last := p.parts[len(p.parts)-1]
	p.from = isWord(trimmed[0])
	p.to = isWord(trimmed[len(trimmed)-1]) && trimmed[len(trimmed)-1] != '_' || last[len(last)-1] >= '0' && last[len(last)-1] <= '9' && p.client < 0
	p.to = p.to && !strings.HasSuffix(trimmed, " v") && !strings.HasSuffix(trimmed, "…") // Node.js v22.11.0; a number that goes on
	p.reason = p.entry >= 0 && d.entries[p.entry].Client == "openssl" && strings.Contains(text, "_") && strings.ToUpper(text) == text
	if p.client >= 0 {
		p.exact = strings.ToLower(strings.Join(strings.Fields(text), ""))
	}
	key := binary.LittleEndian.Uint32(p.parts[0]) // at least four symbols: a test sees to it
	d.first[key] = append(d.first[key], int32(len(d.patterns)))
	bit := hash(key)
	d.filter[bit>>6] |= 1 << (bit & 63)
	d.patterns = append(d.patterns, p)
}

// split makes the parts of a text, and the gaps before them.
func (p *pattern) split(text string) {
	reach := 0
	for rest := text; rest != ""; {
		part, next := rest, 0
		for i, r := range rest {
			if r == '…' || r == '‥' {
				part, next = rest[:i], map[rune]int{'…': gap, '‥': shortGap}[r]
				break
			}
		}
		if symbols := symbolsOf(part); len(symbols) > 0 {
			p.parts, p.gaps = append(p.parts, symbols), append(p.gaps, reach)
		}
		rest = strings.TrimLeft(rest[len(part):], "…‥")
		reach = next
	}
}

func hash(key uint32) uint32 { return key * 2654435761 >> 16 }

// hit is a pattern that was found.
type hit struct {
	pattern  *pattern
	from, to int // in the view's symbols
}

// find gives all hits in a view, in order.
func (d *dictionary) find(v *view) []hit {
	var hits []hit
	s := v.symbols
	for i := 0; i+4 <= len(s); i++ {
		key := binary.LittleEndian.Uint32(s[i:])
		bit := hash(key)
		if d.filter[bit>>6]&(1<<(bit&63)) == 0 {
			continue
		}
		for _, n := range d.first[key] {
			p := &d.patterns[n]
			if to := p.match(v, i); to > 0 {
				hits = append(hits, hit{p, i, to})
			}
		}
		if len(hits) > mostHits {
			hits = thinned(hits)
		}
	}
	return hits
}

// mostHits bounds what a text is read for that is made of nothing else.
const mostHits = 100_000

// thinned leaves out of the middle the clues, and the messages only where they are too
// many as well: what fails says so at the end of a log.
func thinned(hits []hit) []hit {
	const from, to = mostHits / 2, mostHits * 3 / 4
	messages := slices.DeleteFunc(slices.Clone(hits[from:to]), func(h hit) bool { return h.pattern.entry < 0 })
	if len(messages) > (to-from)/2 {
		messages = nil
	}
	return slices.Replace(hits, from, to, messages...)
}

// match gives where the pattern ends that begins at i; 0: it does not.
func (p *pattern) match(v *view, i int) int {
	s := v.symbols
	if !bytes.HasPrefix(s[i:], p.parts[0]) {
		return 0
	}
	if before := int(v.at[i]) - 1; p.from && before >= 0 && isWord(v.text[before]) && (!p.reason || v.text[before] != '_') {
		return 0
	}
	to := i + len(p.parts[0])
	for n, part := range p.parts[1:] {
		window := s[to:min(to+p.gaps[n+1], len(s))]
		j := bytes.Index(window, part)
		if j < 0 {
			return 0
		}
		to += j + len(part)
	}
	if p.exact != "" && !p.isExact(v, i) {
		return 0
	}
	if after := int(v.at[to-1]) + 1; p.to && after < len(v.text) && isWord(v.text[after]) {
		return 0
	}
	return to
}

// isExact says whether a clue stands there with its punctuation; only spaces and
// line ends do not count.
func (p *pattern) isExact(v *view, i int) bool {
	at := int(v.at[i])
	lead := strings.IndexFunc(p.exact, func(r rune) bool { return r < 128 && isWord(byte(r)) })
	if at -= lead; at < 0 {
		return false
	}
	for j := 0; j < len(p.exact); at++ {
		switch {
		case at >= len(v.text):
			return false
		case lower(v.text[at]) == p.exact[j]:
			j++
		case j == 0 || !isSpace(v.text[at]):
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }
