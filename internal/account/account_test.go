package account_test

import (
	"os"
	"path/filepath"
	"testing"

	"devca/internal/account"
)

func from(env map[string]string) func(string) string {
	return func(name string) string { return env[name] }
}

func TestInvoking(t *testing.T) {
	self := account.Invoking(from(map[string]string{"HOME": "/home/somebody"}))
	if self.UID != os.Getuid() || self.Home != "/home/somebody" || self.ViaSudo {
		t.Errorf("%+v", self)
	}
	// uid 1 is daemon or bin wherever there is a passwd file.
	sudo := account.Invoking(from(map[string]string{"HOME": "/root", "SUDO_UID": "1", "SUDO_GID": "1"}))
	if believed := os.Getuid() == 0; sudo.ViaSudo != believed || believed && (sudo.UID != 1 || sudo.GID != 1 || sudo.Home == "/root") {
		t.Errorf("%+v", sudo)
	}
	for _, env := range []map[string]string{
		{"HOME": "/root", "SUDO_UID": "0", "SUDO_GID": "0"},
		{"HOME": "/root", "SUDO_UID": "-1", "SUDO_GID": "1"},
		{"HOME": "/root", "SUDO_UID": "1; reboot", "SUDO_GID": "1"},
		{"HOME": "/root", "SUDO_UID": "1"},
		{"HOME": "/root", "SUDO_UID": "4294967000", "SUDO_GID": "1"},
	} {
		if a := account.Invoking(from(env)); a.ViaSudo || a.Home != "/root" {
			t.Errorf("%v: %+v", env, a)
		}
	}
}

func TestOwn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := account.Invoking(from(map[string]string{"HOME": "/root"})).Own(path); err != nil {
		t.Error(err)
	}
	if err := (account.Account{UID: os.Getuid(), GID: os.Getgid(), ViaSudo: true}).Own(path + "-missing"); err == nil {
		t.Error("a file that is missing was given away")
	}
}
