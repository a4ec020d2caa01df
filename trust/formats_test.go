package trust_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"devca/internal/account"
	"devca/trust"
)

func TestJournal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.jsonl")
	person := account.Account{UID: os.Getuid(), GID: os.Getgid()}
	open := func() *trust.Journal {
		t.Helper()
		journal, err := trust.OpenJournal(path, person)
		if err != nil {
			t.Fatal(err)
		}
		return journal
	}
	first, second := testRoot(t), testRoot(t)
	journal := open()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(journal.Begin("nss:/a", first.Certificate, "/a", "/a/cert9.db"))
	check(journal.Begin("system", second.Certificate))
	check(journal.Begin("nss:/a", second.Certificate))

	// A line that a power cut tore, and one of a later devca, are passed over.
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	check(err)
	_, err = file.WriteString(`{"event":"intent","action":"install","store":"java:/x","ro`)
	check(err)
	check(file.Close())

	journal = open()
	check(journal.Restored("system"))
	journal = open()
	if roots := journal.Roots(); len(roots) != 2 || !roots[0].Equal(first.Certificate) {
		t.Errorf("%d roots", len(roots))
	}
	if ids := journal.Stores(); !slices.Equal(ids, []string{"nss:/a"}) {
		t.Errorf("stores %q", ids)
	}
	if created := journal.Created("nss:/a"); !slices.Equal(created, []string{"/a", "/a/cert9.db"}) {
		t.Errorf("created %q", created)
	}
	check(journal.Restored("nss:/a"))
	if created := open().Created("nss:/a"); created != nil {
		t.Errorf("still created: %q", created)
	}
}
