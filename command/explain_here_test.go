package command

import (
	"testing"

	"devca/trust"
)

// TestStoreOf: curl may be built with NSS or rustls, and reads the system's store.
func TestStoreOf(t *testing.T) {
	for client, want := range map[string]trust.Kind{
		"curl": trust.KindSystem, "git": trust.KindSystem, "python": trust.KindSystem,
		"chromium": trust.KindNSS, "firefox": trust.KindNSS, "nss": trust.KindNSS,
		"java": trust.KindJava, "npm": "", "requests": "", "rust": "",
	} {
		if got := storeOf(client); got != want {
			t.Errorf("%s: %q, not %q", client, got, want)
		}
	}
}
