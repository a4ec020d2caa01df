package clients

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// viaDevTools is the way of the browser's own developer tools, whose server listens
// long before there is a window (firefox-source-docs.mozilla.org/devtools/backend/protocol.html).
// The window is a page without contents: that of the browser is most of its start
// (measured with Firefox 153: 2.3 seconds of processor time with it, 0.5 without).
func (f *firefox) viaDevTools(ctx context.Context) (Answer, error) {
	network, place, flag, err := f.devToolsPlace()
	if err != nil {
		return Answer{}, err
	}
	return f.running(ctx, []string{"--start-debugger-server", flag, "--chrome", "chrome://global/content/win.xhtml"}, func(ctx context.Context, ended <-chan struct{}) (firefoxAnswer, error) {
		// The rest is for viaMarionette, should nobody listen. A server may take longer.
		waiting, cancel := context.WithTimeout(ctx, f.limit/2)
		defer cancel()
		socket, err := listening(waiting, network, place, ended)
		if err != nil {
			return firefoxAnswer{}, err
		}
		defer socket.Close()
		defer context.AfterFunc(ctx, func() { _ = socket.Close() })()
		tools := &firefoxTools{firefoxWire{out: socket, in: bufio.NewReader(socket)}}
		return tools.ask(f.address)
	})
}

// devToolsPlace is where the server is to listen: a socket in a folder that is closed
// to others, and on Windows, where Firefox makes none, a port that was free just now.
func (e *errand) devToolsPlace() (network, place, flag string, err error) {
	if e.ground.GOOS != "windows" {
		place = filepath.Join(e.folder, "tools")
		return "unix", place, place, nil
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", "", "", err
	}
	defer listener.Close()
	place = listener.Addr().String()
	_, flag, err = net.SplitHostPort(place)
	return "tcp", place, flag, err
}

// listening connects as soon as somebody listens.
func listening(ctx context.Context, network, place string, ended <-chan struct{}) (net.Conn, error) {
	for {
		socket, err := (&net.Dialer{}).DialContext(ctx, network, place)
		if err == nil {
			return socket, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-ended:
			return nil, errFirefoxEnded
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// firefoxTools is a connection to the server of developer tools.
type firefoxTools struct{ firefoxWire }

// packet is what is read of the server's messages.
type packet struct {
	From    string          `json:"from"`
	Type    string          `json:"type"` // of an event; an answer has none
	Error   string          `json:"error"`
	Message string          `json:"message"`
	Result  json.RawMessage `json:"result"`

	Descriptor struct {
		Actor string `json:"actor"`
	} `json:"processDescriptor"`
	Process struct {
		Console string `json:"consoleActor"`
	} `json:"process"`
}

// ask has the program run in the browser's main process.
func (f *firefoxTools) ask(address string) (firefoxAnswer, error) {
	if greeting, err := f.packet(); err != nil || greeting.From != "root" {
		return firefoxAnswer{}, errors.Join(errNotFirefox, err)
	}
	main, err := f.call("root", none{"type": "getProcess", "id": 0})
	if err != nil {
		return firefoxAnswer{}, err
	}
	target, err := f.call(main.Descriptor.Actor, none{"type": "getTarget"})
	if err != nil {
		return firefoxAnswer{}, err
	}
	quoted, err := json.Marshal(address)
	if err != nil {
		return firefoxAnswer{}, err
	}
	text := "(async () => JSON.stringify(await new Promise(done => (function () {" + firefoxProgram + "})(" + string(quoted) + ", done))))()"
	if _, err := f.call(target.Process.Console, none{"type": "evaluateJSAsync", "text": text, "mapped": none{"await": true}}); err != nil {
		return firefoxAnswer{}, err
	}
	for {
		event, err := f.packet()
		if err != nil {
			return firefoxAnswer{}, err
		}
		if event.Type != "evaluationResult" {
			continue
		}
		var result string
		var answer firefoxAnswer
		if err := json.Unmarshal(event.Result, &result); err != nil {
			return firefoxAnswer{}, fmt.Errorf("%w: %s", errNotFirefox, event.Result)
		}
		return answer, json.Unmarshal([]byte(result), &answer)
	}
}

// call asks an actor and gives its answer; events before it are dropped.
func (f *firefoxTools) call(actor string, request none) (packet, error) {
	request["to"] = actor
	if err := f.send(request); err != nil {
		return packet{}, err
	}
	for {
		answer, err := f.packet()
		switch {
		case err != nil:
			return packet{}, err
		case answer.From != actor || answer.Type != "":
		case answer.Error != "":
			return packet{}, fmt.Errorf("%s: %s", answer.Error, answer.Message)
		default:
			return answer, nil
		}
	}
}

func (f *firefoxTools) packet() (packet, error) {
	var p packet
	data, err := f.receive()
	if err != nil {
		return p, err
	}
	return p, json.Unmarshal(data, &p)
}

// firefoxWire is how both protocols write messages: JSON with its length in front.
type firefoxWire struct {
	out io.Writer
	in  *bufio.Reader
}

func (w *firefoxWire) send(message any) error {
	data, err := json.Marshal(message)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.out, "%d:%s", len(data), data)
	return err
}

func (w *firefoxWire) receive() (json.RawMessage, error) {
	length, err := w.in.ReadSlice(':') // within the buffer, whoever is at the other end
	if err != nil {
		return nil, err
	}
	size, err := strconv.Atoi(strings.TrimSuffix(string(length), ":"))
	if err != nil || size < 0 || size > maximumMessage {
		return nil, errNotFirefox
	}
	data := make([]byte, size)
	_, err = io.ReadFull(w.in, data)
	return data, err
}
