package trust

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// firefoxFamily is a program with profiles, and where it keeps them on Linux:
// below the home folder, or with "config:" below XDG_CONFIG_HOME. Firefox 147
// and later takes ~/.mozilla/firefox if it exists, and else the second (measured
// with ESR 153); every profile that is there is served, whoever reads it.
type firefoxFamily struct {
	name    string
	roots   []string
	snaps   []string
	flatpak string
	mac     string // below ~/Library/Application Support
	windows string // below %APPDATA%
}

func firefoxFamilies() []firefoxFamily {
	return []firefoxFamily{
		{
			name: "firefox", roots: []string{".mozilla/firefox", "config:mozilla/firefox"}, snaps: []string{"firefox"},
			flatpak: "org.mozilla.firefox", mac: "Firefox", windows: "Mozilla/Firefox",
		},
		{
			name: "thunderbird", roots: []string{".thunderbird", "config:thunderbird"}, snaps: []string{"thunderbird"},
			flatpak: "org.mozilla.Thunderbird", mac: "Thunderbird", windows: "Thunderbird",
		},
		{
			name: "librewolf", roots: []string{".librewolf", "config:librewolf/librewolf", "config:librewolf"}, snaps: []string{"librewolf"},
			flatpak: "io.gitlab.librewolf-community", mac: "librewolf", windows: "librewolf",
		},
		{name: "waterfox", roots: []string{".waterfox", "config:waterfox"}, flatpak: "net.waterfox.waterfox", mac: "Waterfox", windows: "Waterfox"},
		{name: "floorp", roots: []string{".floorp", "config:floorp"}, flatpak: "one.ablaze.floorp", mac: "Floorp", windows: "Floorp"},
		{name: "zen", roots: []string{".zen", "config:zen"}, flatpak: "app.zen_browser.zen", mac: "zen", windows: "zen"},
		{name: "icecat", roots: []string{".mozilla/icecat"}},
		{name: "seamonkey", roots: []string{".mozilla/seamonkey"}},
	}
}

// firefox finds the databases in profiles, also those of profiles that were never
// started and have none yet.
func (f *nssFinder) firefox() {
	for _, family := range firefoxFamilies() {
		for _, place := range family.places(f) {
			for _, profile := range profiles(place.root) {
				store := newNSSStore(f.machine, profile, family.name+place.sandbox, family.name)
				store.profile = true
				f.add(store)
			}
		}
	}
}

// profileRoot is a folder with profiles.ini.
type profileRoot struct{ root, sandbox string }

// places lists where the program may have profiles on Linux and BSD. A sandbox
// has a home of its own, in which the same rule holds.
func (p firefoxFamily) places(f *nssFinder) []profileRoot {
	config := f.inherited("XDG_CONFIG_HOME", ".config")
	homes := []struct{ home, config, sandbox string }{{f.home, config, ""}}
	for _, snap := range p.snaps {
		for _, part := range []string{"common", "current"} {
			home := filepath.Join(f.home, "snap", snap, part)
			homes = append(homes, struct{ home, config, sandbox string }{home, filepath.Join(home, ".config"), " snap"})
		}
	}
	if p.flatpak != "" {
		home := filepath.Join(f.home, ".var/app", p.flatpak)
		homes = append(homes, struct{ home, config, sandbox string }{home, filepath.Join(home, "config"), " flatpak"})
	}
	var places []profileRoot
	for _, h := range homes {
		for _, root := range p.roots {
			folder := filepath.Join(h.home, root)
			if below, ok := strings.CutPrefix(root, "config:"); ok {
				folder = filepath.Join(h.config, below)
			}
			places = append(places, profileRoot{root: folder, sandbox: h.sandbox})
		}
	}
	return places
}

// profiles lists the folders that profiles.ini names and that exist, and those
// that have a database without being named there.
func profiles(root string) []string {
	var found []string
	add := func(folder string) {
		if info, err := os.Stat(folder); err == nil && info.IsDir() && !slices.Contains(found, folder) {
			found = append(found, folder)
		}
	}
	for _, folder := range iniProfiles(root) {
		add(folder)
	}
	for _, folder := range folders(root) {
		if has(folder) {
			add(folder)
		}
	}
	return found
}

// iniProfiles reads profiles.ini: sections [Profile0] and so on, each with a path that
// is below the folder unless IsRelative says 0.
func iniProfiles(root string) []string {
	file, err := os.Open(filepath.Join(root, "profiles.ini"))
	if err != nil {
		return nil
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maximumIni))
	if err != nil {
		return nil
	}
	return parseProfiles(root, data)
}

// maximumIni is far above any list of profiles.
const maximumIni = 1 << 20

func parseProfiles(root string, data []byte) []string {
	var found []string
	path, relative, inside := "", true, false
	finish := func() {
		if inside && path != "" {
			if relative {
				path = filepath.Join(root, filepath.FromSlash(path))
			}
			if filepath.IsAbs(path) {
				found = append(found, filepath.Clean(path))
			}
		}
		path, relative = "", true
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, maximumIni)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if section, ok := strings.CutPrefix(line, "["); ok {
			finish()
			inside = strings.HasPrefix(section, "Profile")
			continue
		}
		switch key, value, _ := strings.Cut(line, "="); key {
		case "Path":
			path = value
		case "IsRelative":
			relative = value != "0"
		}
	}
	finish()
	return found
}

// folders lists what is in a folder and may be a folder itself; a profile may be
// a link to one. Glob would read brackets in a home folder's name as a pattern.
func folders(parent string) []string {
	entries, _ := os.ReadDir(parent)
	var inside []string
	for _, entry := range entries {
		inside = append(inside, filepath.Join(parent, entry.Name()))
	}
	return inside
}
