package trust

import (
	"bufio"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"devca/diag"
)

// Remarks tells what Detect could not find but a person would expect.
func Remarks(machine *Machine, stores []Store) []diag.Finding {
	remarks := policyRemarks(machine)
	if machine.GOOS == "darwin" || machine.GOOS == "windows" {
		return append(remarks, importRemarks(machine)...)
	}
	isFirefox := func(s Store) bool { return slices.Contains(s.About().Clients, "firefox") }
	if slices.ContainsFunc(stores, isFirefox) {
		return remarks // a profile, or a policy that covers those to come
	}
	for _, program := range []string{"firefox", "firefox-esr"} {
		if _, err := machine.LookPath(program); err == nil {
			remark := diag.New(diag.TrustNoProfile, program+" has no profile yet, so there is no store to install into").
				Fix("name the root in its policy, which counts from the first start", "devca install --stores policy").
				Fix("or start it once, close it, then run", "devca install --stores nss")
			remark.Severity = diag.SeverityNotice
			return append(remarks, remark.Finding)
		}
	}
	return remarks
}

// importRemarks tells which Firefox profiles do not take over the roots of macOS
// and Windows, as they do unless told otherwise.
func importRemarks(machine *Machine) []diag.Finding {
	var remarks []diag.Finding
	for _, family := range firefoxFamilies() {
		base, below := filepath.Join(machine.Account.Home, "Library/Application Support"), family.mac
		if machine.GOOS == "windows" {
			base, below = machine.Getenv("APPDATA"), family.windows
		}
		if base == "" || below == "" {
			continue
		}
		for _, profile := range profiles(filepath.Join(base, filepath.FromSlash(below))) {
			for _, name := range []string{"user.js", "prefs.js"} {
				file := filepath.Join(profile, name)
				if !importOff(file) {
					continue
				}
				remark := diag.New(diag.NSSImportOff, family.name+" does not use the system's roots in the profile "+profile).
					Because(file+" sets "+importPreference+" to false").
					Fix("set it to true in about:config, and take it out of user.js if it is there", "")
				remark.Severity = diag.SeverityWarning
				remarks = append(remarks, remark.Finding)
				break
			}
		}
	}
	return remarks
}

const importPreference = "security.enterprise_roots.enabled"

// importOff looks for user_pref("security.enterprise_roots.enabled", false); the
// last one in a file counts.
func importOff(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	off := false
	lines := bufio.NewScanner(io.LimitReader(file, maximumPreferences))
	lines.Buffer(nil, maximumIni)
	for lines.Scan() {
		text := strings.Join(strings.Fields(lines.Text()), "")
		if rest, ok := strings.CutPrefix(text, `user_pref("`+importPreference+`",`); ok {
			off = strings.HasPrefix(rest, "false")
		}
	}
	return off
}

// maximumPreferences is far above any prefs.js.
const maximumPreferences = 32 << 20
