package trust_test

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"devca/internal/account"
	"devca/trust"
)

func TestParseEntries(t *testing.T) {
	out := `
Certificate Nickname                                         Trust Attributes
                                                             SSL,S/MIME,JAR/XPI

devca root 0a1b2c3d 0123456789abcdef                         C,,  
a name with commas, and spaces                               ,,   
only for clients                                             T,,  
a peer                                                       P,,  
all                                                          CTu,Cu,Cu
a very long nickname that pushes its flags to the right of everything else ,C,
`
	names, flags, trusted := trust.ParseEntries([]byte(out))
	if want := []string{"C,,", ",,", "T,,", "P,,", "CTu,Cu,Cu", ",C,"}; !slices.Equal(flags, want) {
		t.Errorf("flags %q", flags)
	}
	if want := []bool{true, false, false, false, true, false}; !slices.Equal(trusted, want) {
		t.Errorf("trusted %v", trusted)
	}
	if names[1] != "a name with commas, and spaces" {
		t.Errorf("names %q", names)
	}
}

// jks makes a key store of trusted entries; the digest at its end is not checked
// by readers without the password.
func jks(aliases []string, certificates [][]byte) []byte {
	var b bytes.Buffer
	number := func(n uint32) { _ = binary.Write(&b, binary.BigEndian, n) }
	text := func(s string) {
		_ = binary.Write(&b, binary.BigEndian, uint16(len(s)))
		b.WriteString(s)
	}
	number(0xfeedfeed)
	number(2)
	number(uint32(len(aliases)))
	for i, alias := range aliases {
		number(2)
		text(alias)
		b.Write(make([]byte, 8))
		text("X.509")
		number(uint32(len(certificates[i])))
		b.Write(certificates[i])
	}
	b.Write(make([]byte, 20))
	return b.Bytes()
}

func TestFindJKS(t *testing.T) {
	root := testRoot(t)
	data := jks([]string{"other", "debian:devca_1.pem"}, [][]byte{{1, 2, 3}, root.Certificate.Raw})
	aliases, err := trust.FindJKS(data, root.Certificate)
	if err != nil || !slices.Equal(aliases, []string{"debian:devca_1.pem"}) {
		t.Errorf("%q, %v", aliases, err)
	}
	// A store that was cut short says nothing about what it trusts.
	for n := range len(data) {
		if aliases, err := trust.FindJKS(data[:n], root.Certificate); err == nil || aliases != nil {
			t.Fatalf("cut at %d: %q, %v", n, aliases, err)
		}
	}
	if _, err := trust.FindJKS(append(data, 0), root.Certificate); err == nil {
		t.Error("a byte after the end was not noticed")
	}
}

func FuzzFindJKS(f *testing.F) {
	f.Add(jks([]string{"a"}, [][]byte{{0x30, 0}}))
	f.Add([]byte{0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2, 0xff, 0xff, 0xff, 0xff})
	root := testRoot(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		aliases, err := trust.FindJKS(data, root.Certificate)
		if err != nil && aliases != nil {
			t.Error("an answer and an error")
		}
		if len(aliases) > 0 && !bytes.Contains(data, root.Certificate.Raw) {
			t.Error("found what is not there")
		}
	})
}

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
