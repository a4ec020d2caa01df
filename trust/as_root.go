package trust

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"devca/internal/account"
)

// RunAsRoot is the command that runs, as root, what another devca asks for on its
// standard input, until that ends. sudo starts it.
const RunAsRoot = "run-as-root"

// rootRequest is one command, and rootAnswer what came of it. The first answer
// comes without a request: sudo let the program start.
type rootRequest struct {
	Argv  []string `json:"argv"`
	Stdin string   `json:"stdin,omitempty"`
}

type rootAnswer struct {
	Output  []byte `json:"output,omitempty"`
	Failure string `json:"failure,omitempty"`
}

// ServeRoot is the work of RunAsRoot. What still runs when nobody asks any more, since
// the other devca was killed or interrupted, is ended.
func ServeRoot(ctx context.Context, in io.Reader, out io.Writer) error {
	// What sudo or PAM printed before may lack the end of its line.
	if _, err := io.WriteString(out, "\n"); err != nil {
		return err
	}
	answers := json.NewEncoder(out)
	if err := answers.Encode(rootAnswer{}); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	requests := make(chan rootRequest)
	var failure error
	go func() {
		failure = readRequests(in, requests)
		cancel()
		close(requests)
	}()
	for request := range requests {
		output, err := run(ctx, account.Account{}, Command{Argv: request.Argv, Stdin: request.Stdin})
		answer := rootAnswer{Output: output}
		if err != nil {
			answer.Failure = err.Error()
		}
		if err := answers.Encode(answer); err != nil {
			return err
		}
	}
	return failure
}

func readRequests(in io.Reader, requests chan<- rootRequest) error {
	decoder := json.NewDecoder(in)
	for {
		var request rootRequest
		switch err := decoder.Decode(&request); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case len(request.Argv) == 0:
			return errors.New("a request names no command")
		}
		requests <- request
	}
}

// conversation is a program that runs while it is talked to.
type conversation struct {
	in     io.WriteCloser
	out    io.Reader
	errors *bytes.Buffer // what it says to people; to be read after wait
	wait   func() error
}

func converse(argv []string) (*conversation, error) {
	//nolint:gosec,noctx // argument lists are never read by a shell; it ends when its input does, and sudo cannot be killed by the person
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	talk := &conversation{errors: &bytes.Buffer{}, wait: cmd.Wait}
	cmd.Stderr = talk.errors
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	talk.in, talk.out = in, out
	return talk, cmd.Start()
}

// rootHelper is a devca that sudo started. Nil is none.
type rootHelper struct {
	talk    *conversation
	mutex   sync.Mutex // stores are changed side by side
	answers *bufio.Reader
}

var errHelperEnded = errors.New("what sudo had started to run it ended")

// startHelper has sudo ask for the password and start a devca as root.
func (m *Machine) startHelper(ctx context.Context) (*rootHelper, error) {
	shut()
	argv := []string{"sudo", "--", m.Self, RunAsRoot}
	talk, err := m.converse(argv)
	if err != nil {
		return nil, &CommandError{Argv: argv, Err: err}
	}
	h := &rootHelper{talk: talk, answers: bufio.NewReader(talk.out)}
	if _, err := h.answer(ctx); err != nil {
		if ctx.Err() != nil {
			h.stop()
			return nil, context.Cause(ctx)
		}
		_ = talk.in.Close()
		err = orElseError(talk.wait(), err)
		return nil, &CommandError{Argv: argv, Output: talk.errors.String(), Err: err}
	}
	return h, nil
}

func orElseError(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// answer waits for the next one. What comes later than ctx ends is never read. What
// sudo, or one that stands in for it, prints for the person is passed over.
func (h *rootHelper) answer(ctx context.Context) (rootAnswer, error) {
	return within(ctx, func() (answer rootAnswer, err error) {
		for {
			line, err := h.answers.ReadBytes('\n')
			if err != nil {
				return rootAnswer{}, err
			}
			if json.Unmarshal(line, &answer) == nil {
				return answer, nil
			}
		}
	})
}

// do runs one command.
func (h *rootHelper) do(ctx context.Context, c Command) error {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	err := json.NewEncoder(h.talk.in).Encode(rootRequest{Argv: c.Argv, Stdin: c.Stdin})
	var answer rootAnswer
	if err == nil {
		answer, err = h.answer(ctx)
	}
	if err != nil {
		h.stop()
		return &CommandError{Argv: c.Argv, Err: orElseError(context.Cause(ctx), errHelperEnded)}
	}
	if answer.Failure != "" {
		return &CommandError{Argv: c.Argv, Output: string(answer.Output), Err: errors.New(answer.Failure)}
	}
	return nil
}

// stop ends it, and gives what runs time to end, and sudo to put the terminal back,
// but does not wait for a password that nobody types any more.
func (h *rootHelper) stop() {
	_ = h.talk.in.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_, _ = within(ctx, func() (any, error) { return nil, h.talk.wait() })
}

// authenticate has sudo ask for the password, and gives the reason why it did not
// agree, or nothing. What is started is a devca that runs as root, so that sudo asks
// once where it keeps no password (timestamp_timeout=0), too; where it keeps one,
// it runs each program itself, and its log has them.
func (m *Machine) authenticate(ctx context.Context, steps []Step) string {
	if m.converse == nil {
		if _, err := m.do(ctx, Command{Argv: []string{"sudo", "-v"}}); err != nil {
			return "sudo refused: " + sudoSaid(err)
		}
		return ""
	}
	helper, err := m.startHelper(ctx)
	if err == nil {
		if _, err := m.do(ctx, Command{Argv: []string{"sudo", "-n", "true"}}); err == nil {
			helper.stop()
			return ""
		}
		if err := helper.do(ctx, Command{Argv: []string{"true"}}); err != nil {
			helper.stop()
			return "what sudo starts may run no other program: " + err.Error()
		}
		m.elevation.helper = helper
		return ""
	}
	said := sudoSaid(err)
	if ctx.Err() != nil || wantsPassword(said) || // nothing was typed in time
		containsAny(said, "incorrect password", "incorrect authentication", "may not run sudo", "not in the sudoers", "must have a tty") {
		return "sudo refused: " + said
	}
	// What is left is a sudo that lets this person run some programs only, or a devca
	// that is where root is not let in. The password for a refused command is not kept.
	m.Announce("sudo: it does not run devca itself, so it asks once more, for the programs alone")
	if _, err := m.do(ctx, Command{Argv: []string{"sudo", "-v"}}); err != nil {
		return "sudo refused: " + sudoSaid(err)
	}
	return m.forbidden(ctx, steps)
}

// forbidden says why this person cannot run all of the programs, or nothing. What
// would stop half-way is not begun.
func (m *Machine) forbidden(ctx context.Context, steps []Step) string {
	if _, err := m.do(ctx, Command{Argv: []string{"sudo", "-n", "true"}}); err == nil {
		return ""
	}
	var names []string
	for _, program := range rootPrograms(steps) {
		out, err := m.do(ctx, Command{Argv: []string{"sudo", "-n", "-l", "--", program}})
		if wantsPassword(string(out)) {
			return "sudo keeps no password, and would ask for it before each program"
		}
		if err != nil {
			names = append(names, filepath.Base(program))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "sudo lets this user run some programs only, and not " + strings.Join(names, ", ")
}

// sudoSaid is the reason of a sudo that failed.
func sudoSaid(err error) string { return strings.TrimPrefix(err.Error(), "sudo: ") }
