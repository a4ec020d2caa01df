// Package environment makes a development root count for programs that read no
// store of the system: it decides which variables to set, and makes the files
// that they name.
//
// Variables that add get the root. Those that replace get a bundle of what was in
// force before, and the root: the file that the variable, or else the program's
// configuration, named, or else the system's roots. So no public site is lost,
// and no corporate root that somebody configured.
//
// Files are named by what they are made from. The same environment gives the same
// names, and a file is written again when one of its sources has changed.
package environment

import (
	"strings"
	"sync"

	"devca/diag"
	"devca/runtimes"
)

// Assignment is a variable and its new value.
type Assignment struct {
	Name   string
	Value  string
	Before *string  // nil: it was not set
	From   []string // files whose roots count
}

// File is one that variables name.
type File struct {
	Path string
	Data []byte
}

// Plan is what is to be set, and which files are to be written first. Files that
// are there and up to date are left out.
type Plan struct {
	Assignments []Assignment
	Files       []File
	Findings    []diag.Finding
}

// Ground is what a plan is made from.
type Ground struct {
	Root     []byte // PEM, and nothing else
	RootPath string
	Folder   string // where bundles are kept, absolute
	Home     string
	Work     string // the folder in which the command would run: projects have configurations of their own
	Slash    string // "/", under which the system's configurations are
	GOOS     string
	Getenv   func(name string) string // empty: not set, or set to nothing, which is as good
	// System gives the system's roots, PEM, and where they are from.
	System func() (pem []byte, name string, err error)
	// Certifi gives Python's file of roots; empty: there is none.
	Certifi func() string
	// Java gives the trust store of the Java that a command line would start;
	// empty: there is none.
	Java func() string
	// Git gives what git's configuration names as http.sslCAInfo. With an error that is
	// not known.
	Git func() (GitRoots, error)
}

// GitRoots are the files that git's configuration names: for all servers, and for
// single ones.
type GitRoots struct{ All, Single []string }

// builder makes a plan.
type builder struct {
	*Ground

	plan   *Plan
	memory map[string]*string // what variables held before devca set them
	made   map[string]bool

	git func() (GitRoots, error) // asked once

	system []source // read once
	failed error
}

// Make decides. It reads files and writes none.
func Make(ground *Ground) (*Plan, error) {
	b := newBuilder(ground)
	for _, setting := range runtimes.Variables() {
		if err := b.decide(setting); err != nil {
			return nil, err
		}
	}
	b.set(Memory, remember(b.memory, b.plan.Assignments), nil)
	return b.plan, nil
}

func newBuilder(ground *Ground) *builder {
	return &builder{
		Ground: ground, plan: &Plan{}, memory: recall(ground.Getenv), made: map[string]bool{},
		git: sync.OnceValues(ground.Git),
	}
}

func (b *builder) decide(setting runtimes.Setting) error {
	before := b.before(setting.Name)
	switch {
	case setting.Form == runtimes.Truststore:
		return b.java(setting, before)
	case setting.Name == gitVariable && before == nil && b.gitFails():
		return nil
	case setting.Use == runtimes.IfSet && before == nil && len(b.configured(setting.Name)) == 0:
		return nil
	case before != nil && *before == "system" && setting.Name == "PGSSLROOTCERT":
		return nil // the system's store, and no file (libpq 16)
	case setting.Effect == runtimes.Adds:
		return b.add(setting, before)
	}
	return b.replace(setting, before)
}

// before is what a variable held before devca set it; nil: it was not set. What
// somebody set after that counts.
func (b *builder) before(name string) *string {
	value := b.Getenv(name)
	if value == "" {
		return nil
	}
	if rest := b.withoutOurs(value); rest != value {
		if rest == "" {
			return nil
		}
		return &rest
	}
	if old, known := b.memory[name]; known && (within(value, b.Folder) || value == b.RootPath) {
		return old
	}
	if value == b.RootPath {
		return nil // from another shell, whose memory is not here: nothing but the root
	}
	return &value
}

// set adds an assignment.
func (b *builder) set(name, value string, before *string, from ...string) {
	b.plan.Assignments = append(b.plan.Assignments, Assignment{Name: name, Value: value, Before: before, From: from})
}

// add is for variables that add: what they named before stays.
func (b *builder) add(setting runtimes.Setting, before *string) error {
	if before != nil {
		if named, ok := b.read(setting.Name, *before); ok {
			return b.assign(setting.Name, before, named)
		}
	}
	b.set(setting.Name, b.RootPath, before, b.RootPath)
	return nil
}

// replace is for variables that replace.
func (b *builder) replace(setting runtimes.Setting, before *string) error {
	if before != nil {
		if named, ok := b.read(setting.Name, *before); ok {
			return b.assign(setting.Name, before, named)
		}
	}
	sources := b.configuredSources(setting.Name)
	if before != nil || !complete(sources) {
		system, err := b.systemRoots()
		if err != nil {
			return err
		}
		sources = append(sources, system...)
		if before == nil {
			sources = append(sources, b.covered(setting)...)
		}
	}
	return b.assign(setting.Name, before, sources...)
}

// configuredSources reads what the program's own configuration names.
func (b *builder) configuredSources(variable string) []source {
	var sources []source
	for _, c := range b.configured(variable) {
		if s, ok := b.read(variable, c.path); ok {
			s.single = c.single
			sources = append(sources, s)
		}
	}
	return sources
}

// complete says whether sources say all that a program trusts.
func complete(sources []source) bool {
	for _, s := range sources {
		if !s.single {
			return true
		}
	}
	return false
}

// covered reads what variables name that will count no more once this one is set.
func (b *builder) covered(setting runtimes.Setting) []source {
	var sources []source
	for _, variable := range setting.Covers {
		if before := b.before(variable); before != nil && !isDefault(*before) {
			if s, err := readRoots(b.here(*before)); err == nil {
				sources = append(sources, s)
			}
			continue
		}
		for _, c := range b.configured(variable) {
			if s, err := readRoots(c.path); err == nil {
				sources = append(sources, s)
			}
		}
	}
	return sources
}

// assign points a variable to a bundle.
func (b *builder) assign(variable string, before *string, sources ...source) error {
	path, err := b.bundle(sources...)
	var from []string
	for _, s := range sources {
		from = append(from, s.name)
	}
	b.set(variable, path, before, append(from, b.RootPath)...)
	return err
}

// systemRoots reads the system's roots once, or else Python's. Without any, public
// sites would be lost, and nothing is set. Windows keeps only those roots that were
// needed before, so that Python's are taken there besides.
func (b *builder) systemRoots() ([]source, error) {
	if b.system != nil || b.failed != nil {
		return b.system, b.failed
	}
	data, name, err := b.System()
	if err == nil && anyCertificate(data) {
		b.system = append(b.system, source{name: name, data: data})
	}
	if b.GOOS == "windows" || b.system == nil {
		if path := b.Certifi(); path != "" {
			if s, err := readRoots(path); err == nil {
				b.system = append(b.system, s)
			}
		}
	}
	if b.system == nil {
		failure := diag.New(diag.EnvNoRoots, "the system has no trusted roots that can be read").
			Because("without them every public site would be refused").
			Fix("on Debian and Ubuntu, install them", "apt-get install ca-certificates").
			Fix("or name a file of roots first", diag.Export("SSL_CERT_FILE", "ROOTS.pem"))
		if err != nil {
			failure = failure.From(err)
		}
		b.failed = failure
	}
	return b.system, b.failed
}

// read reads what a variable names. A file that is not there, or has no
// certificates, is no ground for a bundle, and is told about.
func (b *builder) read(variable, path string) (source, bool) {
	found, err := readRoots(b.here(path))
	if err == nil {
		return found, true
	}
	finding := diag.New(diag.EnvMissing, variable+" would have to name "+path+", where no certificate can be read").
		Fix("correct it where it is set, or take it back", diag.Unset(variable)).Finding
	finding.Severity, finding.Why = diag.SeverityWarning, err.Error()
	b.plan.Findings = append(b.plan.Findings, finding)
	return source{}, false
}

// Environ is an environment with a plan's assignments.
func (p *Plan) Environ(environ []string) []string {
	result := make([]string, 0, len(environ)+len(p.Assignments))
	for _, entry := range environ {
		name, _, _ := strings.Cut(entry, "=")
		if !p.assigns(name) {
			result = append(result, entry)
		}
	}
	for _, a := range p.Assignments {
		result = append(result, a.Name+"="+a.Value)
	}
	return result
}

func (p *Plan) assigns(name string) bool {
	for _, a := range p.Assignments {
		if sameName(a.Name, name) {
			return true
		}
	}
	return false
}
