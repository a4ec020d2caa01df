package serverconf

import (
	"encoding/json"
	"strconv"
	"strings"
)

// fill puts values into a template, in one pass: a value that looks like a
// place for another one stays as it is.
func fill(template string, pairs ...string) string {
	return strings.NewReplacer(pairs...).Replace(template)
}

// when gives the text if the condition holds.
func when(condition bool, text string) string {
	if condition {
		return text
	}
	return ""
}

// refuse notes that a value cannot be written.
func (s *site) refuse(value, why string) string {
	if s.failure == nil {
		s.failure = s.unwritable(value, why)
	}
	return `""`
}

// nginx has quotes and backslashes, and no way to write a dollar sign where it
// expands variables, which it does in ssl_certificate since 1.15.9.
func (s *site) nginx(value string) string {
	if strings.Contains(value, "$") {
		return s.refuse(value, "nginx takes $ for the beginning of a variable and has no way to write it")
	}
	return `"` + backslashed(value) + `"`
}

// backslashed escapes for languages whose double quotes know \" and \\.
func backslashed(value string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value)
}

// apache expands ${NAME} everywhere, whatever stands around it.
func (s *site) apache(value string) string {
	if strings.Contains(value, "${") {
		return s.refuse(value, "Apache takes ${ for the beginning of a variable and has no way to write it")
	}
	return `"` + backslashed(value) + `"`
}

// haproxy: between single quotes everything means itself (configuration manual,
// 2.2), and between them one ends and begins again around \'.
func (s *site) haproxy(value string) string {
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}

// caddy: between backticks everything means itself, apart from {, which begins
// a placeholder and, with $, a variable that is put in before all else.
func (s *site) caddy(value string) string {
	if strings.ContainsAny(value, "`{") {
		return s.refuse(value, "Caddy takes { for the beginning of a placeholder and ` for the end of a text, and has no way to write them")
	}
	return "`" + value + "`"
}

// script quotes for JavaScript, JSON and YAML, all of which read JSON's texts.
func script(value string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return `""` // a string always has an encoding
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// scripts is a list of them.
func scripts(values []string) string {
	quoted := make([]string, len(values))
	for i, value := range values {
		quoted[i] = script(value)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// program quotes for Go and Python, which agree about what is left without
// control characters and invalid UTF-8.
func program(value string) string { return strconv.Quote(value) }
