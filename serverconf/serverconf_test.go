package serverconf_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"devca/diag"
	"devca/serverconf"
)

// settings are some that each server can do.
func settings(server serverconf.Server) serverconf.Settings {
	s := serverconf.Settings{Names: []string{"localhost", "*.app.test", "::1"}, Root: "/r/root.pem"}
	if !server.Plain {
		s.Cert, s.Key, s.Combined, s.ClientCA = "/c/cert.pem", "/c/key.pem", "/c/both.pem", "/r/root.pem"
		s.HSTS = server.Kind != serverconf.Database && server.NoHSTS == ""
	}
	return s
}

// variants are what can be asked of a server, each on its own.
func variants(server serverconf.Server, s serverconf.Settings) []serverconf.Settings {
	all := []serverconf.Settings{s}
	add := func(possible bool, change func(*serverconf.Settings)) {
		if possible {
			other := s
			change(&other)
			all = append(all, other)
		}
	}
	add(server.Proxies, func(s *serverconf.Settings) { s.Upstream = "http://localhost:3000" })
	add(server.Files, func(s *serverconf.Settings) { s.Docroot = s.Root })
	add(server.Redirect, func(s *serverconf.Settings) { s.Listen, s.HTTPPort = 443, 80 })
	add(server.Behind, func(s *serverconf.Settings) { s.Behind, s.HSTS, s.ClientCA = "10.0.0.1", false, "" })
	return all
}

func TestServers(t *testing.T) {
	open := regexp.MustCompile(`@[A-Z0-9]+@`)
	seen := map[string]string{}
	for _, server := range serverconf.Servers() {
		for _, name := range append([]string{server.Name}, server.Aliases...) {
			if other, ok := seen[name]; ok {
				t.Errorf("%s stands for %s and for %s", name, other, server.Name)
			}
			seen[name] = server.Name
			if found, ok := serverconf.Find(strings.ToUpper(name)); !ok || found.Name != server.Name {
				t.Errorf("%s finds %q, want %q", name, found.Name, server.Name)
			}
		}
		for what, text := range map[string]string{
			"title": server.Title, "kind": string(server.Kind), "file": server.File, "place": server.Place,
			"start": server.Start, "reload": server.Reload, "scheme": server.Scheme,
		} {
			if text == "" {
				t.Errorf("%s has no %s", server.Name, what)
			}
		}
		for i, s := range variants(server, settings(server)) {
			text, err := serverconf.Write(server, s)
			if err != nil {
				t.Errorf("%s, variant %d: %v", server.Name, i, err)
				continue
			}
			if open.MatchString(text.Body) || !strings.HasSuffix(text.Body, "\n") {
				t.Errorf("%s, variant %d: something is left open in\n%s", server.Name, i, text.Body)
			}
			if !strings.Contains(text.Body, "devca config "+server.Name) {
				t.Errorf("%s, variant %d does not say what made it", server.Name, i)
			}
		}
	}
}

func TestRecognise(t *testing.T) {
	for header, want := range map[string]string{
		"nginx/1.22.1": "nginx", "openresty": "nginx", "Apache/2.4.62 (Debian)": "apache", "Apache-Coyote/1.1": "spring", "Caddy": "caddy",
		"Werkzeug/2.2.2 Python/3.11.2": "flask", "gunicorn": "gunicorn", "uvicorn": "uvicorn", "Kestrel": "kestrel", "": "", "tiny": "",
		"WSGIServer/0.2 CPython/3.11.2": "django", "hypercorn-h2": "hypercorn",
	} {
		if got, _ := serverconf.Recognise(header); got != want {
			t.Errorf("%q is %q, want %q", header, got, want)
		} else if _, known := serverconf.Find(got); want != "" && !known {
			t.Errorf("%q is %q, which there is no configuration for", header, got)
		}
	}
}

func TestSnippets(t *testing.T) {
	for _, server := range serverconf.Servers() {
		if server.Kind == serverconf.WebServer && serverconf.Snippet(server.Name, serverconf.HSTS) == "" {
			t.Errorf("%s has no lines for HSTS", server.Name)
		}
		for _, topic := range serverconf.Topics() {
			if text := serverconf.Snippet(server.Name, topic); strings.Contains(text, "@") || strings.HasSuffix(text, "\n") {
				t.Errorf("%s, %s: %q", server.Name, topic, text)
			}
		}
	}
	if a, b := serverconf.Snippet("httpd", "protocols"), serverconf.Snippet("apache", serverconf.Versions); a != b || a == "" {
		t.Errorf("%q is not %q", a, b)
	}
	if text := serverconf.Snippet("tiny", serverconf.HSTS); text != "" {
		t.Errorf("%q for a server that is not known", text)
	}
}

func TestRefusals(t *testing.T) {
	nginx, _ := serverconf.Find("nginx")
	for name, change := range map[string]func(*serverconf.Settings){
		"line break":     func(s *serverconf.Settings) { s.Cert = "/c/a\nb.pem" },
		"escape":         func(s *serverconf.Settings) { s.Key = "/c/\x1b[2J" },
		"line separator": func(s *serverconf.Settings) { s.Docroot = "/c/\u2028" },
		"not UTF-8":      func(s *serverconf.Settings) { s.Cert = "/c/\xff" },
		"relative":       func(s *serverconf.Settings) { s.Cert = "cert.pem" },
		"long":           func(s *serverconf.Settings) { s.Cert = "/" + strings.Repeat("a", 3000) },
		"variable":       func(s *serverconf.Settings) { s.Cert = "/c/$a" },
		"no certificate": func(s *serverconf.Settings) { s.Cert = "" },
		"no name":        func(s *serverconf.Settings) { s.Names = nil },
		"name":           func(s *serverconf.Settings) { s.Names = []string{"a;b"} },
		"regular name":   func(s *serverconf.Settings) { s.Names = []string{"~^a"} },
		"dot":            func(s *serverconf.Settings) { s.Names = []string{".a"} },
		"zone":           func(s *serverconf.Settings) { s.Names = []string{"fe80::1%eth0"} },
		"address":        func(s *serverconf.Settings) { s.Address = "localhost" },
		"port":           func(s *serverconf.Settings) { s.Listen = 70000 },
		"ports":          func(s *serverconf.Settings) { s.Listen, s.HTTPPort = 80, 80 },
		"upstream":       func(s *serverconf.Settings) { s.Upstream = "http://a.test:3000/{}" },
		"upstream port":  func(s *serverconf.Settings) { s.Upstream = "http://a.test:99999" },
		"upstream name":  func(s *serverconf.Settings) { s.Upstream = "http://a.test;b:1" },
		"upstream user":  func(s *serverconf.Settings) { s.Upstream = "http://u:p@a.test:1" },
	} {
		s := settings(nginx)
		change(&s)
		text, err := serverconf.Write(nginx, s)
		if failure, ok := errors.AsType[*diag.Error](err); !ok || failure.Code != diag.ConfigText || len(failure.Fixes) == 0 {
			t.Errorf("%s: %v, and\n%s", name, err, text.Body)
		}
	}
	windows := settings(nginx)
	windows.OS, windows.Cert, windows.Key, windows.ClientCA, windows.Root, windows.Combined = "windows", `C:\c\new.pem`, `C:/c/key.pem`, `\\host\share\ca.pem`, "", ""
	text, err := serverconf.Write(nginx, windows)
	if err != nil || !strings.Contains(text.Body, `ssl_certificate "C:\\c\\new.pem";`) {
		t.Errorf("Windows: %v in\n%s", err, text.Body)
	}
}

// FuzzWrite checks that no value changes the form of a configuration: whatever is
// written has as many lines as with plain values, and where the standard library
// reads the language, it reads the values back.
func FuzzWrite(f *testing.F) {
	for _, seed := range []string{"/a b", `/it's "my" certs`, `/a\`, `/$HOME/${X}`, "/a`b", "/{$X}", "/@CERT@", "/#{x}", "/<a>&'", `/"; return 1; #`, "/ä/\U0001F512", "/{{ env }}", "/%h", "/a'\\''", "/*/"} {
		f.Add(seed, "localhost")
	}
	f.Add("/a", "*.app.test")
	f.Add("/a", "a\"b")
	f.Fuzz(func(t *testing.T, path, name string) {
		for _, server := range serverconf.Servers() {
			plain := settings(server)
			plain.Names = []string{"localhost"}
			odd := plain
			odd.Names = []string{name}
			odd.Root = path
			if !server.Plain {
				odd.Cert, odd.Key, odd.Combined, odd.ClientCA = path, path, path, path
			}
			plainly, oddly := variants(server, plain), variants(server, odd)
			for i := range oddly {
				check(t, server, plainly[i], oddly[i])
			}
		}
	})
}

func check(t *testing.T, server serverconf.Server, plain, odd serverconf.Settings) {
	t.Helper()
	want, err := serverconf.Write(server, plain)
	if err != nil {
		t.Fatalf("%s with plain values: %v", server.Name, err)
	}
	got, err := serverconf.Write(server, odd)
	if err != nil {
		if failure, ok := errors.AsType[*diag.Error](err); !ok || failure.Code != diag.ConfigText {
			t.Fatalf("%s: %v is no error about a text", server.Name, err)
		}
		return
	}
	if strings.Count(got.Body, "\n") != strings.Count(want.Body, "\n") {
		t.Fatalf("%s has another number of lines:\n%s", server.Name, got.Body)
	}
	if i := strings.IndexFunc(got.Body, func(r rune) bool {
		return r == unicode.ReplacementChar || unicode.IsControl(r) && r != '\n' && r != '\t'
	}); i >= 0 && !strings.ContainsRune(odd.Root, unicode.ReplacementChar) {
		t.Fatalf("%s has a control character at %d:\n%s", server.Name, i, got.Body)
	}
	if err := readBack(server, got.Body, odd); err != nil {
		t.Fatalf("%s: %v in\n%s", server.Name, err, got.Body)
	}
}
