package clients

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"strings"
)

// firefoxDefault finds the profile that the program would start with: the one that
// installs.ini names for an installation, else the default of profiles.ini. Empty:
// there is none yet.
func (g *Ground) firefoxDefault(program string) string {
	for _, root := range g.firefoxRoots(filepath.Base(program)) {
		installed, fallback := g.profilesIn(root)
		for _, profile := range []string{installed, fallback} {
			if info, err := os.Stat(profile); profile != "" && err == nil && info.IsDir() {
				return profile
			}
		}
	}
	return ""
}

// profilesIn reads profiles.ini: the profile of an installation, and the default of
// those before Firefox 67. Empty: none is named.
func (g *Ground) profilesIn(root string) (installed, fallback string) {
	for _, section := range g.ini(filepath.Join(root, "profiles.ini")) {
		switch {
		case strings.HasPrefix(section.name, "Install") && section.values["Default"] != "" && installed == "":
			installed = filepath.Join(root, filepath.FromSlash(section.values["Default"]))
			if filepath.IsAbs(section.values["Default"]) {
				installed = section.values["Default"]
			}
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
func (g *Ground) firefoxRoots(name string) []string {
	home := g.Account.Home
	config := g.folder("XDG_CONFIG_HOME", ".config")
	switch {
	case g.GOOS == "darwin":
		return []string{filepath.Join(home, "Library", "Application Support", "Firefox")}
	case g.GOOS == "windows":
		return []string{filepath.Join(g.getenv("AppData"), "Mozilla", "Firefox")}
	case name == "librewolf":
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
