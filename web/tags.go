package web

import (
	"bytes"
	"html"
	"strings"
)

// A tokenizer of our own, for golang.org/x/net/html would cost each start of the
// program 0.14 ms (measured: its tables are made before anybody asks); in the
// tests it is the judge of this one.

// attributes are those of an element; of one that is there twice the first counts.
type attributes map[string]string

const (
	maxAttributes = 200
	spaces        = " \t\n\f\r"
)

// tag is a tag of a page.
type tag struct {
	name       string // in small letters
	end        bool
	attributes attributes
	text       string // of an element that has no tags in it, such as <style>
}

// tags gives the tags of a page in order, as browsers read it (HTML, 13.2.5).
func tags(page []byte) func(yield func(tag) bool) {
	return func(yield func(tag) bool) {
		r := &reader{rest: page}
		for r.toTag() {
			t, ok := r.tag()
			if !ok {
				return // the page ends within a tag
			}
			if !t.end && isRaw(t.name) {
				t.text = r.raw(t.name)
			}
			if !yield(t) {
				return
			}
		}
	}
}

// isRaw says whether an element has only text in it (HTML, 13.2.6.4; noscript,
// because browsers have scripts).
func isRaw(name string) bool {
	switch name {
	case "script", "style", "title", "textarea", "iframe", "noembed", "noframes", "noscript", "xmp", "plaintext":
		return true
	}
	return false
}

type reader struct{ rest []byte }

// toTag goes to what comes after the "<" of a start tag or an end tag.
func (r *reader) toTag() bool {
	for {
		at := bytes.IndexByte(r.rest, '<')
		if at < 0 || at+1 >= len(r.rest) {
			return false
		}
		r.rest = r.rest[at+1:]
		switch c := r.rest[0]; {
		case isLetter(c):
			return true
		case c == '/' && len(r.rest) > 1 && isLetter(r.rest[1]):
			return true
		case c == '/' && len(r.rest) > 1 && r.rest[1] == '>':
		case c == '!' && bytes.HasPrefix(r.rest, []byte("!--")):
			r.comment()
		case c == '!', c == '?', c == '/':
			r.after(">")
		}
	}
}

// comment goes behind a comment (HTML, 13.2.5.43 to 13.2.5.51).
func (r *reader) comment() {
	r.rest = r.rest[len("!--"):]
	for _, empty := range []string{">", "->"} {
		if after, ok := bytes.CutPrefix(r.rest, []byte(empty)); ok {
			r.rest = after
			return
		}
	}
	for {
		dashes := bytes.Index(r.rest, []byte("--"))
		if dashes < 0 {
			r.rest = nil
			return
		}
		r.rest = r.rest[dashes+1:]
		for _, end := range []string{"->", "-!>"} {
			if after, ok := bytes.CutPrefix(r.rest, []byte(end)); ok {
				r.rest = after
				return
			}
		}
	}
}

// after goes behind the text.
func (r *reader) after(text string) {
	_, r.rest, _ = bytes.Cut(r.rest, []byte(text))
}

// until takes what comes before one of the bytes; ok says whether one came.
func (r *reader) until(stop string) (taken string, ok bool) {
	at := bytes.IndexAny(r.rest, stop)
	if at < 0 {
		return "", false
	}
	taken = string(r.rest[:at])
	r.rest = r.rest[at:]
	return taken, true
}

func (r *reader) skip(bytesOf string) { r.rest = bytes.TrimLeft(r.rest, bytesOf) }

// tag reads a tag from its name on.
func (r *reader) tag() (t tag, ok bool) {
	if r.rest[0] == '/' {
		t.end = true
		r.rest = r.rest[1:]
	}
	if t.name, ok = r.until(spaces + "/>"); !ok {
		return t, false
	}
	t.name = lower(t.name)
	t.attributes = attributes{}
	for {
		r.skip(spaces + "/")
		if len(r.rest) == 0 {
			return t, false
		}
		if r.rest[0] == '>' {
			r.rest = r.rest[1:]
			return t, true
		}
		name, value, ok := r.attribute()
		if !ok {
			return t, false
		}
		if _, twice := t.attributes[name]; !twice && len(t.attributes) < maxAttributes {
			t.attributes[name] = value
		}
	}
}

// attribute reads one attribute (HTML, 13.2.5.32 to 13.2.5.39).
func (r *reader) attribute() (name, value string, ok bool) {
	first := string(r.rest[:1]) // also if it is "="
	r.rest = r.rest[1:]
	if name, ok = r.until(spaces + "/>="); !ok {
		return "", "", false
	}
	name = lower(first + name)
	r.skip(spaces)
	if len(r.rest) == 0 || r.rest[0] != '=' {
		return name, "", true
	}
	r.rest = r.rest[1:]
	r.skip(spaces)
	if len(r.rest) == 0 {
		return "", "", false
	}
	if quote := r.rest[:1]; quote[0] == '"' || quote[0] == '\'' {
		r.rest = r.rest[1:]
		if value, ok = r.until(string(quote)); ok {
			r.rest = r.rest[1:]
		}
	} else {
		value, ok = r.until(spaces + ">")
	}
	return name, unescape(value), ok
}

// raw takes the text up to the end tag of an element, which is left to be read.
func (r *reader) raw(name string) string {
	whole := r.rest
	for offset := 0; name != "plaintext"; {
		at := bytes.Index(whole[offset:], []byte("</"))
		if at < 0 {
			break
		}
		offset += at
		after := whole[offset+len("</"):]
		if len(after) > len(name) && strings.EqualFold(string(after[:len(name)]), name) && strings.IndexByte(spaces+"/>", after[len(name)]) >= 0 {
			r.rest = whole[offset:]
			return string(whole[:offset])
		}
		offset += len("</")
	}
	r.rest = nil
	return string(whole)
}

// unescape reads character references that end in a semicolon. Those that do not
// are mostly parts of queries, and browsers leave them alone there (HTML,
// 13.2.5.73).
func unescape(value string) string {
	const longest = 40
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(value, "&")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		if end := strings.IndexByte(rest[:min(len(rest), longest)], ';'); end > 0 && strings.IndexFunc(rest[:end], isNoReference) < 0 {
			b.WriteString(html.UnescapeString("&" + rest[:end+1]))
			value = rest[end+1:]
			continue
		}
		b.WriteByte('&')
		value = rest
	}
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isNoReference(r rune) bool {
	return r != '#' && (r < '0' || r > '9') && (r > 'z' || !isLetter(byte(r)))
}

// lower makes the letters of ASCII small, and leaves all else as it is, as
// browsers do.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c | 0x20
		}
	}
	return string(b)
}
