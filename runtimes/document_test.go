package runtimes_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"devca/runtimes"
)

var update = flag.Bool("update", false, "rewrite the table in docs/environment.md")

// TestDocumentation keeps the table of docs/environment.md what the data says.
// go test ./runtimes -run Documentation -update rewrites it.
func TestDocumentation(t *testing.T) {
	path := filepath.Join("..", "docs", "environment.md")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	begin, end := "<!-- runtimes: made from the code -->\n", "<!-- end of runtimes -->\n"
	head, rest, found := strings.Cut(string(before), begin)
	_, tail, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatal(path, "has no place for the table")
	}
	text := head + begin + table() + end + tail
	if text == string(before) {
		return
	}
	if !*update {
		t.Fatal("the table is not what the data says; run: go test ./runtimes -run Documentation -update")
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func table() string {
	var b strings.Builder
	for _, r := range runtimes.All() {
		fmt.Fprintf(&b, "\n### %s\n\n%s. Trusts %s.", r.Name, r.Title, r.Trusts)
		if len(r.Uses) > 0 {
			fmt.Fprintf(&b, " What is said of %s counts here, too.", strings.Join(r.Uses, ", "))
		}
		b.WriteString("\n\n")
		for _, s := range r.Settings {
			fmt.Fprintf(&b, "- `%s` (%s, %s)", s.Name, s.Kind, strings.Join(s.Facts(), ", "))
			if s.Note != "" {
				fmt.Fprintf(&b, ": %s", s.Note)
			}
			fmt.Fprintf(&b, ". %s.\n", s.Basis())
		}
	}
	return b.String() + "\n"
}

// TestClients: the page's table of real clients is the one that the script compares.
func TestClients(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "docs", "environment.md"))
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile(filepath.Join("..", "testdata", "script", "environment.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	_, rows, _ := strings.Cut(string(script), "-- table --\n")
	var want strings.Builder
	want.WriteString("| --- | --- | --- | --- |\n")
	for row := range strings.Lines(rows) {
		asked, answers, _ := strings.Cut(strings.TrimSpace(row), ": ")
		client, before, _ := strings.Cut(asked, ", ")
		if before != "" {
			before = "`" + before + "`"
		}
		without, with, _ := strings.Cut(answers, ", with devca ")
		fmt.Fprintf(&want, "| %s | %s | %s | %s |\n", client, before, strings.ReplaceAll(without, "/", ", "), strings.ReplaceAll(with, "/", ", "))
	}
	if !strings.Contains(string(page), want.String()+"\n") {
		t.Errorf("the table in docs/environment.md is to be:\n%s", want.String())
	}
}

// TestTable checks that the table can be relied on.
func TestTable(t *testing.T) {
	// Those of the programs that people write and run.
	for name := range strings.FieldsSeq(`curl wget git openssl gnutls python requests httpx pip uv node npm pnpm yarn bun deno java gradle maven
		go rust-native rust-webpki cargo ruby gem bundler php composer perl dotnet erlang dart grpc aws gcloud az kubectl helm terraform docker
		electron vscode postman playwright cypress android ios`) {
		if _, known := runtimes.Find(name); !known {
			t.Errorf("%s is missing", name)
		}
	}
	seen := map[string]bool{}
	for _, r := range runtimes.All() {
		if seen[r.Name] || r.Title == "" || r.Trusts == "" || len(r.Settings)+len(r.Uses) == 0 {
			t.Errorf("%s is there twice, or lacks a part", r.Name)
		}
		seen[r.Name] = true
		for _, other := range r.Uses {
			if _, known := runtimes.Find(other); !known {
				t.Errorf("%s uses %s, which is missing", r.Name, other)
			}
		}
		for _, s := range r.Settings {
			if s.Name == "" || s.Kind == "" || s.Effect == "" || s.Form == "" || s.Source == "" {
				t.Errorf("%s: %s lacks a part", r.Name, s.Name)
			}
			if s.Kind != runtimes.Variable && s.Use != runtimes.Never {
				t.Errorf("%s: devca env cannot set %s", r.Name, s.Name)
			}
		}
	}
}

// TestMeasured: a variable that devca env sets and that is called measured is in the
// script that runs real clients.
func TestMeasured(t *testing.T) {
	script, err := os.ReadFile(filepath.Join("..", "testdata", "script", "environment.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := map[string]bool{"DENO_CERT": true} // with Deno 2.9, which is not in Debian
	for _, r := range runtimes.All() {
		for _, s := range r.Settings {
			if s.Use == runtimes.Never || !s.Measured {
				continue
			}
			if ran := strings.Contains(string(script), " "+s.Name+"="); ran == elsewhere[s.Name] {
				t.Errorf("%s: %s is called measured; environment.txtar has it: %t", r.Name, s.Name, ran)
			}
		}
	}
}
