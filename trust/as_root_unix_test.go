//go:build !windows

package trust_test

import (
	"bufio"
	"context"
	"io"
	"testing"
	"time"

	"devca/trust"
)

// TestServeRoot: sudo is not there on Windows, nor are sleep and false.
func TestServeRoot(t *testing.T) {
	requests, ask := io.Pipe()
	answer, answers := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- trust.ServeRoot(context.Background(), requests, answers)
		_ = answers.Close()
	}()
	lines := bufio.NewScanner(answer)
	expect := func(want string) {
		t.Helper()
		if !lines.Scan() || lines.Text() != want {
			t.Fatalf("%q, not %q", lines.Text(), want)
		}
	}
	expect("")
	expect("{}")
	_, _ = io.WriteString(ask, `{"argv":["false"]}`)
	expect(`{"failure":"exit status 1"}`)

	// A command that runs when nobody asks any more is ended.
	_, _ = io.WriteString(ask, `{"argv":["sleep","60"]}`)
	began := time.Now()
	_ = ask.Close()
	expect(`{"failure":"context canceled"}`)
	if err := <-ended; err != nil || time.Since(began) > 30*time.Second {
		t.Errorf("%v after %v", err, time.Since(began))
	}
}

func TestServeRootBadRequest(t *testing.T) {
	for _, request := range []string{"{}", "[]", `{"argv":["false"`} {
		in, ask := io.Pipe()
		go func() { _, _ = io.WriteString(ask, request); _ = ask.Close() }()
		if trust.ServeRoot(context.Background(), in, io.Discard) == nil {
			t.Error(request)
		}
	}
}
