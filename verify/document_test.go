package verify_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"devca/verify"
)

var update = flag.Bool("update", false, "rewrite the tables in docs/verification.md")

// TestDocumentation keeps the tables of docs/verification.md what the data says.
// go test ./verify -run Documentation -update rewrites them.
func TestDocumentation(t *testing.T) {
	path := filepath.Join("..", "docs", "verification.md")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(before)
	for name, table := range map[string]string{"rules": rulesTable(), "clients": clientsTable(), "deviations": deviationsTable()} {
		begin, end := "<!-- "+name+": made from the code -->\n", "<!-- end of "+name+" -->\n"
		head, rest, found := strings.Cut(text, begin)
		_, tail, closed := strings.Cut(rest, end)
		if !found || !closed {
			t.Fatalf("%s has no place for %s", path, name)
		}
		text = head + begin + table + end + tail
	}
	if text == string(before) {
		return
	}
	if !*update {
		t.Fatal("the tables are not what the data says; run: go test ./verify -run Documentation -update")
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func rulesTable() string {
	var b strings.Builder
	question := verify.Question(-1)
	for _, rule := range verify.Rules() {
		if rule.Question != question {
			question = rule.Question
			fmt.Fprintf(&b, "\n### %s%s?\n", strings.ToUpper(question.String()[:1]), question.String()[1:])
		}
		fmt.Fprintf(&b, "\n#### %s\n\n%s%s: %s.\n\n", rule.ID, strings.ToUpper(rule.Title[:1]), rule.Title[1:], rule.Why)
		fmt.Fprintf(&b, "- Refused by: %s\n- Source: %s\n", refusers(rule.Refusing), rule.Source)
	}
	return b.String() + "\n"
}

// refusers names who refuses; most, by who does not.
func refusers(set verify.Clients) string {
	clients, profiles := set&verify.Everyone, set&(verify.RFC5280|verify.WebPKI)
	words := clients.String()
	switch missing := verify.Everyone &^ clients; {
	case clients == 0:
		words = "no client"
	case missing == 0:
		words = "every client"
	case len(missing.Names()) < 5:
		words = "every client but " + missing.String()
	}
	if profiles != 0 {
		words += "; by the profiles " + profiles.String()
	}
	return words
}

func clientsTable() string {
	var b strings.Builder
	b.WriteString("\n| client | versions | how it is known | fetches missing issuers | asks OCSP |\n| --- | --- | --- | --- | --- |\n")
	yes := map[bool]string{true: "yes", false: "no"}
	for _, p := range verify.Profiles() {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", p.Name, p.Versions, p.Basis, yes[p.AIA], yes[p.OCSP])
	}
	return b.String() + "\n"
}

func deviationsTable() string {
	var b strings.Builder
	b.WriteString("\n| case | why |\n| --- | --- |\n")
	for _, id := range sortedKeys(deviations) {
		fmt.Fprintf(&b, "| %s | %s |\n", id, deviations[id])
	}
	return b.String() + "\n"
}

// TestRules checks that the table can be relied on: every rule says what, why,
// whence and what to do, and none stands there twice.
func TestRules(t *testing.T) {
	seen := map[string]bool{}
	for _, rule := range verify.Rules() {
		id := string(rule.ID)
		if seen[id] || !strings.HasPrefix(id, "verify/") {
			t.Errorf("%s is there twice, or no code of this area", id)
		}
		seen[id] = true
		if rule.Title == "" || rule.Why == "" || rule.Source == "" || rule.Severity == "" || len(rule.Fixes) == 0 {
			t.Errorf("%s lacks a part: %+v", id, rule)
		}
		if verify.RuleByID(rule.ID) != rule {
			t.Errorf("%s is not found by its name", id)
		}
	}
	if len(seen) < 80 {
		t.Errorf("only %d rules", len(seen))
	}
}
