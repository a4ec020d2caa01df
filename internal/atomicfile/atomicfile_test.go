package atomicfile_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"devca/internal/atomicfile"
)

func folder(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func content(t *testing.T, path, want string) {
	t.Helper()
	if data, err := os.ReadFile(path); err != nil || string(data) != want {
		t.Errorf("%s: %q, %v, want %q", path, data, err, want)
	}
}

func TestNewAndReplaced(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, text := range []string{"one", "two"} {
		for path, mode := range map[string]os.FileMode{"key": 0o600, "cert": 0o644} {
			if err := atomicfile.Write(atomicfile.File{Path: path, Data: []byte(text), Mode: mode}); err != nil {
				t.Fatal(err)
			}
			content(t, path, text)
			if info, err := os.Stat(path); err != nil || info.Mode() != mode {
				t.Errorf("%s: mode %v, %v", path, info.Mode(), err)
			}
		}
	}
	if names := folder(t); len(names) != 2 {
		t.Errorf("in the folder: %v", names)
	}
}

// TestTakenMeanwhile: the target appears between staging and committing.
func TestTakenMeanwhile(t *testing.T) {
	t.Chdir(t.TempDir())
	pending, err := atomicfile.Stage(atomicfile.File{Path: "a", Data: []byte("ours"), Mode: 0o644}, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("a", []byte("theirs"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := pending.Commit(); err != nil {
		t.Fatal(err)
	}
	content(t, "a", "ours")
	if names := folder(t); len(names) != 1 {
		t.Errorf("in the folder: %v", names)
	}
}

// TestNothingOnFailure: if one of several files cannot be staged, none changes.
func TestNothingOnFailure(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("a", []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := atomicfile.WriteAll(false,
		atomicfile.File{Path: "a", Data: []byte("new"), Mode: 0o600},
		atomicfile.File{Path: "b", Data: []byte("new"), Mode: 0o600},
		atomicfile.File{Path: filepath.Join("missing", "c"), Data: []byte("new"), Mode: 0o600})
	if err == nil {
		t.Fatal("a folder that is missing was written to")
	}
	content(t, "a", "old")
	if names := folder(t); len(names) != 1 {
		t.Errorf("in the folder: %v", names)
	}
}

func TestLeftByAKilledProcess(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"a", ".a.devca-tmp"} {
		if err := os.WriteFile(name, []byte("left"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(".a.devca-tmp", old, old); err != nil {
		t.Fatal(err)
	}
	if err := atomicfile.Write(atomicfile.File{Path: "a", Data: []byte("new"), Mode: 0o600}); err != nil {
		t.Fatal(err)
	}
	content(t, "a", "new")
	if names := folder(t); len(names) != 1 {
		t.Errorf("in the folder: %v", names)
	}
}

func TestTogether(t *testing.T) {
	t.Chdir(t.TempDir())
	long := strings.Repeat("n", 240)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			text := strings.Repeat(string(rune('a'+i)), 10_000)
			for range 50 {
				if err := atomicfile.Write(atomicfile.File{Path: long, Data: []byte(text), Mode: 0o600}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	data, err := os.ReadFile(long)
	if err != nil || len(data) != 10_000 || strings.Trim(string(data), string(data[:1])) != "" {
		t.Errorf("%d bytes, mixed, %v", len(data), err)
	}
	if names := folder(t); len(names) != 1 {
		t.Errorf("in the folder: %v", names)
	}
}
