package command

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"devca/diag"
	"devca/doctor"
)

// maxOutput is how much of the end of a command's output is read: some thousand
// lines. What fails says so last.
const maxOutput = 256 << 10

// tail keeps the end of what is written to it, from several streams.
type tail struct {
	mutex sync.Mutex
	data  []byte
}

func (t *tail) Write(b []byte) (int, error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.data = append(t.data, b...)
	if len(t.data) > 2*maxOutput {
		t.data = append([]byte(nil), t.data[len(t.data)-maxOutput:]...)
	}
	return len(b), nil
}

// end gives what is kept. What the command left running may still be writing.
func (t *tail) end() []byte {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return bytes.Clone(t.data[max(0, len(t.data)-maxOutput):])
}

// afterEnd is how long a command that has ended, or was interrupted, may take to
// let go of its output. What it left running in the background never does.
const afterEnd = 5 * time.Second

// runCommand runs a command as the shell would, and keeps what it prints. Its
// output passes through; with --json, standard output is the document's.
func (p *program) runCommand(ctx context.Context, argv []string) (*doctor.Ran, error) {
	var kept tail
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Stdin = p.streams.In
	out := p.streams.Out
	if p.json {
		out = p.loud()
	}
	cmd.Stdout, cmd.Stderr = io.MultiWriter(out, &kept), io.MultiWriter(p.loud(), &kept)
	cmd.Cancel = func() error {
		if p.streams.InTTY && pressed(ctx) {
			return nil // the terminal told it, too; told twice, npm and others leave half their work behind
		}
		return cmd.Process.Signal(os.Interrupt)
	}
	cmd.WaitDelay = afterEnd
	ran := &doctor.Ran{Argv: argv}
	err := cmd.Run()
	ran.Output = kept.end()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		ran.Exit = exitStatus(exit.ProcessState)
		return ran, nil
	}
	if err != nil && !errors.Is(err, exec.ErrWaitDelay) {
		return nil, diag.New(diag.DoctorCommand, argv[0]+" cannot be started").From(err).
			Fix("see where it is", diag.WhereIs(argv[0]))
	}
	return ran, nil
}

// pressed says whether it was ^C that ended the context, and not another process:
// signal.NotifyContext names the signal in the cause.
func pressed(ctx context.Context) bool {
	cause := context.Cause(ctx)
	return cause != nil && strings.HasPrefix(cause.Error(), os.Interrupt.String())
}
