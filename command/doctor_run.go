package command

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"sync"

	"devca/diag"
	"devca/doctor"
)

// maxOutput is how much of the end of a command's output is read. What fails says
// so last.
const maxOutput = 1 << 20

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
	// The person's ^C reaches the command, too: it ends in its own way.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	ran := &doctor.Ran{Argv: argv}
	err := cmd.Run()
	ran.Output = kept.data
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		ran.Exit = exitStatus(exit.ProcessState)
		return ran, nil
	}
	if err != nil {
		return nil, diag.New(diag.DoctorCommand, argv[0]+" cannot be started").From(err).
			Fix("see where it is", diag.CommandLine("command", "-v", argv[0]))
	}
	return ran, nil
}
