package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"devca/command"
	"devca/internal/ui"
)

// fenced gives the contents of README.md's blocks of a kind, in their order.
func fenced(t *testing.T, kind string) []string {
	t.Helper()
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for _, match := range regexp.MustCompile("(?ms)^```"+kind+"\n(.*?)^```$").FindAllStringSubmatch(string(page), -1) {
		blocks = append(blocks, match[1])
	}
	if len(blocks) == 0 {
		t.Fatalf("README.md has no block of the kind %s", kind)
	}
	return blocks
}

// throwAway is the environment of a person with an empty home.
func throwAway(t *testing.T) []string {
	t.Helper()
	home := t.TempDir()
	environment := []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "TMPDIR=" + t.TempDir(), "TZ=UTC", "LANG=C.UTF-8",
		"GORACE=atexit_sleep_ms=0",
	}
	if os.Getuid() != 0 {
		// Who is not root cannot change the system's store without a password.
		environment = append(environment, "TRUST_STORES=nss")
	}
	return environment
}

// TestREADME runs every "$ " line of README.md's console blocks as a person who
// reads from top to bottom would: in one folder, one home and one shell, so that
// variables stay. A line ends with "# exit status N" if that is not 0.
func TestREADME(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Log("the stores of this system belong to the person who runs the tests; scripts with fakes stand for them")
		return
	}
	var script strings.Builder
	script.WriteString("export -p >.environment\n")
	status := regexp.MustCompile(`# exit status (\d+)$`)
	lines := 0
	for _, block := range fenced(t, "console") {
		for line := range strings.Lines(block) {
			text, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "$ ")
			if !ok {
				t.Errorf("README.md: %q in a console block is no command line", line)
				continue
			}
			want := "0"
			if match := status.FindStringSubmatch(text); match != nil {
				want = match[1]
			}
			lines++
			fmt.Fprintf(&script, "%s\nstatus=$?\nif [ $status -ne %s ]; then echo \"LINE: exit status $status: \"%s; exit 1; fi\n",
				text, want, shellQuote(text))
		}
	}
	if lines < 20 {
		t.Errorf("only %d command lines found in README.md", lines)
	}
	shell := exec.Command("bash", "-o", "pipefail", "-c", script.String())
	shell.Dir = t.TempDir()
	shell.Env = throwAway(t)
	out, err := shell.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func shellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// TestREADMELibrary runs README.md's Go programs inside this module, in a folder
// with a certificate.
func TestREADMELibrary(t *testing.T) {
	begins := []string{"2 certificates, valid until 20", "chrome refuses [verify/unknown-issuer]"}
	if blocks := fenced(t, "go"); len(blocks) != len(begins) {
		t.Fatalf("README.md has %d programs", len(blocks))
	}
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for i, source := range fenced(t, "go") {
		work := t.TempDir()
		program := filepath.Join(work, "main.go")
		overlay := map[string]map[string]string{"Replace": {
			filepath.Join(folder, "readme"+strconv.Itoa(i), "main.go"): program,
		}}
		encoded, err := json.Marshal(overlay)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(os.WriteFile(program, []byte(source), 0o600), os.WriteFile(filepath.Join(work, "overlay.json"), encoded, 0o600)); err != nil {
			t.Fatal(err)
		}
		binary := filepath.Join(work, "program.exe")
		build := exec.Command("go", "build", "-overlay", filepath.Join(work, "overlay.json"), "-o", binary, "./readme"+strconv.Itoa(i))
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		run := exec.Command(binary)
		run.Dir, run.Env = work, append(throwAway(t), "DEVCA_DIR="+filepath.Join(work, "ca"))
		streams := &ui.Streams{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard, Getenv: func(string) string { return "" }}
		issue := []string{"issue", "localhost", "127.0.0.1", "::1", "--dir", filepath.Join(work, "ca"), "--out", work}
		if status := command.Run(issue, streams); status != 0 {
			t.Fatalf("devca issue: exit status %d", status)
		}
		out, err := run.CombinedOutput()
		if err != nil || !strings.HasPrefix(string(out), begins[i]) {
			t.Errorf("%v\n%s", err, out)
		}
	}
}

// TestREADMEStatuses compares README.md's table of exit statuses with the program's.
func TestREADMEStatuses(t *testing.T) {
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range command.ExitMeanings() {
		if line := fmt.Sprintf("| %s | %s |\n", row[0], row[1]); !strings.Contains(string(page), line) {
			t.Errorf("README.md lacks the line %q", line)
		}
	}
}

// TestREADMETargets checks that CI calls only what README.md or CONTRIBUTING.md
// tells everybody to call, and that these targets exist.
func TestREADMETargets(t *testing.T) {
	read := func(name string) string {
		text, err := os.ReadFile(filepath.FromSlash(name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	told, makefile := read("README.md")+read("CONTRIBUTING.md"), read("Makefile")
	match := regexp.MustCompile(`(?m)^for target in (.*); do$`).FindStringSubmatch(read(".ci/run"))
	if match == nil {
		t.Fatal(".ci/run has no list of targets")
	}
	for target := range strings.FieldsSeq(match[1]) {
		if !strings.Contains(told, "make "+target) {
			t.Errorf("nobody is told of make %s", target)
		}
		if !strings.Contains(makefile, "\n"+target+":") {
			t.Errorf("the Makefile has no target %s", target)
		}
	}
}

// TestSECURITYListens checks that SECURITY.md names each command that listens.
func TestSECURITYListens(t *testing.T) {
	page, err := os.ReadFile("SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	sources, err := filepath.Glob(filepath.Join("command", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	listening := 0
	for _, path := range sources {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(path, "_test.go") || !regexp.MustCompile(`net\.Listener|\.Listen\(`).Match(text) {
			continue
		}
		listening++
		verb := strings.ReplaceAll(strings.TrimSuffix(filepath.Base(path), ".go"), "_", " ")
		if !strings.Contains(string(page), "`devca "+verb+"`") {
			t.Errorf("SECURITY.md does not say that devca %s listens", verb)
		}
	}
	if listening == 0 {
		t.Error("nothing listens")
	}
}

// TestChangelog sees that nothing is told twice, as after two changes that were merged.
func TestChangelog(t *testing.T) {
	page, err := os.ReadFile("CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for _, match := range regexp.MustCompile("(?m)^- ([^:.]+)[:.]").FindAllStringSubmatch(string(page), -1) {
		if told[match[1]] {
			t.Errorf("CHANGELOG.md tells twice of %s", match[1])
		}
		told[match[1]] = true
	}
	if len(told) < 10 {
		t.Errorf("only %d entries found in CHANGELOG.md", len(told))
	}
}
