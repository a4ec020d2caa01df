package trust

import (
	"os"
	"path/filepath"
	"slices"

	"devca/diag"
)

// chromiums are the programs of browsers that look for roots as Chromium does.
func chromiums() []string {
	return []string{
		"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "google-chrome-beta",
		"google-chrome-unstable", "brave-browser", "brave", "microsoft-edge", "microsoft-edge-stable",
		"microsoft-edge-beta", "microsoft-edge-dev", "vivaldi", "vivaldi-stable",
	}
}

// findNSS finds the NSS databases of the person. On macOS and Windows browsers
// read the system store (Firefox imports from it), so there are none to find.
func findNSS(machine *Machine) []Store {
	if machine.GOOS == "darwin" || machine.GOOS == "windows" || machine.Account.Home == "" {
		return nil
	}
	finder := nssFinder{machine: machine, home: machine.Account.Home}
	finder.chromium()
	finder.firefox()
	return finder.stores
}

type nssFinder struct {
	machine *Machine
	home    string
	stores  []Store
	seen    []string
}

func (f *nssFinder) add(database, label string, clients ...string) {
	if real := resolved(database); !slices.Contains(f.seen, real) {
		f.seen = append(f.seen, real)
		f.stores = append(f.stores, newNSSStore(f.machine, real, label, clients...))
	}
}

func newNSSStore(machine *Machine, database, label string, clients ...string) *nssStore {
	return &nssStore{
		certutil: certutil{machine: machine, database: database},
		label:    label, clients: clients, home: machine.Account.Home,
	}
}

// inherited is a folder of the XDG base directories. Under sudo the variable is
// root's, not the person's; the specification ignores relative paths.
func (f *nssFinder) inherited(variable, standard string) string {
	value := f.machine.Getenv(variable)
	if f.machine.Account.ViaSudo || !filepath.IsAbs(value) {
		return filepath.Join(f.home, standard)
	}
	return value
}

// chromium follows Chromium 146 and later: ~/.pki/nssdb if that folder exists,
// even empty, else the one under XDG_DATA_HOME. The first is never made, because
// it would hide the second from the browser. A database of the kind that the
// browser does not read is kept in step all the same: older programs read it.
func (f *nssFinder) chromium() {
	legacy := filepath.Join(f.home, ".pki", "nssdb")
	modern := filepath.Join(f.inherited("XDG_DATA_HOME", ".local/share"), "pki", "nssdb")
	installed := slices.ContainsFunc(chromiums(), func(program string) bool {
		_, err := f.machine.LookPath(program)
		return err == nil
	})
	if has(legacy) || (exists(legacy) && installed) {
		f.add(legacy, "chromium", "chromium", "chrome", "edge", "brave")
	}
	if has(modern) || (!exists(legacy) && installed) {
		f.add(modern, "chromium", "chromium", "chrome", "edge", "brave")
	}
	for _, place := range []string{".pki/nssdb", ".local/share/pki/nssdb"} {
		if snap := filepath.Join(f.home, "snap/chromium/current", place); has(snap) {
			f.add(snap, "chromium snap", "chromium")
		}
	}
}

// firefoxRoots are the folders above Firefox's profiles. Firefox 147 and later
// uses the second when the first does not exist.
func (f *nssFinder) firefoxRoots() []string {
	return []string{
		filepath.Join(f.home, ".mozilla/firefox"),
		filepath.Join(f.inherited("XDG_CONFIG_HOME", ".config"), "mozilla/firefox"),
		filepath.Join(f.home, "snap/firefox/common/.mozilla/firefox"),
	}
}

func (f *nssFinder) firefox() {
	for _, root := range f.firefoxRoots() {
		// Glob would read brackets in a home folder's name as a pattern.
		for _, profile := range folders(root) {
			if has(profile) {
				f.add(profile, "firefox", "firefox")
			}
		}
	}
}

// Remarks tells what Detect could not find but a person would expect.
func Remarks(machine *Machine, stores []Store) []diag.Finding {
	isFirefox := func(s Store) bool { return slices.Contains(s.About().Clients, "firefox") }
	if machine.GOOS == "darwin" || machine.GOOS == "windows" || slices.ContainsFunc(stores, isFirefox) {
		return nil
	}
	for _, program := range []string{"firefox", "firefox-esr"} {
		if _, err := machine.LookPath(program); err == nil {
			remark := diag.New(diag.TrustNoProfile, program+" has no profile yet, so there is no store to install into").
				Fix("start it once, close it, then run", "devca install --stores nss")
			remark.Severity = diag.SeverityNotice
			return []diag.Finding{remark.Finding}
		}
	}
	return nil
}

// folders lists what is in a folder and may be a folder itself; a profile may be
// a link to one.
func folders(parent string) []string {
	entries, _ := os.ReadDir(parent)
	var inside []string
	for _, entry := range entries {
		inside = append(inside, filepath.Join(parent, entry.Name()))
	}
	return inside
}

// has tells whether the folder is an NSS database.
func has(folder string) bool { return exists(filepath.Join(folder, "cert9.db")) }
