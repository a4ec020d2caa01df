package clients

import (
	"context"
	_ "embed"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// firefoxProgram runs with the rights of the browser's own windows.
//
//go:embed programs/firefox.js
var firefoxProgram string

// askFirefox has Firefox ask, without a window and with a profile of its own: the
// person's is locked while they use it. The certificate database, exceptions and
// settings about network and security are copies of theirs, and policies are in
// force. No page is opened. Of the two ways in which it is driven the second is for
// a Firefox whose developer tools are too old, or forbidden by the policy
// DisableDeveloperTools (the newest understand that to forbid both, and say so).
func askFirefox(ctx context.Context, e *errand) Answer {
	profile, err := e.firefoxProfile()
	if err != nil {
		return notAsked(err.Error())
	}
	home, err := e.firefoxHome()
	if err != nil {
		return notAsked(err.Error())
	}
	f := &firefox{errand: e, profile: profile, environ: home}
	answer, err := f.viaDevTools(ctx)
	if err != nil && ctx.Err() == nil && !errors.Is(err, errFirefoxPolicy) {
		answer, err = f.viaMarionette(ctx)
	}
	switch {
	case ctx.Err() != nil:
		return notAsked(NoAnswer)
	case errors.Is(err, errFirefoxPolicy):
		return notAsked(errFirefoxPolicy.Error())
	case err != nil:
		return Answer{Verdict: CouldNotAsk, Reason: err.Error(), Output: answer.Output}
	}
	return answer
}

var (
	errFirefoxEnded = errors.New("the browser ended")
	errNotFirefox   = errors.New("not an answer of Firefox")
	// What it says at once, where it would not listen for ever (Firefox 153).
	errFirefoxPolicy = errors.New("its policy DisableDeveloperTools keeps programs from asking it")
)

// noticing is output in which words are looked for.
type noticing struct {
	bounded
	words  string
	notice func()
}

func (n *noticing) Write(data []byte) (int, error) {
	written, err := n.bounded.Write(data)
	if strings.Contains(n.String(), n.words) {
		n.notice()
	}
	return written, err
}

// firefox is a browser that is to be started.
type firefox struct {
	*errand
	profile string
	environ []string
}

// firefoxAnswer is what the program gives.
type firefoxAnswer struct {
	Version string `json:"version"`
	Status  int    `json:"status"`
	TLS     bool   `json:"tls"`
	Error   string `json:"error"`
}

// running starts the browser, has it asked, and ends it: without more ado, for
// nobody needs its profile any more. With an error the answer is what it printed.
func (f *firefox) running(ctx context.Context, flags []string, ask func(ctx context.Context, ended <-chan struct{}) (firefoxAnswer, error)) (Answer, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	printed := noticing{words: "disabled by enterprise policy", notice: func() { stop(errFirefoxPolicy) }}
	cmd := f.program(ctx, f.environ, f.Program, append([]string{"--headless", "--no-remote", "--profile", f.profile}, flags...)...)
	cmd.Stdout, cmd.Stderr = &printed, &printed
	end, err := start(cmd)
	if err != nil {
		return Answer{}, err
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	said, err := ask(ctx, ended)
	end()
	<-ended
	if err != nil && errors.Is(context.Cause(ctx), errFirefoxPolicy) {
		err = errFirefoxPolicy
	}
	if err != nil {
		return Answer{Output: printed.String()}, err
	}
	answer := Answer{Verdict: CouldNotAsk, Version: clean(said.Version), Status: said.Status, Output: said.Error}
	switch {
	case said.TLS:
		answer.Verdict = Refused
	case said.Status > 0, said.Error == "NS_ERROR_NET_EMPTY_RESPONSE", said.Error == "NS_ERROR_REDIRECT_LOOP":
		answer.Verdict = Accepted
	}
	return answer, nil
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
			if err := e.link(own, filepath.Join("home", ".config", name)); err != nil {
				return nil, err
			}
		}
	}
	return append(environ, "TMPDIR="+e.folder, "HOME="+home, "XDG_CONFIG_HOME="+filepath.Join(home, ".config")), nil
}

// ownSettings keep the browser from doing anything but what it is asked for.
const ownSettings = `user_pref("marionette.port", 0);
user_pref("devtools.debugger.remote-enabled", true);
user_pref("devtools.chrome.enabled", true);
user_pref("devtools.debugger.prompt-connection", false);
user_pref("browser.dom.window.dump.enabled", true);
user_pref("extensions.enabledScopes", 0);
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

// firefoxProfile makes a profile like the person's.
func (e *errand) firefoxProfile() (string, error) {
	profile := filepath.Join(e.folder, "profile")
	settings := ""
	if own := e.ground.firefoxDefault(e.Program); own != "" {
		for _, name := range copied {
			data, err := e.ground.theirs(filepath.Join(own, name))
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
		settings = e.ground.trustSettings(filepath.Join(own, "prefs.js")) + e.ground.trustSettings(filepath.Join(own, "user.js"))
	}
	_, err := e.put("profile/user.js", []byte(settings+ownSettings))
	return profile, err
}

// trustSettings keeps the settings of a file that decide about connections.
func (g *Ground) trustSettings(path string) string {
	data, _ := g.theirs(path)
	var kept strings.Builder
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, `user_pref("network.`) || strings.HasPrefix(line, `user_pref("security.`) {
			kept.WriteString(strings.TrimRight(line, "\r\n") + "\n")
		}
	}
	return kept.String()
}
