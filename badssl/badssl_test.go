package badssl_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"devca/badssl"
	"devca/diag"
)

// fixture makes one certificate of every kind.
func fixture(t *testing.T) *badssl.Fixture {
	t.Helper()
	f, err := badssl.New(badssl.Options{Base: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

var update = flag.Bool("update", false, "rewrite the table in docs/badssl.md")

// TestDocumented checks that docs/badssl.md lists the kinds as they are.
func TestDocumented(t *testing.T) {
	const file, begin, end = "../docs/badssl.md", "<!-- kinds: made from the code, \"go test ./badssl -update\" -->\n", "<!-- end -->\n"
	f := fixture(t)
	var table strings.Builder
	table.WriteString("\n| kind | what is wrong | rules | refused by |\n| --- | --- | --- | --- |\n")
	for _, made := range f.Made {
		refusing, accepting := made.Refused(f.At)
		who := refusing.String()
		switch {
		case accepting == 0:
			who = "everybody"
		case refusing == 0:
			who = "nobody"
		}
		var rules []string
		for _, rule := range made.Kind.Finds {
			rules = append(rules, "`"+strings.TrimPrefix(string(rule), "verify/")+"`")
		}
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s |\n", made.Kind.Name, made.Kind.Wrong, strings.Join(rules, ", "), who)
	}
	table.WriteString("\n")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(data), begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("%s has no place for the table", file)
	}
	want := before + begin + table.String() + end + after
	if want == string(data) {
		return
	}
	if !*update {
		t.Fatalf("%s is out of date: go test ./badssl -update", file)
	}
	if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestPlanted checks that devca/verify finds in each certificate exactly the
// faults that were planted there.
func TestPlanted(t *testing.T) {
	f := fixture(t)
	for _, made := range f.Made {
		var found []diag.Code
		var details []string
		for _, finding := range made.Judge(time.Time{}).Findings {
			found = append(found, finding.Rule.ID)
			details = append(details, finding.Detail)
		}
		planted := slices.Clone(made.Kind.Finds)
		if made.Kind.Server {
			planted = nil // which only a server shows: testdata/script/badssl-verify.txtar
		}
		slices.Sort(planted)
		slices.Sort(found)
		if !slices.Equal(found, planted) {
			t.Errorf("%s: found %v, planted %v\n%s", made.Kind.Name, found, planted, strings.Join(details, "\n"))
		}
	}
}
