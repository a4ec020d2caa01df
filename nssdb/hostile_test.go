package nssdb_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"devca/nssdb"
)

// A password of before 2020 is kept under 3DES. NSS still reads such a row, and
// believes what is signed with its password.
func TestOldPassword(t *testing.T) {
	folder := t.TempDir()
	certutil(t, folder, "-N", "--empty-password")
	salt, check, err := nssdb.OldPassword("")
	if err != nil {
		t.Fatal(err)
	}
	rows(t, folder, "key4.db", fmt.Sprintf("UPDATE metaData SET item1 = x'%x', item2 = x'%x' WHERE id = 'password'", salt, check))
	root := newRoot(t, "test root", ecKey(t))
	if err := open(t, folder).Add(t.Context(), root, "my root", ""); err != nil {
		t.Fatal(err)
	}
	if got := says(t, folder, root) + listed(t, folder, "my root"); got != "trustedC,," {
		t.Errorf("%q", got)
	}
	// NSS checks every MAC when the password changes.
	certutil(t, folder, "-W", "-f", passwordFile(t, ""), "-@", passwordFile(t, "secret"))
	if right, err := nssdb.Unlock(salt, check, "wrong"); right || err != nil {
		t.Errorf("a wrong password: %v %v", right, err)
	}
}

// What somebody made who does not wish well: nothing hangs, fills memory or is
// believed, and what is whole is still read.
func TestHostile(t *testing.T) {
	for name, test := range map[string]struct {
		file       string
		statements []string
		want       string
	}{
		"a view that never ends":   {"cert9.db", []string{"ALTER TABLE nssPublic RENAME TO x", "CREATE VIEW nssPublic AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id, x'00000001' AS a0, x'00' AS a11 FROM n"}, "absent"},
		"no columns":               {"cert9.db", []string{"DROP TABLE nssPublic", "CREATE TABLE nssPublic (other)"}, "absent"},
		"a huge certificate":       {"cert9.db", []string{"INSERT INTO nssPublic (id, a0, a11) VALUES (1, x'00000001', zeroblob(300000000))"}, "trusted"},
		"ids that are no numbers":  {"cert9.db", []string{"INSERT INTO nssPublic (id, a0, a11) VALUES ('x', x'00000001', x'30')"}, "trusted"},
		"values of another type":   {"cert9.db", []string{"INSERT INTO nssPublic (id, a0, a11, a81) VALUES (2, x'00000001', 'text', 3.14)"}, "trusted"},
		"a MAC without bounds":     {"key4.db", []string{"UPDATE metaData SET item1 = zeroblob(5000000) WHERE id LIKE 'sig%'"}, "unsigned"},
		"no table of passwords":    {"key4.db", []string{"DROP TABLE metaData"}, "trusted"},
		"a trigger on what we add": {"cert9.db", []string{"CREATE TRIGGER t AFTER INSERT ON nssPublic BEGIN DELETE FROM nssPublic; END"}, "trusted"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			certutil(t, folder, "-N", "--empty-password")
			root := newRoot(t, "test root", ecKey(t))
			if err := open(t, folder).Add(t.Context(), root, "my root", ""); err != nil {
				t.Fatal(err)
			}
			for _, statement := range test.statements {
				rows(t, folder, test.file, statement)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			found, there, err := open(t, folder).Find(ctx, root)
			got := "absent"
			if there {
				now, _ := found.Verdict()
				got = string(now)
			}
			if err != nil || got != test.want {
				t.Errorf("%q %v", got, err)
			}
			// A change ends, too, whatever it says, and is read back by whoever made it.
			_ = open(t, folder).Remove(ctx, root)
			if ctx.Err() != nil {
				t.Error("it took a minute")
			}
		})
	}
}

// FuzzProtected parses what key4.db says about passwords and MACs.
func FuzzProtected(f *testing.F) {
	salt, check, err := nssdb.OldPassword("")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(salt, check)
	real, err := hex.DecodeString("308181306d06092a864886f70d01050d3060304106092a864886f70d01050c30340420acada23661669f16b8f1296eda601be77c417a79ec7d2dcea03e0e5e12607f2f020101020120300a06082a864886f70d0209301b060960864801650304012a040e76c8d22d4bc1f214cbc2bc09f6520410a69c12484b269d5f5f96f4170c63b88d")
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte("12345678901234567890"), real)
	f.Fuzz(func(_ *testing.T, salt, data []byte) {
		_, _ = nssdb.Unlock(salt, data, "")
		nssdb.Verify(data)
	})
}

// A path cannot write into the list of modules what NSS would read as another.
func TestModuleFileStaysOneStanza(t *testing.T) {
	folder := filepath.Join(t.TempDir(), `it's \ here`)
	if err := nssdb.Create(t.Context(), folder); err != nil {
		t.Fatal(err)
	}
	if got := certutil(t, folder, "-L"); !strings.Contains(got, "Certificate Nickname") {
		t.Error(got)
	}
}
