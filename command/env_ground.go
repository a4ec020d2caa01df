package command

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"devca/ca"
	"devca/environment"
	"devca/internal/account"
	"devca/internal/atomicfile"
	"devca/trust"
)

// prepareEnvironment decides on variables, writes the files that they name, and
// gives the root's path.
func (p *program) prepareEnvironment(c *cli.Context) (string, *environment.Plan, error) {
	dir, err := p.openDir(c)
	if err != nil {
		return "", nil, err
	}
	root, err := currentRoot(dir)
	if err != nil {
		return "", nil, err
	}
	plan, err := environment.Make(p.ground(c, dir, root))
	if err != nil {
		return "", nil, err
	}
	for _, finding := range plan.Findings {
		p.warn(finding)
	}
	return dir.RootPath(), plan, writeEnvironment(dir, plan.Files)
}

// ground is this machine, and the environment that devca was started in.
func (p *program) ground(c *cli.Context, dir *ca.Dir, root *x509.Certificate) *environment.Ground {
	work, err := os.Getwd()
	if err != nil {
		work = "" // it was deleted: then no project is there
	}
	return &environment.Ground{
		Root: encodeRoot(root), RootPath: dir.RootPath(), Folder: dir.EnvironmentFolder(),
		Home: account.Invoking(p.streams.Getenv).Home, Work: work, Slash: string(filepath.Separator), GOOS: runtime.GOOS, Getenv: p.streams.Getenv,
		System: func() ([]byte, string, error) { return trust.SystemRoots(c.Context, p.machine(c)) },
		Certifi: func() string {
			return environment.FindCertifi(p.streams.Getenv("VIRTUAL_ENV"), resolvedProgram("python3", "python"))
		},
		Java: func() string { return javaStore(p.streams.Getenv) },
		Git:  func() (environment.GitRoots, error) { return gitRoots(c.Context) },
	}
}

// composeFile makes the files that a compose file names, from the system's roots
// alone: what is configured here is no concern of a container.
func (p *program) composeFile(c *cli.Context, dir *ca.Dir, root *x509.Certificate) ([]byte, error) {
	ground := p.ground(c, dir, root)
	ground.Getenv = func(string) string { return "" }
	ground.Home, ground.Work, ground.Slash = "", "", ""
	ground.Git = func() (environment.GitRoots, error) { return environment.GitRoots{}, nil }
	plan, err := environment.Make(ground)
	if err != nil {
		return nil, err
	}
	for _, finding := range plan.Findings {
		p.warn(finding)
	}
	if err := writeEnvironment(dir, plan.Files); err != nil {
		return nil, err
	}
	text, err := environment.ComposeFile(plan, dir.RootPath(), ca.Comment(root))
	return []byte(text), err
}

func writeEnvironment(dir *ca.Dir, files []environment.File) error {
	if len(files) == 0 {
		return nil
	}
	if err := dir.MakeFolder(dir.EnvironmentFolder(), 0o755); err != nil {
		return err
	}
	for _, file := range files {
		if err := atomicfile.Write(atomicfile.File{Path: file.Path, Data: file.Data, Mode: 0o644, Own: dir.Owner().Own}); err != nil {
			return err
		}
	}
	return nil
}

// resolvedProgram is the file behind the first of these programs that is on PATH;
// empty: none is.
func resolvedProgram(names ...string) string {
	for _, name := range names {
		program, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		if program, err = filepath.EvalSymlinks(program); err == nil {
			return program
		}
	}
	return ""
}

// javaStore is the trust store of the Java that a command would start; empty: there
// is none. macOS's own java, and those of version managers, are stand-ins without a
// store beside them.
func javaStore(getenv func(string) string) string {
	home := getenv("JAVA_HOME")
	if home == "" {
		home = filepath.Dir(filepath.Dir(resolvedProgram("java")))
	}
	if !filepath.IsAbs(home) {
		return ""
	}
	// jssecacerts counts before cacerts (JSSE Reference Guide).
	for _, place := range []string{"lib/security/jssecacerts", "jre/lib/security/jssecacerts", "lib/security/cacerts", "jre/lib/security/cacerts"} {
		path := filepath.Join(home, filepath.FromSlash(place))
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return ""
}

// gitLimit is far above what git takes, which every start of a shell may wait for.
const gitLimit = 2 * time.Second

// gitRoots asks git, which knows its includes and conditions, for http.sslCAInfo.
func gitRoots(ctx context.Context) (environment.GitRoots, error) {
	var roots environment.GitRoots
	git, err := exec.LookPath("git")
	if err != nil || runtime.GOOS == "darwin" && git == "/usr/bin/git" && !hasDeveloperTools() {
		return roots, nil
	}
	ctx, cancel := context.WithTimeout(ctx, gitLimit)
	defer cancel()
	command := exec.CommandContext(ctx, git, "config", "--null", "--type=path", "--get-regexp", `^http\.(.*\.)?sslcainfo$`)
	command.WaitDelay = gitLimit / 2 // what a script in git's place started keeps its output open
	answer, err := command.Output()
	if ctx.Err() != nil {
		return roots, fmt.Errorf("there was no answer within %s", gitLimit)
	}
	if exit, ended := errors.AsType[*exec.ExitError](err); ended {
		if exit.ExitCode() == 1 {
			return roots, nil // nothing is configured (git-config(1))
		}
		err = fmt.Errorf("%w: %s", err, firstLine(exit.Stderr))
	}
	if err != nil {
		return roots, err
	}
	for entry := range strings.SplitSeq(strings.TrimSuffix(string(answer), "\x00"), "\x00") {
		key, path, ok := strings.Cut(entry, "\n")
		switch {
		case !ok || path == "":
		case strings.EqualFold(key, "http.sslcainfo"):
			roots.All = []string{path} // the last one counts
		default:
			roots.Single = append(roots.Single, path)
		}
	}
	return roots, nil
}

// hasDeveloperTools says whether macOS's git is one: else starting it opens a window
// that offers them.
func hasDeveloperTools() bool {
	for _, path := range []string{"/Library/Developer/CommandLineTools/usr/bin/git", "/Applications/Xcode.app"} {
		if _, err := os.Stat(path); err == nil {
			return true
		}
	}
	return false
}

// refreshEnvironment puts a new root into the files that variables name somewhere,
// if there are any. The root is there whether that works or not.
func (p *program) refreshEnvironment(dir *ca.Dir, root *x509.Certificate) {
	files, err := environment.Rotated(dir.EnvironmentFolder(), encodeRoot(root))
	if err := errors.Join(err, writeEnvironment(dir, files)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		p.warn(asWarning(fmt.Errorf("files of devca env still have the old root: %w", err)))
	}
}

func encodeRoot(root *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Raw})
}
