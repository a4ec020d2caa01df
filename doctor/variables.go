package doctor

import (
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"devca/diag"
	"devca/environment"
	"devca/explain"
	"devca/runtimes"
	"devca/trust"
)

// askVariables looks at the variables that tell programs about roots.
func askVariables(_ context.Context, e *exam) answer {
	a := answer{detail: "none is set"}
	var names []string
	for _, alike := range ofOneFile(e.inForce()) {
		for _, f := range alike {
			names = append(names, f.Variable)
		}
		if finding, wrong := e.judgeVariables(alike); wrong {
			a.findings = append(a.findings, finding)
		}
	}
	for _, off := range []struct{ name, value, who string }{
		{"NODE_TLS_REJECT_UNAUTHORIZED", "0", "Node"},
		{"GIT_SSL_NO_VERIFY", "", "git"},
		{"PYTHONHTTPSVERIFY", "0", "Python 2"},
	} {
		if value := e.Machine.Getenv(off.name); value != "" && (off.value == "" || value == off.value) {
			names = append(names, off.name)
			a.findings = append(a.findings, found(warning(diag.New(diag.DoctorSetting, off.who+" checks no certificates at all: "+off.name+" is "+value).
				Because("whoever is in between can read and change everything").
				Fix("take it away; devca makes the check succeed", diag.Unset(off.name))), rankRemark))
		}
	}
	if folder := e.Machine.Getenv("TMPDIR"); folder != "" && e.Machine.GOOS != "windows" {
		if info, err := os.Stat(folder); err != nil || !info.IsDir() {
			names = append(names, "TMPDIR")
			a.findings = append(a.findings, found(warning(diag.New(diag.DoctorVariable, "TMPDIR names "+folder+", which is no folder").
				Because("browsers, and others that write there, cannot start").
				Fix("take it away", diag.Unset("TMPDIR"))), rankVariable))
		}
	}
	if len(names) > 0 {
		a.detail = some(names)
	}
	return a
}

// ofOneFile puts variables together that name the same file and do the same with it:
// where a company sets a dozen, one file is one thing to mend.
func ofOneFile(all []environment.InForce) [][]environment.InForce {
	var groups [][]environment.InForce
	for _, f := range all {
		if f.In != "" {
			continue
		}
		at := slices.IndexFunc(groups, func(g []environment.InForce) bool { return g[0].Path == f.Path && g[0].Effect == f.Effect })
		if at < 0 {
			groups = append(groups, nil)
			at = len(groups) - 1
		}
		groups[at] = append(groups[at], f)
	}
	return groups
}

// judgeVariables says what is wrong with variables that name one file, if anything is.
func (e *exam) judgeVariables(alike []environment.InForce) (Finding, bool) {
	var names []string
	for _, f := range alike {
		names = append(names, f.Variable)
	}
	f, who, name := alike[0], readersOf(names...), some(names)+" names "
	if len(names) > 1 {
		name = some(names) + " name "
	}
	switch {
	case f.Err != nil:
		what := name + f.Path + ", where no certificate can be read"
		if errors.Is(f.Err, fs.ErrNotExist) {
			what = name + f.Path + ", which is not there"
		}
		why := who + " cannot make connections, or trust no root at all"
		switch {
		case f.Form == runtimes.Folder:
			why = "of what the system trusts, only the default file counts for " + who
		case f.Effect == runtimes.Adds:
			why = who + " go on without what it should add, mostly without a word"
		}
		finding := diag.New(diag.DoctorVariable, what).Because(why).
			Fix("take it away", diag.Unset(names...)).
			Fix("or set it, with all others, to what works", diag.UseEnvironment)
		if f.Form == runtimes.Folder {
			finding = warning(finding) // the default file is enough for most
		}
		return found(finding, rankVariable), true
	case shutsOut(f) && e.root().Certificate != nil && !e.ofStore(f.Path):
		return found(diag.New(diag.DoctorVariable, name+f.Path+", which lacks the root").
			Because(goBy(who)+", whatever the stores say").
			Fix("set it to a file with both", diag.UseEnvironment).
			Fix("or start the program so", "devca exec -- COMMAND"), rankVariable), true
	}
	return Finding{}, false
}

// shutsOut says whether whoever goes by the file does without the root. Beside a folder
// the default file is read as well (X509_get_default_cert_dir(3)).
func shutsOut(f environment.InForce) bool {
	return f.Effect == runtimes.Replaces && f.Form != runtimes.Folder && !f.HasRoot
}

// ofStore says whether a file is that of a trust store, which says itself that it
// lacks the root, and what mends it.
func (e *exam) ofStore(path string) bool {
	real, err := filepath.EvalSymlinks(path)
	return err == nil && slices.ContainsFunc(e.stores(), func(s trust.Store) bool {
		place, err := filepath.EvalSymlinks(s.About().Place)
		return err == nil && s.About().Place != "" && place == real
	})
}

// goBy says that a program, or several, read nothing but the file.
func goBy(who string) string {
	if strings.Contains(who, " ") {
		return who + " go by that file alone"
	}
	return who + " goes by that file alone"
}

// readers are the programs that read a variable, by their names in the table.
func readers(variable string) []string {
	var names []string
	for _, r := range runtimes.All() {
		if slices.ContainsFunc(r.Settings, func(s runtimes.Setting) bool { return s.Name == variable }) {
			names = append(names, r.Name)
		}
	}
	return names
}

func readersOf(variables ...string) string {
	var names []string
	for _, variable := range variables {
		for _, name := range readers(variable) {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if len(names) > 0 {
		return some(names)
	}
	return "programs"
}

// askSettings looks at what programs' own configurations say.
func askSettings(_ context.Context, e *exam) answer {
	a := answer{detail: "none gets in the way"}
	for _, f := range e.inForce() {
		if f.In == "" || e.overridden(f) {
			continue
		}
		if finding, wrong := e.judgeSetting(f); wrong {
			a.findings = append(a.findings, finding)
		}
	}
	if _, err := e.Git(); err != nil {
		a.findings = append(a.findings, found(diag.New(diag.DoctorSetting, "git cannot read its configuration").Because(err.Error()).
			Fix("see where it breaks, and mend that line", "git config --list --show-origin"), rankVariable))
	}
	a.findings = append(a.findings, e.switchedOff()...)
	if len(a.findings) > 0 {
		a.detail = a.findings[0].What
	}
	return a
}

// overridden says whether a variable is set that wins over the configuration. npm
// knows its own in small letters, too (docs.npmjs.com/cli/using-npm/config).
func (e *exam) overridden(f environment.InForce) bool {
	if f.In == "" {
		return false
	}
	return e.Machine.Getenv(f.Variable) != "" || f.Variable == "NPM_CONFIG_CAFILE" && e.Machine.Getenv("npm_config_cafile") != ""
}

func (e *exam) judgeSetting(f environment.InForce) (Finding, bool) {
	who := readersOf(f.Variable)
	why := goBy(who) + ", whatever the stores say"
	if f.Variable == "NPM_CONFIG_CAFILE" {
		why += ", and NODE_EXTRA_CA_CERTS does not count any more"
	}
	var finding *diag.Error
	switch {
	case f.Err != nil && errors.Is(f.Err, fs.ErrNotExist):
		finding = diag.New(diag.DoctorSetting, f.In+" names "+f.Path+", which is not there").Because(goBy(who))
	case f.Err != nil:
		finding = diag.New(diag.DoctorSetting, f.In+" names "+f.Path+", where no certificate can be read").Because(goBy(who))
	case !f.HasRoot && e.root().Certificate != nil && !e.ofStore(f.Path):
		finding = diag.New(diag.DoctorSetting, f.In+" names "+f.Path+", which lacks the root").Because(why)
	default:
		return Finding{}, false
	}
	finding = finding.Fix("start the program so that it has both", "devca exec -- COMMAND").Fix("or see the line, and take it out", diag.CommandLine("grep", "-n", keyOf(f.Variable), f.In))
	if f.In == "git's configuration" {
		finding.Fixes[1] = diag.Fix{Do: "or see where it is, and take it out", Run: "git config --show-origin --get-regexp sslcainfo"}
	}
	if f.Single {
		finding = warning(finding)
	}
	return found(finding, rankVariable), true
}

// keyOf is a word of the line in the configuration.
func keyOf(variable string) string {
	switch variable {
	case "NPM_CONFIG_CAFILE", "COMPOSER_CAFILE":
		return "cafile"
	case "CARGO_HTTP_CAINFO":
		return "cainfo"
	case "PIP_CERT":
		return "cert"
	}
	return "ca"
}

// switchedOff looks for settings that switch checking off.
func (e *exam) switchedOff() []Finding {
	var findings []Finding
	for _, off := range []struct {
		file, who string
		lines     []string // without spaces
	}{
		{".npmrc", "npm", []string{"strict-ssl=false"}},
		{".curlrc", "curl", []string{"insecure", "-k", "--insecure"}},
		{".wgetrc", "wget", []string{"check_certificate=off", "check-certificate=off"}},
		{".gitconfig", "git", []string{"sslverify=false"}},
	} {
		path := filepath.Join(e.Machine.Account.Home, off.file)
		if real, err := filepath.EvalSymlinks(path); err == nil {
			path = real // which sed -i would put a file in the place of
		}
		data, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		if said, numbers := linesOf(string(data), off.lines); len(said) > 0 {
			findings = append(findings, found(warning(diag.New(diag.DoctorSetting, off.who+" checks no certificates at all: "+path+" has "+strings.Join(said, " and ")).
				Because("whoever is in between can read and change everything").
				Fix("take it out; devca makes the check succeed", withoutLines(e.Machine.GOOS, numbers, path))), rankRemark))
		}
	}
	return findings
}

// linesOf finds lines, given without spaces and in small letters, and their numbers.
func linesOf(text string, wanted []string) (said []string, numbers []int) {
	number := 0
	for line := range strings.Lines(text) {
		number++
		if slices.Contains(wanted, strings.ToLower(strings.Join(strings.Fields(line), ""))) {
			said, numbers = append(said, strings.TrimSpace(line)), append(numbers, number)
		}
	}
	return said, numbers
}

// withoutLines is the command that takes lines out of a file. The sed of macOS and
// FreeBSD wants to be told that no copy is to be kept.
func withoutLines(goos string, numbers []int, path string) string {
	argv := []string{"sed", "-i"}
	if goos == "darwin" || goos == "freebsd" {
		argv = append(argv, "")
	}
	var program []string
	for _, n := range numbers {
		program = append(program, number(n)+"d")
	}
	return diag.CommandLine(append(argv, strings.Join(program, ";"), path)...)
}

// look reads what is in force, as devca env would.
func (e *exam) look() []environment.InForce {
	var root []byte
	if certificate := e.root().Certificate; certificate != nil {
		root = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw})
	}
	ground := &environment.Ground{
		Root: bytes.TrimSpace(root), RootPath: e.Dir.RootPath(), Folder: e.Dir.EnvironmentFolder(), Home: e.Machine.Account.Home,
		Work: e.Work, Slash: string(filepath.Separator), GOOS: e.Machine.GOOS, Getenv: e.Machine.Getenv, Git: e.Git,
	}
	return environment.Look(ground)
}

// misled says which variable or configuration makes a client go by other roots than
// its store's; empty: none does.
func (e *exam) misled(client string) string {
	client = strings.TrimPrefix(client, "python-") // python-requests reads what requests does
	for _, f := range e.inForce() {
		lacks := f.Err != nil || shutsOut(f)
		if !lacks || e.overridden(f) || !slices.Contains(readers(f.Variable), client) {
			continue
		}
		if !explain.ReadsNoStore(client) && e.ofStore(f.Path) {
			continue // the store lacks the root, which is said of it, with what mends it
		}
		words := f.Variable + " names " + f.Path
		if f.In != "" {
			words = f.In + " names " + f.Path
		}
		if errors.Is(f.Err, fs.ErrNotExist) {
			return words + ", which is not there"
		}
		return words + ", which lacks the root"
	}
	return ""
}
