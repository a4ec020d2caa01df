package clients_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"devca/clients"
	"devca/internal/account"
)

// program puts a shell script into a folder as a program.
func program(t *testing.T, path, script string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestFind looks through homes of version managers, and a PATH with what does not
// belong on it.
func TestFind(t *testing.T) {
	home, bin := t.TempDir(), t.TempDir()
	want := []string{
		program(t, filepath.Join(bin, "curl"), ""),
		program(t, filepath.Join(bin, "node"), ""),
		program(t, filepath.Join(home, ".nvm/versions/node/v20.1.0/bin/node"), ""),
		program(t, filepath.Join(home, ".volta/tools/image/node/22.0.0/bin/node"), ""),
		program(t, filepath.Join(home, "jdk-21/bin/java"), ""),
	}
	// One Node by two names, no program at all, and a java in a JRE of its JDK.
	if err := os.MkdirAll(filepath.Join(home, ".asdf/installs/nodejs/20/bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(want[2], filepath.Join(home, ".asdf/installs/nodejs/20/bin/node")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(bin, "git"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	program(t, filepath.Join(home, "jdk-21/jre/bin/java"), "")
	program(t, filepath.Join(bin, "python3"), "exit 1")
	t.Chdir(bin)
	ground := clients.Ground{
		GOOS: "linux", Account: account.Account{UID: os.Getuid(), Home: home}, Environ: []string{"PATH=.:" + bin + ":relative"},
		Javas: []string{filepath.Join(home, "jdk-21"), filepath.Join(home, "jdk-21/jre"), filepath.Join(home, "nothing")},
	}
	var got []string
	for _, client := range clients.Find(t.Context(), ground) {
		got = append(got, client.Program)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("found %q, not %q", got, want)
	}
}

// TestHangs: a client that neither answers nor ends, and floods its output, is
// ended with what it started, and leaves no folder behind.
func TestHangs(t *testing.T) {
	bin, temporary := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", temporary)
	child := filepath.Join(bin, "child")
	program(t, filepath.Join(bin, "curl"), `[ "$1" = --version ] && exec echo curl 1
sh -c 'trap "" TERM; echo $$ >`+child+`; exec sleep 1000' &
exec yes >&2`)
	ground := clients.Ground{
		GOOS: "linux", Account: account.Account{UID: os.Getuid(), Home: t.TempDir()}, Environ: []string{"PATH=" + bin + ":/usr/bin:/bin"},
		Patience: 100 * time.Millisecond,
	}
	found := clients.Find(t.Context(), ground, "curl") // and not what else is on PATH
	if len(found) != 1 {
		t.Fatalf("%d clients", len(found))
	}
	var calls []clients.Answer
	answers := clients.AskAll(t.Context(), found, "https://localhost:4/", func(a clients.Answer) { calls = append(calls, a) })
	answer := answers[0]
	if answer.Verdict != clients.CouldNotAsk || answer.Reason == "" || len(calls) != 1 {
		t.Errorf("%+v", answer)
	}
	if len(answer.Output) > clients.MaximumOutput {
		t.Errorf("%d bytes of output", len(answer.Output))
	}
	pid, err := os.ReadFile(child)
	if err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(time.Minute)
	for alive(strings.TrimSpace(string(pid))) {
		if time.Now().After(deadline) {
			t.Fatal("what the client started is still there")
		}
		time.Sleep(10 * time.Millisecond)
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestFirefoxWaits: a Firefox whose developer tools listen has all the time for the
// server, and is not started once more after half of it. One that is driven the other
// way may not say by a pipe where it listens: nobody would stop waiting for that.
func TestFirefoxWaits(t *testing.T) {
	for script, want := range map[string]int{
		`exec python3 - "$@" <<'END'
import socket, sys
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[sys.argv.index("--start-debugger-server") + 1])
server.listen()
connection, _ = server.accept()
connection.sendall(b'15:{"from":"root"}')
while connection.recv(4096): pass
END`: 1,
		`case "$*" in *--start-debugger-server*) exit 1 ;; esac
mkfifo "$4/MarionetteActivePort"
exec sleep 1000`: 2,
	} {
		bin := t.TempDir()
		starts := filepath.Join(bin, "starts")
		program(t, filepath.Join(bin, "firefox"), `echo "$*" >>`+starts+"\n"+script)
		ground := clients.Ground{
			GOOS: "linux", Account: account.Account{UID: os.Getuid(), Home: t.TempDir()}, Environ: []string{"PATH=" + bin + ":/usr/bin:/bin"},
			Patience: time.Second,
		}
		found := clients.Find(t.Context(), ground, "firefox")
		if len(found) == 0 || filepath.Dir(found[0].Program) != bin {
			t.Fatalf("%v", found)
		}
		answer := found[0].Ask(t.Context(), "https://localhost:4/")
		if answer.Verdict != clients.CouldNotAsk || answer.Reason != "no answer in time" {
			t.Errorf("%+v", answer)
		}
		if data, err := os.ReadFile(starts); err != nil || strings.Count(string(data), "\n") != want {
			t.Errorf("%s, %v", data, err)
		}
	}
}

// alive tells whether a process is more than an entry that nobody has read.
func alive(pid string) bool {
	out, err := exec.Command("ps", "-o", "stat=", "-p", pid).Output()
	return err == nil && !strings.HasPrefix(strings.TrimSpace(string(out)), "Z")
}

// TestOnBehalf is root who asks for a person: what they could not read is not read
// for them, and the folder becomes theirs when it is filled, links as links.
func TestOnBehalf(t *testing.T) {
	person := account.Account{UID: os.Getuid(), GID: os.Getgid(), Home: t.TempDir(), ViaSudo: true}
	if person.UID == 0 {
		person.UID, person.GID = 4711, 4712
	}
	ground := clients.Ground{GOOS: "linux", Account: person}
	const others = "/etc/passwd"
	own := filepath.Join(person.Home, "own")
	if err := os.WriteFile(own, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	pipe, link := filepath.Join(ground.Account.Home, "pipe"), filepath.Join(ground.Account.Home, "link")
	err := errors.Join(ground.Account.Own(own), syscall.Mkfifo(pipe, 0o600), ground.Account.Own(pipe), os.Symlink(others, link), ground.Account.Own(link))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{own: true, others: false, pipe: false, link: false} {
		if data, err := clients.Theirs(ground, path); (err == nil) != want {
			t.Errorf("%s: %q, %v", path, data, err)
		}
	}
	folder, remove, err := clients.GivenFolder(ground)
	if !errors.Is(err, clients.ErrGiven) {
		t.Fatal(err)
	}
	defer remove()
	for _, name := range []string{"", "a", "a/b", "a/c"} {
		if info, err := os.Lstat(filepath.Join(folder, name)); err != nil || info.Sys().(*syscall.Stat_t).Uid != uint32(person.UID) {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	if info, err := os.Stat("/etc"); err != nil || info.Sys().(*syscall.Stat_t).Uid == uint32(person.UID) {
		t.Error("the link was followed")
	}
}

// TestOpenMade: what somebody put in the folder's place is not filled and given away.
func TestOpenMade(t *testing.T) {
	made := map[string]bool{"empty": true, "full": false, "link": false}
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	err := errors.Join(os.Mkdir(at("empty"), 0o700), os.MkdirAll(at("full/of"), 0o700), os.Symlink(at("empty"), at("link")))
	if err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 {
		made["theirs"] = false
		if err := errors.Join(os.Mkdir(at("theirs"), 0o700), os.Chown(at("theirs"), 4711, 4712)); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range made {
		if err := clients.OpenMade(at(name)); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
