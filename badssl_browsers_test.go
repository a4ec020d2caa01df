package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

// nssDatabase makes a database that trusts the root.
func nssDatabase(ctx context.Context, folder, root string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	for _, args := range [][]string{{"-N", "--empty-password"}, {"-A", "-n", "badssl", "-t", "C,,", "-i", root}} {
		if out, err := clean(ctx, "", "certutil", append(args, "-d", "sql:"+folder)...); err != nil {
			return fmt.Errorf("certutil: %w: %s", err, out)
		}
	}
	return nil
}

// askFirefox has one Firefox load all pages.
func askFirefox(ctx context.Context, root string, kinds []brokenKind) ([]string, error) {
	profile, err := os.MkdirTemp("/tmp", "badssl-firefox-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(profile)
	if err := nssDatabase(ctx, profile, root); err != nil {
		return nil, err
	}
	browser, err := startFirefox(ctx, profile)
	if err != nil {
		return nil, err
	}
	defer browser.end()
	return each(func(ctx context.Context, _ string, kind brokenKind) string {
		_, err := browser.call(ctx, "browsingContext.navigate", map[string]any{"context": browser.page, "url": kind.URL, "wait": "complete"})
		if err != nil {
			return err.Error()
		}
		return ""
	})(ctx, root, kinds)
}

// askChromium has one Chromium load all pages, by its DevTools protocol.
func askChromium(ctx context.Context, root string, kinds []brokenKind) ([]string, error) {
	home, err := os.MkdirTemp("/tmp", "badssl-chromium-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(home)
	if err := nssDatabase(ctx, filepath.Join(home, ".local", "share", "pki", "nssdb"), root); err != nil {
		return nil, err
	}
	program := exec.CommandContext(ctx, "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-sync", "--disable-background-networking", "--disable-component-update", "--remote-debugging-port=0",
		"--user-data-dir="+filepath.Join(home, "data"))
	program.Env = []string{"PATH=/usr/bin:/bin", "LANG=C.UTF-8", "HOME=" + home}
	program.WaitDelay = 10 * time.Second
	out, err := program.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := program.Start(); err != nil {
		return nil, err
	}
	defer func() { _ = program.Process.Kill(); _ = program.Wait() }()
	address, err := listening(out, "DevTools listening on ")
	if err != nil {
		return nil, err
	}
	return visitAll(ctx, address, kinds)
}

// tabs is how many pages Chromium loads at a time: it waits three seconds before
// each warning, for it could be a captive portal's doing.
const tabs = 12

func visitAll(ctx context.Context, address string, kinds []brokenKind) ([]string, error) {
	said, failures := make([]string, len(kinds)), make([]error, tabs)
	var all sync.WaitGroup
	for tab := range tabs {
		all.Go(func() {
			page, err := openDevTools(ctx, address)
			if err != nil {
				failures[tab] = err
				return
			}
			defer func() { _ = page.socket.CloseNow() }()
			for k := tab; k < len(kinds); k += tabs {
				said[k] = page.visit(ctx, kinds[k].URL)
			}
		})
	}
	all.Wait()
	return said, errors.Join(failures...)
}

// devTools is a page of a Chromium (chromedevtools.github.io/devtools-protocol).
type devTools struct {
	socket  *websocket.Conn
	session string
	sent    int
}

func openDevTools(ctx context.Context, address string) (*devTools, error) {
	socket, answer, err := websocket.Dial(ctx, address, nil) //nolint:bodyclose // the library closes it
	if err != nil {
		return nil, fmt.Errorf("%w (%v)", err, answer)
	}
	socket.SetReadLimit(64 << 20)
	page := &devTools{socket: socket}
	var target struct {
		TargetID string `json:"targetId"`
	}
	if err := page.call(ctx, "Target.createTarget", map[string]any{"url": "about:blank"}, &target); err != nil {
		return nil, err
	}
	var attached struct {
		SessionID string `json:"sessionId"`
	}
	if err := page.call(ctx, "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached); err != nil {
		return nil, err
	}
	page.session = attached.SessionID
	return page, nil
}

func (d *devTools) call(ctx context.Context, method string, parameters, result any) error {
	d.sent++
	command := map[string]any{"id": d.sent, "method": method, "params": parameters}
	if d.session != "" {
		command["sessionId"] = d.session
	}
	if err := wsjson.Write(ctx, d.socket, command); err != nil {
		return err
	}
	for {
		var answer struct {
			ID     int             `json:"id"`
			Result json.RawMessage `json:"result"`
			Error  json.RawMessage `json:"error"`
		}
		if err := wsjson.Read(ctx, d.socket, &answer); err != nil {
			return err
		}
		switch {
		case answer.ID != d.sent:
		case answer.Error != nil:
			return errors.New(string(answer.Error))
		default:
			return json.Unmarshal(answer.Result, result)
		}
	}
}

// visit says why there is no page; a redirect to an error page is none, either.
func (d *devTools) visit(ctx context.Context, address string) string {
	var loaded struct {
		ErrorText string `json:"errorText"`
		LoaderID  string `json:"loaderId"`
	}
	if err := d.call(ctx, "Page.navigate", map[string]any{"url": address}, &loaded); err != nil {
		return err.Error()
	}
	return loaded.ErrorText
}
