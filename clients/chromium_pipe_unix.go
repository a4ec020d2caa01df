//go:build !windows

package clients

import (
	"os"
	"os/exec"
	"sync"
)

// devPipe is the two pipes of a browser, which has their other ends as the
// descriptors 3 and 4.
type devPipe struct {
	out, in *os.File
	theirs  []*os.File
	once    sync.Once
}

func devToolsPipe(cmd *exec.Cmd) (*devPipe, error) {
	read, out, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	in, write, err := os.Pipe()
	if err != nil {
		_, _ = read.Close(), out.Close()
		return nil, err
	}
	cmd.ExtraFiles = []*os.File{read, write}
	return &devPipe{out: out, in: in, theirs: cmd.ExtraFiles}, nil
}

// started closes what belongs to the browser, which has copies by now.
func (p *devPipe) started() {
	for _, file := range p.theirs {
		_ = file.Close()
	}
}

func (p *devPipe) close() {
	p.once.Do(func() { _, _ = p.out.Close(), p.in.Close() })
}
