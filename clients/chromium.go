package clients

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// askChromium has a browser load the page, without a window and with a profile of
// its own: the person's is locked while they use it. What decides about trust is
// theirs all the same: the stores of macOS and Windows or the NSS database of the home
// folder, and policies; on Linux also a copy of the certificates that were added in
// the browser's own settings (elsewhere those do not count here). It is driven by
// DevTools (chromedevtools.github.io/devtools-protocol) over a pipe, and ended as
// soon as there is an answer, before the page's contents.
func askChromium(ctx context.Context, e *errand) Answer {
	if err := e.chromiumProfile(); err != nil {
		return notAsked(err.Error())
	}
	var stderr bounded
	cmd := e.program(ctx, e.browserFolders(), e.Program, e.chromiumFlags()...)
	cmd.Stderr = &stderr
	pipe, err := devToolsPipe(cmd)
	if err != nil {
		return notAsked(err.Error())
	}
	end, err := start(cmd)
	pipe.started()
	if err != nil {
		pipe.close()
		return notAsked(err.Error())
	}
	page := &devTools{out: pipe.out, in: bufio.NewReader(pipe.in)}
	stop := context.AfterFunc(ctx, pipe.close)
	answer, err := page.ask(e.address)
	stop()
	end()
	pipe.close()
	_ = cmd.Wait()
	answer.Version = page.version
	switch {
	case ctx.Err() != nil:
		answer = Answer{Verdict: CouldNotAsk, Reason: NoAnswer, Version: page.version}
	case err != nil:
		answer = Answer{Verdict: CouldNotAsk, Reason: "the browser ended: " + err.Error(), Output: stderr.String(), Version: page.version}
	}
	return answer
}

func (e *errand) chromiumFlags() []string {
	flags := []string{
		"--headless", "--remote-debugging-pipe", "--user-data-dir=" + filepath.Join(e.folder, "profile"), "--disable-gpu", "--no-first-run", "--no-default-browser-check",
		"--disable-sync", "--disable-background-networking", "--disable-component-update", "--disable-extensions", "--disable-default-apps",
		"--disable-breakpad", "--disable-crash-reporter", "--metrics-recording-only", "--mute-audio", "--no-pings", "--disable-quic",
	}
	if e.ground.Account.UID == 0 {
		flags = append(flags, "--no-sandbox") // Chromium does not start as root without
	}
	return flags
}

// chromiumProfile copies the certificates that a person added by the browser's
// settings, which are part of a profile.
func (e *errand) chromiumProfile() error {
	for _, place := range e.chromiumProfiles() {
		data, err := e.ground.theirs(filepath.Join(place, "Default", "ServerCertificate"))
		if err == nil {
			_, err = e.put("profile/Default/ServerCertificate", data)
			return err
		}
	}
	return nil
}

// chromiumProfiles are where the browser of the program's name keeps its own.
func (e *errand) chromiumProfiles() []string {
	names := map[string][]string{
		"chromium": {"chromium"}, "google-chrome": {"google-chrome"}, "google-chrome-stable": {"google-chrome"}, "google-chrome-beta": {"google-chrome-beta"},
		"google-chrome-unstable": {"google-chrome-unstable"}, "chromium-browser": {"chromium"}, "microsoft-edge": {"microsoft-edge"},
		"microsoft-edge-stable": {"microsoft-edge"}, "brave-browser": {"BraveSoftware/Brave-Browser"}, "vivaldi": {"vivaldi"}, "vivaldi-stable": {"vivaldi"},
	}
	config := e.ground.folder("XDG_CONFIG_HOME", ".config")
	var places []string
	for _, name := range names[filepath.Base(e.Program)] {
		places = append(places, filepath.Join(config, name))
	}
	return places
}

// browserFolders keeps caches, reports and what else a browser leaves out of the
// home folder, and a database as well if there is none yet: Chromium makes one
// below XDG_DATA_HOME when it finds none.
func (e *errand) browserFolders() []string {
	environ := []string{"XDG_CACHE_HOME=" + filepath.Join(e.folder, "cache"), "BREAKPAD_DUMP_LOCATION=" + filepath.Join(e.folder, "reports")}
	if e.ground.GOOS == "linux" {
		environ = append(environ, "TMPDIR="+e.folder) // for a socket, whose path must be short: macOS' own is long
	}
	data := e.ground.folder("XDG_DATA_HOME", ".local/share")
	if !exists(filepath.Join(e.ground.Account.Home, ".pki", "nssdb")) && !exists(filepath.Join(data, "pki", "nssdb")) {
		environ = append(environ, "XDG_DATA_HOME="+filepath.Join(e.folder, "data"))
	}
	return environ
}

// folder is one of the person's folders: that of the variable, or the usual one
// below the home folder.
func (g *Ground) folder(variable, usual string) string {
	if folder := g.getenv(variable); filepath.IsAbs(folder) && !g.Account.ViaSudo {
		return folder
	}
	return filepath.Join(g.Account.Home, filepath.FromSlash(usual))
}

// devTools is a browser behind a pipe: documents of JSON that end with a zero byte.
type devTools struct {
	out     io.Writer
	in      *bufio.Reader
	sent    int
	session string
	version string
}

// message is an answer to a command, or an event.
type message struct {
	ID     int             `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  json.RawMessage `json:"error"`
}

// maximumMessage is far above what is read here.
const maximumMessage = 8 << 20

func (d *devTools) send(method string, parameters any) error {
	d.sent++
	command := map[string]any{"id": d.sent, "method": method, "params": parameters}
	if d.session != "" {
		command["sessionId"] = d.session
	}
	data, err := json.Marshal(command)
	if err != nil {
		return err
	}
	_, err = d.out.Write(append(data, 0))
	return err
}

func (d *devTools) receive() (message, error) {
	var data []byte
	for {
		part, err := d.in.ReadSlice(0)
		data = append(data, part...)
		switch {
		case err == bufio.ErrBufferFull && len(data) < maximumMessage: //nolint:errorlint // as its documentation says
			continue
		case err != nil:
			return message{}, err
		}
		var m message
		return m, json.Unmarshal(bytes.TrimSuffix(data, []byte{0}), &m)
	}
}

// complaint is the text of an error of the protocol.
func (m message) complaint() string {
	var told struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(m.Error, &told) != nil || told.Message == "" {
		return string(m.Error)
	}
	return told.Message
}

// call sends a command and waits for its answer; events before it are dropped.
func (d *devTools) call(method string, parameters, result any) error {
	if err := d.send(method, parameters); err != nil {
		return err
	}
	for {
		m, err := d.receive()
		switch {
		case err != nil:
			return err
		case m.ID != d.sent:
		case m.Error != nil:
			return fmt.Errorf("%s: %s", method, m.complaint())
		default:
			return json.Unmarshal(m.Result, result)
		}
	}
}

type none map[string]any

// ask opens a page in which no script runs, and waits for what comes of it.
func (d *devTools) ask(address string) (Answer, error) {
	var version struct {
		Product string `json:"product"`
	}
	if err := d.call("Browser.getVersion", none{}, &version); err != nil {
		return Answer{}, err
	}
	d.version = strings.ToLower(strings.Replace(clean(version.Product), "/", " ", 1))
	var target struct {
		TargetID string `json:"targetId"`
	}
	if err := d.call("Target.createTarget", none{"url": "about:blank"}, &target); err != nil {
		return Answer{}, err
	}
	var attached struct {
		SessionID string `json:"sessionId"`
	}
	if err := d.call("Target.attachToTarget", none{"targetId": target.TargetID, "flatten": true}, &attached); err != nil {
		return Answer{}, err
	}
	d.session = attached.SessionID
	for _, command := range []struct {
		method     string
		parameters none
	}{
		{"Emulation.setScriptExecutionDisabled", none{"value": true}},
		{"Network.enable", none{}},
		{"Page.navigate", none{"url": address}},
	} {
		if err := d.send(command.method, command.parameters); err != nil {
			return Answer{}, err
		}
	}
	for {
		m, err := d.receive()
		if err != nil {
			return Answer{}, err
		}
		if answer, ok := m.outcome(d.sent); ok {
			return answer, nil
		}
	}
}

// outcome tells whether a message says how the load went: with its first answer,
// which may lead elsewhere, or with an error, which the network tells seconds
// before the page does (measured: Chromium looks for a captive portal first).
func (m message) outcome(navigation int) (Answer, bool) {
	var event struct {
		Response         *struct{ Status int } `json:"response"`
		RedirectResponse *struct{ Status int } `json:"redirectResponse"`
		ErrorText        string                `json:"errorText"`
	}
	data := m.Params
	switch {
	case m.ID == navigation && m.Error != nil: // such as an address that the browser does not take
		return Answer{Verdict: CouldNotAsk, Reason: "the browser does not open the page", Output: m.complaint()}, true
	case m.ID == navigation:
		data = m.Result
	}
	if len(data) == 0 || json.Unmarshal(data, &event) != nil {
		return Answer{}, false
	}
	switch {
	case m.Method == "Network.responseReceived" && event.Response != nil:
		return Answer{Verdict: Accepted, Status: event.Response.Status}, true
	case m.Method == "Network.requestWillBeSent" && event.RedirectResponse != nil:
		return Answer{Verdict: Accepted, Status: event.RedirectResponse.Status}, true
	case event.ErrorText != "" && (m.Method == "Network.loadingFailed" || m.ID == navigation):
		return Answer{Verdict: netVerdict(event.ErrorText), Output: event.ErrorText}, true
	}
	return Answer{}, false
}

// The errors of net/base/net_error_list.h.
var (
	netTLS      = expression(`ERR_(CERT|SSL|BAD_SSL|TLS|ECH|CLIENT_AUTH|NO_SSL)`)
	netAnswered = expression(`ERR_(EMPTY_RESPONSE|INVALID_RESPONSE|INVALID_HTTP_RESPONSE|RESPONSE_HEADERS|HTTP|CONTENT|TOO_MANY_REDIRECTS|INCOMPLETE|INVALID_REDIRECT|UNSAFE_REDIRECT|INVALID_CHUNKED|HTTP2|ABORTED)`)
)

func netVerdict(text string) Verdict {
	switch {
	case netTLS().MatchString(text):
		return Refused
	case netAnswered().MatchString(text):
		return Accepted
	}
	return CouldNotAsk
}
