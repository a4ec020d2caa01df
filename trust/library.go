package trust

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"sync"

	"github.com/smallstep/truststore"
)

// inLibrary guards the library, whose options are process-wide variables.
type inLibrary struct{ sync.Mutex }

// changeSystem has smallstep/truststore change the System keychain, whose trust
// settings it edits as a property list, and nothing else. Its other parts are not
// used: it chooses a Linux system's folder by the first one that exists, leaves
// Debian's links and Java behind, starts sudo itself for every command, handles
// all NSS databases as one, knows only the Java of JAVA_HOME, and its removal on
// Windows goes by serial number and never returns under Wine.
//
// The library knows no context. When ctx ends, its answer is not waited for:
// on Windows it may wait for a dialog, and under Wine its removal never returns.
func (l *inLibrary) changeSystem(ctx context.Context, root Root, action Action) error {
	done := make(chan error, 1)
	go func() {
		l.Lock()
		defer l.Unlock()
		named := truststore.WithPrefix(namePrefix)
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
