package clients

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// firefoxProgram runs with the rights of the browser's own windows.
//
//go:embed programs/firefox.js
var firefoxProgram string

// askFirefox has Firefox ask, without a window and with a profile of its own: the
// person's is locked while they use it. The certificate database, exceptions and
// settings about network and security are copies of theirs, and policies are in
// force. It is driven by Marionette (firefox-source-docs.mozilla.org/testing/marionette),
// which needs no more than a socket. No page is opened.
func askFirefox(ctx context.Context, e *errand) Answer {
	profile, err := e.firefoxProfile()
	if err != nil {
		return notAsked(err.Error())
	}
	var stderr bounded
	home, err := e.firefoxHome()
	if err != nil {
		return notAsked(err.Error())
	}
	cmd := e.program(ctx, home, e.Program, "--headless", "--no-remote", "--marionette", "--remote-allow-system-access", "--profile", profile)
	cmd.Stdout, cmd.Stderr = &stderr, &stderr
	end, err := start(cmd)
	if err != nil {
		return notAsked(err.Error())
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	answer, err := e.marionette(ctx, profile, ended)
	end()
	<-ended
	switch {
	case ctx.Err() != nil:
		return Answer{Verdict: CouldNotAsk, Reason: noAnswer, Version: answer.Version}
	case err != nil:
		return Answer{Verdict: CouldNotAsk, Reason: err.Error(), Output: stderr.String(), Version: answer.Version}
	}
	return answer
}

// firefoxHome gives the browser a home folder of its own, for beside profiles it
// leaves reports and a folder for downloads. Of the person's settings it needs the
// desktop's, for proxies, and those for modules of PKCS #11.
func (e *errand) firefoxHome() ([]string, error) {
	environ := []string{"MOZ_CRASHREPORTER_DISABLE=1", "XDG_CACHE_HOME=" + filepath.Join(e.folder, "cache")}
	if e.ground.GOOS == "darwin" || e.ground.GOOS == "windows" {
		return environ, nil
	}
	home := filepath.Join(e.folder, "home")
	if _, err := e.put("home/.config/user-dirs.dirs", nil); err != nil {
		return nil, err
	}
	for _, name := range []string{"dconf", "pkcs11"} {
		if own := filepath.Join(e.ground.folder("XDG_CONFIG_HOME", ".config"), name); exists(own) {
			if err := os.Symlink(own, filepath.Join(home, ".config", name)); err != nil {
				return nil, err
			}
		}
	}
	return append(environ, "TMPDIR="+e.folder, "HOME="+home, "XDG_CONFIG_HOME="+filepath.Join(home, ".config")), nil
}

// ownSettings keep the browser from doing anything but what it is asked for.
const ownSettings = `user_pref("marionette.port", 0);
user_pref("browser.startup.page", 0);
user_pref("browser.startup.homepage", "about:blank");
user_pref("browser.startup.homepage_override.mstone", "ignore");
user_pref("startup.homepage_welcome_url", "");
user_pref("browser.newtabpage.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.safebrowsing.malware.enabled", false);
user_pref("browser.safebrowsing.phishing.enabled", false);
user_pref("app.update.enabled", false);
user_pref("app.update.auto", false);
user_pref("app.normandy.enabled", false);
user_pref("app.shield.optoutstudies.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("toolkit.telemetry.enabled", false);
user_pref("toolkit.telemetry.server", "");
user_pref("extensions.update.enabled", false);
user_pref("services.settings.server", "data:,");
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("extensions.getAddons.cache.enabled", false);
user_pref("media.gmp-manager.updateEnabled", false);
user_pref("dom.ipc.processCount", 1);
user_pref("dom.ipc.processPrelaunch.enabled", false);
user_pref("media.rdd-process.enabled", false);
user_pref("media.utility-process.enabled", false);
`

// copied are the files of a profile that say which certificates are trusted.
var copied = []string{"cert9.db", "key4.db", "pkcs11.txt", "cert_override.txt"}

// maximumCopy is far above any of these files.
const maximumCopy = 64 << 20

// firefoxProfile makes a profile like the person's.
func (e *errand) firefoxProfile() (string, error) {
	profile := filepath.Join(e.folder, "profile")
	settings := ""
	if own := e.ground.firefoxDefault(e.Program); own != "" {
		for _, name := range copied {
			data, err := bytesOf(filepath.Join(own, name))
			if errors.Is(err, os.ErrNotExist) {
				continue
			}
			if err == nil && name == "pkcs11.txt" {
				data = []byte(strings.ReplaceAll(string(data), own, profile))
			}
			if err == nil {
				_, err = e.put(filepath.Join("profile", name), data)
			}
			if err != nil {
				return "", err
			}
		}
		settings = trustSettings(filepath.Join(own, "prefs.js")) + trustSettings(filepath.Join(own, "user.js"))
	}
	_, err := e.put("profile/user.js", []byte(settings+ownSettings))
	return profile, errors.Join(err, e.ground.Account.Own(profile))
}

// trustSettings keeps the settings of a file that decide about connections.
func trustSettings(path string) string {
	data, _ := bytesOf(path)
	var kept strings.Builder
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, `user_pref("network.`) || strings.HasPrefix(line, `user_pref("security.`) {
			kept.WriteString(strings.TrimRight(line, "\r\n") + "\n")
		}
	}
	return kept.String()
}

func bytesOf(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maximumCopy {
		return nil, fmt.Errorf("%s: not a file of this size", path)
	}
	return io.ReadAll(io.LimitReader(file, maximumCopy))
}

// marionette waits for the browser to listen, and asks it.
func (e *errand) marionette(ctx context.Context, profile string, ended <-chan struct{}) (Answer, error) {
	port, err := portIn(ctx, filepath.Join(profile, "MarionetteActivePort"), ended)
	if err != nil {
		return Answer{}, err
	}
	socket, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		return Answer{}, err
	}
	defer socket.Close()
	defer context.AfterFunc(ctx, func() { _ = socket.Close() })()
	m := &marionette{socket: socket, in: bufio.NewReader(socket)}
	if _, err := m.receive(); err != nil { // its greeting
		return Answer{}, err
	}
	var session struct {
		Capabilities struct {
			Name    string `json:"browserName"`
			Version string `json:"browserVersion"`
		} `json:"capabilities"`
	}
	if err := m.call("WebDriver:NewSession", none{}, &session); err != nil {
		return Answer{}, err
	}
	answer := Answer{Verdict: CouldNotAsk, Version: clean(strings.ToLower(session.Capabilities.Name) + " " + session.Capabilities.Version)}
	if err := m.call("Marionette:SetContext", none{"value": "chrome"}, &struct{}{}); err != nil {
		return answer, err
	}
	var outcome struct {
		Value struct {
			Status int    `json:"status"`
			TLS    bool   `json:"tls"`
			Error  string `json:"error"`
		} `json:"value"`
	}
	if err := m.call("WebDriver:SetTimeouts", none{"script": e.limit.Milliseconds()}, &struct{}{}); err != nil {
		return answer, err
	}
	if err := m.call("WebDriver:ExecuteAsyncScript", none{"script": firefoxProgram, "args": []string{e.address}}, &outcome); err != nil {
		return answer, err
	}
	answer.Status, answer.Output = outcome.Value.Status, outcome.Value.Error
	switch {
	case outcome.Value.TLS:
		answer.Verdict = Refused
	case outcome.Value.Status > 0, outcome.Value.Error == "NS_ERROR_NET_EMPTY_RESPONSE", outcome.Value.Error == "NS_ERROR_REDIRECT_LOOP":
		answer.Verdict = Accepted
	}
	return answer, nil
}

// portIn waits for a file with a number.
func portIn(ctx context.Context, path string, ended <-chan struct{}) (string, error) {
	for {
		data, err := os.ReadFile(path)
		if port := strings.TrimSpace(string(data)); err == nil && port != "" {
			if number, err := strconv.ParseUint(port, 10, 16); err == nil && number > 0 {
				return port, nil
			}
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-ended:
			return "", errors.New("the browser ended")
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// marionette is a connection: messages of JSON with their length in front.
type marionette struct {
	socket net.Conn
	in     *bufio.Reader
	sent   int
}

func (m *marionette) receive() (json.RawMessage, error) {
	length, err := m.in.ReadString(':')
	if err != nil {
		return nil, err
	}
	size, err := strconv.Atoi(strings.TrimSuffix(length, ":"))
	if err != nil || size < 0 || size > maximumMessage {
		return nil, errors.New("not a message of Marionette")
	}
	data := make([]byte, size)
	_, err = io.ReadFull(m.in, data)
	return data, err
}

func (m *marionette) call(name string, parameters, result any) error {
	m.sent++
	data, err := json.Marshal([]any{0, m.sent, name, parameters})
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(m.socket, "%d:%s", len(data), data); err != nil {
		return err
	}
	data, err = m.receive()
	if err != nil {
		return err
	}
	var parts []json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil || len(parts) != 4 {
		return errors.New("not an answer of Marionette")
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
