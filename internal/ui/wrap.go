package ui

import (
	"strings"
	"unicode/utf8"
)

// Wrap breaks a text into lines of at most width columns, at spaces; a word that
// is longer has a line of its own. 0 is unlimited.
func Wrap(text string, width int) []string {
	if width <= 0 {
		return []string{text}
	}
	var lines []string
	line, used := "", 0
	for word := range strings.FieldsSeq(text) {
		length := utf8.RuneCountInString(word)
		switch {
		case used == 0:
			line, used = word, length
		case used+1+length <= width:
			line, used = line+" "+word, used+1+length
		default:
			lines = append(lines, line)
			line, used = word, length
		}
	}
	return append(lines, line)
}
