package serverconf

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"devca/diag"
)

// Settings are what differs from one configuration to the next. Paths are
// absolute.
type Settings struct {
	Names    []string // DNS names and IP addresses, the first for links
	Cert     string   // the leaf and the issuing CA, PEM
	Key      string   // PEM
	Combined string   // both in one file, for servers that want it so
	Root     string   // the root, for the clients of databases

	Address  string // where to listen; empty: 127.0.0.1
	Listen   int    // the port; 0: the server's usual one
	HTTPPort int    // a port without TLS that redirects to https; 0: none

	Upstream string // the program to pass requests on to: http://HOST:PORT
	Docroot  string // the folder to serve; with neither, the answer is "hello"
	Behind   string // the address of the proxy in front: then no TLS here

	ClientCA string // roots of the clients that are let in (mutual TLS)
	HSTS     bool   // send Strict-Transport-Security
	OS       string // GOOS of the machine that it is for; empty: linux
}

// site is what the writers of texts work with: checked settings, completed.
type site struct {
	Settings

	server  Server
	failure error // the first value that could not be written
}

// hello is what a server answers that has nothing to serve.
const hello = "hello"

// prepare checks what is asked for.
func prepare(server Server, settings Settings) (*site, error) {
	s := &site{Settings: settings, server: server}
	if s.Address == "" {
		s.Address = "127.0.0.1"
	}
	if s.Listen == 0 {
		s.Listen = server.Port
	}
	for _, check := range []func() error{s.checkPossible, s.checkNames, s.checkPaths, s.checkAddresses, s.checkUpstream} {
		if err := check(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// impossible is the error for a wish that the server has no means for.
func (s *site) impossible(what, why, fix, run string) *diag.Error {
	return diag.New(diag.ConfigImpossible, s.server.Title+" "+what).Because(why).Fix(fix, run)
}

func (s *site) checkPossible() error {
	front := diag.CommandLine("devca", "config", "nginx", "--upstream", "http://127.0.0.1:3000")
	switch {
	case s.Upstream != "" && !s.server.Proxies:
		return s.impossible("does not pass requests on", "it is the program itself that answers", "put a web server in front", front)
	case s.Upstream != "" && s.Docroot != "":
		return s.impossible("cannot pass all requests on and serve a folder", "there is one answer to a request", "leave --docroot or --upstream out", "")
	case s.Docroot != "" && !s.server.Files:
		return s.impossible("is not set up to serve a folder here", "only the web servers among these do that", "use one that does", "devca config caddy --docroot .")
	case s.Behind != "" && !s.server.Behind:
		return s.impossible("is not set up behind a proxy here", "only programs are", "leave --behind out", "")
	case s.HTTPPort != 0 && !s.server.Redirect:
		return s.impossible("does not redirect from http", "it listens to one port only", "put a web server in front", front)
	case s.ClientCA != "" && (s.server.Plain || s.Behind != ""):
		return s.impossible("sees no client's certificate", "TLS ends at the proxy in front", "ask for it there", "devca config nginx --client-ca")
	case s.HSTS && (s.server.Plain || s.Behind != ""):
		return s.impossible("does not send HSTS behind a proxy", "the header belongs to where TLS ends", "send it there", "devca config nginx --hsts")
	case s.HSTS && s.server.NoHSTS != "":
		return s.impossible("does not send HSTS by its configuration", s.server.NoHSTS, "leave --hsts out", "")
	case s.HSTS && s.server.Kind == Database:
		return s.impossible("has no HSTS", "that is a header of HTTP", "leave --hsts out", "")
	}
	return nil
}

// maxNames is what a certificate of devca holds at most.
const maxNames = 1000

func (s *site) checkNames() error {
	if len(s.Names) == 0 || len(s.Names) > maxNames {
		return diag.New(diag.ConfigText, fmt.Sprintf("a configuration is for between 1 and %d names", maxNames)).
			Fix("give a name", "devca config "+s.server.Name+" localhost")
	}
	for _, name := range s.Names {
		if !isName(name) {
			return diag.New(diag.ConfigText, strconv.QuoteToASCII(shortened(name))+" cannot be written into a configuration").
				Because("it is neither a DNS name nor an IP address").Fix("give the name that people type", "devca config "+s.server.Name+" app.test")
		}
	}
	return nil
}

// isName takes IP addresses and what certs.ParseNames makes of DNS names:
// letters, digits, hyphens, underscores and dots, perhaps after "*.". Nothing
// in that means anything in the languages of the servers.
func isName(name string) bool {
	if address, err := netip.ParseAddr(name); err == nil {
		return address.Zone() == ""
	}
	name = strings.TrimPrefix(name, "*.")
	if name == "" || len(name) > 253 || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "-") || strings.Contains(name, "..") {
		return false
	}
	return strings.IndexFunc(name, func(r rune) bool {
		return r != '.' && r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) < 0
}

func shortened(text string) string {
	const few = 80
	if len(text) > few {
		return text[:few] + "..."
	}
	return text
}

func (s *site) checkPaths() error {
	needed := map[string]string{"certificate": s.Cert, "key": s.Key}
	if s.server.Combined {
		needed = map[string]string{"file with key and certificates": s.Combined}
	}
	if s.server.Plain || s.Behind != "" {
		needed = nil
	}
	for what, path := range needed {
		if path == "" {
			return diag.New(diag.ConfigText, "the configuration of "+s.server.Title+" needs the path of the "+what).
				Fix("make the files", diag.CommandLine("devca", "issue", s.Names[0], "--combined"))
		}
	}
	for _, path := range []string{s.Cert, s.Key, s.Combined, s.Root, s.Docroot, s.ClientCA} {
		if path == "" {
			continue
		}
		if why := s.wrongPath(path); why != "" {
			return s.unwritable(path, why)
		}
	}
	return nil
}

// unwritable is the error for a value that would mean something else in the
// server's language.
func (s *site) unwritable(value, why string) *diag.Error {
	return diag.New(diag.ConfigText, strconv.QuoteToASCII(shortened(value))+" cannot be written into a configuration of "+s.server.Title).
		Because(why).Fix("copy the files to a folder with a plain name", "devca issue "+s.Names[0]+" --out certs")
}

// maxPath is PATH_MAX of Linux; HAProxy's lines have 2048 bytes.
const maxPath = 2000

func (s *site) wrongPath(path string) string {
	switch {
	case len(path) > maxPath:
		return fmt.Sprintf("a path has at most %d bytes", maxPath)
	case !utf8.ValidString(path):
		return "it is not valid UTF-8"
	case strings.ContainsFunc(path, lineBreaking):
		return "it has a line break or another control character"
	case !s.absolute(path):
		return "it is not an absolute path, and the server would look for it in a folder of its own"
	}
	return ""
}

// lineBreaking are control characters, and the two that end a line in Unicode
// only, which JavaScript and YAML go by.
func lineBreaking(r rune) bool {
	return r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff
}

func (s *site) absolute(path string) bool {
	if s.OS != "windows" {
		return strings.HasPrefix(path, "/")
	}
	return strings.HasPrefix(path, `\\`) || len(path) > 2 && path[1] == ':' && (path[2] == '\\' || path[2] == '/')
}

func (s *site) checkAddresses() error {
	for _, address := range []string{s.Address, s.Behind} {
		if parsed, err := netip.ParseAddr(address); address != "" && (err != nil || parsed.Zone() != "") {
			return diag.New(diag.ConfigText, strconv.QuoteToASCII(shortened(address))+" is not an IP address").
				Fix("listen to this machine only", "devca config "+s.server.Name+" --listen 127.0.0.1:8443")
		}
	}
	if s.Listen < 1 || s.Listen > 65535 || s.HTTPPort < 0 || s.HTTPPort > 65535 || s.HTTPPort == s.Listen {
		return diag.New(diag.ConfigText, fmt.Sprintf("%d and %d are not two ports", s.Listen, s.HTTPPort)).
			Because("a port is a number from 1 to 65535, and http and https need one each").
			Fix("give others", "devca config "+s.server.Name+" --listen 8443")
	}
	return nil
}

func (s *site) checkUpstream() error {
	if s.Upstream == "" {
		return nil
	}
	parsed, err := url.Parse(s.Upstream)
	switch {
	case err != nil || parsed.Scheme != "http" || parsed.User != nil || parsed.Opaque != "" || strings.Trim(parsed.Path, "/") != "" || parsed.RawQuery != "" || parsed.Fragment != "":
	case !isName(parsed.Hostname()) || strings.HasPrefix(parsed.Hostname(), "*"):
	default:
		port := 80
		if parsed.Port() != "" {
			port, err = strconv.Atoi(parsed.Port())
		}
		if err == nil && port > 0 && port <= 65535 {
			s.Upstream = hostPort(parsed.Hostname(), port)
			return nil
		}
	}
	return diag.New(diag.ConfigText, strconv.QuoteToASCII(shortened(s.Upstream))+" is not a program that requests can be passed on to").
		Because("that is http://, a name or an address, and a port, without a path").
		Fix("write it so", "devca config "+s.server.Name+" --upstream http://127.0.0.1:3000")
}

// hostPort is net.JoinHostPort, without package net.
func hostPort(host string, port int) string {
	return bracketed(host) + ":" + strconv.Itoa(port)
}

// bracketed writes IPv6 addresses as URLs and Host headers have them.
func bracketed(name string) string {
	if strings.Contains(name, ":") {
		return "[" + name + "]"
	}
	return name
}

// hosts are the names as Host headers have them.
func (s *site) hosts() []string {
	hosts := make([]string, len(s.Names))
	for i, name := range s.Names {
		hosts[i] = bracketed(name)
	}
	return hosts
}

// listen is ADDRESS:PORT.
func (s *site) listen() string { return hostPort(s.Address, s.Listen) }

// portSuffix is what a URL has after the name.
func (s *site) portSuffix() string {
	if s.Listen == 443 {
		return ""
	}
	return ":" + strconv.Itoa(s.Listen)
}

// Local says whether the name means the machine itself: what a browser remembers
// about it, it remembers for every project on every port.
func Local(name string) bool {
	name = strings.ToLower(name)
	if address, err := netip.ParseAddr(name); err == nil {
		return address.IsLoopback()
	}
	return name == "localhost" || strings.HasSuffix(name, ".localhost")
}

// hstsSeconds is a year, which is what lists of browsers ask for, and five
// minutes for names of the machine itself.
func (s *site) hstsSeconds() string {
	if slices.ContainsFunc(s.Names, Local) {
		return "300"
	}
	return "31536000"
}

// hstsWhy is the comment beside the header, or where it is missing.
func (s *site) hstsWhy() string {
	local := slices.ContainsFunc(s.Names, Local)
	switch {
	case s.HSTS && local:
		return "HSTS holds for every port of the name, so also for your other projects on it: hence five minutes only."
	case s.HSTS:
		return "Browsers come with TLS only for a year (RFC 6797), and show no way around an invalid certificate."
	case local:
		return "No HSTS: browsers would remember it for all ports, so for all projects on this machine. --hsts adds it."
	default:
		return "No HSTS: browsers would remember it after the project is gone. --hsts adds it."
	}
}

func (s *site) notes() []string {
	notes := slices.Clone(s.server.Limits)
	if s.HSTS && slices.ContainsFunc(s.Names, Local) {
		notes = append(notes, "HSTS on a name of this machine holds for all ports of it; it is limited to five minutes here.")
	}
	if address, err := netip.ParseAddr(s.Address); err == nil && !address.IsLoopback() {
		notes = append(notes, "It listens to other machines, too: "+s.Address+".")
	}
	return notes
}
