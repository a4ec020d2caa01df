package clients

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// errand is one question to one client.
type errand struct {
	Client
	*workspace
	address string
	limit   time.Duration
}

// said is what a program did.
type said struct {
	out, err string // its standard output and standard error, both bounded
	status   int
	problem  string // why it did not end by itself; empty: it did
}

// program is a client's process before its start. Its environment is the person's,
// and then what is given: the last of two entries counts. The errand's folder is the
// program's from now on.
func (e *errand) program(ctx context.Context, environ []string, path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, path, args...)
	if runtime.GOOS == "linux" && path == self() {
		// The person may run the program without being let into the folder that it is in.
		cmd.Path, cmd.Err = "/proc/self/exe", nil
	}
	cmd.Env = append(append(cmd.Env, e.ground.Environ...), e.ground.person()...)
	cmd.Env = append(cmd.Env, environ...)
	cmd.WaitDelay = time.Second
	alone(cmd, e.ground.Account)
	if err := e.give(e.ground.Account); err != nil {
		cmd.Err = err
	}
	return cmd
}

// person names the account's home where the process is root on its behalf.
func (g *Ground) person() []string {
	if !g.Account.ViaSudo {
		return nil
	}
	return []string{"HOME=" + g.Account.Home, "USER=" + g.getenv("SUDO_USER"), "LOGNAME=" + g.getenv("SUDO_USER")}
}

// run starts a program with the text as its input and waits for its end.
func (e *errand) run(ctx context.Context, cmd *exec.Cmd, input string) said {
	var out, err bounded
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &err
	end, failure := start(cmd)
	if failure != nil {
		return said{status: -1, problem: failure.Error()}
	}
	failure = cmd.Wait()
	end() // what it left behind
	answer := said{out: out.String(), err: err.String(), status: cmd.ProcessState.ExitCode()}
	_, ended := errors.AsType[*exec.ExitError](failure)
	switch {
	case ctx.Err() != nil:
		answer.problem = NoAnswer
	case failure != nil && !ended && !errors.Is(failure, exec.ErrWaitDelay):
		answer.problem = failure.Error()
	case answer.status < 0:
		answer.problem = "it was ended: " + cmd.ProcessState.String()
	}
	return answer
}

// NoAnswer is the reason of a client that had not come to an end in time.
const NoAnswer = "no answer in time"

// bounded keeps the first bytes that are written and drops the rest.
type bounded struct{ data []byte }

func (b *bounded) Write(data []byte) (int, error) {
	room := MaximumOutput - len(b.data)
	b.data = append(b.data, data[:min(room, len(data))]...)
	return len(data), nil
}

func (b *bounded) String() string { return string(b.data) }

// clean makes what a program printed, which a server may have worded, fit to be
// shown: no control characters, no half characters, no white space around it.
func clean(text string) string {
	text = strings.ToValidUTF8(text, string(utf8.RuneError))
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return r
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, text)
	return strings.TrimSpace(text)
}

// self is the running program.
func self() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	return path
}

// notAsked is the answer of a client that does not work.
func notAsked(reason string) Answer { return Answer{Verdict: CouldNotAsk, Reason: reason} }
