package serverconf

import "strconv"

// http1Only is said of programs that have no HTTP/2, whatever one configures.
const http1Only = "It speaks HTTP/1.1 only, which devca trace says as trace/http1-only: "

func nodeServers() []Server {
	return []Server{
		{
			Name: "node", Title: "Node.js (https)", Aliases: []string{"node-https", "nodejs"}, Kind: Program, File: "server.mjs", Place: "beside your program: answer() is where it begins",
			Start: "node server.mjs", Reload: "by itself, when the files change", Port: 8443, Scheme: "https", Redirect: true,
			Limits: []string{http1Only + "Node's module https has no HTTP/2; devca config node-http2 has."},
			write:  (*site).writeNodeHTTPS,
		},
		{
			Name: "node-http2", Title: "Node.js (http2)", Aliases: []string{"http2"}, Kind: Program, File: "server.mjs", Place: "beside your program: answer() is where it begins",
			Start: "node server.mjs", Reload: "by itself, when the files change", Port: 8443, Scheme: "https", Redirect: true,
			write: (*site).writeNodeHTTP2,
		},
		{
			Name: "node-http", Title: "Node.js (http, behind a proxy)", Kind: Program, File: "server.mjs", Place: "beside your program: answer() is where it begins",
			Start: "node server.mjs", Reload: "nothing: it has no certificate", Port: 3000, Scheme: "http", Behind: true, Plain: true,
			Limits: []string{"It has no TLS: devca config nginx --upstream http://127.0.0.1:3000 (or caddy, apache, haproxy) makes what stands in front."},
			write:  (*site).writeNodeHTTP,
		},
	}
}

// nodeTLS reads the files, and again when they were renewed.
const nodeTLS = `// The file holds the leaf and the issuing CA: clients know the root only.
const certFile = @CERT@;
const keyFile = @KEY@;

function secrets() {
  return {
    cert: readFileSync(certFile),
    key: readFileSync(keyFile),
    minVersion: "TLSv1.2",
    // The first three are TLS 1.3's. All are good; clients know which is fast for them.
    ciphers: "@SUITES@",
    honorCipherOrder: false,@CLIENTS@
  };
}
`

const nodeReload = `
// A renewed certificate is taken over without a restart. Key and certificate are
// two files, so there is a moment in which they do not fit together.
watchFile(certFile, () => {
  try {
    server.setSecureContext(secrets());
  } catch (error) {
    console.error(error.message);
  }
});
`

const nodeHTTPS = `// Made by devca config node.
import { readFileSync, watchFile } from "node:fs";
import https from "node:https";
@IMPORT@
@SECRETS@
function answer(request, response) {
  // @HSTSWHY@
@HSTS@  response.setHeader("Content-Type", "text/plain");
  response.end("@HELLO@\n");
}

// Sessions are resumed by tickets, which is how Node begins.
const server = https.createServer(secrets(), answer);
server.listen(@PORT@, "@ADDRESS@");
@RELOAD@@REDIRECT@`

const nodeHTTP2 = `// Made by devca config node-http2.
import { readFileSync, watchFile } from "node:fs";
import http2 from "node:http2";
@IMPORT@
@SECRETS@
function answer(request, response) {
  // @HSTSWHY@
@HSTS@  response.setHeader("Content-Type", "text/plain");
  response.end("@HELLO@\n");
}

// allowHTTP1 is for clients and WebSockets that have no HTTP/2.
const server = http2.createSecureServer({ ...secrets(), allowHTTP1: true }, answer);
server.listen(@PORT@, "@ADDRESS@");
@RELOAD@@REDIRECT@`

func (s *site) writeNodeHTTPS() string { return s.fillNode(nodeHTTPS) }
func (s *site) writeNodeHTTP2() string { return s.fillNode(nodeHTTP2) }

func (s *site) fillNode(template string) string {
	redirect := ""
	if s.HTTPPort != 0 {
		redirect = fill(nodeRedirect, "@HTTP@", strconv.Itoa(s.HTTPPort), "@ADDRESS@", s.Address, "@PORT@", s.portSuffix(), "@NAMES@", scripts(s.hosts()))
	}
	return fill(template, "@SECRETS@", s.nodeSecrets(), "@HSTSWHY@", s.hstsWhy(), "@HELLO@", hello,
		"@IMPORT@", when(redirect != "", "import http from \"node:http\";\n"),
		"@HSTS@", when(s.HSTS, "  response.setHeader(\"Strict-Transport-Security\", \"max-age="+s.hstsSeconds()+"\");\n"),
		"@PORT@", strconv.Itoa(s.Listen), "@ADDRESS@", s.Address, "@RELOAD@", nodeReload, "@REDIRECT@", redirect)
}

func (s *site) nodeSecrets() string {
	clients := ""
	if s.ClientCA != "" {
		clients = "\n    // Clients show a certificate under this root.\n    ca: readFileSync(" + script(s.ClientCA) + "),\n    requestCert: true,\n    rejectUnauthorized: true,"
	}
	return fill(nodeTLS, "@CERT@", script(s.Cert), "@KEY@", script(s.Key), "@SUITES@", suites13+":"+suites12, "@CLIENTS@", clients)
}

const nodeRedirect = `
// Only to names of our own: what a client claims is not repeated to it. 308 keeps
// POST a POST.
const names = @NAMES@;
http.createServer((request, response) => {
  const asked = (request.headers.host ?? "").replace(/:[0-9]+$/, "");
  const host = names.includes(asked) ? asked : names[0];
  response.writeHead(308, { Location: "https://" + host + "@PORT@" + request.url }).end();
}).listen(@HTTP@, "@ADDRESS@");
`

const nodeHTTP = `// Made by devca config node-http.
import http from "node:http";

// What a proxy says about its client is believed from this address only; anybody
// else could claim anything.
const proxy = "@BEHIND@";

function client(request) {
  const said = request.socket.remoteAddress?.replace(/^::ffff:/, "") === proxy ? request.headers : {};
  return {
    address: said["x-forwarded-for"]?.split(",").at(-1).trim() ?? request.socket.remoteAddress,
    protocol: said["x-forwarded-proto"] ?? "http",
    host: said["x-forwarded-host"] ?? request.headers.host,
  };
}

http.createServer((request, response) => {
  const { address, protocol, host } = client(request);
  response.setHeader("Content-Type", "text/plain");
  response.end("@HELLO@ " + address + ", you asked for " + protocol + "://" + host + request.url + "\n");
}).listen(@PORT@, "@ADDRESS@");
`

func (s *site) writeNodeHTTP() string {
	return fill(nodeHTTP, "@BEHIND@", s.behind(), "@HELLO@", hello, "@PORT@", strconv.Itoa(s.Listen), "@ADDRESS@", s.Address)
}

// behind is the address of the proxy in front.
func (s *site) behind() string {
	if s.Behind == "" {
		return "127.0.0.1"
	}
	return s.Behind
}
