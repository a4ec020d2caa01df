package environment

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// isText refuses what is not UTF-8.
func isText(a Assignment) error {
	if !utf8.ValidString(a.Value) {
		return &unfit{a.Name, "it is not UTF-8, and this format has nothing else"}
	}
	return nil
}

// isLine refuses what is more than a line of text.
func isLine(a Assignment) error {
	if strings.ContainsAny(a.Value, "\r\n") {
		return &unfit{a.Name, "it has a line break"}
	}
	return isText(a)
}

// dotenv has as many dialects as readers. Single quotes are literal in all that
// know quotes.
func dotenv(a Assignment) (string, error) {
	if strings.Contains(a.Value, "'") {
		return "", &unfit{a.Name, "it has a quote, which the readers of such files escape in different ways"}
	}
	return a.Name + "='" + a.Value + "'", isLine(a)
}

// github takes a line as it is, and more than a line up to a word that is not in
// it (docs.github.com: workflow commands, multiline strings).
func github(a Assignment) (string, error) {
	if strings.ContainsAny(a.Value, "\r\n") {
		sum := sha256.Sum256([]byte(a.Value))
		end := "devca-" + hex.EncodeToString(sum[:])
		return a.Name + "<<" + end + "\n" + a.Value + "\n" + end, isText(a)
	}
	return a.Name + "=" + a.Value, isText(a)
}

// systemd unescapes within double quotes as C does, and percent signs are specifiers
// (systemd.exec(5), systemd.syntax(7)).
func systemd(a Assignment) (string, error) {
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "%", "%%", "\n", `\n`, "\r", `\r`, "\t", `\t`)
	return `Environment="` + a.Name + "=" + escape.Replace(a.Value) + `"`, isText(a)
}

// inContainers are the assignments that count in another container: the memory is
// for shells.
func inContainers(assignments []Assignment) []Assignment {
	return slices.DeleteFunc(slices.Clone(assignments), func(a Assignment) bool { return a.Name == Memory })
}

// named are the files that assignments name: what a container needs besides.
func named(assignments []Assignment) []string {
	var files []string
	for _, a := range assignments {
		path := a.Value
		if store := readOptions(a.Value).store; store != "" {
			path = store
		}
		if !slices.Contains(files, path) {
			files = append(files, path)
		}
	}
	return files
}

// docker writes words that a shell splits once more, so that quotes would not help.
func docker(assignments []Assignment) (string, error) {
	const apart = " \t\r\n'\"\\$*?[`"
	var b strings.Builder
	assignments = inContainers(assignments)
	for _, path := range named(assignments) {
		if strings.ContainsAny(path, apart+":") {
			return "", &unfit{"the path " + path, "it has characters that the shell or docker would take apart"}
		}
		fmt.Fprintf(&b, "--volume=%s:%s:ro\n", path, path)
	}
	for _, a := range assignments {
		if strings.ContainsAny(a.Value, apart) {
			return "", &unfit{a.Name, "its value has characters that the shell would take apart: use --shell compose"}
		}
		fmt.Fprintf(&b, "--env=%s=%s\n", a.Name, a.Value)
	}
	return b.String(), nil
}

// compose writes YAML with every value as a JSON string, which YAML reads the same;
// a dollar sign is doubled for Compose's own interpolation.
func compose(assignments []Assignment) (string, error) {
	var b strings.Builder
	assignments = inContainers(assignments)
	b.WriteString("environment:\n")
	for _, a := range assignments {
		if err := isText(a); err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "  %s: %s\n", a.Name, composeText(a.Value))
	}
	b.WriteString("volumes:\n")
	for _, path := range named(assignments) {
		text := composeText(path)
		fmt.Fprintf(&b, "  - {type: bind, source: %s, target: %s, read_only: true}\n", text, text)
	}
	return b.String(), nil
}

func composeText(value string) string {
	text, err := json.Marshal(strings.ReplaceAll(value, "$", "$$"))
	if err != nil {
		return `""` // a string always has a JSON form
	}
	return string(text)
}

// vscode is for terminals of every system: which one reads the file is not known.
func vscode(assignments []Assignment) (string, error) {
	values := map[string]string{}
	for _, a := range assignments {
		if err := isText(a); err != nil {
			return "", err
		}
		values[a.Name] = a.Value
	}
	settings := map[string]any{}
	for _, system := range []string{"linux", "osx", "windows"} {
		settings["terminal.integrated.env."+system] = values
	}
	text, err := json.MarshalIndent(settings, "", "  ")
	return string(text) + "\n", err
}
