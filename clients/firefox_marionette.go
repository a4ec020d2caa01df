package clients

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// viaMarionette is the way of test drivers (firefox-source-docs.mozilla.org/testing/marionette).
// It waits until the browser's window is there and idle, and so takes four times as
// long as viaDevTools.
func (f *firefox) viaMarionette(ctx context.Context) (Answer, error) {
	return f.running(ctx, []string{"--marionette", "--remote-allow-system-access"}, func(ctx context.Context, ended <-chan struct{}) (firefoxAnswer, error) {
		port, err := f.port(ctx, ended)
		if err != nil {
			return firefoxAnswer{}, err
		}
		socket, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort("127.0.0.1", port))
		if err != nil {
			return firefoxAnswer{}, err
		}
		defer socket.Close()
		defer context.AfterFunc(ctx, func() { _ = socket.Close() })()
		m := &marionette{firefoxWire: firefoxWire{out: socket, in: bufio.NewReader(socket)}}
		return m.ask(f.errand)
	})
}

// port waits for the file that names it, which is the person's: read like any of
// theirs.
func (f *firefox) port(ctx context.Context, ended <-chan struct{}) (string, error) {
	for {
		data, err := f.ground.theirs(filepath.Join(f.profile, "MarionetteActivePort"))
		if port := strings.TrimSpace(string(data)); err == nil && port != "" {
			if number, err := strconv.ParseUint(port, 10, 16); err == nil && number > 0 {
				return port, nil
			}
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-ended:
			return "", errFirefoxEnded
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// marionette is a session of the protocol: [0, number, name, parameters] is answered
// by [1, number, error, result].
type marionette struct {
	firefoxWire
	sent int
}

func (m *marionette) ask(e *errand) (firefoxAnswer, error) {
	if _, err := m.receive(); err != nil { // its greeting
		return firefoxAnswer{}, err
	}
	for _, command := range []struct {
		name       string
		parameters none
	}{
		{"WebDriver:NewSession", none{}},
		{"Marionette:SetContext", none{"value": "chrome"}},
		{"WebDriver:SetTimeouts", none{"script": e.limit.Milliseconds()}},
	} {
		if err := m.call(command.name, command.parameters, &struct{}{}); err != nil {
			return firefoxAnswer{}, err
		}
	}
	var outcome struct {
		Value firefoxAnswer `json:"value"`
	}
	err := m.call("WebDriver:ExecuteAsyncScript", none{"script": firefoxProgram, "args": []string{e.address}}, &outcome)
	return outcome.Value, err
}

func (m *marionette) call(name string, parameters, result any) error {
	m.sent++
	if err := m.send([]any{0, m.sent, name, parameters}); err != nil {
		return err
	}
	data, err := m.receive()
	if err != nil {
		return err
	}
	var parts []json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil || len(parts) != 4 {
		return errNotFirefox
	}
	var failure *struct {
		Error   string `json:"error"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal(parts[2], &failure); err != nil {
		return err
	}
	if failure != nil {
		return fmt.Errorf("%s: %s", failure.Error, failure.Message)
	}
	return json.Unmarshal(parts[3], result)
}
