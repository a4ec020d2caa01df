//go:build !windows

package atomicfile_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"devca/internal/atomicfile"
)

// workVariable makes the test binary a process of its own.
const workVariable = "DEVCA_TEST_ATOMICFILE"

func TestMain(m *testing.M) {
	switch os.Getenv(workVariable) {
	case "forever":
		fmt.Println() // it begins
		writeForever(os.Args[1])
		os.Exit(1)
	case "many":
		os.Exit(stageMany(os.Args[1]))
	}
	os.Exit(m.Run())
}

func process(work, path string) *exec.Cmd {
	command := exec.Command("sh", "-c", `umask "${UMASK:-022}"; exec "$0" "$1"`, os.Args[0], path)
	command.Env = append(os.Environ(), workVariable+"="+work, "GORACE=atexit_sleep_ms=0")
	return command
}

// text is recognisable as whole: one letter, and always as many of it.
const size = 200_000

func text(i int) []byte { return bytes.Repeat([]byte{byte('a' + i%26)}, size) }

// writeForever replaces a pair of files again and again, and makes new ones.
func writeForever(path string) {
	for i := 0; ; i++ {
		files := []atomicfile.File{
			{Path: path, Data: text(i), Mode: 0o600},
			{Path: path + "-2", Data: text(i), Mode: 0o644},
			{Path: fmt.Sprintf("%s-new-%d", path, i%5), Data: text(i), Mode: 0o600},
		}
		if err := atomicfile.WriteAll(i%7 == 0, files...); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return
		}
		_ = os.Remove(files[2].Path)
	}
}

// TestKilled: a process killed at any moment leaves whole files under their names,
// and what it leaves under others is closed to everybody else.
func TestKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	for range 60 {
		command := process("forever", path)
		var failure bytes.Buffer
		command.Stderr = &failure
		out, err := command.StdoutPipe()
		if err == nil {
			err = command.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		// How long a program takes to start is not part of its life.
		if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rand.IntN(30_000)) * time.Microsecond)
		_ = command.Process.Kill()
		_ = command.Wait()
		if failure.Len() > 0 {
			t.Fatal(failure.String())
		}
		entries, err := os.ReadDir(filepath.Dir(path))
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			whole(t, filepath.Join(filepath.Dir(path), entry.Name()))
		}
	}
	if _, err := os.Stat(path); err != nil {
		t.Error("no process came to write anything")
	}
	// All that is left over is taken over once it is old.
	old := time.Now().Add(-time.Hour)
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range left {
		if err := os.Chtimes(name, old, old); err != nil {
			t.Fatal(err)
		}
	}
	for _, target := range []string{path, path + "-2"} {
		if err := atomicfile.Write(atomicfile.File{Path: target, Data: text(0), Mode: 0o600}); err != nil {
			t.Error(err)
		}
		if _, err := os.Lstat(filepath.Join(filepath.Dir(target), "."+filepath.Base(target)+".devca-tmp")); err == nil {
			t.Errorf("the leftover of %s is there yet", target)
		}
	}
}

func whole(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(filepath.Base(path), ".") {
		// Its mode becomes that of the file only after the last octet.
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 && len(data) != size {
			t.Errorf("%s: %d octets with mode %v, %v", path, len(data), info.Mode(), err)
		}
		return
	}
	if len(data) != size || !bytes.Equal(data, bytes.Repeat(data[:1], size)) {
		t.Errorf("%s is not whole: %d octets", path, len(data))
	}
}

// TestUmasks: the mode is as asked for, whatever the umask.
func TestUmasks(t *testing.T) {
	for _, umask := range []int{0, 0o022, 0o077, 0o177, 0o277, 0o377, 0o777} {
		folder := t.TempDir()
		before := syscall.Umask(umask)
		var failures []error
		for range 2 { // new, then replaced
			for name, mode := range map[string]fs.FileMode{"key": 0o600, "cert": 0o644} {
				failures = append(failures, atomicfile.Write(atomicfile.File{Path: filepath.Join(folder, name), Data: []byte("x"), Mode: mode}))
			}
		}
		syscall.Umask(before)
		for _, err := range failures {
			if err != nil {
				t.Errorf("umask %04o: %v", umask, err)
			}
		}
		for name, mode := range map[string]fs.FileMode{"key": 0o600, "cert": 0o644} {
			if info, err := os.Stat(filepath.Join(folder, name)); err != nil || info.Mode() != mode {
				t.Errorf("umask %04o: %s is not of mode %v: %v", umask, name, mode, err)
			}
		}
	}
}

// stageMany stages more files than the process may open.
func stageMany(folder string) int {
	limit := syscall.Rlimit{Cur: 64, Max: 64}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		fmt.Println(err)
		return 1
	}
	var pending []*atomicfile.Pending
	for i := range 300 {
		p, err := atomicfile.Stage(atomicfile.File{Path: filepath.Join(folder, fmt.Sprint(i)), Data: []byte("x"), Mode: 0o600}, false)
		if err != nil {
			fmt.Println(err)
			return 1
		}
		pending = append(pending, p)
	}
	if err := atomicfile.CommitAll(pending); err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

func TestFewDescriptors(t *testing.T) {
	folder := t.TempDir()
	if out, err := process("many", folder).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 300 {
		t.Errorf("%d files, %v", len(entries), err)
	}
}

// TestLeftoverFoundByMany: those who find the same leftover at once do not take
// each other's files for it.
func TestLeftoverFoundByMany(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "a")
	left := filepath.Join(folder, ".a.devca-tmp")
	old := time.Now().Add(-time.Hour)
	for range 100 {
		for _, name := range []string{path, left} {
			if err := os.WriteFile(name, []byte("left"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chtimes(left, old, old); err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		for i := range 4 {
			group.Go(func() {
				if err := atomicfile.WriteAll(false, atomicfile.File{Path: path, Data: text(i), Mode: 0o600}); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		whole(t, path)
		if entries, err := os.ReadDir(folder); err != nil || len(entries) != 1 {
			t.Fatalf("left over: %v, %v", entries, err)
		}
	}
}

func TestLongNames(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{strings.Repeat("n", 255), strings.Repeat("é", 127), "x" + strings.Repeat("é", 127), strings.Repeat("語", 85)} {
		for _, text := range []string{"new", "replaced"} {
			pending, err := atomicfile.Stage(atomicfile.File{Path: name, Data: []byte(text), Mode: 0o600}, false)
			if err != nil {
				t.Fatalf("%d octets: %v", len(name), err)
			}
			second, err := atomicfile.Stage(atomicfile.File{Path: name, Data: []byte("second"), Mode: 0o600}, true)
			if err != nil {
				t.Fatalf("%d octets: %v", len(name), err)
			}
			for _, temporary := range folder(t) {
				if strings.ToValidUTF8(temporary, "") != temporary {
					t.Errorf("%q is no text", temporary)
				}
			}
			second.Discard()
			second.Discard()
			if err := pending.Commit(); err != nil {
				t.Fatal(err)
			}
			pending.Discard()
			content(t, name, text)
		}
	}
	if names := folder(t); len(names) != 4 {
		t.Errorf("in the folder: %v", names)
	}
	if err := atomicfile.Write(atomicfile.File{Path: strings.Repeat("n", 256), Mode: 0o600}); err == nil {
		t.Error("a name that is too long was written to")
	}
	if names := folder(t); len(names) != 4 {
		t.Errorf("in the folder: %v", names)
	}
}

// TestOwnFails: what cannot be given away does not appear.
func TestOwnFails(t *testing.T) {
	t.Chdir(t.TempDir())
	refuse := func(string) error { return fs.ErrPermission }
	if err := atomicfile.Write(atomicfile.File{Path: "a", Data: []byte("x"), Mode: 0o600, Own: refuse}); err == nil {
		t.Error("no error")
	}
	if names := folder(t); len(names) != 0 {
		t.Errorf("in the folder: %v", names)
	}
	// A link is replaced, what it leads to is not.
	if err := os.WriteFile("precious", []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("precious", "link"); err != nil {
		t.Fatal(err)
	}
	if err := atomicfile.Write(atomicfile.File{Path: "link", Data: []byte("new"), Mode: 0o600}); err != nil {
		t.Fatal(err)
	}
	content(t, "precious", "old")
	content(t, "link", "new")
}
