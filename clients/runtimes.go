package clients

import (
	"context"
	_ "embed"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// The programs that runtimes run. They print lines of "version TEXT" and "status
// NUMBER", say what went wrong on standard error in the runtime's own words, and
// end with one of the statuses below.
var (
	//go:embed programs/node.js
	nodeProgram string
	//go:embed programs/fetch.js
	fetchProgram string
	//go:embed programs/ask.py
	pythonProgram string
	//go:embed programs/ask.rb
	rubyProgram string
	//go:embed programs/ask.php
	phpProgram string
	//go:embed programs/ask.pl
	perlProgram string
	//go:embed programs/Ask.class
	javaProgram []byte // programs/Ask.java, compiled for Java 8: a JRE has no compiler
)

// How the programs end.
const (
	exitAccepted  = 0
	exitTLS       = 60 // as curl's for a certificate
	exitUnreached = 61
	exitNoAnswer  = 62
)

// judge reads what one of the programs said.
func judge(answer said) Answer {
	result := Answer{Verdict: CouldNotAsk, Output: answer.err, Reason: answer.problem}
	for line := range strings.Lines(answer.out) {
		line = strings.TrimSpace(line)
		if text, ok := strings.CutPrefix(line, "version "); ok {
			result.Version = clean(text)
		}
		if text, ok := strings.CutPrefix(line, "status "); ok {
			result.Status, _ = strconv.Atoi(text)
		}
	}
	switch {
	case answer.problem != "":
	case answer.status == exitAccepted && result.Version != "":
		result.Verdict = Accepted
	case answer.status == exitTLS:
		result.Verdict = Refused
	case answer.status == exitNoAnswer:
		result.Reason = NoAnswer
	case answer.status != exitUnreached:
		result.Reason = "it ended with status " + strconv.Itoa(answer.status)
		result.Output += answer.out
	}
	return result
}

// script runs a program of the runtime that is given on the command line.
func (e *errand) script(ctx context.Context, environ []string, args ...string) Answer {
	return judge(e.run(ctx, e.program(ctx, environ, e.Program, append(args, e.address, e.seconds())...), ""))
}

func askNode(ctx context.Context, e *errand) Answer { return e.script(ctx, nil, "-e", nodeProgram) }

// askBun keeps away what a folder may have Bun do before (bunfig.toml's preload).
func askBun(ctx context.Context, e *errand) Answer {
	settings, err := e.put("bunfig.toml", nil)
	if err != nil {
		return notAsked(err.Error())
	}
	return e.script(ctx, nil, "--config="+settings, "--no-install", "-e", fetchProgram)
}

func askDeno(ctx context.Context, e *errand) Answer {
	environ := []string{"DENO_DIR=" + e.folder, "DENO_NO_UPDATE_CHECK=1", "NO_COLOR=1"}
	cmd := e.program(ctx, environ, e.Program, "run", "--quiet", "--no-config", "--no-lock", "--no-prompt", "--allow-net", "-", e.address, e.seconds())
	return judge(e.run(ctx, cmd, fetchProgram))
}

func askPython(way string) func(context.Context, *errand) Answer {
	return func(ctx context.Context, e *errand) Answer {
		// -B: nothing is written beside modules that were not compiled yet.
		return e.script(ctx, nil, "-B", "-c", pythonProgram, way)
	}
}

func askRuby(ctx context.Context, e *errand) Answer {
	return e.script(ctx, nil, "--disable=did_you_mean", "-e", rubyProgram)
}

func askPHP(ctx context.Context, e *errand) Answer {
	return e.script(ctx, nil, "-d", "display_errors=stderr", "-r", phpProgram, "--")
}

func askPerl(ctx context.Context, e *errand) Answer { return e.script(ctx, nil, "-e", perlProgram) }

// askJava has no compiler optimise what runs once. Options that a Java does not
// know are passed over, and its trust settings are left alone.
func askJava(ctx context.Context, e *errand) Answer {
	if _, err := e.put("Ask.class", javaProgram); err != nil {
		return notAsked(err.Error())
	}
	return e.script(ctx, nil, "-XX:+IgnoreUnrecognizedVMOptions", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xshare:auto",
		"-Duser.language=en", "-cp", e.folder, "Ask")
}

// python is one that was asked about itself.
type python struct {
	program string
	modules []string // of ssl, requests and httpx, what it can import
}

// pythonProbe says where a Python really is (version managers put a script in
// front), what tells it from others, and what it can import.
const pythonProbe = `
import sys
sys.path[:] = [p for p in sys.path if p]
import importlib.util
print("\t".join([sys.executable, sys.prefix] + [m for m in ("ssl", "requests", "httpx") if importlib.util.find_spec(m)]))
`

// probePythons asks each Python on PATH, side by side, and keeps one of those that
// are the same. One that does not start is none.
func (f *finder) probePythons(ctx context.Context) []python {
	named := f.distinct(f.namedPythons())
	lines := make([]string, len(named))
	f.probe(ctx, named, func(i int, answer said) { lines[i] = strings.TrimRight(answer.out, "\r\n") }, "-c", pythonProbe)
	var pythons []python
	seen := map[string]bool{}
	for i, line := range lines {
		fields := strings.Split(line, "\t")
		if len(fields) < 2 {
			continue
		}
		program := fields[0]
		if f.program(program) == "" {
			program = named[i]
		}
		real, _ := filepath.EvalSymlinks(program)
		if key := real + "\x00" + fields[1]; !seen[key] {
			seen[key] = true
			pythons = append(pythons, python{program: program, modules: fields[2:]})
		}
	}
	return pythons
}

// findPython finds the Pythons that have the module, and ssl.
func findPython(module string) func(context.Context, *finder) []string {
	return func(ctx context.Context, f *finder) []string {
		var programs []string
		for _, p := range f.pythons(ctx) {
			if all := " " + strings.Join(p.modules, " ") + " "; strings.Contains(all, " ssl ") && strings.Contains(all, " "+module+" ") {
				programs = append(programs, p.program)
			}
		}
		return programs
	}
}

// findPerl finds a Perl that can do HTTPS, for which the one of a Debian without
// more cannot.
func findPerl(ctx context.Context, f *finder) []string {
	program := f.look("perl")
	if program == "" {
		return nil
	}
	able := false
	f.probe(ctx, []string{program}, func(_ int, answer said) { able = answer.problem == "" && answer.status == 0 },
		"-e", "use HTTP::Tiny; exit !HTTP::Tiny->can_ssl")
	if !able {
		return nil
	}
	return []string{program}
}

// linkedWith finds the name of libcurl's build among the first bytes of a program,
// where the libraries are named that it is linked with.
func linkedWith(file *os.File) string {
	data := make([]byte, 64<<10)
	n, _ := file.ReadAt(data, 0)
	if strings.Contains(string(data[:n]), "libcurl-gnutls.so") {
		return ", gnutls"
	}
	return ""
}
