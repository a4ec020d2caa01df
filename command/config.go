package command

import (
	"bytes"
	"cmp"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"devca/ca"
	"devca/diag"
	"devca/internal/atomicfile"
	"devca/internal/ui"
	"devca/serverconf"
)

func (p *program) configCommand() *cli.Command {
	return &cli.Command{
		Name:      "config",
		Usage:     "write the configuration of a server for a certificate",
		ArgsUsage: "[SERVER [NAME...]]",
		Description: `Examples:
  devca config --list
  devca config nginx app.test --upstream http://127.0.0.1:3000 --out devca.conf
  devca config caddy localhost --docroot public --listen 443
  devca config postgres db.test --client-ca
  devca config go --cert server.pem --key server-key.pem

The configuration goes to standard output, and where it belongs to standard error. It
has TLS 1.2 and 1.3, modern suites, resumed sessions, and HTTP/2 where the server has
it. Without --cert and --key it is for the newest certificate that devca issued for
the names; without names, for the newest of all.`,
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "list", Usage: "list the servers"},
			&cli.StringFlag{Name: "cert", Usage: "`FILE` with the certificate and its issuing CA; for HAProxy with the key, too"},
			&cli.StringFlag{Name: "key", Usage: "`FILE` with the private key"},
			&cli.StringFlag{Name: "listen", Usage: "listen at `[ADDRESS:]PORT` (default: this machine only, at the server's usual port)"},
			&cli.StringFlag{Name: "http-port", Usage: "redirect from http at `PORT` (default: 80 beside 443, else none)"},
			&cli.StringFlag{Name: "upstream", Usage: "pass requests on to the program at `URL`"},
			&cli.StringFlag{Name: "docroot", Usage: "serve the files of `DIR`"},
			&cli.StringFlag{Name: "behind", Usage: "for programs: no TLS, and believe the proxy at `ADDRESS` what it says of clients"},
			&cli.BoolFlag{Name: "client-ca", Usage: "let in who shows a client certificate of devca (devca issue --client)"},
			&cli.BoolFlag{Name: "hsts", Usage: "tell browsers to come with TLS only; on localhost that holds for every port"},
			&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Usage: "write to `FILE` instead"},
			&cli.BoolFlag{Name: "force", Usage: "replace the file of --out, whoever wrote it"},
		},
		Action: p.config,
	}
}

// serverResult is a server in the JSON answer of config --list.
type serverResult struct {
	Name    string          `json:"name"`
	Title   string          `json:"title"`
	Aliases []string        `json:"aliases"`
	Kind    serverconf.Kind `json:"kind"`
	File    string          `json:"file"`
	Place   string          `json:"place"`
	Port    int             `json:"port"`
	Limits  []string        `json:"limits"`
}

// serversResult is the JSON answer of config --list.
type serversResult struct {
	Servers []serverResult `json:"servers"`
}

// configResult is the JSON answer of config.
type configResult struct {
	Server  string   `json:"server"`
	Names   []string `json:"names"`
	File    string   `json:"file"`           // the usual name of the file
	Place   string   `json:"place"`          // where it belongs
	Path    string   `json:"path,omitempty"` // the file of --out
	Text    string   `json:"text"`
	Start   string   `json:"start"`
	Reload  string   `json:"reload"`
	Notes   []string `json:"notes"`
	Checks  []string `json:"checks"` // command lines
	Cert    string   `json:"cert,omitempty"`
	Key     string   `json:"key,omitempty"`
	Listen  string   `json:"listen"`
	Trusted string   `json:"client_ca,omitempty"`
}

func (p *program) config(c *cli.Context) error {
	if c.Bool("list") || !c.Args().Present() {
		if c.Args().Present() {
			return usage(c, "--list takes no server")
		}
		return p.configList()
	}
	server, ok := serverconf.Find(c.Args().First())
	if !ok {
		return unknownServer(c.Args().First())
	}
	settings, err := p.configSettings(c, server)
	if err != nil {
		return err
	}
	text, err := serverconf.Write(server, settings)
	if err != nil {
		return err
	}
	result := configResult{
		Server: server.Name, Names: settings.Names, File: server.File, Place: server.Place, Text: text.Body, Start: text.Start,
		Reload: server.Reload, Notes: listOf(text.Notes), Cert: settings.Cert, Key: settings.Key, Trusted: settings.ClientCA,
		Listen: net.JoinHostPort(cmp.Or(settings.Address, "127.0.0.1"), strconv.Itoa(cmp.Or(settings.Listen, server.Port))),
	}
	result.Checks = checkLines(server, settings)
	return p.configAnswer(c, result)
}

func (p *program) configList() error {
	servers := serverconf.Servers()
	if p.json {
		result := serversResult{}
		for _, s := range servers {
			result.Servers = append(result.Servers, serverResult{
				Name: s.Name, Title: s.Title, Aliases: listOf(s.Aliases), Kind: s.Kind, File: s.File, Place: s.Place,
				Port: s.Port, Limits: listOf(s.Limits),
			})
		}
		return p.result(result)
	}
	table := ui.Table{Columns: []string{"SERVER", "IS", "KIND", "FILE"}}
	for _, s := range servers {
		table.Rows = append(table.Rows, []string{s.Name, s.Title, string(s.Kind), s.File})
	}
	return table.Write(p.streams)
}

func unknownServer(name string) error {
	failure := diag.New(diag.ConfigUnknown, strconv.QuoteToASCII(name)+" is not a server that devca has a configuration for")
	for _, s := range serverconf.Servers() {
		if name = strings.ToLower(name); len(name) > 2 && (strings.HasPrefix(s.Name, name) || strings.HasPrefix(name, s.Name)) {
			failure = failure.Fix("did you mean", "devca config "+s.Name)
			break
		}
	}
	return failure.Fix("see those it has", "devca config --list")
}

// configSettings reads the flags and finds the certificate.
func (p *program) configSettings(c *cli.Context, server serverconf.Server) (serverconf.Settings, error) {
	s := serverconf.Settings{
		Names: c.Args().Tail(), Upstream: c.String("upstream"), Docroot: c.String("docroot"), Behind: c.String("behind"),
		Cert: c.String("cert"), Key: c.String("key"), HSTS: c.Bool("hsts"), OS: runtime.GOOS,
	}
	if s.Upstream != "" && !strings.Contains(s.Upstream, "://") {
		s.Upstream = "http://" + s.Upstream
	}
	if err := listenFlags(c, server, &s); err != nil {
		return s, err
	}
	for _, path := range []*string{&s.Cert, &s.Key, &s.Docroot} {
		if *path == "" {
			continue
		}
		var err error
		if *path, err = filepath.Abs(*path); err != nil {
			return s, err
		}
	}
	dir, err := p.openDir(c)
	if err != nil {
		return s, err
	}
	if root := dir.RootPath(); isFile(root) {
		s.Root = root
	}
	if c.Bool("client-ca") {
		if s.Root == "" {
			return s, diag.New(diag.ConfigNoCertificate, "there is no CA yet whose clients could be let in").
				Fix("issue a client's certificate, which makes it", "devca issue --client NAME")
		}
		s.ClientCA = s.Root
	}
	switch {
	case server.Plain || s.Behind != "":
		s.Cert, s.Key = "", ""
		if len(s.Names) == 0 {
			s.Names = []string{"localhost"}
		}
		return s, nil
	case s.Cert != "" || s.Key != "":
		return s, givenFiles(c, server, &s)
	}
	return s, p.issuedFiles(dir, server, &s)
}

// listenFlags reads --listen and --http-port.
func listenFlags(c *cli.Context, server serverconf.Server, s *serverconf.Settings) error {
	number := func(flag, text string) (int, error) {
		port, err := strconv.ParseUint(text, 10, 16)
		if err != nil || port == 0 {
			return 0, usage(c, "--%s %q has no port between 1 and 65535", flag, text)
		}
		return int(port), nil
	}
	if text := c.String("listen"); text != "" {
		port := text
		if strings.Contains(text, ":") {
			var err error
			if s.Address, port, err = net.SplitHostPort(text); err != nil || net.ParseIP(s.Address) == nil {
				return usage(c, "--listen %q is not PORT or ADDRESS:PORT, such as 0.0.0.0:8443", text)
			}
		}
		var err error
		if s.Listen, err = number("listen", port); err != nil {
			return err
		}
	}
	if text := c.String("http-port"); text != "" {
		var err error
		s.HTTPPort, err = number("http-port", text)
		return err
	}
	if s.Listen == 443 && server.Redirect {
		s.HTTPPort = 80
	}
	return nil
}

// givenFiles is for --cert and --key.
func givenFiles(c *cli.Context, server serverconf.Server, s *serverconf.Settings) error {
	switch {
	case server.Combined && s.Key != "" && s.Key != s.Cert:
		return usage(c, "%s wants key and certificates in one file: give it as --cert, and no --key (devca issue --combined makes one)", server.Title)
	case !server.Combined && (s.Cert == "" || s.Key == ""):
		return usage(c, "--cert and --key belong together")
	}
	for _, file := range []string{s.Cert, s.Key} {
		if file == "" {
			continue
		}
		if _, err := os.Stat(file); err != nil {
			return diag.New(diag.ConfigNoCertificate, "there is no file "+file).From(err).
				Fix("make one", diag.CommandLine("devca", "issue", "localhost", "--out", filepath.Dir(file)))
		}
	}
	if server.Combined {
		s.Combined, s.Cert, s.Key = s.Cert, "", ""
	}
	if len(s.Names) == 0 {
		s.Names = []string{"localhost"}
	}
	return nil
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// issuedFiles takes the newest certificate of the ledger that fits.
func (p *program) issuedFiles(dir *ca.Dir, server serverconf.Server, s *serverconf.Settings) error {
	ledger, err := dir.Ledger()
	if err != nil {
		return err
	}
	now := time.Now()
	for _, entry := range slices.Backward(ledger.Current(now)) {
		if entry.Status(now) != ca.Valid || !serves(entry, server, s.Names) {
			continue
		}
		if server.Combined {
			s.Combined = entry.Files.Combined
		} else {
			s.Cert, s.Key = entry.Files.Cert, entry.Files.Key
		}
		if len(s.Names) == 0 {
			s.Names = hostNames(entry.Names)
		}
		return nil
	}
	if file := s.Names; len(file) == 1 && isFile(file[0]) {
		return diag.New(diag.ConfigNoCertificate, file[0]+" is a file, and config takes names").
			Fix("give the file with its key", diag.CommandLine("devca", "config", server.Name, "--cert", file[0], "--key", strings.TrimSuffix(file[0], ".pem")+"-key.pem"))
	}
	line := append([]string{"devca", "issue"}, s.Names...)
	if len(s.Names) == 0 {
		line = append(line, "localhost", "127.0.0.1", "::1")
	}
	why := "nothing that devca issued and that is still valid has these names and its files, with the issuing CA"
	if server.Combined {
		line, why = append(line, "--combined"), why+"; "+server.Title+" wants key and certificates in one file"
	}
	what := "there is no certificate for " + strings.Join(s.Names, ", ")
	if len(s.Names) == 0 {
		what = "there is no certificate"
	}
	return diag.New(diag.ConfigNoCertificate, what+" to configure "+server.Title+" with").Because(why).
		Fix("issue one, and ask again", diag.CommandLine(line...)).Fix("or give the files", "--cert FILE --key FILE")
}

// serves tells whether the server can use the certificate for the names.
func serves(entry ca.Entry, server serverconf.Server, names []string) bool {
	files := []string{entry.Files.Cert, entry.Files.Key}
	if server.Combined {
		files = []string{entry.Files.Combined}
	}
	for _, file := range files {
		if file == "" || !isFile(file) {
			return false
		}
	}
	if entry.Client || entry.Broken != "" || entry.LeafOnly || len(hostNames(entry.Names)) == 0 {
		return false
	}
	for _, name := range names {
		name = strings.ToLower(name)
		_, parent, _ := strings.Cut(name, ".")
		if !slices.Contains(entry.Names, name) && !slices.Contains(entry.Names, "*."+parent) {
			return false
		}
	}
	return true
}

// hostNames leaves e-mail addresses and URIs out.
func hostNames(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return strings.ContainsAny(name, "@/") || strings.HasPrefix(name, "urn:") })
}

// checkLines are the commands that say whether it worked.
func checkLines(server serverconf.Server, s serverconf.Settings) []string {
	if server.Plain || s.Behind != "" {
		return []string{}
	}
	name := s.Names[0]
	if strings.HasPrefix(name, "*.") {
		name = "www" + name[1:]
	}
	target := server.Scheme + "://" + net.JoinHostPort(name, strconv.Itoa(cmp.Or(s.Listen, server.Port)))
	var lines []string
	for _, verb := range []string{"verify", "trace"} {
		argv := []string{"devca", verb, target}
		if s.ClientCA != "" {
			argv = append(argv, "--client-cert", "NAME-client.pem", "--client-key", "NAME-client-key.pem")
		}
		lines = append(lines, diag.CommandLine(argv...))
	}
	return lines
}

func (p *program) configAnswer(c *cli.Context, result configResult) error {
	if out := c.String("out"); out != "" && out != "-" {
		path, err := filepath.Abs(out)
		if err != nil {
			return err
		}
		if err := writeConfig(path, result.Text, c.Bool("force")); err != nil {
			return err
		}
		result.Path = path
	}
	if p.json {
		return p.result(result)
	}
	if result.Path == "" {
		_, _ = p.streams.Out.Write([]byte(result.Text))
	} else {
		p.say("Written  %s", ui.Clean(shortPath(result.Path)))
	}
	if result.Cert != "" {
		p.note("For      %s", ui.Clean(strings.Join(result.Names, ", ")+" ("+shortPath(result.Cert)+")"))
	} else {
		p.note("For      %s", ui.Clean(strings.Join(result.Names, ", ")))
	}
	p.note("Place    %s", result.Place)
	p.note("Start    %s", result.Start)
	p.note("Renewed  %s", result.Reload)
	for _, line := range result.Checks {
		p.note("Check    %s", ui.Clean(line))
	}
	for _, note := range result.Notes {
		p.note("Note     %s", note)
	}
	return nil
}

// configMark is in the first lines of every text that has comments.
const configMark = "Made by devca config"

// writeConfig writes the file, and never over one that somebody else wrote.
func writeConfig(path, text string, force bool) error {
	if !force {
		old, err := readBounded(path)
		if err == nil && !bytes.Contains(old, []byte(configMark)) || err != nil && !errors.Is(err, fs.ErrNotExist) {
			return diag.New(diag.ConfigFile, path+" is in the way").Because("it is no configuration of an earlier run").
				Fix("write elsewhere", "--out devca.conf").Fix("or replace it", "--force")
		}
	}
	if err := atomicfile.Write(atomicfile.File{Path: path, Data: []byte(text), Mode: 0o644}); err != nil {
		return diag.New(diag.ConfigFile, path+" cannot be written").From(err).Fix("write elsewhere", "--out devca.conf")
	}
	return nil
}
