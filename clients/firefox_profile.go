package clients

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// firefoxDefault finds the profile that the program would start with. profiles.ini
// names one for each installation, by a hash of its folder; the profile itself says in
// compatibility.ini by which folder it was used last. Where none says so it is the
// first that is named for an installation, else the default of those before Firefox
// 67. Empty: there is none yet.
func (g *Ground) firefoxDefault(program string) string {
	var profiles []string
	for _, root := range g.firefoxRoots(program) {
		installed, fallback := g.profilesIn(root)
		for _, profile := range append(installed, fallback) {
			if info, err := os.Stat(profile); profile != "" && err == nil && info.IsDir() {
				profiles = append(profiles, profile)
			}
		}
	}
	if len(profiles) == 0 {
		return ""
	}
	used := slices.IndexFunc(profiles, func(profile string) bool { return g.usedBy(profile, program) })
	return profiles[max(used, 0)]
}

// usedBy tells whether the installation with the program was the last one to use the
// profile. On macOS the folder that is written down is not the program's, but beside
// it; a snap's has its revision in the middle.
func (g *Ground) usedBy(profile, program string) bool {
	folder := ""
	for _, part := range g.ini(filepath.Join(profile, "compatibility.ini")) {
		if part.name == "Compatibility" {
			folder = filepath.Clean(part.values["LastPlatformDir"])
		}
	}
	if snap, ok := strings.CutPrefix(program, "/snap/bin/"); ok {
		return strings.HasPrefix(folder, "/snap/"+snap+"/")
	}
	real, err := filepath.EvalSymlinks(program)
	if err != nil {
		return false
	}
	own := filepath.Dir(real)
	return folder == own || g.GOOS == "darwin" && filepath.Dir(folder) == filepath.Dir(own)
}

// profilesIn reads profiles.ini: the profiles of installations, and the default of
// those before Firefox 67. Empty: none is named.
func (g *Ground) profilesIn(root string) (installed []string, fallback string) {
	for _, section := range g.ini(filepath.Join(root, "profiles.ini")) {
		switch {
		case strings.HasPrefix(section.name, "Install") && section.values["Default"] != "":
			profile := filepath.FromSlash(section.values["Default"])
			if !filepath.IsAbs(profile) {
				profile = filepath.Join(root, profile)
			}
			installed = append(installed, profile)
		case strings.HasPrefix(section.name, "Profile") && (section.values["Default"] == "1" || fallback == ""):
			fallback = section.values["Path"]
			if section.values["IsRelative"] != "0" {
				fallback = filepath.Join(root, filepath.FromSlash(fallback))
			}
		}
	}
	return installed, fallback
}

// firefoxRoots are where the program keeps its profiles: ~/.mozilla, if it is
// there, and else below XDG_CONFIG_HOME (Firefox 147 and later).
func (g *Ground) firefoxRoots(program string) []string {
	wolf := strings.TrimSuffix(filepath.Base(program), ".exe") == "librewolf"
	home := g.Account.Home
	config := g.folder("XDG_CONFIG_HOME", ".config")
	switch {
	case g.GOOS == "darwin" && wolf:
		return []string{filepath.Join(home, "Library", "Application Support", "librewolf")}
	case g.GOOS == "darwin":
		return []string{filepath.Join(home, "Library", "Application Support", "Firefox")}
	case g.GOOS == "windows" && wolf:
		return []string{filepath.Join(g.getenv("AppData"), "librewolf")}
	case g.GOOS == "windows":
		return []string{filepath.Join(g.getenv("AppData"), "Mozilla", "Firefox")}
	case wolf:
		return []string{filepath.Join(home, ".librewolf"), filepath.Join(config, "librewolf", "librewolf")}
	}
	return []string{
		filepath.Join(home, ".mozilla", "firefox"), filepath.Join(config, "mozilla", "firefox"),
		filepath.Join(home, "snap", "firefox", "common", ".mozilla", "firefox"),
	}
}

// section is a part of an ini file.
type section struct {
	name   string
	values map[string]string
}

func (g *Ground) ini(path string) []section {
	data, err := g.theirs(path)
	if err != nil {
		return nil
	}
	var sections []section
	lines := bufio.NewScanner(bytes.NewReader(data))
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if name, ok := strings.CutPrefix(line, "["); ok {
			sections = append(sections, section{name: strings.TrimSuffix(name, "]"), values: map[string]string{}})
			continue
		}
		if key, value, ok := strings.Cut(line, "="); ok && len(sections) > 0 {
			sections[len(sections)-1].values[key] = value
		}
	}
	return sections
}
