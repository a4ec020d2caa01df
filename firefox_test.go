package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

// firefoxLoad is a program for scripts: "firefox-load PROFILE URL [PROGRAM
// ARG...]" has the real Firefox load a page and prints ok, or the code of the
// error that the person would see. PROFILE is a profile's folder, or the home
// folder itself for a Firefox that picks or makes a profile as it likes. With a
// program, that is run then, and the same Firefox loads the page once more.
func firefoxLoad(_ string, args []string) int {
	if len(args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: firefox-load PROFILE URL [PROGRAM ARG...]")
		return 2
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	if err := loadInFirefox(ctx, args[0], args[1], args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "firefox-load:", err)
		return 1
	}
	return 0
}

func loadInFirefox(ctx context.Context, profile, url string, between []string) error {
	browser, err := startFirefox(ctx, profile)
	if err != nil {
		return err
	}
	defer browser.end()
	if err := browser.visit(ctx, url); err != nil {
		return err
	}
	if len(between) > 0 {
		program := exec.CommandContext(ctx, between[0], between[1:]...)
		program.Stdout, program.Stderr = os.Stdout, os.Stderr
		if err := program.Run(); err != nil {
			return fmt.Errorf("%s: %w", between[0], err)
		}
		return browser.visit(ctx, url)
	}
	return nil
}

// firefoxEval is a program for scripts: "firefox-eval PROFILE EXPRESSION" has
// Firefox evaluate JavaScript with the rights of its own windows, such as the
// settings have, and prints the string that it gives.
func firefoxEval(_ string, args []string) int {
	if len(args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: firefox-eval PROFILE EXPRESSION")
		return 2
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	browser, err := startFirefox(ctx, args[0], "--remote-allow-system-access")
	if err == nil {
		defer browser.end()
		err = browser.eval(ctx, args[1])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "firefox-eval:", err)
		return 1
	}
	return 0
}

func (b *remoteFirefox) eval(ctx context.Context, expression string) error {
	window, err := b.first(ctx, map[string]any{"moz:scope": "chrome"})
	if err != nil {
		return err
	}
	answer, err := b.call(ctx, "script.evaluate", map[string]any{
		"expression": expression, "awaitPromise": true, "target": map[string]any{"context": window},
	})
	if err != nil {
		return err
	}
	var evaluated struct {
		Type   string `json:"type"`
		Result struct {
			Value any `json:"value"`
		} `json:"result"`
	}
	if err := json.Unmarshal(answer, &evaluated); err != nil || evaluated.Type != "success" {
		return fmt.Errorf("%s", answer)
	}
	fmt.Println(evaluated.Result.Value)
	return nil
}

// remoteFirefox is a Firefox under WebDriver BiDi (w3c.github.io/webdriver-bidi).
type remoteFirefox struct {
	program *exec.Cmd
	socket  *websocket.Conn
	page    string // the browsing context
	sent    int
}

func startFirefox(ctx context.Context, profile string, flags ...string) (*remoteFirefox, error) {
	name := "firefox-esr"
	if _, err := exec.LookPath(name); err != nil {
		name = "firefox"
	}
	args := append([]string{"--headless", "--no-remote", "--remote-debugging-port=0"}, flags...)
	if profile != os.Getenv("HOME") {
		args = append(args, "--profile", profile)
	}
	browser := &remoteFirefox{program: exec.CommandContext(ctx, name, args...)}
	browser.program.WaitDelay = 10 * time.Second
	out, err := browser.program.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := browser.program.Start(); err != nil {
		return nil, err
	}
	address, err := listening(out, "WebDriver BiDi listening on ")
	if err == nil {
		err = browser.connect(ctx, address)
	}
	if err != nil {
		_ = browser.program.Process.Kill()
		_ = browser.program.Wait()
		return nil, err
	}
	return browser, nil
}

// listening waits for the line with the address, and then keeps the pipe empty.
func listening(out io.Reader, before string) (string, error) {
	lines := bufio.NewScanner(out)
	var seen strings.Builder
	for lines.Scan() {
		if _, address, ok := strings.Cut(lines.Text(), before); ok {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return address, nil
		}
		seen.WriteString(lines.Text() + "\n")
	}
	return "", fmt.Errorf("the browser ended: %s", seen.String())
}

func (b *remoteFirefox) connect(ctx context.Context, address string) error {
	socket, _, err := websocket.Dial(ctx, address+"/session", nil)
	if err != nil {
		return err
	}
	socket.SetReadLimit(64 << 20)
	b.socket = socket
	always := map[string]any{"alwaysMatch": map[string]any{"acceptInsecureCerts": false}}
	if _, err := b.call(ctx, "session.new", map[string]any{"capabilities": always}); err != nil {
		return err
	}
	b.page, err = b.first(ctx, map[string]any{})
	return err
}

// first gives the first page, or the first window of the browser itself.
func (b *remoteFirefox) first(ctx context.Context, scope map[string]any) (string, error) {
	answer, err := b.call(ctx, "browsingContext.getTree", scope)
	if err != nil {
		return "", err
	}
	var tree struct {
		Contexts []struct {
			Context string `json:"context"`
		} `json:"contexts"`
	}
	if err := json.Unmarshal(answer, &tree); err != nil || len(tree.Contexts) == 0 {
		return "", fmt.Errorf("no page: %s", answer)
	}
	return tree.Contexts[0].Context, nil
}

// call sends a command and waits for its answer; events in between are dropped.
func (b *remoteFirefox) call(ctx context.Context, method string, parameters any) (json.RawMessage, error) {
	b.sent++
	command := map[string]any{"id": b.sent, "method": method, "params": parameters}
	if err := wsjson.Write(ctx, b.socket, command); err != nil {
		return nil, err
	}
	for {
		var answer struct {
			ID      int             `json:"id"`
			Type    string          `json:"type"`
			Result  json.RawMessage `json:"result"`
			Error   string          `json:"error"`
			Message string          `json:"message"`
		}
		if err := wsjson.Read(ctx, b.socket, &answer); err != nil {
			return nil, err
		}
		switch {
		case answer.ID != b.sent:
		case answer.Type == "error":
			return nil, errors.New(answer.Error + ": " + answer.Message)
		default:
			return answer.Result, nil
		}
	}
}

// visit prints ok or the code of Firefox's error page.
func (b *remoteFirefox) visit(ctx context.Context, url string) error {
	_, err := b.call(ctx, "browsingContext.navigate", map[string]any{"context": b.page, "url": url, "wait": "complete"})
	if err == nil {
		fmt.Println("ok")
		return nil
	}
	code := regexp.MustCompile(`\b(SEC|SSL|MOZILLA_PKIX)_ERROR_\w+`).FindString(err.Error())
	if code == "" {
		return err
	}
	fmt.Println(code)
	return nil
}

// end lets the browser write what it has to write.
func (b *remoteFirefox) end() {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	_, _ = b.call(ctx, "browser.close", map[string]any{})
	_ = b.socket.CloseNow()
	stopped := time.AfterFunc(20*time.Second, func() { _ = b.program.Process.Kill() })
	defer stopped.Stop()
	_ = b.program.Wait()
}
