package trust

import (
	"context"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tailscale/hujson"

	"devca/diag"
)

// chromiumRow says where a Chromium reads its policies and what shows that it is
// installed. Vivaldi and Opera are not here: at least three folders are
// said to be theirs, and a store that nobody reads would be called trusted.
// Flatpaks see no /etc but their own.
type chromiumRow struct {
	name     string
	folder   string
	programs []string
	evidence []string // paths, beside the programs
}

func chromiumRows() []chromiumRow {
	return []chromiumRow{
		{name: "chromium", folder: "/etc/chromium/policies", programs: []string{"chromium"}, evidence: []string{"/usr/lib64/chromium-browser"}},
		// Ubuntu's snap, and its package before that. What is left of that is a
		// script chromium-browser, so the program of this name says nothing.
		{name: "chromium", folder: "/etc/chromium-browser/policies", evidence: []string{"/etc/chromium-browser", "/snap/chromium/current"}},
		{
			name: "google-chrome", folder: "/etc/opt/chrome/policies", evidence: []string{"/opt/google/chrome"},
			programs: []string{"google-chrome", "google-chrome-stable", "google-chrome-beta", "google-chrome-unstable"},
		},
		{
			name: "microsoft-edge", folder: "/etc/opt/edge/policies", evidence: []string{"/opt/microsoft/msedge"},
			programs: []string{"microsoft-edge", "microsoft-edge-stable", "microsoft-edge-beta", "microsoft-edge-dev"},
		},
		{name: "brave", folder: "/etc/brave/policies", programs: []string{"brave-browser", "brave"}, evidence: []string{"/opt/brave.com/brave"}},
	}
}

// firefoxRow says the same of a Firefox. Its folder below /etc is named after
// the application, whatever the package calls it: Debian's firefox-esr reads
// /etc/firefox (measured). Of Waterfox and Floorp it is not known whether they
// read one; every Firefox reads the folder of its installation.
type firefoxRow struct {
	name          string
	folder        string // below /etc
	programs      []string
	installations []string
	snap          string
	profiles      []string // below the home folder; "config:" below XDG_CONFIG_HOME
	uncertain     bool     // whether it reads folder
}

func firefoxRows() []firefoxRow {
	return []firefoxRow{
		{
			name: "firefox", folder: "/etc/firefox/policies", programs: []string{"firefox", "firefox-esr"}, snap: "/snap/firefox/current",
			installations: []string{"/usr/lib/firefox", "/usr/lib64/firefox", "/usr/lib/firefox-esr", "/usr/lib64/firefox-esr", "/opt/firefox"},
			profiles:      []string{".mozilla/firefox", "config:mozilla/firefox", "snap/firefox/common/.mozilla/firefox"},
		},
		{
			name: "thunderbird", folder: "/etc/thunderbird/policies", programs: []string{"thunderbird"}, snap: "/snap/thunderbird/current",
			installations: []string{"/usr/lib/thunderbird", "/usr/lib64/thunderbird", "/opt/thunderbird"},
			profiles:      []string{".thunderbird", "snap/thunderbird/common/.thunderbird"},
		},
		{
			name: "librewolf", folder: "/etc/librewolf/policies", programs: []string{"librewolf"},
			installations: []string{"/usr/lib/librewolf", "/usr/lib64/librewolf", "/usr/share/librewolf", "/opt/librewolf"},
			profiles:      []string{".librewolf", "config:librewolf/librewolf"},
		},
		{
			name: "zen", folder: "/etc/zen/policies", programs: []string{"zen-browser", "zen"},
			installations: []string{"/opt/zen-browser-bin", "/opt/zen-browser", "/opt/zen", "/usr/lib/zen-browser"},
			profiles:      []string{".zen", "config:zen"},
		},
		{
			name: "waterfox", folder: "/etc/waterfox/policies", programs: []string{"waterfox"}, uncertain: true,
			installations: []string{"/usr/lib/waterfox", "/usr/lib64/waterfox", "/opt/waterfox"},
			profiles:      []string{".waterfox"},
		},
		{
			name: "floorp", folder: "/etc/floorp/policies", programs: []string{"floorp"}, uncertain: true,
			installations: []string{"/usr/lib/floorp", "/usr/lib64/floorp", "/opt/floorp"},
			profiles:      []string{".floorp", "config:floorp"},
		},
	}
}

const policiesFile = "policies.json"

// findPolicies finds the browsers' policies. They are the second way, because
// they need root and make the browser say that it is managed by an
// organization: where a database does the job, it does it alone. So one is
// listed only when the person asked for this kind of store, when it has a root
// of ours already, or when a Firefox has no profile yet, whose first start would
// otherwise not trust the root. (A Chromium's database is made before its first
// start instead.) others are the stores that were found so far.
func findPolicies(machine *Machine, wantedExplicitly bool, others []Store) []Store {
	if machine.GOOS != "linux" {
		return nil
	}
	var stores []Store
	for _, row := range chromiumRows() {
		store := &chromiumPolicy{machine: machine, browser: row.name, folder: row.folder}
		if exists(store.place()) || wantedExplicitly && row.installed(machine) {
			stores = append(stores, store)
		}
	}
	for _, row := range firefoxRows() {
		for _, place := range row.places(machine) {
			store := row.store(machine, place)
			unstarted := row.installed(machine) && !row.hasProfile(machine, others)
			if store.hasOurs() || row.installed(machine) && wantedExplicitly || unstarted || row.seeds(machine) {
				stores = append(stores, store)
			}
		}
	}
	return stores
}

// rememberedPolicy makes a store from its place, which the journal knows, or nil.
func rememberedPolicy(machine *Machine, place string) Store {
	if !filepath.IsAbs(place) || machine.GOOS != "linux" {
		return nil
	}
	switch filepath.Base(place) {
	case ownPolicy:
		folder := filepath.Dir(filepath.Dir(place))
		for _, row := range chromiumRows() {
			if row.folder == folder {
				return &chromiumPolicy{machine: machine, browser: row.name, folder: folder}
			}
		}
	case policiesFile:
		for _, row := range firefoxRows() {
			if place == row.system() || slices.Contains(row.own(machine), place) {
				return row.store(machine, place)
			}
		}
		// The installation is gone, and so is whoever read it.
		return &firefoxPolicy{machine: machine, browser: "firefox", place: place, system: place}
	}
	return nil
}

// policyRemarks tells which browsers are told to ignore the databases that the
// other stores are.
func policyRemarks(machine *Machine) []diag.Finding {
	if machine.GOOS != "linux" {
		return nil
	}
	var remarks []diag.Finding
	for _, row := range chromiumRows() {
		store := &chromiumPolicy{machine: machine, browser: row.name, folder: row.folder}
		value, path := effective(store.files(), platformPolicy)
		if value == nil {
			continue
		}
		if literal, ok := value.Value.(hujson.Literal); ok && literal.Kind() == 'f' {
			remark := diag.New(diag.PolicyNSSIgnored, row.name+" ignores the roots in its NSS database").
				Because(path+" sets "+platformPolicy+" to false").
				Fix("name the root in a policy, too", "devca install --stores policy").
				Fix("or have whoever wrote the file take that out", diag.CommandLine("grep", "-n", platformPolicy, path))
			remark.Severity = diag.SeverityWarning
			remarks = append(remarks, remark.Finding)
		}
	}
	return remarks
}

// found tells whether one of the programs is on the PATH as a program of the
// system: a snap has another /etc.
func found(machine *Machine, programs []string) bool {
	return slices.ContainsFunc(programs, func(program string) bool {
		path, err := machine.LookPath(program)
		return err == nil && !strings.HasPrefix(path, "/snap/") && filepath.Base(resolved(path)) != "snap"
	})
}

func (r chromiumRow) installed(machine *Machine) bool {
	return found(machine, r.programs) || slices.ContainsFunc(r.evidence, exists)
}

// installedIn lists the folders in which the browser is installed.
func (r firefoxRow) installedIn(machine *Machine) []string {
	candidates := slices.Clone(r.installations)
	for _, program := range r.programs {
		if path, err := machine.LookPath(program); err == nil {
			candidates = append(candidates, filepath.Dir(resolved(path)))
		}
	}
	var folders []string
	for _, folder := range candidates {
		real := resolved(folder)
		if exists(filepath.Join(real, "application.ini")) && !slices.Contains(folders, real) {
			folders = append(folders, real)
		}
	}
	return folders
}

func (r firefoxRow) installed(machine *Machine) bool {
	return len(r.installedIn(machine)) > 0 || found(machine, r.programs) || r.snap != "" && exists(r.snap)
}

// places gives the files that count: the one below /etc if it is there, else
// those of the installations if one of them is there, because a new one below
// /etc would hide it and what an administrator or a packager wrote (LibreWolf's
// protections are such a file), else the one below /etc.
func (r firefoxRow) places(machine *Machine) []string {
	system, own := r.system(), r.own(machine)
	if exists(system) {
		return []string{system}
	}
	if r.seeds(machine) && machine.UserOnly {
		// What the person may change without root. The file below /etc, which is left
		// out as somebody else's, does for everything else.
		return append(r.ofTools(machine), system)
	}
	if len(own) > 0 && (r.uncertain || slices.ContainsFunc(own, exists)) {
		return own
	}
	return []string{system}
}

// system is the file below /etc.
func (r firefoxRow) system() string { return filepath.Join(resolved(r.folder), policiesFile) }

// own lists the files of the installations.
func (r firefoxRow) own(machine *Machine) []string {
	var files []string
	for _, folder := range r.installedIn(machine) {
		files = append(files, filepath.Join(resolved(filepath.Join(folder, "distribution")), policiesFile))
	}
	return files
}

func (r firefoxRow) store(machine *Machine, place string) *firefoxPolicy {
	return &firefoxPolicy{machine: machine, browser: r.name, place: place, system: r.system()}
}

// hasProfile tells whether one of the stores is in a profile of the browser.
func (r firefoxRow) hasProfile(machine *Machine, stores []Store) bool {
	finder := nssFinder{machine: machine, home: machine.Account.Home}
	return slices.ContainsFunc(r.profiles, func(place string) bool {
		root := filepath.Join(finder.home, place)
		if below, ok := strings.CutPrefix(place, "config:"); ok {
			root = filepath.Join(finder.inherited("XDG_CONFIG_HOME", ".config"), below)
		}
		return slices.ContainsFunc(stores, func(s Store) bool {
			return s.About().Kind == KindNSS && exists(s.About().Place) &&
				strings.HasPrefix(s.About().Place, resolved(root)+string(filepath.Separator))
		})
	})
}

// readableByPerson tells whether the person, as whom browsers run, may read a
// file with this mode and owner.
func (m *Machine) readableByPerson(info fs.FileInfo) bool {
	uid, _ := ownerOf(info)
	return info.Mode().Perm()&0o004 != 0 || uid == m.Account.UID && info.Mode().Perm()&0o400 != 0
}

// publish replaces a file that every user is to read, also when the one before
// it was made with other rights.
func (m *Machine) publish(ctx context.Context, path string, data []byte) error {
	if _, info, err := readSmall(path); err == nil && info.Mode().Perm()&0o004 == 0 {
		if err := m.remove(ctx, path); err != nil {
			return err
		}
	}
	return m.write(ctx, path, data, 0o644)
}
