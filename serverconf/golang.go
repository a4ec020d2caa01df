package serverconf

import "strconv"

func goServer() []Server {
	return []Server{
		{
			Name: "go", Title: "Go (net/http)", Aliases: []string{"golang", "nethttp"}, Kind: Program, File: "main.go", Place: "a folder of its own: the handler is where your program begins",
			Start: "go run main.go", Reload: "by itself, within a minute", Port: 8443, Scheme: "https",
			Proxies: true, Files: true, Redirect: true, write: (*site).writeGo,
		},
	}
}

const goTemplate = `// Made by devca config go.
package main

import (
	"crypto/tls"
@IMPORTS@	"log"
	"net/http"
@IMPORTS2@	"os"
@IMPORTS3@	"sync"
	"time"
)

// The file holds the leaf and the issuing CA: clients know the root only.
const (
	certFile = @CERT@
	keyFile  = @KEY@
)

// certificate takes a renewed one over without a restart.
type certificate struct {
	mutex  sync.Mutex
	read   time.Time // when the file was looked at
	of     time.Time // the file's time then
	loaded *tls.Certificate
}

func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.loaded != nil && time.Since(c.read) < time.Minute {
		return c.loaded, nil
	}
	info, err := os.Stat(certFile)
	if err == nil && (c.loaded == nil || !info.ModTime().Equal(c.of)) {
		var pair tls.Certificate
		if pair, err = tls.LoadX509KeyPair(certFile, keyFile); err == nil {
			c.loaded, c.of = &pair, info.ModTime()
		}
	}
	if c.loaded == nil {
		return nil, err
	}
	c.read = time.Now()
	return c.loaded, nil
}

func handler() http.Handler {
@HANDLER@}

func main() {
	files := &certificate{}
	if _, err := files.get(nil); err != nil {
		log.Fatal(err)
	}
@CLIENTS@	server := &http.Server{
		Addr:    "@LISTEN@",
		Handler: @WRAPPED@,
		// Suites, resumption by tickets and HTTP/2 are good as they are.
		TLSConfig: &tls.Config{
			MinVersion:     tls.VersionTLS12,
			GetCertificate: files.get,
@CLIENTSCONFIG@		},
		ReadHeaderTimeout: 10 * time.Second,
	}
@REDIRECT@	log.Fatal(server.ListenAndServeTLS("", ""))
}
@HSTS@`

const goHSTS = `
// hsts adds the header to every answer.
func hsts(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// @HSTSWHY@
		w.Header().Set("Strict-Transport-Security", "max-age=@SECONDS@")
		next.ServeHTTP(w, r)
	})
}
`

const goProxy = `	// Rewrite drops what a client claims in X-Forwarded-*, and SetXForwarded says it anew.
	program := &url.URL{Scheme: "http", Host: @UPSTREAM@}
	return &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(program)
		r.Out.Host = r.In.Host
		r.SetXForwarded()
	}}
`

const goRedirect = `	go func() {
		// 308 keeps POST a POST.
		log.Fatal(http.ListenAndServe("@HTTP@", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			host := (&url.URL{Host: r.Host}).Hostname()
			if strings.Contains(host, ":") {
				host = "[" + host + "]"
			}
			http.Redirect(w, r, "https://"+host+"@PORT@"+r.URL.RequestURI(), http.StatusPermanentRedirect)
		})))
	}()
`

func (s *site) writeGo() string {
	handler := "\treturn http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {\n\t\t_, _ = w.Write([]byte(\"" + hello + "\\n\"))\n\t})\n"
	switch {
	case s.Upstream != "":
		handler = fill(goProxy, "@UPSTREAM@", program(s.Upstream))
	case s.Docroot != "":
		handler = "\treturn http.FileServer(http.Dir(" + program(s.Docroot) + "))\n"
	}
	clients, config := "", ""
	if s.ClientCA != "" {
		clients = "\t// Clients show a certificate under this root.\n\tclients := x509.NewCertPool()\n\troot, err := os.ReadFile(" + program(s.ClientCA) +
			")\n\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n\tclients.AppendCertsFromPEM(root)\n"
		config = "\t\t\tClientAuth:     tls.RequireAndVerifyClientCert,\n\t\t\tClientCAs:      clients,\n"
	}
	redirect := ""
	if s.HTTPPort != 0 {
		redirect = fill(goRedirect, "@HTTP@", hostPort(s.Address, s.HTTPPort), "@PORT@", s.portSuffix())
	}
	wrapped, hsts := "handler()", "\n// "+s.hstsWhy()+"\n"
	if s.HSTS {
		wrapped, hsts = "hsts(handler())", fill(goHSTS, "@HSTSWHY@", s.hstsWhy(), "@SECONDS@", s.hstsSeconds())
	}
	return fill(goTemplate,
		"@IMPORTS@", when(clients != "", "\t\"crypto/x509\"\n"), "@IMPORTS2@", when(s.Upstream != "", "\t\"net/http/httputil\"\n")+when(s.Upstream != "" || redirect != "", "\t\"net/url\"\n"),
		"@IMPORTS3@", when(redirect != "", "\t\"strings\"\n"), "@CERT@", program(s.Cert), "@KEY@", program(s.Key), "@HANDLER@", handler,
		"@CLIENTS@", clients, "@CLIENTSCONFIG@", config, "@LISTEN@", s.listen(), "@WRAPPED@", wrapped, "@REDIRECT@", redirect, "@HSTS@", hsts, "@PORT@", strconv.Itoa(s.Listen))
}
