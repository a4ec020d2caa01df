package serverconf

import "strconv"

func frameworks() []Server {
	return []Server{
		{
			Name: "express", Title: "Express", Kind: Program, File: "server.mjs", Place: "beside your program, with express installed: replace app by yours",
			Start: "node server.mjs", Reload: "by itself, when the files change", Port: 8443, Scheme: "https", Behind: true, Redirect: true,
			Limits: []string{http1Only + "Express builds on Node's HTTP/1.1 messages; a web server in front has HTTP/2 (devca config caddy --upstream)."},
			write:  (*site).writeExpress,
		},
		{
			Name: "vite", Title: "Vite", Kind: Program, File: "vite.config.mjs", Place: "the project's folder, or its server part into the configuration that is there",
			Start: "npx vite", Reload: "a restart", Port: 8443, Scheme: "https",
			Limits: []string{"With server.proxy in its configuration, Vite speaks HTTP/1.1 only: trace/http1-only."},
			write:  (*site).writeVite,
		},
		{
			Name: "nextjs", Title: "Next.js", Aliases: []string{"next"}, Kind: Program, File: "server.mjs", Place: "the project's folder",
			Start: "node server.mjs", Reload: "by itself, when the files change", Port: 8443, Scheme: "https",
			Limits: []string{
				http1Only + "Next.js builds on Node's HTTP/1.1 messages; a web server in front has HTTP/2 (devca config caddy --upstream).",
				"For development alone, next dev takes --experimental-https-cert and --experimental-https-key, too.",
			},
			write: (*site).writeNext,
		},
	}
}

const expressTLS = `// Made by devca config express.
import { readFileSync, watchFile } from "node:fs";
import https from "node:https";
@IMPORT@import express from "express";

@SECRETS@
const app = express();
// No proxy is in front: what a client claims in X-Forwarded-* is not believed.
app.set("trust proxy", false);
app.use((request, response, next) => {
  // @HSTSWHY@
@HSTS@  next();
});
app.get("/", (request, response) => {
  response.type("text/plain").send("@HELLO@ " + request.ip + ", you asked for " + request.protocol + "://" + request.hostname + "\n");
});

// Sessions are resumed by tickets, which is how Node begins.
const server = https.createServer(secrets(), app);
server.listen(@PORT@, "@ADDRESS@");
@RELOAD@@REDIRECT@`

const expressBehind = `// Made by devca config express.
import http from "node:http";
import express from "express";

const app = express();
// No TLS here: it ends at the proxy. What that says about its client is believed
// from its address only; anybody else could claim anything.
app.set("trust proxy", "@BEHIND@");
app.get("/", (request, response) => {
  response.type("text/plain").send("@HELLO@ " + request.ip + ", you asked for " + request.protocol + "://" + request.hostname + "\n");
});

http.createServer(app).listen(@PORT@, "@ADDRESS@");
`

func (s *site) writeExpress() string {
	if s.Behind != "" {
		return fill(expressBehind, "@BEHIND@", s.Behind, "@HELLO@", hello, "@PORT@", strconv.Itoa(s.Listen), "@ADDRESS@", s.Address)
	}
	return s.fillNode(expressTLS)
}

const viteTemplate = `// Made by devca config vite.
import { readFileSync } from "node:fs";

@SECRETS@
// The same for "vite" and "vite preview".
const server = {
  host: "@ADDRESS@",
  port: @PORT@,
  strictPort: true, // another port would have another origin
  https: secrets(), // HTTP/2, and HTTP/1.1 for the WebSocket of live reload
  allowedHosts: @NAMES@, // others are refused, against DNS rebinding
  // @HSTSWHY@
  headers: {@HSTS@},
};

export default { server, preview: server };
`

func (s *site) writeVite() string {
	var names []string
	for _, name := range s.Names {
		if len(name) > 2 && name[:2] == "*." {
			name = name[1:] // Vite's way: .app.test has all below it
		}
		names = append(names, name)
	}
	return fill(viteTemplate, "@SECRETS@", s.nodeSecrets(), "@ADDRESS@", s.Address, "@PORT@", strconv.Itoa(s.Listen), "@NAMES@", scripts(names),
		"@HSTSWHY@", s.hstsWhy(), "@HSTS@", when(s.HSTS, " \"Strict-Transport-Security\": \"max-age="+s.hstsSeconds()+"\" "))
}

const nextTemplate = `// Made by devca config nextjs.
import { readFileSync, watchFile } from "node:fs";
import https from "node:https";
import next from "next";

@SECRETS@
// NODE_ENV=production serves what "next build" made.
const server = https.createServer(secrets());
const app = next({ dev: process.env.NODE_ENV !== "production", hostname: @NAME@, port: @PORT@, httpServer: server });
await app.prepare();
const handle = app.getRequestHandler();
server.on("request", (request, response) => {
  // Nothing is in front: what a client claims goes no further.
  for (const name of ["x-forwarded-for", "x-forwarded-host", "forwarded"]) {
    delete request.headers[name];
  }
  request.headers["x-forwarded-proto"] = "https";
  // @HSTSWHY@
@HSTS@  handle(request, response);
});
server.listen(@PORT@, "@ADDRESS@");
@RELOAD@`

func (s *site) writeNext() string {
	return fill(nextTemplate, "@NAME@", script(s.plainHost()), "@SECRETS@", s.nodeSecrets(), "@HSTSWHY@", s.hstsWhy(),
		"@HSTS@", when(s.HSTS, "  response.setHeader(\"Strict-Transport-Security\", \"max-age="+s.hstsSeconds()+"\");\n"),
		"@PORT@", strconv.Itoa(s.Listen), "@ADDRESS@", s.Address, "@RELOAD@", nodeReload)
}
