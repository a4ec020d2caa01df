package command

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/urfave/cli/v2"

	"devca/diag"
	"devca/internal/ui"
)

// report prints what stopped the command, if anything did, and gives the exit
// status. It is the only place where errors are printed.
func (p *program) report(err error) int {
	if err == nil {
		return ExitDone
	}
	if status, ok := asAnswer(err); ok {
		return int(status)
	}
	failure := asFinding(err)
	if p.json {
		envelope := ui.Envelope{Command: p.command, Error: findingWithCause(failure)}
		if err := p.streams.JSON(envelope); err != nil {
			return ExitFailed
		}
	} else {
		writeFinding(p.loud(), findingWithCause(failure))
	}
	if strings.HasPrefix(string(failure.Code), "usage/") {
		return ExitUsage
	}
	return ExitFailed
}

// loud is where errors go, which --quiet does not silence.
func (p *program) loud() io.Writer {
	if quiet, ok := p.streams.Err.(quietWriter); ok {
		return quiet.loud
	}
	return p.streams.Err
}

// asFinding finds the diag.Error in err or makes one of a well-known error.
func asFinding(err error) *diag.Error {
	if failure, ok := errors.AsType[*diag.Error](err); ok {
		return failure
	}
	// urfave/cli reports an unknown help topic, for instance, this way.
	if coder, ok := errors.AsType[cli.ExitCoder](err); ok {
		return diag.New(diag.UsageUnknown, coder.Error()).Fix("see the commands", "devca --help")
	}
	failure := diag.New(diag.Internal, err.Error())
	place, named := errors.AsType[*fs.PathError](err)
	if errors.Is(err, fs.ErrPermission) {
		look := ""
		if named {
			look = diag.CommandLine("ls", "-ld", filepath.Dir(place.Path))
		}
		return failure.Fix("look who owns the folder and who may write there, or name another", look)
	}
	if errors.Is(err, syscall.ENOSPC) {
		return failure.Fix("make room on that disk, then run the same command again; this shows how full each is", "df -h")
	}
	if named && errors.Is(err, fs.ErrNotExist) {
		return failure.Fix("check that the name is right; this shows what is in its folder", diag.CommandLine("ls", "-la", filepath.Dir(place.Path)))
	}
	return failure.Fix("if the message does not help, report it with the output of", "devca version")
}

// findingWithCause is the finding as shown: its reason ends with the cause's own words.
func findingWithCause(e *diag.Error) diag.Finding {
	finding := e.Finding
	if e.Err == nil {
		return finding
	}
	cause := e.Err.Error()
	if finding.Why != "" {
		cause = finding.Why + ": " + cause
	}
	finding.Why = cause
	return finding
}

// asWarning is a failure that does not stop the work.
func asWarning(err error) diag.Finding {
	finding := findingWithCause(asFinding(err))
	finding.Severity = diag.SeverityWarning
	return finding
}

// writeFinding prints a finding for people.
func writeFinding(w io.Writer, finding diag.Finding) {
	var b strings.Builder
	fmt.Fprintf(&b, "devca: %s: %s", finding.Severity, ui.Clean(finding.What))
	if finding.Why != "" {
		fmt.Fprintf(&b, ": %s", ui.Clean(finding.Why))
	}
	b.WriteByte('\n')
	for _, fix := range finding.Fixes {
		fmt.Fprintf(&b, "devca: fix: %s", ui.Clean(fix.Do))
		if fix.Run != "" {
			fmt.Fprintf(&b, ": %s", ui.Clean(fix.Run))
		}
		b.WriteByte('\n')
		for _, line := range pasted(fix.Lines) {
			fmt.Fprintf(&b, "devca:   %s\n", line)
		}
	}
	fmt.Fprintf(&b, "devca: code: %s\n", finding.Code)
	_, _ = io.WriteString(w, b.String())
}

// warn tells the person something that does not stop the work.
func (p *program) warn(finding diag.Finding) {
	writeFinding(p.streams.Err, finding)
}

// say prints a line of the answer.
func (p *program) say(format string, args ...any) {
	fmt.Fprintf(p.streams.Out, format+"\n", args...)
}

// note prints a line that is not the answer: what happens, what comes next.
func (p *program) note(format string, args ...any) {
	fmt.Fprintf(p.streams.Err, format+"\n", args...)
}

// resultWithError prints the one document of a command that answered in part.
func (p *program) resultWithError(result any, err error) error {
	return p.streams.JSON(ui.Envelope{Command: p.command, Result: result, Error: findingWithCause(asFinding(err))})
}

// result prints the JSON envelope of a successful command.
func (p *program) result(result any) error {
	return p.streams.JSON(ui.Envelope{Command: p.command, Result: result})
}
