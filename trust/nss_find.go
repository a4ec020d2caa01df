package trust

import (
	"path/filepath"
	"slices"
	"strings"
)

// findNSS finds the NSS databases of the person, and the one of the system where
// there is one. On macOS and Windows browsers read the system store (Firefox
// imports from it), so there are none to find.
func findNSS(machine *Machine) []Store {
	if machine.GOOS == "darwin" || machine.GOOS == "windows" || machine.Account.Home == "" {
		return nil
	}
	finder := nssFinder{machine: machine, home: machine.Account.Home}
	finder.chromium()
	finder.firefox()
	// What Fedora's family shares among programs that link with NSS.
	if shared := "/etc/pki/nssdb"; has(shared) {
		finder.add(newNSSStore(machine, shared, "nss", "programs with NSS"))
	}
	return finder.stores
}

type nssFinder struct {
	machine *Machine
	home    string
	stores  []Store
	seen    []string
}

// add notes a database, once, by whatever path it was found.
func (f *nssFinder) add(store *nssStore) {
	if real := resolved(store.database); !slices.Contains(f.seen, real) {
		f.seen = append(f.seen, real)
		if !volatile(store.database) {
			store.database = real
		}
		f.stores = append(f.stores, store)
	}
}

// volatile tells a path whose real one changes with each version of a snap: only
// the link "current" stays.
func volatile(path string) bool {
	return strings.Contains(path, "/snap/") && strings.Contains(path, "/current/")
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

// flatpak tells whether the application is installed for everybody or the person.
func (f *nssFinder) flatpak(id string) bool {
	return exists(filepath.Join("/var/lib/flatpak/app", id)) ||
		exists(filepath.Join(f.inherited("XDG_DATA_HOME", ".local/share"), "flatpak/app", id))
}

// has tells whether the folder is an NSS database.
func has(folder string) bool { return exists(filepath.Join(folder, "cert9.db")) }
