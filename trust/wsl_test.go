package trust

import (
	"slices"
	"strings"
	"testing"
)

// The lines are those of certutil -store as published, in English, in German, and
// as Windows 7 prints them.
func TestThumbprints(t *testing.T) {
	const want = "b805e6ab548f6e7c57d3989f61de7fe6a51031d1"
	for _, out := range []string{
		"Root \"Trusted Root Certification Authorities\"\r\n================ Certificate 0 ================\r\n" +
			"Serial Number: 26373e51a6ab669340c47caef2232ce1\r\nRoot Certificate: Subject matches Issuer\r\n" +
			"Cert Hash(sha1): b805e6ab548f6e7c57d3989f61de7fe6a51031d1\r\nNo key provider information\r\n" +
			"CertUtil: -store command completed successfully.\r\n",
		"Zertifikathash(sha1): B805E6AB548F6E7C57D3989F61DE7FE6A51031D1\r\n",
		"Cert Hash(sha1): b8 05 e6 ab 54 8f 6e 7c 57 d3 98 9f 61 de 7f e6 a5 10 31 d1\n",
	} {
		if got := thumbprints(out); !slices.Equal(got, []string{want}) {
			t.Errorf("%q: %q", out, got)
		}
	}
	for _, out := range []string{"", "(sha1):", "Cert Hash(sha1): b805", "Cert Hash(sha1): " + strings.Repeat("g", 40), "Cert Hash(sha256): " + want} {
		if got := thumbprints(out); got != nil {
			t.Errorf("%q: %q", out, got)
		}
	}
}

func TestInteropDisabled(t *testing.T) {
	for conf, want := range map[string]bool{
		"":                                    false,
		"[interop]\nenabled=false\n":          true,
		"[Interop]\r\n Enabled = False \r\n":  true,
		"[interop]\nenabled = \"false\" # no": true,
		"[interop]\nenabled=true\n":           false,
		"[interop]\n#enabled=false\n":         false,
		"[interop]\nappendWindowsPath=false":  false,
		"[automount]\nenabled=false\n":        false,
		"[automount]\nenabled=true\n[interop]\nenabled=false\n[boot]\nenabled=true\n": true,
		"[interop]\nenabled=false\nenabled=true\n":                                    false,
	} {
		if got := interopDisabledBy(conf); got != want {
			t.Errorf("%q: %v", conf, got)
		}
	}
}
