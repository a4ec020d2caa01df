package explain

import (
	"bytes"
	"unicode/utf8"
)

// wrapping is how a terminal cut the lines of a text: all that were longer have its
// width. Messages are found without regard to that (view.go), names of hosts are not.
type wrapping struct {
	width  int             // in characters; 0: none is seen
	begins map[string]bool // the first words of more than one line
}

// narrowest is the width from which on lines are taken for cut by a terminal.
const narrowest = 40

// wrappingOf sees a width where the longest lines are equally long and not the same.
func wrappingOf(text []byte) wrapping {
	w := wrapping{begins: map[string]bool{}}
	seen, full := map[string]bool{}, map[string]bool{}
	for line := range bytes.Lines(head(text)) {
		line = bytes.TrimRight(line, "\r\n")
		word := firstWord(line)
		w.begins[word], seen[word] = seen[word], true
		width := utf8.RuneCount(line)
		if width > w.width {
			w.width, full = width, map[string]bool{}
		}
		if width == w.width {
			full[string(line)] = true
		}
	}
	if w.width < narrowest || len(full) < 2 {
		w.width = 0
	}
	return w
}

// join puts together what was cut. A line that begins as others do is one of its own:
// those of a log may be equally long by chance.
func (w wrapping) join(text []byte) []byte {
	if w.width == 0 {
		return text
	}
	joined := make([]byte, 0, len(text))
	for len(text) > 0 {
		line, rest, _ := bytes.Cut(text, []byte("\n"))
		joined = append(joined, bytes.TrimSuffix(line, []byte("\r"))...)
		if text = rest; len(text) > 0 && !w.cut(line, text) {
			joined = append(joined, '\n')
		}
	}
	return joined
}

// cut says whether a line goes on in the next.
func (w wrapping) cut(line, next []byte) bool {
	continues := next[0] >= 'a' && next[0] <= 'z' || next[0] == '.' || next[0] == '-' || next[0] == '/'
	return continues && utf8.RuneCount(bytes.TrimSuffix(line, []byte("\r"))) == w.width && !w.begins[firstWord(next)]
}

func firstWord(text []byte) string {
	if end := bytes.IndexAny(text, " \t\r\n"); end >= 0 {
		text = text[:end]
	}
	return string(text)
}
