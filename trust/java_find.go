package trust

import (
	"os"
	"path/filepath"
	"strings"
)

// javaPlaces are where installers, version managers and editors put a Java, by
// system; "~" is the home folder, and a "*" stands for one name. A folder counts
// when it holds a trust store of Java.
func javaPlaces(goos string) []string {
	homes := []string{
		"~/.sdkman/candidates/java/*", "~/.asdf/installs/java/*", "~/.local/share/mise/installs/java/*", "~/.jabba/jdk/*",
		"~/.jenv/versions/*", "~/.jdks/*", "~/.gradle/jdks/*", "~/.gradle/jdks/*/*", "~/.jbang/cache/jdks/*",
		"~/.vscode/extensions/redhat.java-*/jre/*", "~/.vscode-server/extensions/redhat.java-*/jre/*",
	}
	switch goos {
	case "darwin":
		return append(homes,
			"/Library/Java/JavaVirtualMachines/*/Contents/Home", "~/Library/Java/JavaVirtualMachines/*/Contents/Home",
			"/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home", "/usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home",
			"/Library/Internet Plug-Ins/JavaAppletPlugin.plugin/Contents/Home",
			"/Applications/*/Contents/jbr/Contents/Home", "~/Applications/*/Contents/jbr/Contents/Home",
		)
	case "windows":
		return append(homes,
			"%ProgramFiles%/Java/*", "%ProgramFiles(x86)%/Java/*", "%ProgramFiles%/Eclipse Adoptium/*", "%ProgramFiles%/Microsoft/jdk-*",
			"%ProgramFiles%/Zulu/*", "%ProgramFiles%/Amazon Corretto/*", "%ProgramFiles%/BellSoft/*", "%ProgramFiles%/Semeru/*",
			"%ProgramFiles%/JetBrains/*/jbr", "%ProgramFiles%/Android/Android Studio/jbr",
			"%LocalAppData%/Programs/*/jbr", "%LocalAppData%/Programs/Eclipse Adoptium/*", "~/scoop/apps/*/current",
		)
	}
	return append(homes,
		"/usr/lib/jvm/*", "/usr/lib64/jvm/*", "/usr/java/*", "/usr/local/openjdk*", "/opt/*jdk*", "/opt/*jre*", "/opt/java*", "/opt/java/*",
		"/opt/*/jbr", "/snap/*/current/jbr", "~/.local/share/JetBrains/Toolbox/apps/*/jbr", "/opt/android-studio/jbr",
		"/home/linuxbrew/.linuxbrew/opt/openjdk*/libexec", "/var/lib/flatpak/runtime/org.freedesktop.Sdk.Extension.openjdk*/*/*/active/files/jvm/*",
	)
}

// findJava finds every Java: that of JAVA_HOME, that on PATH, those that the
// system knows, and those in the places above.
func findJava(machine *Machine) []Store {
	finder := javaFinder{machine: machine, seen: map[string]bool{}}
	if home := machine.Getenv("JAVA_HOME"); home != "" && !finder.add(home) {
		finder.stores = append(finder.stores, brokenJava{home})
	}
	if java, err := machine.LookPath("java"); err == nil {
		// /usr/bin/java → /etc/alternatives/java → …/bin/java, or …/jre/bin/java of Java 8.
		home := filepath.Dir(filepath.Dir(resolved(java)))
		if filepath.Base(home) == "jre" && !finder.add(home) {
			home = filepath.Dir(home)
		}
		finder.add(home)
	}
	for _, home := range registeredJava() {
		finder.add(home)
	}
	for _, pattern := range javaPlaces(machine.GOOS) {
		for _, home := range matches(machine, pattern) {
			finder.add(home)
		}
	}
	return finder.stores
}

type javaFinder struct {
	machine *Machine
	seen    map[string]bool
	stores  []Store
}

// add adds the Java of a home folder, unless it has none or shares the store of
// one that was found before.
func (f *javaFinder) add(home string) bool {
	store, err := newJavaStore(f.machine, home)
	if err == nil && !f.seen[store.cacerts] {
		f.seen[store.cacerts] = true
		f.stores = append(f.stores, store)
	}
	return err == nil
}

// matches lists the folders of a pattern. filepath.Glob is not used on the whole:
// it would read brackets in a home folder's name as a pattern.
func matches(machine *Machine, pattern string) []string {
	folders := []string{""}
	for i, part := range strings.Split(pattern, "/") {
		switch {
		case i == 0 && part == "~":
			if machine.Account.Home == "" {
				return nil
			}
			folders = []string{machine.Account.Home}
		case i == 0 && strings.HasPrefix(part, "%"):
			folder := machine.Getenv(strings.Trim(part, "%"))
			if folder == "" {
				return nil
			}
			folders = []string{folder}
		case i == 0:
			folders = []string{string(filepath.Separator)}
		case !strings.Contains(part, "*"):
			for j := range folders {
				folders[j] = filepath.Join(folders[j], part)
			}
		default:
			folders = inside(folders, part)
		}
	}
	return folders
}

// inside lists what is in the folders and has a name of the pattern.
func inside(folders []string, pattern string) []string {
	var found []string
	for _, folder := range folders {
		entries, _ := os.ReadDir(folder)
		for _, entry := range entries {
			if ok, _ := filepath.Match(pattern, entry.Name()); ok {
				found = append(found, filepath.Join(folder, entry.Name()))
			}
		}
	}
	return found
}
