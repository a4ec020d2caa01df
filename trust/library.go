package trust

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"sync"

	"github.com/smallstep/truststore"
)

// libraryPrefix makes the library name its files prefix+serial, so that we know
// the name and no space or foreign word gets into it.
const libraryPrefix = "devca_"

// inLibrary guards the library, whose options are process-wide variables.
type inLibrary struct{ sync.Mutex }

// changeSystem has smallstep/truststore change the system store, and nothing
// else. Its NSS and Java halves are not used: they handle all NSS databases as
// one, stop before the system store when one has a primary password, say
// nothing when certutil or JAVA_HOME is missing, and look for profiles only
// where browsers kept them before 2026.
//
// The library knows no context. When ctx ends, its answer is not waited for:
// on Windows it may wait for a dialog, and under Wine its removal never returns.
func (l *inLibrary) changeSystem(ctx context.Context, root Root, action Action) error {
	done := make(chan error, 1)
	go func() {
		l.Lock()
		defer l.Unlock()
		named := truststore.WithPrefix(libraryPrefix)
		switch {
		case action == Uninstall:
			done <- truststore.Uninstall(root.Certificate, named)
		case root.Path != "":
			done <- truststore.InstallFile(root.Path, named) // needs no temporary file
		default:
			done <- truststore.Install(root.Certificate, named)
		}
	}()
	select {
	case err := <-done:
		return fromLibrary(err)
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// fromLibrary keeps what the program printed, which the library's own text drops.
func fromLibrary(err error) error {
	if errors.Is(err, truststore.ErrNotFound) {
		return nil // Windows: it was not there, which is what was wanted
	}
	failure, ok := errors.AsType[*truststore.CmdError](err)
	if !ok {
		return err
	}
	return &CommandError{
		Argv: withoutSudo(failure.Cmd()), Output: string(bytes.TrimSpace(failure.Out())), Err: failure.Err(),
	}
}

// withoutSudo is the program that matters in "sudo -- tee file".
func withoutSudo(cmd *exec.Cmd) []string {
	if len(cmd.Args) > 2 && cmd.Args[0] == "sudo" {
		if cmd.Args[1] == "--" {
			return cmd.Args[2:]
		}
		return cmd.Args[1:]
	}
	return cmd.Args
}
