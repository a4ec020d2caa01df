package doctor

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"devca/diag"
	"devca/trust"
)

// askAccount looks whose home this is, and whether everything in it that matters
// is the person's own. What a program writes as root with the person's HOME, the
// person's own programs cannot change, and often not read.
func askAccount(_ context.Context, e *exam) answer {
	person := e.Machine.Account
	a := answer{detail: e.place.Account + ", " + person.Home}
	if e.place.ViaSudo {
		a.detail += ", through sudo"
	}
	if e.place.Container != "" {
		a.detail += ", in a container (" + e.place.Container + ")"
	}
	if runtime.GOOS == "windows" || person.Home == "" {
		return a
	}
	if info, err := os.Stat(person.Home); err == nil {
		if owner, ok := ownerOf(info); ok && owner != person.UID && e.Machine.IsRoot {
			a.findings = append(a.findings, Finding{rank: rankAccount, Finding: e.foreignHome(owner).Finding})
			return a
		}
	}
	if foreign := e.foreignOwned(); len(foreign) > 0 {
		a.findings = append(a.findings, Finding{rank: rankAccount, Finding: e.notTheirs(foreign).Finding}.by(e.giveBack(foreign)))
	}
	return a
}

// foreignHome is root with somebody's HOME and nothing that says who that is, as
// with sudo --preserve-env in a script, or su.
func (e *exam) foreignHome(owner int) *diag.Error {
	home := e.Machine.Account.Home
	return diag.New(diag.DoctorAccount, fmt.Sprintf("this runs as root with the home of somebody else: %s belongs to user %d", home, owner)).
		Because("what root writes there, its owner's browsers and devca cannot change").
		Fix("run devca as that user; it asks for sudo where it must", "").
		Fix("or as root with root's own home", "HOME=/root devca doctor")
}

// foreignOwned lists the topmost files and folders of the person's that are
// somebody else's.
func (e *exam) foreignOwned() []string {
	person := e.Machine.Account
	var foreign []string
	add := func(path string) {
		below := func(other string) bool {
			return strings.HasPrefix(path, other+string(filepath.Separator)) || path == other
		}
		info, err := os.Lstat(path)
		if err != nil || slices.ContainsFunc(foreign, below) {
			return
		}
		if owner, ok := ownerOf(info); ok && owner != person.UID && e.reallyInHome(path) {
			foreign = append(foreign, path)
		}
	}
	inHome := func(path string) bool { return strings.HasPrefix(path, person.Home+string(filepath.Separator)) }
	if inHome(e.Dir.Path()) {
		for _, path := range append(parents(person.Home, e.Dir.Path()), contents(e.Dir.Path())...) {
			add(path)
		}
	}
	for _, store := range e.stores() {
		about := store.About()
		if about.Kind != trust.KindNSS || !inHome(about.Place) {
			continue
		}
		for _, path := range append(parents(person.Home, about.Place), contents(about.Place)...) {
			add(path)
		}
	}
	return foreign
}

// reallyInHome says whether no link leads out of the home on the way to a file:
// whose it is there is nobody's affair here.
func (e *exam) reallyInHome(path string) bool {
	home, err := filepath.EvalSymlinks(e.Machine.Account.Home)
	if err != nil {
		return false
	}
	folder, err := filepath.EvalSymlinks(filepath.Dir(path))
	return err == nil && (folder == home || strings.HasPrefix(folder, home+string(filepath.Separator)))
}

// parents lists the folders from below home down to the path, and the path.
func parents(home, path string) []string {
	var all []string
	for ; len(path) > len(home); path = filepath.Dir(path) {
		all = append(all, path)
	}
	slices.Reverse(all)
	return all
}

// contents lists what is below a folder, down to the files of the CA; a database
// has a handful of files.
func contents(folder string) []string {
	var all []string
	_ = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || len(all) > 1000 {
			return filepath.SkipDir
		}
		all = append(all, path)
		if entry.IsDir() && strings.Count(strings.TrimPrefix(path, folder), string(filepath.Separator)) > 2 {
			return filepath.SkipDir
		}
		return nil
	})
	return all
}

func (e *exam) notTheirs(foreign []string) *diag.Error {
	person := e.Machine.Account
	return diag.New(diag.DoctorAccount, fmt.Sprintf("%s belongs to another user, not to %s", strings.Join(foreign, ", "), e.place.Account)).
		Because("a program was run as root with this home (sudo with HOME kept, or su), and left files that the person's own programs cannot change").
		Fix("take them over", e.asRoot(diag.CommandLine(append([]string{"chown", "-R", strconv.Itoa(person.UID)}, foreign...)...)))
}
