package trust

import (
	"fmt"
	"path/filepath"
	"slices"
)

// chromiumProgram is a browser that looks for roots as Chromium does, and what
// shows that it is installed.
type chromiumProgram struct {
	name     string
	commands []string
	folders  []string // of its package
	snaps    []string
	flatpaks []string
}

func chromiumPrograms() []chromiumProgram {
	return []chromiumProgram{
		{
			name: "chromium", commands: []string{"chromium", "chromium-browser"}, snaps: []string{"chromium"},
			folders: []string{"/usr/lib/chromium", "/usr/lib64/chromium-browser"}, flatpaks: []string{"org.chromium.Chromium"},
		},
		{
			name: "google-chrome", commands: []string{"google-chrome", "google-chrome-stable", "google-chrome-beta", "google-chrome-unstable"},
			folders:  []string{"/opt/google/chrome", "/opt/google/chrome-beta", "/opt/google/chrome-unstable"},
			flatpaks: []string{"com.google.Chrome", "com.google.ChromeDev"},
		},
		{
			name: "microsoft-edge", commands: []string{"microsoft-edge", "microsoft-edge-stable", "microsoft-edge-beta", "microsoft-edge-dev"},
			folders:  []string{"/opt/microsoft/msedge", "/opt/microsoft/msedge-beta", "/opt/microsoft/msedge-dev"},
			flatpaks: []string{"com.microsoft.Edge", "com.microsoft.EdgeDev"},
		},
		{
			name: "brave", commands: []string{"brave-browser", "brave", "brave-browser-stable", "brave-browser-beta", "brave-browser-nightly"},
			folders: []string{"/opt/brave.com/brave", "/opt/brave-bin"}, snaps: []string{"brave"}, flatpaks: []string{"com.brave.Browser"},
		},
		{
			name: "vivaldi", commands: []string{"vivaldi", "vivaldi-stable", "vivaldi-snapshot"}, folders: []string{"/opt/vivaldi", "/opt/vivaldi-snapshot"},
			snaps: []string{"vivaldi"}, flatpaks: []string{"com.vivaldi.Vivaldi"},
		},
		{
			name: "opera", commands: []string{"opera", "opera-stable", "opera-beta", "opera-developer"},
			folders: []string{"/usr/lib/x86_64-linux-gnu/opera", "/usr/lib64/opera"}, snaps: []string{"opera", "opera-beta", "opera-developer"},
			flatpaks: []string{"com.opera.Opera"},
		},
		{
			name: "ungoogled-chromium", commands: []string{"ungoogled-chromium"}, snaps: []string{"ungoogled-chromium"},
			flatpaks: []string{"io.github.ungoogled_software.ungoogled_chromium"},
		},
		{name: "thorium", commands: []string{"thorium-browser"}, folders: []string{"/opt/chromium.org/thorium"}},
		{name: "yandex-browser", commands: []string{"yandex-browser", "yandex-browser-stable"}, folders: []string{"/opt/yandex/browser"}, flatpaks: []string{"ru.yandex.Browser"}},
		// No browser, but Chromium inside, which sees what its snap has.
		{name: "postman", snaps: []string{"postman"}, flatpaks: []string{"com.getpostman.Postman"}},
	}
}

// The two folders of which Chromium takes the first that exists, and else makes
// the second (measured with 156; 145 and before know only the first).
const (
	legacyNSS = ".pki/nssdb"
	modernNSS = "pki/nssdb" // below XDG_DATA_HOME
)

// chromium finds the databases of browsers that the system's packages brought,
// and of those in sandboxes.
func (f *nssFinder) chromium() {
	var installed []string
	for _, program := range chromiumPrograms() {
		if found(f.machine, program.packaged()) || slices.ContainsFunc(program.folders, filled) {
			installed = append(installed, program.name)
		}
	}
	data := f.inherited("XDG_DATA_HOME", ".local/share")
	f.pair(filepath.Join(f.home, legacyNSS), filepath.Join(data, modernNSS), "", installed, len(installed) > 0 || f.machine.Seed)
	for _, program := range chromiumPrograms() {
		for _, snap := range program.snaps {
			home := filepath.Join(f.home, "snap", snap, "current")
			// The link "current" is snapd's to make, at the first start.
			if exists(home) {
				f.pair(filepath.Join(home, legacyNSS), filepath.Join(home, ".local/share", modernNSS), " snap", []string{program.name}, true)
			}
		}
		for _, id := range program.flatpaks {
			home := filepath.Join(f.home, ".var/app", id)
			f.pair(filepath.Join(home, legacyNSS), filepath.Join(home, "data", modernNSS), " flatpak", []string{program.name}, f.flatpak(id))
		}
	}
}

// filled tells whether there is something in the folder: some stay behind empty.
func filled(folder string) bool { return len(folders(folder)) > 0 }

// packaged are the commands that prove a browser of the system's packages. Beside
// its snap, Ubuntu leaves a script that is called chromium-browser.
func (p chromiumProgram) packaged() []string {
	if !exists("/snap/chromium/current") {
		return p.commands
	}
	return slices.DeleteFunc(slices.Clone(p.commands), func(command string) bool { return command == "chromium-browser" })
}

// pair adds the databases of one home, where a sandbox has its own. The one that
// an installed browser will read is added even if it is yet to be made; the first
// is never made, because it would hide the second. What the browser does not read
// is kept in step all the same: older programs read it.
func (f *nssFinder) pair(legacy, modern, sandbox string, names []string, installed bool) {
	if len(names) == 0 {
		names = []string{"chromium"} // or whatever it was that made them
	}
	add := func(database string) {
		label := names[0] + sandbox
		if len(names) > 1 {
			label = fmt.Sprintf("%s and %d more", names[0], len(names)-1)
		}
		f.add(newNSSStore(f.machine, database, label, names...))
	}
	if has(legacy) || exists(legacy) && installed {
		add(legacy)
	}
	if has(modern) || !exists(legacy) && installed {
		add(modern)
	}
}
