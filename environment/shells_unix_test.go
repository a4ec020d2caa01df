//go:build unix

package environment_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"devca/environment"
)

// hostile are values that a shell would take apart, if it could.
var hostile = []string{
	"plain", "", "a b\tc", "it's", `"double"`, "$(touch pwned)", "`touch pwned`", "${HOME}", "$HOME", `back\slash\`, `\'`, "a;touch pwned",
	"a\nb", "\n", "line\r\nend", "*", "~", "!history", "%PATH%", "#no comment", "&& touch pwned", "umlaut ä ‘quotes’ ‚low‛", "\xff\xfe not UTF-8", "-n", "@(x)", "{a,b}", "[a]?",
}

// TestShells sets and undoes hostile values in the real shells. PowerShell is not in
// Debian, and so is not among them.
func TestShells(t *testing.T) {
	var set, undone []environment.Assignment
	for i, value := range hostile {
		set = append(set, environment.Assignment{Name: fmt.Sprint("DEVCA_TEST_", i), Value: value})
		undone = append(undone, environment.Assignment{Name: fmt.Sprint("DEVCA_TEST_", i), Before: &hostile[i]})
	}
	undone = append(undone, environment.Assignment{Name: "DEVCA_TEST_GONE"})
	for program, name := range map[string]string{"sh": "sh", "bash": "sh", "zsh": "sh", "fish": "fish"} {
		t.Run(program, func(t *testing.T) {
			shell, _ := environment.FindShell(name)
			text, err := shell.Write(set)
			if err != nil {
				t.Fatal(err)
			}
			undo, err := shell.Undo(undone)
			if err != nil {
				t.Fatal(err)
			}
			folder := t.TempDir()
			for lines, gone := range map[string]string{text: "is there", undo: ""} {
				got := strings.Split(runShell(t, program, folder, lines), "\x00")
				if !slices.Equal(got, append(slices.Clone(hostile), gone)) {
					t.Errorf("%q\nbecomes %q\nby %s", hostile, got, lines)
				}
			}
			if _, err := os.Stat(filepath.Join(folder, "pwned")); err == nil {
				t.Error("a value was run")
			}
		})
	}
}

// runShell has a shell apply lines the way that devca env --help says, and gives
// what a program that it starts then sees.
func runShell(t *testing.T, program, folder, lines string) string {
	t.Helper()
	script := `eval "$(cat lines)"; exec "$PRINT"`
	if program == "fish" {
		script = `cat lines | source; exec $PRINT`
	}
	if err := os.WriteFile(filepath.Join(folder, "lines"), []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(program, "-c", script)
	command.Dir = folder
	command.Env = append(os.Environ(), "PRINT="+os.Args[0], "DEVCA_TEST_PRINT=1", "DEVCA_TEST_GONE=is there", "HOME="+folder, "LC_ALL=C.UTF-8")
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v", program, err)
	}
	return string(out)
}

// TestMain is also the program that the shells start.
func TestMain(m *testing.M) {
	if os.Getenv("DEVCA_TEST_PRINT") != "" {
		var values []string
		for i := range hostile {
			values = append(values, os.Getenv(fmt.Sprint("DEVCA_TEST_", i)))
		}
		fmt.Print(strings.Join(append(values, os.Getenv("DEVCA_TEST_GONE")), "\x00"))
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// TestFormats: values that a format cannot express are refused, never bent.
func TestFormats(t *testing.T) {
	for name, refused := range map[string]string{
		"pwsh":    "\xff",
		"cmd":     "a\nb|a\"b&c|\xff",
		"dotenv":  "a\nb|it's|\xff",
		"docker":  "a b|a\nb|$x|'|`|*",
		"compose": "\xff",
		"github":  "\xff|a\n\xff",
		"vscode":  "\xff",
		"systemd": "\xff",
	} {
		shell, known := environment.FindShell(name)
		if !known {
			t.Fatal(name)
		}
		for value := range strings.SplitSeq(refused, "|") {
			text, err := shell.Write([]environment.Assignment{{Name: "X", Value: value}})
			if err == nil {
				t.Errorf("%s writes %q as %s", name, value, text)
			}
		}
		if _, err := shell.Undo([]environment.Assignment{{Name: "X"}}); (err == nil) != (name == "pwsh" || name == "cmd") {
			t.Errorf("%s: undo: %v", name, err)
		}
	}
	for name, want := range map[string]string{
		"pwsh":    "$env:X = 'it''s ‘‘a’’'\n",
		"cmd":     "set \"X=50%% \"\n",
		"dotenv":  "X='$a \"b\"'\n",
		"github":  "X=a b\n",
		"systemd": `Environment="X=\"a\\b\" 50%%\n"` + "\n",
		"compose": "environment:\n  X: \"$$a \\\"\\n\"\nvolumes:\n  - {type: bind, source: \"$$a \\\"\\n\", target: \"$$a \\\"\\n\", read_only: true}\n",
	} {
		value := map[string]string{
			"pwsh": "it's ‘a’", "cmd": "50% ", "dotenv": `$a "b"`, "github": "a b", "systemd": "\"a\\b\" 50%\n", "compose": "$a \"\n",
		}[name]
		shell, _ := environment.FindShell(name)
		if text, err := shell.Write([]environment.Assignment{{Name: "X", Value: value}}); err != nil || text != want {
			t.Errorf("%s: %q, not %q (%v)", name, text, want, err)
		}
	}
	github, _ := environment.FindShell("github")
	text, err := github.Write([]environment.Assignment{{Name: "X", Value: "a\nY=b"}})
	first, rest, _ := strings.Cut(text, "\n")
	if end, ok := strings.CutPrefix(first, "X<<"); err != nil || !ok || rest != "a\nY=b\n"+end+"\n" {
		t.Errorf("github: %q (%v)", text, err)
	}
	vscode, _ := environment.FindShell("vscode")
	var settings map[string]map[string]string
	text, err = vscode.Write([]environment.Assignment{{Name: "X", Value: "a\n\"$"}})
	if err != nil || json.Unmarshal([]byte(text), &settings) != nil || settings["terminal.integrated.env.linux"]["X"] != "a\n\"$" {
		t.Errorf("vscode: %s (%v)", text, err)
	}
}
