package main

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// notProvoked are the codes that no script brings about, each with the reason.
// Everything else a person can meet is in testdata/script.
var notProvoked = map[string]string{
	"trust/no-answer":        "only Windows and macOS show such dialogs; tests of trust have their answers",
	"trust/no-screen":        "only macOS shows such dialogs; keychain_test.go",
	"trust/distrusted":       "only Windows has such a store; store_windows_test.go, run under Wine by wine_linux_test.go",
	"nss/import-off":         "only on Windows and macOS does Firefox import the system's roots; nss_remarks_test.go",
	"verify/handshake-fails": "no server program takes a key that is not its certificate's; dial's test has one that does",
}

// codes reads the constants of type Code in diag/codes*.go.
func codes(t *testing.T) []string {
	t.Helper()
	_, files := eachSource(t)
	var found []string
	for _, file := range files {
		if !strings.HasPrefix(file.path, "diag/codes") || file.test {
			continue
		}
		ast.Inspect(file.syntax, func(node ast.Node) bool {
			spec, ok := node.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if kind, ok := spec.Type.(*ast.Ident); !ok || kind.Name != "Code" || spec.Doc == nil {
				t.Errorf("%s: %s needs the type Code and a comment of its own", file.path, spec.Names[0])
			}
			for _, value := range spec.Values {
				text, err := strconv.Unquote(value.(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				found = append(found, text)
			}
			return false
		})
	}
	if len(found) == 0 {
		t.Fatal("no codes found in diag/codes*.go")
	}
	return found
}

// TestCodes checks the form of the codes and that none stands for two things.
func TestCodes(t *testing.T) {
	form := regexp.MustCompile(`^[a-z][a-z0-9]*/[a-z0-9]+(-[a-z0-9]+)*$`)
	seen := map[string]bool{}
	for _, code := range codes(t) {
		if !form.MatchString(code) {
			t.Errorf("%s is not of the form area/slug", code)
		}
		if seen[code] {
			t.Errorf("%s is there twice", code)
		}
		seen[code] = true
	}
}

// TestCodesAreUsed checks that the program can print each code: a constant that
// nothing mentions is a promise nobody keeps.
func TestCodesAreUsed(t *testing.T) {
	_, files := eachSource(t)
	used := map[string]bool{}
	constants := map[string]string{}
	for _, file := range files {
		if file.test {
			continue
		}
		ast.Inspect(file.syntax, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.ValueSpec:
				if strings.HasPrefix(file.path, "diag/codes") && len(node.Values) == 1 {
					constants[node.Names[0].Name] = node.Values[0].(*ast.BasicLit).Value
				}
			case *ast.SelectorExpr:
				if room, ok := node.X.(*ast.Ident); ok && room.Name == "diag" {
					used[node.Sel.Name] = true
				}
			}
			return true
		})
	}
	for name, code := range constants {
		if !used[name] {
			t.Errorf("nothing uses diag.%s (%s)", name, code)
		}
	}
}

// TestCodesAreDocumented checks that docs/errors.md and the codes say the same.
func TestCodesAreDocumented(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("docs", "errors.md"))
	if err != nil {
		t.Fatal(err)
	}
	var headings []string
	for _, match := range regexp.MustCompile(`(?m)^### +(\S+) *$`).FindAllStringSubmatch(string(page), -1) {
		if slices.Contains(headings, match[1]) {
			t.Errorf("docs/errors.md has two sections %s", match[1])
		}
		headings = append(headings, match[1])
	}
	known := codes(t)
	for _, code := range known {
		if !slices.Contains(headings, code) {
			t.Errorf("docs/errors.md has no section ### %s", code)
		}
	}
	for _, heading := range headings {
		if !slices.Contains(known, heading) {
			t.Errorf("docs/errors.md has a section for %s, which is no code", heading)
		}
	}
}

// TestCodesAreProvoked checks that a script meets every code.
func TestCodesAreProvoked(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("testdata", "script", "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	var scripts strings.Builder
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if !strings.HasPrefix(line, "#") {
				scripts.WriteString(line)
			}
		}
	}
	known := codes(t)
	for _, code := range known {
		pattern := regexp.MustCompile(`(?m)` + regexp.QuoteMeta(code) + `($|[^-\w])`)
		provoked := pattern.MatchString(scripts.String())
		_, excused := notProvoked[code]
		switch {
		case !provoked && !excused:
			t.Errorf("no script in testdata/script provokes %s", code)
		case provoked && excused:
			t.Errorf("%s is provoked: take it out of notProvoked", code)
		}
	}
	for code := range notProvoked {
		if !slices.Contains(known, code) {
			t.Errorf("%s in notProvoked is no code", code)
		}
	}
}
