package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"

	"devca/command"
	"devca/internal/ui"
)

var update = flag.Bool("update", false, "rewrite the expected files inside testdata/script")

// TestMain makes this binary stand in for programs: copied or linked under the
// name devca it is the real program, under a fake's name it is that fake.
func TestMain(m *testing.M) {
	name := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	if dir := os.Getenv(fakesVariable); dir != "" && name != "devca" {
		os.Exit(runFake(dir, name))
	}
	if name != "devca" {
		isolate()
	}
	testscript.Main(m, map[string]func(){
		"devca": func() { os.Exit(command.Run(os.Args[1:], ui.System())) },
	})
}

// TestScript runs the specification: every testdata/script/*.txtar, each in a
// throw-away home and with an environment that names no certificates.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               setup,
		Cmds:                scriptCommands(),
	})
}

// TestNegations: the shell's set -e passes over a command that "!" turns round (POSIX
// sh, set -e), so that such a line in a script asserts nothing without "|| exit 1".
func TestNegations(t *testing.T) {
	scripts, err := filepath.Glob(filepath.Join("testdata", "script", "*.txtar"))
	if err != nil || len(scripts) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, path := range scripts {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range archive.Files {
			if !strings.HasSuffix(file.Name, ".sh") {
				continue
			}
			for line := range strings.Lines(string(file.Data)) {
				if strings.HasPrefix(strings.TrimSpace(line), "! ") && !strings.Contains(line, "||") {
					t.Errorf("%s, %s: %s cannot fail", path, file.Name, strings.TrimSpace(line))
				}
			}
		}
	}
}

// tableVariable names a file for the table of clients and what they say.
const tableVariable = "DEVCA_CLIENT_TABLE"

// setup completes the environment. testscript passes PATH on and little else,
// so variables such as SSL_CERT_FILE, JAVA_HOME, XDG_* and proxies are unset.
func setup(env *testscript.Env) error {
	home := filepath.Join(env.WorkDir, "home")
	if err := os.Mkdir(home, 0o700); err != nil && !os.IsExist(err) {
		return err
	}
	env.Setenv("HOME", home)
	env.Setenv("TZ", "UTC")
	env.Setenv(tableVariable, os.Getenv(tableVariable))
	env.Setenv("LANG", "C.UTF-8")
	// Go programs that scripts build need not compile the standard library anew.
	cache := os.Getenv("GOCACHE")
	if folder, err := os.UserCacheDir(); cache == "" && err == nil {
		cache = filepath.Join(folder, "go-build")
	}
	env.Setenv("GOCACHE", cache)
	env.Setenv("NODE_PACKAGES", nodePackages())
	// The race detector otherwise sleeps a second at every exit.
	env.Setenv("GORACE", "atexit_sleep_ms=0")
	if runtime.GOOS == "windows" {
		env.Setenv("USERPROFILE", home)
		env.Setenv("LocalAppData", filepath.Join(home, "AppData", "Local"))
		env.Setenv("AppData", filepath.Join(home, "AppData", "Roaming"))
		env.Setenv("SystemRoot", os.Getenv("SystemRoot"))
	}
	return withoutSudo(env)
}

// nodePackages is where scripts/install-node-packages.sh puts the packages of testdata/node.
func nodePackages() string {
	cache := os.Getenv("DEVCA_TOOLS")
	if folder, err := os.UserCacheDir(); cache == "" && err == nil {
		cache = filepath.Join(folder, "devca-tools")
	}
	return filepath.Join(cache, "node", "node_modules")
}

// withoutSudo puts a sudo that refuses in front of the real one, so that no
// script changes the machine it runs on.
func withoutSudo(env *testscript.Env) error {
	dir, err := linkFakes(env.WorkDir, []string{"sudo", "doas", "pkexec"})
	if err != nil {
		return err
	}
	for _, name := range []string{"sudo", "doas", "pkexec"} {
		if err := os.WriteFile(filepath.Join(dir, name+".status"), []byte("1"), 0o644); err != nil {
			return err
		}
	}
	env.Setenv(fakesVariable, dir)
	env.Setenv("PATH", dir+string(os.PathListSeparator)+env.Getenv("PATH"))
	return nil
}

// fakesVariable names the folder of a script's fakes and of what they recorded.
const fakesVariable = "DEVCA_TEST_FAKES"

// fakes are stand-ins for programs of other systems that need more than
// runFake's recording does. A script opts in with "fakes NAME...".
var fakes = map[string]func(dir string, args []string) int{
	"serve":         serve,
	"go-client":     goClient,
	"firefox-load":  firefoxLoad,
	"firefox-eval":  firefoxEval,
	"badssl-ask":    askBroken,
	"badssl-verify": verifyBroken,
	"explain-ask":   explainAsk,
	"go-ask":        goClient,
	"clients-ask":   askClients,
}

// runFake is a program that notes how it was called in log, prints NAME.stdout
// and exits with the number in NAME.status, both in dir and both optional.
func runFake(dir, name string) int {
	call := fmt.Sprintf("%s %q\n", name, os.Args[1:])
	log, err := os.OpenFile(filepath.Join(dir, "log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err == nil {
		_, err = log.WriteString(call)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, name, "cannot note its call:", err)
		return 127
	}
	if fake := fakes[name]; fake != nil {
		return fake(dir, os.Args[1:])
	}
	if out, err := os.ReadFile(filepath.Join(dir, name+".stdout")); err == nil {
		_, _ = os.Stdout.Write(out)
	}
	status := 0
	if text, err := os.ReadFile(filepath.Join(dir, name+".status")); err == nil {
		if _, err := fmt.Sscan(string(text), &status); err != nil {
			return 127
		}
	}
	return status
}

// linkFakes puts this binary under the given names into the script's folder of fakes.
func linkFakes(work string, names []string) (string, error) {
	dir := filepath.Join(work, ".fakes")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	for _, name := range names {
		path := filepath.Join(dir, name)
		if runtime.GOOS == "windows" {
			path += ".exe"
			if err := os.Link(self, path); err != nil && !os.IsExist(err) {
				return "", err
			}
			continue
		}
		if err := os.Symlink(self, path); err != nil && !os.IsExist(err) {
			return "", err
		}
	}
	return dir, nil
}

// cmdFakes: "fakes NAME..." puts fakes of these programs first on PATH.
func cmdFakes(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: fakes NAME...")
	}
	for _, name := range args {
		if name == "devca" || slices.Contains([]string{"", ".", ".."}, name) || filepath.Base(name) != name {
			ts.Fatalf("%q cannot be faked", name)
		}
	}
	_, err := linkFakes(ts.Getenv("WORK"), args)
	ts.Check(err)
}
