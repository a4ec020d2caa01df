package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// windows is a Windows under Wine, in a prefix of its own, with devca.exe. It is
// not Microsoft's: it shows no dialog, knows no rights, makes everybody an
// administrator and does not enforce name constraints of roots. Its crypt32 has
// the same stores and the same functions, though.
type windows struct {
	t           *testing.T
	folder      string // holds the programs, the prefix and the working folder
	environment []string
}

// TestWine runs the program for Windows against the stores of crypt32.
func TestWine(t *testing.T) {
	w := newWindows(t)
	w.run(0, "devca.exe", "issue", "localhost", "127.0.0.1", "--quiet")
	w.run(0, "devca.exe", "list", "--json")
	w.field("result.certificates[0].names[0]", "localhost")
	before := w.roots()
	for _, place := range []struct {
		name   string
		flags  []string
		dialog bool
	}{
		{`LocalMachine\Root`, nil, false},
		{`CurrentUser\Root`, []string{"--user"}, true},
	} {
		t.Run(place.name, func(t *testing.T) {
			w := w.in(t)
			w.client("refused: x509: certificate signed by unknown authority")
			w.run(0, "devca.exe", append([]string{"install", "--stores", "system", "--json"}, place.flags...)...)
			w.field("result.stores[0].title", "system ("+place.name+")")
			w.field("result.stores[0].before", "absent")
			w.field("result.stores[0].state", "trusted")
			w.client("accepted")
			w.run(0, "devca.exe", append([]string{"install", "--stores", "system", "--json"}, place.flags...)...)
			w.field("result.stores[0].changed", "false")
			w.run(0, "devca.exe", "status", "--stores", "system")
			w.added(before, place.name)
			stderr := w.run(0, "devca.exe", append([]string{"uninstall", "--stores", "system"}, place.flags...)...)
			if strings.Contains(stderr, "Windows shows a dialog that asks whether to uninstall devca root ") != place.dialog {
				t.Errorf("whether a dialog was announced: %s", stderr)
			}
			w.client("refused: x509: certificate signed by unknown authority")
			w.run(0, "devca.exe", append([]string{"uninstall", "--stores", "system"}, place.flags...)...)
			w.run(3, "devca.exe", "status", "--stores", "system")
			w.added(before)
		})
	}
	t.Run("killed", func(t *testing.T) { w.in(t).killed(before) })
	t.Run("foreign", func(t *testing.T) {
		w := w.in(t)
		w.run(0, "client.exe", "mkcert")
		w.added(before, `CurrentUser\Root`)
		w.run(0, "devca.exe", "uninstall", "--foreign", "--json")
		w.field("result.foreign[#]", "1")
		w.field("result.foreign[0].name", "mkcert a@b")
		w.run(0, "devca.exe", "uninstall", "--foreign", "mkcert")
		w.added(before)
	})
	t.Run("java", func(t *testing.T) { w.in(t).java() })
	t.Run("environment", func(t *testing.T) { w.in(t).testsOfEnvironment() })
	t.Run("trust", func(t *testing.T) { w.in(t).testsOfTrust() })
}

// killed ends installations soon after they began to write, and uninstalls.
func (w *windows) killed(before []string) {
	journals, err := filepath.Glob(filepath.Join(w.folder, "prefix/drive_c/users/*/AppData/Local/devca/journal.jsonl"))
	if err != nil || len(journals) == 0 {
		w.t.Fatalf("no journal: %v", err)
	}
	interrupted := 0
	for delay := range 6 {
		size := sizeOf(w.t, journals[0])
		install := w.command(context.Background(), "devca.exe", "install", "--stores", "system")
		if err := install.Start(); err != nil {
			w.t.Fatal(err)
		}
		for end := time.Now().Add(20 * time.Second); sizeOf(w.t, journals[0]) == size; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				w.t.Fatal("the installation writes no journal")
			}
		}
		time.Sleep(time.Duration(delay) * 5 * time.Millisecond)
		_ = install.Process.Kill()
		if install.Wait() != nil {
			interrupted++
		}
		if delay%2 == 1 {
			w.run(0, "devca.exe", "install", "--stores", "system")
			w.client("accepted")
		}
		w.run(0, "devca.exe", "uninstall", "--stores", "system")
		w.run(3, "devca.exe", "status", "--stores", "system")
		w.added(before)
	}
	w.client("refused: x509: certificate signed by unknown authority")
	w.t.Logf("%d of 6 installations were killed before their end", interrupted)
}

func sizeOf(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0
	}
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// testsOfTrust runs those tests of the package that are for Windows.
func (w *windows) testsOfTrust() {
	w.run(0, "trust.test.exe", "-test.v", "-test.run", "^TestWindows")
	out := w.printed("stdout")
	if n := strings.Count(out, "--- PASS: TestWindows"); n < 6 || strings.Contains(out, "FAIL") || strings.Contains(out, "SKIP") {
		w.t.Errorf("%d passed:\n%s", n, out)
	}
}

// newWindows builds the programs and makes the prefix.
func newWindows(t *testing.T) *windows {
	w := &windows{t: t, folder: t.TempDir()}
	w.environment = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + w.folder, "LANG=C.UTF-8", "USER=person",
		"WINEPREFIX=" + filepath.Join(w.folder, "prefix"), "WINEDEBUG=-all",
		// No downloads of Mono and Gecko, no entries in menus.
		"WINEDLLOVERRIDES=mscoree,mshtml,winemenubuilder.exe=",
	}
	for _, name := range []string{"work", "prefix"} {
		if err := os.Mkdir(filepath.Join(w.folder, name), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	w.build("build", "-tags", "urfave_cli_no_docs", "-o", "devca.exe", "devca")
	w.build("build", "-o", "client.exe", "./testdata/wine/client.go")
	w.build("test", "-c", "-o", "trust.test.exe", "./trust")
	// One server for all programs. It would end some seconds after the last one,
	// and a program that comes in that moment meets a closed door.
	w.server("--persistent=600")
	t.Cleanup(func() {
		w.server("--kill")
		w.server("--wait") // it writes the registry at its end
	})
	w.run(0, "wineboot.exe", "--init")
	library := filepath.Join(w.folder, "prefix/drive_c/windows/system32/bcryptprimitives.dll")
	if _, err := os.Stat(library); errors.Is(err, fs.ErrNotExist) {
		compiler := "x86_64-w64-mingw32-gcc"
		if _, err := exec.LookPath(compiler); err != nil {
			compiler += "-win32" // the name in the one package that is needed
		}
		compile := exec.Command(compiler, "-shared", "-Os", "-s", "-o", library, "testdata/wine/bcryptprimitives.c", "-ladvapi32")
		if out, err := compile.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", compiler, err, out)
		}
	}
	return w
}

// server tells Wine's server something.
func (w *windows) server(option string) {
	cmd := exec.Command("wineserver", option)
	cmd.Env = w.environment
	if err := cmd.Run(); err != nil {
		w.t.Logf("wineserver %s: %v", option, err)
	}
}

// in is the same Windows for a test below this one.
func (w *windows) in(t *testing.T) *windows {
	inner := *w
	inner.t = t
	return &inner
}

func (w *windows) build(args ...string) {
	w.t.Helper()
	build := exec.Command("go", args...)
	for i, arg := range args {
		if args[max(i-1, 0)] == "-o" {
			build.Args[i+1] = filepath.Join(w.folder, arg)
		}
	}
	build.Env = append(os.Environ(), "GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		w.t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// command is a program for Windows in the working folder.
func (w *windows) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	if filepath.Ext(program) == ".exe" {
		if path := filepath.Join(w.folder, program); sizeOf(w.t, path) > 0 {
			program = path
		}
	}
	cmd := exec.CommandContext(ctx, "wine", append([]string{program}, args...)...)
	cmd.Env, cmd.Dir = w.environment, filepath.Join(w.folder, "work")
	return cmd
}

// run runs a program that must end with this status, and gives its errors.
func (w *windows) run(status int, program string, args ...string) (stderr string) {
	w.t.Helper()
	if got := w.try(program, args...); got != status {
		w.t.Fatalf("%s %s: status %d, not %d\n%s%s", program, strings.Join(args, " "), got, status, w.printed("stdout"), w.printed("stderr"))
	}
	return w.printed("stderr")
}

// try runs a program and gives its exit status. The streams are files: Wine's
// services inherit them and outlive the program, so that the end of a pipe would
// not come.
func (w *windows) try(program string, args ...string) int {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 2*time.Minute)
	defer cancel()
	cmd := w.command(ctx, program, args...)
	for name, stream := range map[string]*io.Writer{"stdout": &cmd.Stdout, "stderr": &cmd.Stderr} {
		file, err := os.Create(filepath.Join(w.folder, name))
		if err != nil {
			w.t.Fatal(err)
		}
		defer file.Close()
		*stream = file
	}
	if err := cmd.Run(); cmd.ProcessState == nil {
		w.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode()
}

// printed is what the last program wrote to a stream.
func (w *windows) printed(stream string) string {
	out, err := os.ReadFile(filepath.Join(w.folder, stream))
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.ReplaceAll(string(out), "\r\n", "\n")
}

// field checks a field of the JSON that the last program printed.
func (w *windows) field(path, want string) {
	w.t.Helper()
	if got, err := jsonAt(w.printed("stdout"), path); got != want {
		w.t.Errorf("%s is %q, not %q (%v)\n%s", path, got, want, err, w.printed("stdout"))
	}
}

// client has crypt32's engine for chains judge the certificate.
func (w *windows) client(want string) {
	w.t.Helper()
	w.run(0, "client.exe", "localhost+1.pem", "localhost")
	if got := strings.TrimSpace(w.printed("stdout")); got != want {
		w.t.Errorf("crypt32: %s, not %s (%s)", got, want, strings.TrimSpace(w.printed("stderr")))
	}
}

// roots lists the certificates of both stores of roots and of untrusted ones. Wine
// has the roots of its host in LocalMachine, and writes them to its registry the
// first time that anything else changes.
func (w *windows) roots() []string {
	w.t.Helper()
	w.run(0, "client.exe", "roots")
	list := strings.Split(strings.TrimSpace(w.printed("stdout")), "\n")
	slices.Sort(list)
	return list
}

// added checks that the stores have these and only these besides those before:
// one of each named place.
func (w *windows) added(before []string, places ...string) {
	w.t.Helper()
	now := w.roots()
	for _, line := range before {
		if !slices.Contains(now, line) {
			w.t.Errorf("%s is gone", line)
		}
	}
	var more []string
	for _, line := range now {
		if !slices.Contains(before, line) {
			place, _, _ := strings.Cut(line, " ")
			more = append(more, place)
		}
	}
	if !slices.Equal(more, places) || len(now) != len(before)+len(places) {
		w.t.Errorf("the stores have %q besides those from before, not %q", more, places)
	}
}
