package clients

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"devca/internal/places"
)

// finder looks for programs. What it needs to know of Pythons is asked once.
type finder struct {
	*Ground
	places  places.Ground
	pythons func(context.Context) []python
}

// Find lists the clients of the machine of the kinds named, or of all, in the order
// of kinds. No program is started but each Python and Perl, which are asked whether
// they can speak HTTPS and with which libraries.
func Find(ctx context.Context, ground Ground, named ...string) []Client {
	f := &finder{Ground: &ground, places: places.Ground{Home: ground.Account.Home, Getenv: ground.getenv}}
	if ground.Account.ViaSudo && ground.GOOS != "windows" {
		f.places.Getenv = nil // root's variables
	}
	var once sync.Once
	var pythons []python
	f.pythons = func(ctx context.Context) []python {
		once.Do(func() { pythons = f.probePythons(ctx) })
		return pythons
	}
	all := kinds()
	if len(named) > 0 {
		all = slices.DeleteFunc(all, func(k kind) bool { return !slices.Contains(named, k.id) })
	}
	found := make([][]string, len(all))
	var looking sync.WaitGroup
	for i, k := range all {
		looking.Go(func() { found[i] = k.find(ctx, f) })
	}
	looking.Wait()
	var clients []Client
	for i, k := range all {
		for _, program := range found[i] {
			clients = append(clients, Client{Kind: k.id, Program: program, ground: &ground, kind: k})
		}
	}
	return clients
}

// getenv reads the environment that clients get. The last of two entries counts,
// as it does for os/exec.
func (g *Ground) getenv(name string) string {
	value := ""
	for _, entry := range g.Environ {
		key, after, ok := strings.Cut(entry, "=")
		if ok && (key == name || g.GOOS == "windows" && strings.EqualFold(key, name)) {
			value = after
		}
	}
	return value
}

// onPath finds the first program of the name on PATH.
func onPath(names ...string) func(context.Context, *finder) []string {
	return func(_ context.Context, f *finder) []string {
		for _, name := range names {
			if program := f.look(name); program != "" {
				return []string{program}
			}
		}
		return nil
	}
}

// folders are those of PATH. Relative ones are left out: whoever made the current
// folder could have put anything there.
func (f *finder) folders() []string {
	var folders []string
	for _, folder := range filepath.SplitList(f.getenv("PATH")) {
		if filepath.IsAbs(folder) {
			folders = append(folders, folder)
		}
	}
	return folders
}

func (f *finder) look(name string) string {
	for _, folder := range f.folders() {
		if path := f.program(filepath.Join(folder, name)); path != "" {
			return path
		}
	}
	return ""
}

// program gives the path of the program, if it is one that may be started.
func (f *finder) program(path string) string {
	if f.GOOS == "windows" && !strings.HasSuffix(path, ".exe") {
		path += ".exe"
	}
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || f.GOOS != "windows" && info.Mode()&0o111 == 0 || f.decoy(path) {
		return ""
	}
	return path
}

// decoy tells whether a program is not the one that its name says, but offers to
// install it: macOS's own git and python3 without Apple's developer tools open a
// dialog, and Windows' python a shop.
func (f *finder) decoy(path string) bool {
	switch f.GOOS {
	case "windows":
		return strings.Contains(strings.ToLower(path), `\microsoft\windowsapps\`)
	case "darwin":
		if filepath.Dir(path) != "/usr/bin" {
			return false
		}
		switch filepath.Base(path) {
		case "git", "python3":
			return !exists("/Library/Developer/CommandLineTools/usr/bin/git") && !exists("/Applications/Xcode.app/Contents/Developer")
		case "java":
			return true // the real ones are among the homes
		}
	}
	return false
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// distinct keeps the programs that are there, and of those that are one file by
// several names the first.
func (f *finder) distinct(paths []string) []string {
	var programs []string
	seen := map[string]bool{}
	for _, path := range paths {
		path = f.program(path)
		if path == "" {
			continue
		}
		real, err := filepath.EvalSymlinks(path)
		// Version managers have one file that is every program by its name (Volta).
		if key := real + "\x00" + filepath.Base(path); err == nil && !seen[key] {
			seen[key] = true
			programs = append(programs, path)
		}
	}
	return programs
}

// everywhere gives the program on PATH and those in the places, which may be the same.
func (f *finder) everywhere(names, patterns []string) []string {
	paths := f.oneOfEach(names)
	for _, pattern := range patterns {
		paths = append(paths, f.places.Matches(pattern)...)
	}
	return f.distinct(paths)
}

// findJava finds the java of each home. That of a JDK 8 has a JRE inside, which is
// the same once more.
func findJava(_ context.Context, f *finder) []string {
	var paths []string
	for _, home := range f.Javas {
		if filepath.Base(home) == "jre" && f.program(filepath.Join(filepath.Dir(home), "bin", "java")) != "" {
			continue
		}
		paths = append(paths, filepath.Join(home, "bin", "java"))
	}
	return f.distinct(paths)
}

func findSelf(_ context.Context, f *finder) []string {
	if f.Self == "" {
		return nil
	}
	return []string{f.Self}
}

// pythonName is how a Python may be called on PATH.
var pythonName = expression(`^python([23](\.\d+)?)?(\.exe)?$`)

// namedPythons lists the Pythons on PATH, each name of each folder. In a version
// manager's folder of shims there are scripts for all versions, most of which fail
// because another is chosen, each after half a second (measured with pyenv): there
// it is the chosen one.
func (f *finder) namedPythons() []string {
	var paths []string
	for _, folder := range f.folders() {
		if filepath.Base(folder) == "shims" {
			for _, name := range []string{"python3", "python"} {
				if path := f.program(filepath.Join(folder, name)); path != "" {
					paths = append(paths, path)
					break
				}
			}
			continue
		}
		entries, _ := os.ReadDir(folder)
		for _, entry := range entries {
			if pythonName().MatchString(entry.Name()) {
				paths = append(paths, filepath.Join(folder, entry.Name()))
			}
		}
	}
	return paths
}

// probe runs programs side by side, each with the same arguments and a few seconds'
// time, and gives what each said.
func (f *finder) probe(ctx context.Context, programs []string, each func(int, said), args ...string) {
	ctx, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	var all sync.WaitGroup
	for i, program := range programs {
		all.Go(func() {
			defer holdThread()()
			e := &errand{Client: Client{Program: program, ground: f.Ground}}
			each(i, e.run(ctx, e.program(ctx, nil, program, args...), ""))
		})
	}
	all.Wait()
}

// probeLimit is far above what a start takes.
const probeLimit = 10 * time.Second
