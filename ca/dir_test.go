package ca_test

import (
	"path/filepath"
	"testing"

	"devca/ca"
)

// newDir is a CA directory that nobody else uses and that is not there yet.
func newDir(t testing.TB) *ca.Dir {
	t.Helper()
	dir, err := ca.Locate(filepath.Join(t.TempDir(), "devca"), func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
