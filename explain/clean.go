package explain

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"unicode/utf16"
)

// plain undoes what terminals, JSON, HTML and Windows do to a text on its way
// into a log: escape sequences, escaped quotes and line ends, entities, UTF-16.
func plain(text []byte) []byte {
	text = fromUTF16(text)
	return withoutColour(unescaped(text))
}

// fromUTF16 reads what PowerShell's > writes.
func fromUTF16(text []byte) []byte {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(text, []byte{0xff, 0xfe}):
		order = binary.LittleEndian
	case bytes.HasPrefix(text, []byte{0xfe, 0xff}):
		order = binary.BigEndian
	default:
		// The end of such a file, or one that others wrote into, too: what is ASCII stays.
		if bytes.IndexByte(text, 0) >= 0 {
			text = bytes.ReplaceAll(text, []byte{0}, nil)
		}
		return text
	}
	units := make([]uint16, 0, len(text)/2)
	for rest := text[2:]; len(rest) >= 2; rest = rest[2:] {
		units = append(units, order.Uint16(rest))
	}
	return []byte(string(utf16.Decode(units)))
}

// entities are those that templates write.
var entities = []struct{ name, is string }{
	{"&quot;", `"`},
	{"&#34;", `"`},
	{"&#x22;", `"`},
	{"&apos;", "'"},
	{"&#39;", "'"},
	{"&#x27;", "'"},
	{"&lt;", "<"},
	{"&gt;", ">"},
	{"&#x2F;", "/"},
	{"&#47;", "/"},
	{"&nbsp;", " "},
	{"&#8217;", "'"},
	{"&rsquo;", "'"},
	{"&amp;", "&"},
}

// unescaped resolves backslashes, however many stand there, and entities.
func unescaped(text []byte) []byte {
	if bytes.IndexByte(text, '\\') < 0 && bytes.IndexByte(text, '&') < 0 {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		switch text[i] {
		case '\\':
			var is []byte
			is, i = backslash(text, i)
			out = append(out, is...)
		case '&':
			is, length := "&", 1
			for _, entity := range entities {
				if bytes.HasPrefix(text[i:], []byte(entity.name)) {
					is, length = entity.is, len(entity.name)
					break
				}
			}
			out = append(out, is...)
			i += length
		default:
			out = append(out, text[i])
			i++
		}
	}
	return out
}

// backslash reads the sequence at i and gives where it ends. A line that ends by one
// does so with a carriage return: it is not a line of the text, whose lines are counted.
func backslash(text []byte, i int) ([]byte, int) {
	begin := i
	for i < len(text) && text[i] == '\\' {
		i++
	}
	if i == len(text) {
		return nil, i
	}
	rest := text[i:]
	switch {
	case isWord(rest[0]) && inPath(text[:begin], i-begin):
	case rest[0] == 'n', rest[0] == 'r':
		return []byte{'\r'}, i + 1
	case rest[0] == 't':
		return []byte{'\t'}, i + 1
	case rest[0] == '"', rest[0] == '\'', rest[0] == '/', rest[0] == '\n':
		return rest[:1], i + 1
	case bytes.HasPrefix(rest, []byte("x1b")), bytes.HasPrefix(rest, []byte("x1B")), bytes.HasPrefix(rest, []byte("033")):
		return []byte{0x1b}, i + 3
	case bytes.HasPrefix(rest, []byte("e[")):
		return []byte{0x1b}, i + 1
	case rest[0] == 'u' && len(rest) >= 5:
		if code, err := strconv.ParseUint(string(rest[1:5]), 16, 16); err == nil {
			return []byte(string(rune(code))), i + 5
		}
	}
	return []byte{'\\'}, i
}

// inPath says whether as many backslashes separate the parts of a path of Windows
// (C:\node\run\test): one that begins with a drive before them, on the same line, and
// has as many there. In JSON, which doubles them, a line's end has fewer.
func inPath(before []byte, many int) bool {
	const longest = 260 // MAX_PATH
	for i := len(before) - 1; i > 0 && i >= len(before)-longest; i-- {
		switch before[i] {
		case '\n', '"', '\'', '<', '>', '|', '*', '?':
			return false
		case ':':
			after := before[i+1:]
			separator := len(after) - len(bytes.TrimLeft(after, "\\"))
			switch drive := isWord(before[i-1]) && (i == 1 || !isWord(before[i-2])); {
			case drive && (separator == many || len(after) == 0):
				return true
			case drive && separator > 0, len(after) > 0 && after[0] == ' ':
				return false
			}
		}
	}
	return false
}

// withoutColour removes escape sequences (ECMA-48), also those whose escape
// character got lost or was written as ^[.
func withoutColour(text []byte) []byte {
	if bytes.IndexByte(text, 0x1b) < 0 && bytes.IndexByte(text, '[') < 0 && bytes.IndexByte(text, '\b') < 0 {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == 0x1b:
			i = afterEscape(text, i+1)
		case c == '^' && bytes.HasPrefix(text[i:], []byte("^[[")):
			i = afterEscape(text, i+2)
		case c == '[':
			if end := bareColour(text, i); end > 0 {
				i = end
				continue
			}
			out = append(out, c)
			i++
		case c == '\b':
			if len(out) > 0 {
				out = out[:len(out)-1]
			}
			i++
		default:
			out = append(out, c)
			i++
		}
	}
	return out
}

// afterEscape gives where the sequence ends whose escape character is before i.
func afterEscape(text []byte, i int) int {
	if i >= len(text) {
		return i
	}
	switch text[i] {
	case '[': // a control sequence: parameters, then one final byte
		for i++; i < len(text) && text[i] >= 0x20 && text[i] < 0x40; i++ {
		}
		return min(i+1, len(text))
	case ']', 'P', '_', '^': // a string: to BEL or ESC \, and not over the line
		for i++; i < len(text); i++ {
			switch {
			case text[i] == 0x07:
				return i + 1
			case text[i] == 0x1b && i+1 < len(text) && text[i+1] == '\\':
				return i + 2
			case text[i] == '\n', text[i] == '\r':
				return i
			}
		}
		return i
	}
	for i < len(text) && text[i] >= 0x20 && text[i] < 0x30 { // intermediates: ESC ( B of tput sgr0
		i++
	}
	return min(i+1, len(text))
}

// bareColour gives where a colour without its escape character ends, such as
// [1;31m; 0: it is none.
func bareColour(text []byte, i int) int {
	end := i + 1
	for end < len(text) && end < i+12 && (text[end] >= '0' && text[end] <= '9' || text[end] == ';') {
		end++
	}
	if end < len(text) && text[end] == 'm' && end > i+1 {
		return end + 1
	}
	return 0
}
