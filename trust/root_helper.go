package trust

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

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
		err = cmp.Or(talk.wait(), err)
		return nil, &CommandError{Argv: argv, Output: talk.errors.String(), Err: err}
	}
	return h, nil
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
		return &CommandError{Argv: c.Argv, Err: cmp.Or(context.Cause(ctx), errHelperEnded)}
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
