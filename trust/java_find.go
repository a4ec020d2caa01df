package trust

import (
	"path/filepath"

	"devca/internal/places"
)

// javaPlaces are where installers, version managers and editors put a Java, by
// system, as patterns of the package places. A folder counts when a trust store of
// Java is in it.
func javaPlaces(goos string) []string {
	places := append(managedJavas(), editorsJavas()...)
	switch goos {
	case "darwin":
		// /usr/libexec/java_home lists these folders.
		return append(places,
			"/Library/Java/JavaVirtualMachines/*/Contents/Home", "~/Library/Java/JavaVirtualMachines/*/Contents/Home",
			"/System/Library/Java/JavaVirtualMachines/*/Contents/Home",
			"/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home", "/usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home",
			"/Library/Internet Plug-Ins/JavaAppletPlugin.plugin/Contents/Home",
			"/opt/local/Library/Java/JavaVirtualMachines/*/Contents/Home", // MacPorts
			"~/.sdkman/candidates/java/*/*/Contents/Home", "~/.jdks/*/Contents/Home", "~/.gradle/jdks/*/Contents/Home",
			"~/.gradle/jdks/*/*/Contents/Home", "~/.asdf/installs/java/*/*/Contents/Home", "~/.jabba/jdk/*/Contents/Home",
			"/Applications/*.app/Contents/jbr/Contents/Home", "~/Applications/*.app/Contents/jbr/Contents/Home",
		)
	case "windows":
		return append(places, windowsJavas()...)
	case "freebsd":
		return append(places, "/usr/local/openjdk*")
	}
	return append(places,
		"/usr/lib/jvm/*", "/usr/lib64/jvm/*", "/usr/lib32/jvm/*", "/usr/java/*", "/usr/local/openjdk*", "/usr/local/java/*",
		"/usr/local/*jdk*", "/usr/local/*jre*", "/opt/*jdk*", "/opt/*jre*", "/opt/*java*", "/opt/java/*", "/opt/jvm/*", // the official images: /opt/java/openjdk
		"/opt/*/jbr", "/opt/*/*/jbr", "/snap/*/current/jbr", "/snap/openjdk/current/jdk", "/snap/*/current/usr/lib/jvm/*",
		"/home/linuxbrew/.linuxbrew/opt/openjdk*/libexec", "~/.linuxbrew/opt/openjdk*/libexec",
		"/var/lib/flatpak/runtime/org.freedesktop.Sdk.Extension.openjdk*/*/*/active/files/jvm/*",
		"~/.local/share/flatpak/runtime/org.freedesktop.Sdk.Extension.openjdk*/*/*/active/files/jvm/*",
		"/var/lib/flatpak/app/com.jetbrains.*/current/active/files/extra/*/jbr", "/var/lib/flatpak/app/com.google.AndroidStudio/current/active/files/extra/*/jbr",
		"/nix/var/nix/profiles/default/lib/openjdk", "~/.nix-profile/lib/openjdk", "/run/current-system/sw/lib/openjdk",
	)
}

// managedJavas are version managers' and build tools'.
func managedJavas() []string {
	return []string{
		"~/.sdkman/candidates/java/*", "$SDKMAN_DIR/candidates/java/*",
		"~/.asdf/installs/java/*", "$ASDF_DATA_DIR/installs/java/*",
		"~/.local/share/mise/installs/java/*", "$MISE_DATA_DIR/installs/java/*", "$XDG_DATA_HOME/mise/installs/java/*",
		"~/.jabba/jdk/*", "$JABBA_HOME/jdk/*",
		"~/.jenv/versions/*",
		"~/.jdks/*", // IntelliJ's downloads
		"~/.gradle/jdks/*", "~/.gradle/jdks/*/*", "$GRADLE_USER_HOME/jdks/*", "$GRADLE_USER_HOME/jdks/*/*",
		"~/.m2/jdks/*", "~/.jbang/cache/jdks/*", "~/.jbang/currentjdk",
		"~/.cache/coursier/arc/https/*/*/*/releases/download/*/*/*", // cs java
		"~/.local/share/scala-cli/jvm/*",
	}
}

// editorsJavas come with editors and their extensions.
func editorsJavas() []string {
	return []string{
		"~/.vscode/extensions/redhat.java-*/jre/*", "~/.vscode-server/extensions/redhat.java-*/jre/*",
		"~/.vscode-oss/extensions/redhat.java-*/jre/*", "~/.cursor/extensions/redhat.java-*/jre/*",
		"~/.local/share/JetBrains/Toolbox/apps/*/jbr", "~/.local/share/JetBrains/Toolbox/apps/*/ch-*/*/jbr",
		"/opt/android-studio/jbr", "/usr/local/android-studio/jbr", "~/android-studio/jbr", "~/.cache/JetBrains/RemoteDev/dist/*/jbr",
	}
}

func windowsJavas() []string {
	places := []string{
		"%ProgramFiles(x86)%/Java/*", "%ProgramFiles%/Android/*/jbr", "%ProgramFiles%/Android/jdk/*", "%ProgramFiles%/Android/openjdk/*",
		"%ProgramFiles%/JetBrains/*/jbr", "%LocalAppData%/Programs/*/jbr", "%LocalAppData%/JetBrains/Toolbox/apps/*/ch-*/*/jbr",
		"%LocalAppData%/mise/installs/java/*", "~/scoop/apps/*jdk*/current", "~/scoop/apps/*jre*/current", "%SCOOP%/apps/*jdk*/current",
		"%ProgramData%/scoop/apps/*jdk*/current", "%ProgramData%/chocolatey/lib/*jdk*/tools/*",
	}
	for _, vendor := range []string{
		"Java", "Eclipse Adoptium", "Eclipse Foundation", "AdoptOpenJDK", "Microsoft", "Zulu", "Amazon Corretto",
		"BellSoft", "Semeru", "IBM", "RedHat", "OpenJDK", "OpenLogic",
	} {
		places = append(places, "%ProgramFiles%/"+vendor+"/*", "%LocalAppData%/Programs/"+vendor+"/*")
	}
	return places
}

// JavaHomes lists the folders in which a Java may be: that of JAVA_HOME, that of
// the java on PATH, those that the system knows, and those in the places above.
// Not all of them exist, and some lead to the same one.
func JavaHomes(machine *Machine) []string {
	var homes []string
	if home := machine.Getenv("JAVA_HOME"); home != "" {
		homes = append(homes, home)
	}
	if java, err := machine.LookPath("java"); err == nil {
		// /usr/bin/java → /etc/alternatives/java → …/bin/java, or …/jre/bin/java of Java 8.
		home := filepath.Dir(filepath.Dir(resolved(java)))
		homes = append(homes, home)
		if filepath.Base(home) == "jre" {
			homes = append(homes, filepath.Dir(home))
		}
	}
	homes = append(homes, registeredJava()...)
	ground := places.Ground{Home: machine.Account.Home, Getenv: machine.Getenv}
	if machine.Account.ViaSudo && machine.GOOS != "windows" {
		ground.Getenv = nil // root's variables
	}
	for _, pattern := range javaPlaces(machine.GOOS) {
		homes = append(homes, ground.Matches(pattern)...)
	}
	return homes
}

// findJava finds the store of every Java.
func findJava(machine *Machine) []Store {
	finder := javaFinder{machine: machine, seen: map[string]bool{}}
	if home := machine.Getenv("JAVA_HOME"); home != "" && !finder.add(home) {
		finder.stores = append(finder.stores, brokenJava{home})
	}
	for _, home := range JavaHomes(machine) {
		finder.add(home)
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
