package trust

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"path/filepath"
	"slices"
	"strings"
)

// maker is a tool that puts roots of its own into trust stores.
type maker struct {
	name string // the word that a person types
	// names are what the subject's common name or organization begins with.
	names []string
	// oid is an extension that only the tool's certificates have.
	oid string
	// keys are where the tool keeps the root's key, below the folder named first:
	// "home", "data" (XDG_DATA_HOME and its like), "config", "root" of the file system.
	keys [][2]string
}

// makers are known by what their sources write into the subject.
func makers() []maker {
	return []maker{
		{name: "mkcert", names: []string{"mkcert development CA", "mkcert "}, keys: [][2]string{{"CAROOT", "rootCA-key.pem"}, {"data", "mkcert/rootCA-key.pem"}}},
		{name: "caddy", names: []string{"Caddy Local Authority"}, keys: [][2]string{
			{"data", "caddy/pki/authorities/local/root.key"},
			{"data", "Caddy/pki/authorities/local/root.key"},
			{"root", "var/lib/caddy/.local/share/caddy/pki/authorities/local/root.key"},
		}},
		{name: "portless", names: []string{"portless Local CA"}, keys: [][2]string{{"home", ".portless/ca-key.pem"}}},
		{name: "dotnet", oid: "1.3.6.1.4.1.311.84.1.1"},
		{name: "devcert", names: []string{"devcert"}, keys: [][2]string{{"config", "devcert/certificate-authority/private-key.key"}}},
		{name: "office-addin", names: []string{"Developer CA for Microsoft Office Add-ins"}, keys: [][2]string{{"home", ".office-addin-dev-certs/ca.key"}}},
		{name: "valet", names: []string{"Laravel Valet CA"}, keys: [][2]string{{"config", "valet/CA/LaravelValetCASelfSigned.key"}, {"home", ".valet/CA/LaravelValetCASelfSigned.key"}}},
		{name: "herd", names: []string{"Laravel Herd"}},
		{name: "puma-dev", names: []string{"Puma-dev CA"}, keys: [][2]string{{"home", ".puma-dev-ssl/key.pem"}, {"data", "io.puma.dev/key.pem"}}},
		{name: "minica", names: []string{"minica root ca"}},
		{name: "mitmproxy", names: []string{"mitmproxy"}, keys: [][2]string{{"home", ".mitmproxy/mitmproxy-ca.pem"}}},
		{name: "charles", names: []string{"Charles Proxy CA"}},
		{name: "fiddler", names: []string{"DO_NOT_TRUST"}},
		{name: "burp", names: []string{"PortSwigger"}},
		{name: "zap", names: []string{"OWASP Zed Attack Proxy Root CA", "ZAP Root CA"}},
		{name: "proxyman", names: []string{"Proxyman"}},
		{name: "httptoolkit", names: []string{"HTTP Toolkit CA"}, keys: [][2]string{{"config", "httptoolkit/ca.key"}}},
		{name: "trustme", names: []string{"trustme v"}},
		{name: "devca", names: []string{"devca root "}}, // of another directory
	}
}

// makerOf gives the tool that made the certificate, if it is a known one.
func makerOf(certificate *x509.Certificate) (maker, bool) {
	names := append([]string{certificate.Subject.CommonName}, certificate.Subject.Organization...)
	for _, m := range makers() {
		begins := func(name string) bool {
			return slices.ContainsFunc(m.names, func(known string) bool { return strings.HasPrefix(name, known) })
		}
		marked := slices.ContainsFunc(certificate.Extensions, func(e pkix.Extension) bool { return m.oid != "" && e.Id.String() == m.oid })
		if marked || slices.ContainsFunc(names, begins) {
			return m, true
		}
	}
	return maker{}, false
}

// keyPlaces lists where the tool may keep its root's key on this machine.
func (m maker) keyPlaces(machine *Machine) []string {
	var places []string
	for _, key := range m.keys {
		for _, folder := range machine.foldersOf(key[0]) {
			places = append(places, filepath.Join(folder, filepath.FromSlash(key[1])))
		}
	}
	return places
}

// foldersOf gives the folders that a word of maker.keys stands for.
func (m *Machine) foldersOf(word string) []string {
	home := m.Account.Home
	switch {
	case word == "root":
		return []string{"/"}
	case word == "CAROOT":
		if folder := m.Getenv("CAROOT"); filepath.IsAbs(folder) {
			return []string{folder}
		}
		return nil
	case home == "":
		return nil
	case word == "home":
		return []string{home}
	case m.GOOS == "darwin":
		return []string{filepath.Join(home, "Library", "Application Support"), filepath.Join(home, ".config")}
	case m.GOOS == "windows":
		return []string{m.Getenv("LocalAppData"), m.Getenv("AppData")}
	case word == "data":
		return []string{m.inherited("XDG_DATA_HOME", ".local/share")}
	}
	return []string{m.inherited("XDG_CONFIG_HOME", ".config")}
}

// inherited is a folder of the XDG base directories. Under sudo the variable is
// root's, not the person's; the specification ignores relative paths.
func (m *Machine) inherited(variable, standard string) string {
	value := m.Getenv(variable)
	if m.Account.ViaSudo || !filepath.IsAbs(value) {
		return filepath.Join(m.Account.Home, standard)
	}
	return value
}
