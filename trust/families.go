package trust

import (
	"bufio"
	"bytes"
	"os"
	"slices"
	"strings"
)

// family is how a line of operating systems keeps its trusted roots: a folder for
// added ones, and a program that makes from it what clients read.
type family struct {
	name    string
	ids     []string   // os-release's ID and ID_LIKE
	folder  string     // of the added roots
	ending  string     // that their names must have
	updates [][]string // makes anew what clients read; the first that is installed
	bundles []string   // what clients read; the first that exists
	java    []string   // Java's stores that the update makes, too
	missing []string   // the command that installs the program
}

// families are those that devca changes. Folders and programs are those of the
// distributions' own manual pages; Go's list of bundles (crypto/x509,
// root_linux.go) has the same. Where two families share a folder, the ids decide,
// and mkcert, which goes by folders alone, takes Arch for Debian when somebody
// made Debian's folder there.
func families() []family {
	updateCertificates := [][]string{{"update-ca-certificates"}}
	return []family{
		{
			name: "debian", ids: []string{"debian", "ubuntu", "gentoo", "void"},
			folder: debianFolder, ending: ".crt", updates: updateCertificates,
			bundles: []string{"/etc/ssl/certs/ca-certificates.crt"}, java: []string{debianJavaStore},
			missing: []string{"apt-get", "install", "-y", "ca-certificates"},
		},
		{
			name: "alpine", ids: []string{"alpine"},
			folder: debianFolder, ending: ".crt", updates: updateCertificates,
			bundles: []string{"/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem"}, java: []string{debianJavaStore},
			missing: []string{"apk", "add", "ca-certificates"},
		},
		{
			name: "fedora", ids: []string{"fedora", "rhel", "centos", "amzn", "mageia", "azurelinux", "photon"},
			folder: "/etc/pki/ca-trust/source/anchors", ending: ".pem", updates: [][]string{{"update-ca-trust", "extract"}},
			bundles: []string{"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/pki/tls/certs/ca-bundle.crt"},
			java:    []string{"/etc/pki/ca-trust/extracted/java/cacerts"},
			missing: []string{"dnf", "install", "-y", "ca-certificates"},
		},
		{
			name: "suse", ids: []string{"suse", "opensuse", "sles", "sle"},
			folder: "/etc/pki/trust/anchors", ending: ".pem", updates: updateCertificates,
			bundles: []string{"/var/lib/ca-certificates/ca-bundle.pem", "/etc/ssl/ca-bundle.pem"},
			java:    []string{"/var/lib/ca-certificates/java-cacerts"},
			missing: []string{"zypper", "--non-interactive", "install", "ca-certificates"},
		},
		{
			name: "arch", ids: []string{"arch", "archlinux", "manjaro", "steamos"},
			folder: "/etc/ca-certificates/trust-source/anchors", ending: ".crt",
			updates: [][]string{{"update-ca-trust"}, {"trust", "extract-compat"}},
			bundles: []string{"/etc/ca-certificates/extracted/tls-ca-bundle.pem", "/etc/ssl/certs/ca-certificates.crt"},
			java:    []string{"/etc/ca-certificates/extracted/java-cacerts.jks", "/etc/ssl/certs/java/cacerts"},
			missing: []string{"pacman", "-S", "--noconfirm", "ca-certificates"},
		},
		{
			name: "freebsd", ids: []string{"freebsd"},
			folder: "/usr/local/etc/ssl/certs", ending: ".crt", updates: [][]string{{"certctl", "rehash"}},
			bundles: []string{"/etc/ssl/cert.pem", "/etc/ssl/certs/"}, // a file since FreeBSD 12, before that a hashed folder
			missing: []string{"freebsd-update", "install"},
		},
	}
}

// systemNames gives the words of os-release that say what system this is, its
// own name first and those that it resembles after it (os-release(5)).
func systemNames() []string {
	data, err := os.ReadFile("/etc/os-release")
	if err != nil {
		data, err = os.ReadFile("/usr/lib/os-release")
	}
	if err != nil {
		return nil
	}
	words := map[string][]string{}
	for scanner := bufio.NewScanner(bytes.NewReader(data)); scanner.Scan(); {
		key, value, _ := strings.Cut(strings.TrimSpace(scanner.Text()), "=")
		words[key] = strings.Fields(strings.Trim(value, `"'`))
	}
	return append(words["ID"], words["ID_LIKE"]...)
}

// findFamily gives the family of this system. What os-release says comes first;
// a system that it does not name is known by a program and its folder together.
func findFamily(machine *Machine, names []string) (family, bool) {
	all := families()
	for _, name := range names {
		// openSUSE's names have a suffix: opensuse-leap, opensuse-tumbleweed.
		stem, _, _ := strings.Cut(name, "-")
		for _, f := range all {
			if slices.Contains(f.ids, name) || slices.Contains(f.ids, stem) {
				return f, true
			}
		}
	}
	for _, f := range all {
		if exists(f.folder) && f.update(machine) != nil {
			return f, true
		}
	}
	return family{}, false
}

// update is the command that makes the bundles anew, with the program's full
// path when it is not on the PATH, or nil when none is installed.
func (f family) update(machine *Machine) []string {
	for _, command := range f.updates {
		if path := findProgram(machine, command[0]); path != "" {
			return append([]string{path}, command[1:]...)
		}
	}
	return nil
}

// findProgram looks also where programs for administrators are: "su" without
// "-" leaves root without them, and other users may have none of them.
func findProgram(machine *Machine, name string) string {
	if _, err := machine.LookPath(name); err == nil {
		return name
	}
	for _, folder := range []string{"/usr/sbin/", "/sbin/", "/usr/local/sbin/"} {
		if exists(folder + name) {
			return folder + name
		}
	}
	return ""
}

// bundle is what clients read.
func (f family) bundle() string {
	for _, path := range f.bundles {
		if exists(path) {
			return path
		}
	}
	return f.bundles[0]
}

// follows tells whether the file is a store of Java that the update makes anew.
func (f family) follows(store string) bool {
	return slices.ContainsFunc(f.java, func(path string) bool { return exists(path) && resolved(path) == store })
}
