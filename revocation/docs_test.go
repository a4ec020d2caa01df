package revocation_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestProblemsAreDocumented: docs/revocation.md and the code name the same
// problems, and the tests meet each of them.
func TestProblemsAreDocumented(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "docs", "revocation.md"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	quoted := regexp.MustCompile(`"((?:crl|ocsp)-[a-z-]+)"`)
	var coded []string
	var tests strings.Builder
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") {
			tests.Write(source)
			continue
		}
		for _, match := range quoted.FindAllSubmatch(source, -1) {
			coded = append(coded, string(match[1]))
		}
	}
	slices.Sort(coded)
	coded = slices.Compact(coded)
	var documented []string
	for _, match := range regexp.MustCompile("(?m)^\\| `((?:crl|ocsp)-[a-z-]+)`").FindAllSubmatch(page, -1) {
		documented = append(documented, string(match[1]))
	}
	slices.Sort(documented)
	if len(coded) < 30 || !slices.Equal(coded, documented) {
		t.Errorf("the code has %v\nthe page has %v", coded, documented)
	}
	for _, id := range coded {
		if !strings.Contains(tests.String(), `"`+id+`"`) {
			t.Errorf("no test meets %s", id)
		}
	}
}
