package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"devca/explain"
)

// TestExplainDocument checks that docs/explain.md has the catalogue as it is;
// -update writes it.
func TestExplainDocument(t *testing.T) {
	const name = "docs/explain.md"
	page, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	const mark = "<!-- The catalogue, as go test . -run ExplainDocument -update writes it. -->\n"
	text, _, found := strings.Cut(string(page), mark)
	if !found {
		t.Fatalf("%s has no mark where the catalogue begins", name)
	}
	want := text + mark + catalogueTables()
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want != string(page) {
		t.Errorf("%s is not the catalogue: go test . -run ExplainDocument -update", name)
	}
}

// catalogueTables has a table for each client's own words.
func catalogueTables() string {
	var b bytes.Buffer
	entries := explain.Catalogue()
	provoked := 0
	for _, entry := range entries {
		if entry.Provoked() {
			provoked++
		}
	}
	fmt.Fprintf(&b, "\n%d texts, of which %d are said by the real program in a test.\n", len(entries), provoked)
	for _, client := range explain.Clients() {
		var rows []string
		for _, entry := range entries {
			if entry.Client == client.Name {
				rows = append(rows, catalogueRow(entry))
			}
		}
		if len(rows) > 0 {
			fmt.Fprintf(&b, "\n### %s\n\n| entry | text | causes | known from |\n| --- | --- | --- | --- |\n%s", client.Title, strings.Join(rows, ""))
		}
	}
	return b.String()
}

func catalogueRow(entry explain.Entry) string {
	var causes []string
	for _, cause := range entry.Causes {
		causes = append(causes, string(cause))
	}
	from := entry.Source
	if entry.Provoked() {
		from = "provoked"
	}
	text := strings.NewReplacer("|", `\|`, "`", "'").Replace(entry.Texts[0])
	return fmt.Sprintf("| %s | `%s` | %s | %s |\n", entry.ID, text, strings.Join(causes, ", "), from)
}
