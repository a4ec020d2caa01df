package explain

import "testing"

func TestReadsNoStore(t *testing.T) {
	for client, want := range map[string]bool{
		"node": true, "npm": true, "axios": true, "requests": true, "electron": true, "rust": true,
		"curl": false, "git": false, "java": false, "python": false, "chromium": false, "": false,
	} {
		if ReadsNoStore(client) != want {
			t.Errorf("%q: %t", client, !want)
		}
	}
	for _, name := range ownLists {
		if _, known := ClientNamed(name); !known {
			t.Errorf("no client is called %s", name)
		}
	}
}
