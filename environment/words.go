package environment

import "strings"

// word is one option in a variable, and where it stands there.
type word struct {
	text       string // without its quotes
	start, end int
}

// words splits options as the JVM does: at white space, with either kind of quote
// (JDK, src/hotspot/share/runtime/arguments.cpp: parse_options_buffer).
func words(text string) []word {
	var found []word
	var current strings.Builder
	quote, start := byte(0), -1
	finish := func(end int) {
		if start >= 0 {
			found = append(found, word{current.String(), start, end})
		}
		current.Reset()
		start = -1
	}
	for i := range len(text) {
		c := text[i]
		space := strings.IndexByte(" \t\n\r\v\f", c) >= 0
		if quote == 0 && space {
			finish(i)
			continue
		}
		if start < 0 {
			start = i
		}
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		default:
			current.WriteByte(c)
		}
	}
	finish(len(text))
	return found
}

// quoted protects white space and quotes. What has both kinds of quotes is quoted
// in parts.
func quoted(option string) string {
	if !strings.ContainsAny(option, " \t\n\r\v\f'\"") {
		return option
	}
	return `"` + strings.ReplaceAll(option, `"`, `"'"'"`) + `"`
}

// unclosed says whether a quote is left open, which the JVM refuses; whatever is
// added would stand within it.
func unclosed(text string) bool {
	quote := byte(0)
	for i := range len(text) {
		switch c := text[i]; {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		}
	}
	return quote != 0
}
