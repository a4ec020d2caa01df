package trust

import (
	"context"
	"encoding/json"
	"errors"
	"io"

	"devca/internal/account"
)

// RunAsRoot is the command that runs, as root, what another devca asks for on its
// standard input, until that ends. sudo starts it.
const RunAsRoot = "run-as-root"

// rootRequest is one command, and rootAnswer what came of it. The first answer
// comes without a request: sudo let the program start.
type rootRequest struct {
	Argv  []string `json:"argv"`
	Stdin string   `json:"stdin,omitempty"`
}

type rootAnswer struct {
	Output  []byte `json:"output,omitempty"`
	Failure string `json:"failure,omitempty"`
}

// ServeRoot is the work of RunAsRoot. What still runs when nobody asks any more, since
// the other devca was killed or interrupted, is ended.
func ServeRoot(ctx context.Context, in io.Reader, out io.Writer) error {
	// What sudo or PAM printed before may lack the end of its line.
	if _, err := io.WriteString(out, "\n"); err != nil {
		return err
	}
	answers := json.NewEncoder(out)
	if err := answers.Encode(rootAnswer{}); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	requests := make(chan rootRequest)
	var failure error
	go func() {
		failure = readRequests(in, requests)
		cancel()
		close(requests)
	}()
	for request := range requests {
		output, err := run(ctx, account.Account{}, Command{Argv: request.Argv, Stdin: request.Stdin})
		answer := rootAnswer{Output: output}
		if err != nil {
			answer.Failure = err.Error()
		}
		if err := answers.Encode(answer); err != nil {
			return err
		}
	}
	return failure
}

func readRequests(in io.Reader, requests chan<- rootRequest) error {
	decoder := json.NewDecoder(in)
	for {
		var request rootRequest
		switch err := decoder.Decode(&request); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case len(request.Argv) == 0:
			return errors.New("a request names no command")
		}
		requests <- request
	}
}
