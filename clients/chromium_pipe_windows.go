package clients

import (
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"

	"golang.org/x/sys/windows"
)

// devPipe is the two pipes of a browser, which is told the handles of their other
// ends (content/browser/devtools/devtools_pipe_handler.cc).
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
	p := &devPipe{out: out, in: in, theirs: []*os.File{read, write}}
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	for _, file := range p.theirs {
		handle := windows.Handle(file.Fd())
		if err := windows.SetHandleInformation(handle, windows.HANDLE_FLAG_INHERIT, windows.HANDLE_FLAG_INHERIT); err != nil {
			p.started()
			p.close()
			return nil, err
		}
		cmd.SysProcAttr.AdditionalInheritedHandles = append(cmd.SysProcAttr.AdditionalInheritedHandles, syscall.Handle(handle))
	}
	cmd.Args = append(cmd.Args, fmt.Sprintf("--remote-debugging-io-pipes=%d,%d", read.Fd(), write.Fd()))
	return p, nil
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
