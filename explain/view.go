package explain

import (
	"bytes"
	"regexp"
	"sync"
)

// view is a text as it is compared: letters in lower case, digits and _, nothing
// else. So line wraps, indentation, frames, quotes and other punctuation do not
// count, nor whether somebody wrote self-signed or self signed.
type view struct {
	text    []byte // as people read it
	symbols []byte
	at      []int32 // where each symbol stands in text
}

// symbol gives what a character counts as; 0: it does not count.
func symbol(c byte) byte {
	switch {
	case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '_':
		return c
	case c >= 'A' && c <= 'Z':
		return c + 'a' - 'A'
	}
	return 0
}

func symbolsOf(text string) []byte {
	var symbols []byte
	for i := range len(text) {
		if s := symbol(text[i]); s != 0 {
			symbols = append(symbols, s)
		}
	}
	return symbols
}

func newView(text []byte) *view {
	v := &view{text: text, symbols: make([]byte, 0, len(text)), at: make([]int32, 0, len(text))}
	v.add(0, len(text))
	return v
}

func (v *view) add(from, to int) {
	for i := from; i < to; i++ {
		if s := symbol(v.text[i]); s != 0 {
			v.symbols = append(v.symbols, s)
			v.at = append(v.at, int32(i)) //nolint:gosec // a text is at most 8 MiB
		}
	}
}

// prefix is what loggers put before each line: times, levels, names of services,
// frames. It may stand in the middle of a message whose lines were wrapped.
var prefix = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?i:[\s>|│┃║╎*#=!\x{2500}-\x{257f}]+|` +
		`\[?\d{2,4}[-/.]\d{2}[-/.]\d{2,4}([T ]?\d{2}:\d{2}(:\d{2})?([.,]\d+)?)?(Z|[+-]\d{2}:?\d{2})?\]?[\s:|-]+|` + // 2026-11-27T10:00:00Z
		`\[?\d{2}:\d{2}(:\d{2})?([.,]\d+)?\]?[\s:|-]+|` +
		`(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) [ \d]\d \d{2}:\d{2}:\d{2} \S+ \S+\[\d+\]: |` +
		`[\w.-]{1,40}\s*\| |` + // web-1  | of docker compose
		`#?\d{1,3} \d+\.\d+ |` + // #12 3.456 of BuildKit
		`##\[(error|warning|debug|section|group)\]|::(error|warning)[^:]{0,80}::|` +
		`npm (err!|error|warn|http|info|verb)( code| errno)? |` +
		`\[(error|warn|warning|info|debug|fatal|trace|notice|emerg|crit|alert)\]\s*|` +
		`(error|warn|warning|info|debug|fatal):\s+|(?-i:ERROR|WARN|INFO|DEBUG|FATAL)\s+|` +
		`e   )`)
})

// bodyMost bounds what prefixes are looked for in, at the beginning and at the end:
// the expression takes a microsecond a line, all else together a tenth of that.
const bodyMost = 512 << 10

// newBody is the text without the prefixes of its lines; nil if it has none.
func newBody(text []byte) *view {
	v := &view{text: text}
	found := false
	for start := 0; start < len(text); {
		if start > bodyMost && start < len(text)-bodyMost {
			start = len(text) - bodyMost
		}
		end := len(text)
		if i := bytes.IndexAny(text[start:], "\r\n"); i >= 0 {
			end = start + i + 1
		}
		from := start
		for range 5 {
			length := len(prefix().Find(text[from:min(end, from+160)]))
			if length == 0 || from+length >= end {
				break
			}
			from += length
			found = true
		}
		v.add(from, end)
		start = end
	}
	if !found {
		return nil
	}
	return v
}

// isWord says whether a character continues a word.
func isWord(c byte) bool { return symbol(c) != 0 }
