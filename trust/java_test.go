package trust_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"devca/diag"
	"devca/internal/account"
	"devca/trust"
)

// javaMachine is a machine of a system with a home folder and variables.
func javaMachine(goos, home string, variables map[string]string) *trust.Machine {
	return &trust.Machine{
		GOOS: goos, Getenv: func(name string) string { return variables[name] },
		LookPath: func(string) (string, error) { return "", errors.New("none") },
		Account:  account.Account{Home: home, UID: os.Getuid(), GID: os.Getgid()},
	}
}

// placeJava makes a Java's trust store.
func placeJava(t *testing.T, file string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// javas lists the stores found below a folder; the machine has others.
func javas(machine *trust.Machine, below string) []string {
	var places []string
	for _, store := range trust.Detect(machine, trust.KindJava) {
		if place := store.About().Place; strings.HasPrefix(place, below) {
			places = append(places, strings.TrimPrefix(place, below))
		}
	}
	return places
}

// TestFindJava has the paths as installers make them, written down here apart
// from the table that is tested.
func TestFindJava(t *testing.T) {
	const store = "/lib/security/cacerts"
	for goos, homes := range map[string][]string{
		"linux": {
			"/.sdkman/candidates/java/17.0.9-tem", "/sdk/candidates/java/8.0.392-amzn/jre", "/.asdf/installs/java/temurin-21.0.1+12.0.LTS",
			"/.local/share/mise/installs/java/21.0.2", "/.jabba/jdk/adopt@1.11.0-11", "/.jdks/corretto-17.0.9", "/.jdks/openjdk-21.0.1",
			"/.gradle/jdks/eclipse_adoptium-17-amd64-linux.2", "/.gradle/jdks/eclipse_adoptium-17-amd64-linux/jdk-17.0.9+9",
			"/.local/share/JetBrains/Toolbox/apps/intellij-idea-ultimate/jbr", "/.local/share/JetBrains/Toolbox/apps/IDEA-U/ch-0/223.8617.56/jbr",
			"/.vscode/extensions/redhat.java-1.25.1-linux-x64/jre/17.0.9-linux-x86_64", "/.m2/jdks/jdk-17.0.9+9", "/.jbang/cache/jdks/17",
			"/.cache/coursier/arc/https/github.com/adoptium/temurin17-binaries/releases/download/jdk-17.0.9%252B9/OpenJDK17U-jdk_x64_linux_hotspot_17.0.9_9.tar.gz/jdk-17.0.9+9",
			"/.jenv/versions/17.0", "/android-studio/jbr",
		},
		"darwin": {
			"/Library/Java/JavaVirtualMachines/openjdk-21.0.1/Contents/Home", "/.sdkman/candidates/java/17.0.9-zulu/zulu-17.jdk/Contents/Home",
			"/.gradle/jdks/eclipse_adoptium-17-aarch64-os_x/jdk-17.0.9+9/Contents/Home", "/Applications/IntelliJ IDEA.app/Contents/jbr/Contents/Home",
		},
		"windows": {
			"/Program Files/Java/jdk-17", "/Program Files/Java/jdk1.8.0_391/jre", "/Program Files/Eclipse Adoptium/jdk-21.0.1.12-hotspot",
			"/Program Files/Microsoft/jdk-17.0.9.8-hotspot", "/Program Files/Zulu/zulu-17", "/Program Files/Amazon Corretto/jdk17.0.9_8",
			"/Program Files/BellSoft/LibericaJDK-17", "/Program Files/Semeru/jdk-17.0.8.101-openj9", "/Program Files/Android/Android Studio/jbr",
			"/Program Files/JetBrains/IntelliJ IDEA 2023.3/jbr", "/AppData/Local/Programs/Eclipse Adoptium/jdk-17.0.9.9-hotspot",
			"/AppData/Local/Programs/IntelliJ IDEA Community Edition/jbr", "/scoop/apps/temurin17-jdk/current", "/.jdks/corretto-17.0.9",
		},
	} {
		t.Run(goos, func(t *testing.T) {
			// A name that would be a pattern to filepath.Glob.
			home := filepath.Join(t.TempDir(), "h[ome]*")
			machine := javaMachine(goos, home, map[string]string{
				"SDKMAN_DIR": home + "/sdk", "ProgramFiles": home + "/Program Files", "LocalAppData": home + "/AppData/Local", "JABBA_HOME": "relative",
			})
			var want []string
			for _, folder := range homes {
				placeJava(t, filepath.Join(home, filepath.FromSlash(folder+store)))
				want = append(want, filepath.FromSlash(folder+store))
			}
			// What is none: a folder without a store, a file, a download that goes on.
			placeJava(t, filepath.Join(home, ".jdks", "a-file"))
			placeJava(t, filepath.Join(home, ".jdks", ".unpacking", "lib", "security", "cacerts"))
			if err := os.MkdirAll(filepath.Join(home, ".jdks", "empty", "lib"), 0o755); err != nil {
				t.Fatal(err)
			}
			got := javas(machine, home)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("found\n%s\nnot\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

// TestOneStore: several ways lead to one file, and jssecacerts counts.
func TestOneStore(t *testing.T) {
	home := t.TempDir()
	placeJava(t, filepath.Join(home, ".jdks", "one", "lib", "security", "cacerts"))
	placeJava(t, filepath.Join(home, ".jdks", "one", "lib", "security", "jssecacerts"))
	shared := placeJava(t, filepath.Join(home, "shared", "cacerts"))
	for _, name := range []string{"two", "three"} {
		folder := filepath.Join(home, ".jdks", name, "lib", "security")
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(shared, filepath.Join(folder, "cacerts")); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("one", filepath.Join(home, ".jdks", "current")); err != nil {
		t.Fatal(err)
	}
	machine := javaMachine("linux", home, map[string]string{"JAVA_HOME": filepath.Join(home, ".jdks", "current")})
	want := []string{"/.jdks/one/lib/security/jssecacerts", "/shared/cacerts"}
	if got := javas(machine, home); !slices.Equal(got, want) {
		t.Errorf("found %q", got)
	}
	// The ID does not change with the way.
	machine = javaMachine("linux", home, nil)
	for _, store := range trust.Detect(machine, trust.KindJava) {
		if about := store.About(); about.ID != "java:"+about.Place {
			t.Errorf("ID %s of %s", about.ID, about.Place)
		}
	}
	// Under sudo root's variables say nothing, and the person's home counts.
	machine = javaMachine("linux", home, map[string]string{"SDKMAN_DIR": filepath.Join(home, "root")})
	machine.Account.ViaSudo = true
	placeJava(t, filepath.Join(home, "root", "candidates", "java", "17", "lib", "security", "cacerts"))
	if got := javas(machine, home); !slices.Equal(got, want) {
		t.Errorf("under sudo found %q", got)
	}
}

// TestBrokenJavaHome is one row with a way out, beside the others.
func TestBrokenJavaHome(t *testing.T) {
	home := t.TempDir()
	placeJava(t, filepath.Join(home, ".jdks", "one", "lib", "security", "cacerts"))
	machine := javaMachine("linux", home, map[string]string{"JAVA_HOME": filepath.Join(home, "nowhere")})
	want := []string{"/nowhere", "/.jdks/one/lib/security/cacerts"}
	if got := javas(machine, home); !slices.Equal(got, want) {
		t.Errorf("found %q", got)
	}
}

// BenchmarkFindJava: every status does it.
func BenchmarkFindJava(b *testing.B) {
	machine := javaMachine("linux", b.TempDir(), nil)
	for b.Loop() {
		trust.Detect(machine, trust.KindJava)
	}
}

// TestJavaPassword: a store with a password of its own is changed with what the
// person types, and keeps it.
func TestJavaPassword(t *testing.T) {
	home := t.TempDir()
	path := filepath.Join(home, ".jdks", "one", "lib", "security", "cacerts")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	keytool := func(args ...string) string {
		t.Helper()
		out, err := exec.Command("keytool", append(args, "-keystore", path, "-storepass", "of-its-own")...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return string(out)
	}
	keytool("-genkeypair", "-storetype", "JKS", "-keyalg", "EC", "-alias", "mine", "-dname", "CN=mine", "-keypass", "of-its-own")
	machine := javaMachine("linux", home, nil)
	machine.IsRoot = true
	answers := []string{"wrong", "of-its-own"}
	machine.Password = func(context.Context, string) (string, error) {
		answer := answers[0]
		answers = answers[1:]
		return answer, nil
	}
	stores := trust.Detect(machine, trust.KindJava)
	at := slices.IndexFunc(stores, func(s trust.Store) bool { return s.About().Place == path })
	if at < 0 {
		t.Fatal("not found")
	}
	root := testRoot(t)
	if err := stores[at].Apply(t.Context(), root, trust.Install); err != nil {
		t.Fatal(err)
	}
	if reading := stores[at].Status(t.Context(), root); reading.State != trust.Trusted || len(answers) != 0 {
		t.Errorf("%v, %d passwords left", reading, len(answers))
	}
	if list := keytool("-list"); !strings.Contains(list, "PrivateKeyEntry") || !strings.Contains(list, "devca_") {
		t.Error(list)
	}
	// Nobody to be asked: the store stays as it is, and the finding says so.
	machine.Password = nil
	before, _ := os.ReadFile(path)
	finding, ok := errors.AsType[*diag.Error](stores[at].Apply(t.Context(), root, trust.Uninstall))
	if after, _ := os.ReadFile(path); !ok || finding.Code != diag.JavaPassword || !bytes.Equal(before, after) {
		t.Errorf("%v", finding)
	}
}
