package trust

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"

	"github.com/smallstep/truststore"
)

// installByLibrary has smallstep/truststore add a root to the System keychain and
// edit the property list of its trust settings, and nothing else. Its other parts
// are not used: on macOS its removal leaves the certificate in the keychain and
// fails for one without trust settings; it chooses a Linux system's folder by the
// first one that exists and leaves Debian's links and Java behind; it handles all
// NSS databases as one, knows only the Java of JAVA_HOME, and its removal on
// Windows goes by serial number and never returns under Wine.
//
// The library knows no context: when ctx ends, its answer is not waited for.
func installByLibrary(ctx context.Context, root Root) error {
	_, err := within(ctx, func() (done struct{}, err error) {
		defer func() {
			// It takes the property list's form for granted.
			if reason := recover(); reason != nil {
				err = fmt.Errorf("the trust settings have an unknown form: %v", reason)
			}
		}()
		return struct{}{}, truststore.Install(root.Certificate)
	})
	return fromLibrary(err)
}

// fromLibrary keeps what the program printed, which the library's own text drops.
func fromLibrary(err error) error {
	failure, ok := errors.AsType[*truststore.CmdError](err)
	if !ok {
		return err
	}
	return &CommandError{
		Argv: withoutSudo(failure.Cmd()), Output: string(bytes.TrimSpace(failure.Out())), Err: failure.Err(),
	}
}

// withoutSudo is the program that matters in "sudo security ...".
func withoutSudo(cmd *exec.Cmd) []string {
	if len(cmd.Args) > 1 && cmd.Args[0] == "sudo" {
		return cmd.Args[1:]
	}
	return cmd.Args
}
