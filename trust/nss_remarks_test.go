package trust_test

import (
	"os"
	"path/filepath"
	"testing"

	"devca/diag"
	"devca/internal/account"
	"devca/trust"
)

// Firefox takes over the roots of macOS, unless its preference says otherwise
// (reported by a Mozilla engineer in mkcert's issue 653); the last line counts.
func TestImportOff(t *testing.T) {
	for preferences, want := range map[string]bool{
		"": false,
		`user_pref("security.enterprise_roots.enabled", true);`:                                                               false,
		`user_pref("security.enterprise_roots.enabled", false);`:                                                              true,
		"user_pref( \"security.enterprise_roots.enabled\" ,false );\r\n":                                                      true,
		`user_pref("security.enterprise_roots.enabled.other", false);`:                                                        false,
		"// user_pref(\"security.enterprise_roots.enabled\", false);\n":                                                       false,
		"user_pref(\"security.enterprise_roots.enabled\", false);\nuser_pref(\"security.enterprise_roots.enabled\", true);\n": false,
	} {
		machine := &trust.Machine{GOOS: "darwin", Getenv: func(string) string { return "" }, Account: account.Account{Home: t.TempDir()}}
		profile := filepath.Join(machine.Account.Home, "Library", "Application Support", "Firefox", "Profiles", "a.default")
		if err := os.MkdirAll(profile, 0o700); err != nil {
			t.Fatal(err)
		}
		for name, data := range map[string]string{
			"Profiles/a.default/cert9.db": "", "Profiles/a.default/prefs.js": preferences,
			"profiles.ini": "[Profile0]\nIsRelative=1\nPath=Profiles/a.default\n",
		} {
			path := filepath.Join(machine.Account.Home, "Library", "Application Support", "Firefox", filepath.FromSlash(name))
			if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		remarks := trust.Remarks(machine, nil)
		if got := len(remarks) == 1 && remarks[0].Code == diag.NSSImportOff; got != want {
			t.Errorf("%q: %v", preferences, remarks)
		}
	}
}
