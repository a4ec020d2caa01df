package serverconf_test

import (
	"encoding/json"
	"fmt"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"devca/serverconf"
)

// readBack reads a text by another program's parser, and looks for the
// certificate's path among the values, as the server would take it.
func readBack(server serverconf.Server, body string, settings serverconf.Settings) error {
	var parsed any
	want := settings.Cert
	switch server.Name {
	case "go":
		_, err := parser.ParseFile(token.NewFileSet(), "main.go", body, parser.AllErrors)
		return err
	case "kestrel":
		// .NET reads comments, encoding/json does not.
		plain := regexp.MustCompile(`(?m)^\s*//.*$`).ReplaceAllString(body, "")
		if err := json.Unmarshal([]byte(plain), &parsed); err != nil {
			return err
		}
	case "compose", "spring", "traefik":
		if err := yaml.Unmarshal([]byte(body), &parsed); err != nil {
			return err
		}
		if server.Name == "spring" {
			want = "file:" + strings.ReplaceAll(want, `\`, "/")
		}
		if server.Name == "compose" {
			want = strings.ReplaceAll(want, "$", "$$")
		}
		if settings.Behind != "" {
			return nil
		}
		if server.Name == "traefik" && strings.Contains(body, "{{") {
			return fmt.Errorf("Traefik would take {{ for the beginning of a template")
		}
	default:
		return nil
	}
	if values := texts(parsed); !slices.Contains(values, want) {
		return fmt.Errorf("%q is not among the values %q", want, values)
	}
	return nil
}

// texts are all strings in a document.
func texts(value any) []string {
	var found []string
	switch value := value.(type) {
	case string:
		found = append(found, value)
	case []any:
		for _, element := range value {
			found = append(found, texts(element)...)
		}
	case map[string]any:
		for _, element := range value {
			found = append(found, texts(element)...)
		}
	}
	return found
}
