package explain

import (
	"slices"
	"strings"
	"testing"
)

// TestCatalogueForm checks what the reader relies on.
func TestCatalogueForm(t *testing.T) {
	ids := map[string]bool{}
	for _, entry := range Catalogue() {
		if ids[entry.ID] {
			t.Errorf("%s is there twice", entry.ID)
		}
		ids[entry.ID] = true
		if _, known := ClientNamed(entry.Client); !known {
			t.Errorf("%s: %s is no client", entry.ID, entry.Client)
		}
		if entry.Caller != "" && !slices.ContainsFunc(Catalogue(), func(e Entry) bool { return e.ID == entry.Caller }) {
			t.Errorf("%s: %s is no entry", entry.ID, entry.Caller)
		}
		if len(entry.Causes) == 0 || len(entry.Texts) == 0 || entry.Why == "" || entry.Source == "" {
			t.Errorf("%s is not complete", entry.ID)
		}
		for _, cause := range entry.Causes {
			if !cause.Known() {
				t.Errorf("%s: %s is no cause", entry.ID, cause)
			}
		}
		for _, text := range entry.Texts {
			checkText(t, entry.ID, text)
		}
	}
	// It is searched as what is in order.
	for i, id := range provoked {
		if !ids[id] || i > 0 && provoked[i-1] >= id {
			t.Errorf("%s: no entry, or not in its place among those that are provoked", id)
		}
	}
	for _, client := range clients {
		for _, text := range append(append([]string{}, client.Clues...), client.Own...) {
			checkText(t, client.Name, text)
		}
		for _, name := range client.Inside {
			if _, known := ClientNamed(name); !known {
				t.Errorf("%s: %s is no client", client.Name, name)
			}
		}
	}
}

func checkText(t *testing.T, id, text string) {
	t.Helper()
	if part, _, _ := strings.Cut(strings.ReplaceAll(text, "‥", "…"), "…"); len(symbolsOf(part)) < 4 {
		t.Errorf("%s: %q begins with fewer than four letters or digits", id, text)
	}
}

func TestLanguage(t *testing.T) {
	for text, want := range map[string]string{
		"certificate has expired": "", "Das Zertifikat ist abgelaufen": "de", "el certificado ha caducado": "es", "La validez del certificado digital": "es",
		"O certificado expirou": "pt", "falha na verificação do certificado": "pt", "o certificado não é confiável": "pt", "il certificato non è attendibile": "it",
	} {
		if got := language([]byte(text)); got != want {
			t.Errorf("%q: %q, not %q", text, got, want)
		}
	}
}
