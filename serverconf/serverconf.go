// Package serverconf knows how servers are told to use a certificate: for each
// of them the complete configuration as text (Write), and the few lines that
// mend one finding of devca verify or devca trace (Snippet). It reads and writes
// no files and uses no network.
//
//	server, _ := serverconf.Find("nginx")
//	text, err := serverconf.Write(server, serverconf.Settings{
//		Names: []string{"app.test"}, Cert: "/certs/app.test.pem", Key: "/certs/app.test-key.pem",
//	})
//
// Every configuration has TLS 1.2 and 1.3 only, suites with forward secrecy and
// authenticated encryption, resumption of sessions, and HTTP/2 where the server
// has it. Servers listen to their own machine unless told otherwise.
package serverconf

import (
	"slices"
	"strings"
)

// Kind sorts the servers for a list.
type Kind string

// The kinds.
const (
	WebServer Kind = "web server" // serves files and passes requests on
	Program   Kind = "program"    // the application itself
	Database  Kind = "database"   // no HTTP
	Container Kind = "containers" // several programs
)

// Server is a program that devca has a configuration for.
type Server struct {
	Name    string   // what devca config calls it
	Title   string   // what people call it
	Aliases []string // other names that Find takes
	Kind    Kind
	File    string // the usual name of the file
	Place   string // where the text belongs
	Start   string // the command that starts it with the text, or the words that say how
	Reload  string // how it takes over a renewed certificate
	Port    int    // where it listens unless told otherwise
	Scheme  string // for devca verify and trace: https, http, postgres, tls or mysql

	// Limits are what the program cannot do, whatever one configures.
	Limits []string

	Proxies  bool   // passes requests on to another program: Settings.Upstream
	Files    bool   // serves a folder: Settings.Docroot
	Behind   bool   // can do without TLS behind a proxy: Settings.Behind
	Plain    bool   // has no TLS of its own: always behind a proxy
	Redirect bool   // sends people from http to https: Settings.HTTPPort
	NoHSTS   string // why the header cannot be sent from its configuration
	Combined bool   // wants key and certificates in one file: Settings.Combined

	write func(*site) string
	start func(*site) string // the command, where it depends on the settings
}

// Text is a configuration.
type Text struct {
	Body  string   // what belongs into the file
	Start string   // how it is started with these settings
	Notes []string // what is to be known, one sentence each
}

// Servers lists all, in the order in which they are shown.
func Servers() []Server {
	return slices.Concat(webServers(), nodeServers(), frameworks(), pythonServers(), goServer(), platforms(), databases(), containers())
}

// Find gives the server of a name or an alias, in any case.
func Find(name string) (Server, bool) {
	name = strings.ToLower(name)
	for _, server := range Servers() {
		if server.Name == name || slices.Contains(server.Aliases, name) {
			return server, true
		}
	}
	return Server{}, false
}

// Write gives the configuration of a server. The error is a *diag.Error: what is
// asked for cannot be done, or a value cannot be written in the server's language.
func Write(server Server, settings Settings) (Text, error) {
	s, err := prepare(server, settings)
	if err != nil {
		return Text{}, err
	}
	body := server.write(s)
	if s.failure != nil {
		return Text{}, s.failure
	}
	start := server.Start
	if server.start != nil {
		start = server.start(s)
	}
	return Text{Body: body, Start: start, Notes: s.notes()}, nil
}

// Recognise gives the name of the server that sends this Server header.
func Recognise(header string) (name string, ok bool) {
	header = strings.ToLower(header)
	for _, known := range recognised {
		if strings.HasPrefix(header, known.prefix) {
			return known.name, true
		}
	}
	return "", false
}

// recognised are beginnings of Server headers, the longer ones first. HAProxy,
// Traefik, Node, Vite and Go's servers send none.
var recognised = []struct{ prefix, name string }{
	{"apache-coyote", "spring"},
	{"apache tomcat", "spring"},
	{"apache", "apache"},
	{"nginx", "nginx"},
	{"openresty", "nginx"},
	{"tengine", "nginx"},
	{"caddy", "caddy"},
	{"hypercorn", "hypercorn"},
	{"uvicorn", "uvicorn"},
	{"gunicorn", "gunicorn"},
	{"werkzeug", "flask"},
	{"wsgiserver", "django"},
	{"kestrel", "kestrel"},
}
