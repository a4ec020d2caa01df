package trust

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"devca/diag"
	"devca/internal/account"
)

// Command is one program to run. Argv goes to the system as it is; no shell reads it.
type Command struct {
	Argv     []string
	Stdin    string
	AsPerson bool // run as the invoking person when the process is root on their behalf
}

// Machine is the computer as this package sees it. Tests give their own.
type Machine struct {
	GOOS     string
	Getenv   func(string) string
	LookPath func(string) (string, error)
	// Run executes a command and gives what it printed on both streams.
	Run     func(context.Context, Command) ([]byte, error)
	Account account.Account // the person whose stores these are
	IsRoot  bool            // the process may change what belongs to the system
	CanAsk  bool            // there is a person at a terminal who can type a password
	// UserOnly leaves alone what is not the person's own.
	UserOnly bool
	// Seed also lists what browsers will read that are not here yet: those that
	// test tools bring along (seed.go).
	Seed bool
	// Announce tells the person what is about to run with more rights, and why.
	Announce func(line string)
	// Password asks the person for the password of the thing named; nil where
	// nobody can be asked.
	Password func(ctx context.Context, of string) (string, error)
	// Self is the path of the running program, which runs itself for what has to
	// happen with the person's rights.
	Self string
	// Again are the commands that install and remove the root in question, for
	// fixes; without one it is the CA's own: devca install, devca uninstall.
	Again map[Action]string

	elevation elevation
	// converse starts a program to talk to; nil where commands only run one by one.
	converse func(argv []string) (*conversation, error)
}

func (m *Machine) again(action Action) string {
	return cmp.Or(m.Again[action], "devca "+string(action))
}

// ThisMachine is the real one.
func ThisMachine(getenv func(string) string, canAsk bool, announce func(string)) *Machine {
	person := account.Invoking(getenv)
	self, _ := os.Executable()
	return &Machine{
		GOOS: runtime.GOOS, Getenv: getenv, LookPath: exec.LookPath, Self: self,
		Account: person, IsRoot: isRoot(), CanAsk: canAsk, Announce: announce,
		Run:      func(ctx context.Context, c Command) ([]byte, error) { return run(ctx, person, c) },
		converse: converse,
	}
}

// commandLimit ends a command that waits for something that never comes: a
// dialog on another screen, a lock, a prompt.
const commandLimit = 2 * time.Minute

func run(ctx context.Context, person account.Account, c Command) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, commandLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, c.Argv[0], c.Argv[1:]...)
	if self, err := os.Executable(); err == nil && runtime.GOOS == "linux" && c.Argv[0] == self {
		// The person may run the program without being let into the folder that it is in.
		cmd.Path, cmd.Err = "/proc/self/exe", nil
	}
	cmd.Stdin = strings.NewReader(c.Stdin)
	// A grandchild that keeps the pipe open must not keep us.
	cmd.WaitDelay = 5 * time.Second
	// Output is parsed, so it must not be translated. certutil and keytool look
	// for settings under HOME, which under sudo may be root's.
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	if c.AsPerson {
		cmd.Env = append(cmd.Env, "HOME="+person.Home)
		if person.ViaSudo {
			runAs(cmd, person)
		}
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return out.Bytes(), err
}

// CommandError is a program that failed, with what it printed.
type CommandError struct {
	Argv   []string
	Output string
	Err    error
}

// Error gives the program's last line, which says most, or else its status.
func (e *CommandError) Error() string {
	name := filepath.Base(e.Argv[0])
	if line := lastLine(e.Output); line != "" {
		return name + ": " + strings.TrimPrefix(line, name+": ") // most say their name themselves
	}
	return name + ": " + e.Err.Error()
}

// Unwrap gives the error of the start or the exit status.
func (e *CommandError) Unwrap() error { return e.Err }

func lastLine(output string) string {
	lines := strings.Split(strings.TrimSpace(output), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}

// do runs a command and turns its failure into a CommandError.
func (m *Machine) do(ctx context.Context, c Command) ([]byte, error) {
	out, err := m.Run(ctx, c)
	if err != nil {
		return out, &CommandError{Argv: c.Argv, Output: string(out), Err: err}
	}
	return out, nil
}

// step runs a step of a plan, through sudo when it needs root and we are not.
func (m *Machine) step(ctx context.Context, s Step) error {
	c := Command{Argv: s.Argv, Stdin: s.Stdin, AsPerson: !s.AsRoot}
	if !s.AsRoot || m.IsRoot {
		_, err := m.do(ctx, c)
		return err
	}
	return m.sudo(ctx, c)
}

// joinSteps is the plan as one line to paste, for root or for the person.
func joinSteps(steps []Step, isRoot bool) string {
	lines := make([]string, len(steps))
	for i, s := range steps {
		lines[i] = s.Line(isRoot)
	}
	return strings.Join(lines, " && ")
}

// failed turns a store's error into a finding, unless it is one.
func failed(store Store, action Action, steps []Step, isRoot bool, err error) *diag.Error {
	if finding, ok := errors.AsType[*diag.Error](err); ok {
		return finding
	}
	return diag.New(diag.TrustStoreFailed, "could not "+string(action)+" the root: "+store.About().Title).From(err).
		Fix("see what the program says when you run it yourself", joinSteps(steps, isRoot))
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// temporary makes a folder for what a command reads. Under sudo the command may
// be the person's, to whom root's own $TMPDIR can be closed (pam_tmpdir); and in a
// home on a network root may be let in nowhere.
func (m *Machine) temporary() (string, error) {
	folder := ""
	inHome := m.Account.Home != "" && strings.HasPrefix(os.TempDir(), filepath.Clean(m.Account.Home)+string(filepath.Separator))
	if m.Account.ViaSudo || inHome && m.GOOS != "windows" {
		folder = "/tmp"
	}
	return os.MkdirTemp(folder, "devca-")
}
