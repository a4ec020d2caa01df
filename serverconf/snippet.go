package serverconf

import "strings"

// Topics of Snippet.
const (
	Versions   = "versions"   // TLS 1.2 and 1.3
	Suites     = "suites"     // forward secrecy, authenticated encryption
	Groups     = "groups"     // x25519, which clients send a key share for
	Chain      = "chain"      // the issuing CA beside the leaf
	Resumption = "resumption" // second connections without a full handshake
	HTTP2      = "http2"
	HSTS       = "hsts"
	Stapling   = "stapling" // an OCSP answer with the certificate
	Redirect   = "redirect" // from http to https
	NamesOf    = "names"    // which names the server answers to
)

// Topics lists them.
func Topics() []string {
	return []string{Versions, Suites, Groups, Chain, Resumption, HTTP2, HSTS, Stapling, Redirect, NamesOf}
}

// Snippet gives the few lines of configuration that mend one finding, and
// nothing where the server has no lines for it. Values in capitals are for the
// person to fill in.
func Snippet(server, topic string) string {
	if topic == "protocols" {
		topic = Versions
	}
	found, ok := Find(server)
	if !ok {
		return ""
	}
	name := found.Name
	if same, ok := sameLines[name]; ok {
		name = same
	}
	return strings.ReplaceAll(snippets[name][topic], "@SUITES@", suites12)
}

// sameLines are servers whose lines are those of another.
var sameLines = map[string]string{"node-http2": "node", "nextjs": "node", "php": "caddy", "compose": "nginx"}

// snippets are by server and topic.
var snippets = map[string]map[string]string{
	"nginx": {
		Versions:   "ssl_protocols TLSv1.2 TLSv1.3;",
		Suites:     "ssl_ciphers @SUITES@;",
		Groups:     "ssl_ecdh_curve X25519:prime256v1:secp384r1;",
		Chain:      "ssl_certificate /PATH/NAME.pem; # leaf and issuing CA in one file, in this order",
		Resumption: "ssl_session_cache shared:devca:1m;\nssl_session_timeout 1d;\nssl_session_tickets on;",
		HTTP2:      "listen 443 ssl http2; # or, from 1.25.1 on: http2 on;",
		HSTS:       "add_header Strict-Transport-Security \"max-age=31536000\" always;",
		Stapling:   "ssl_stapling on;\nssl_trusted_certificate /PATH/root.pem;",
		Redirect:   "server {\n\tlisten 80;\n\tserver_name NAME;\n\treturn 308 https://$host$request_uri;\n}",
		NamesOf:    "server_name NAME;",
	},
	"apache": {
		Versions:   "SSLProtocol -all +TLSv1.2 +TLSv1.3",
		Suites:     "SSLCipherSuite @SUITES@",
		Groups:     "SSLOpenSSLConfCmd Groups X25519:P-256:P-384",
		Chain:      "SSLCertificateFile /PATH/NAME.pem # leaf and issuing CA in one file, in this order",
		Resumption: "SSLSessionTickets on\nSSLSessionCache shmcb:ssl_scache(512000)",
		HTTP2:      "Protocols h2 http/1.1 # a2enmod http2, with mpm_event",
		HSTS:       "Header always set Strict-Transport-Security \"max-age=31536000\"",
		Stapling:   "SSLStaplingCache shmcb:ssl_stapling(32768) # outside <VirtualHost>\nSSLUseStapling on",
		Redirect:   "<VirtualHost *:80>\n\tServerName NAME\n\tRedirect 308 \"/\" \"https://NAME/\"\n</VirtualHost>",
		NamesOf:    "ServerName NAME\nServerAlias OTHER",
	},
	"caddy": {
		Versions: "tls /PATH/NAME.pem /PATH/NAME-key.pem {\n\tprotocols tls1.2 tls1.3\n}",
		Suites:   "# Caddy's own suites are good: remove the line with \"ciphers\".",
		Groups:   "# Caddy's own groups are good: remove the line with \"curves\".",
		Chain:    "tls /PATH/NAME.pem /PATH/NAME-key.pem # leaf and issuing CA in the first file, in this order",
		HTTP2:    "{\n\tservers {\n\t\tprotocols h1 h2 h3\n\t}\n}",
		HSTS:     "header Strict-Transport-Security \"max-age=31536000\"",
		Redirect: "http://NAME {\n\tredir https://{host}{uri} 308\n}",
		NamesOf:  "https://NAME, https://OTHER {\n}",
	},
	"traefik": {
		Versions: "tls:\n  options:\n    default:\n      minVersion: VersionTLS12",
		Suites:   "tls:\n  options:\n    default:\n      cipherSuites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]",
		Chain:    "tls:\n  certificates:\n    - certFile: /PATH/NAME.pem # leaf and issuing CA, in this order\n      keyFile: /PATH/NAME-key.pem",
		HSTS:     "http:\n  middlewares:\n    hsts:\n      headers:\n        customResponseHeaders:\n          Strict-Transport-Security: max-age=31536000",
		Redirect: "entryPoints:\n  http:\n    address: :80\n    http:\n      redirections:\n        entryPoint:\n          to: https",
	},
	"haproxy": {
		Versions:   "ssl-default-bind-options ssl-min-ver TLSv1.2",
		Suites:     "ssl-default-bind-ciphers @SUITES@",
		Groups:     "bind :443 ssl crt /PATH/NAME-combined.pem curves X25519:P-256:P-384",
		Chain:      "bind :443 ssl crt /PATH/NAME-combined.pem # key, leaf and issuing CA: devca issue --combined",
		Resumption: "tune.ssl.cachesize 20000\ntune.ssl.lifetime 300\n# and no \"no-tls-tickets\"",
		HTTP2:      "bind :443 ssl crt /PATH/NAME-combined.pem alpn h2,http/1.1",
		HSTS:       "http-after-response set-header Strict-Transport-Security max-age=31536000",
		Redirect:   "http-request redirect scheme https code 308 unless { ssl_fc }",
	},
	"node": {
		Versions: "https.createServer({ minVersion: \"TLSv1.2\", cert, key }, answer)",
		Suites:   "https.createServer({ ciphers: \"TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:@SUITES@\", cert, key }, answer)",
		Groups:   "https.createServer({ ecdhCurve: \"auto\", cert, key }, answer)",
		Chain:    "cert: readFileSync(\"/PATH/NAME.pem\"), // leaf and issuing CA in one file, in this order",
		HTTP2:    "http2.createSecureServer({ allowHTTP1: true, cert, key }, answer)",
		HSTS:     "response.setHeader(\"Strict-Transport-Security\", \"max-age=31536000\");",
		Redirect: "http.createServer((request, response) => response.writeHead(308, { Location: \"https://NAME\" + request.url }).end()).listen(80);",
	},
	"express": {
		HSTS:     "app.use((request, response, next) => { response.set(\"Strict-Transport-Security\", \"max-age=31536000\"); next(); });",
		Redirect: "app.use((request, response, next) => request.secure ? next() : response.redirect(308, \"https://NAME\" + request.url));",
	},
	"uvicorn": {
		Suites: "uvicorn.run(app, ssl_ciphers=\"@SUITES@\")",
		Chain:  "uvicorn.run(app, ssl_certfile=\"/PATH/NAME.pem\", ssl_keyfile=\"/PATH/NAME-key.pem\") # leaf and issuing CA in the first file, in this order",
		HSTS:   "uvicorn.run(app, headers=[(\"Strict-Transport-Security\", \"max-age=31536000\")])",
		HTTP2:  "# uvicorn has no HTTP/2: hypercorn has, or a web server in front.",
	},
	"hypercorn": {
		Suites: "ciphers = \"@SUITES@\"",
		Chain:  "certfile = \"/PATH/NAME.pem\" # leaf and issuing CA, in this order",
		HTTP2:  "alpn_protocols = [\"h2\", \"http/1.1\"]",
	},
	"gunicorn": {
		Suites:     "ciphers = \"@SUITES@\"",
		Chain:      "certfile = \"/PATH/NAME.pem\"  # leaf and issuing CA, in this order",
		Resumption: "contexts = []\n\n\ndef ssl_context(config, default_ssl_context_factory):  # gunicorn 21 or later\n    if not contexts:\n        contexts.append(default_ssl_context_factory())\n    return contexts[0]",
		HTTP2:      "# gunicorn has no HTTP/2: hypercorn has, or a web server in front.",
	},
	"flask": {
		Versions: "context.minimum_version = ssl.TLSVersion.TLSv1_2",
		Suites:   "context.set_ciphers(\"@SUITES@\")",
		Chain:    "context.load_cert_chain(\"/PATH/NAME.pem\", \"/PATH/NAME-key.pem\")  # leaf and issuing CA in the first file, in this order",
		HSTS:     "response.headers[\"Strict-Transport-Security\"] = \"max-age=31536000\"",
		HTTP2:    "# Flask's server has no HTTP/2: a web server in front has.",
	},
	"django": {
		HSTS:     "SECURE_HSTS_SECONDS = 31536000",
		Redirect: "SECURE_SSL_REDIRECT = True",
		NamesOf:  "ALLOWED_HOSTS = [\"NAME\"]",
	},
	"spring": {
		Versions: "server.ssl.enabled-protocols=TLSv1.3,TLSv1.2",
		Chain:    "server.ssl.certificate=file:/PATH/NAME.pem\nserver.ssl.certificate-private-key=file:/PATH/NAME-key.pem",
		HTTP2:    "server.http2.enabled=true",
	},
	"kestrel": {
		Versions: "\"SslProtocols\": [\"Tls12\", \"Tls13\"]",
		Chain:    "\"Certificate\": { \"Path\": \"/PATH/NAME.pem\", \"KeyPath\": \"/PATH/NAME-key.pem\" }",
		HTTP2:    "\"Protocols\": \"Http1AndHttp2\"",
		HSTS:     "app.UseHsts();",
		Redirect: "app.UseHttpsRedirection();",
	},
	"postgres": {
		Versions: "ssl_min_protocol_version = 'TLSv1.2'",
		Suites:   "ssl_ciphers = '@SUITES@'",
		Groups:   "ssl_groups = 'X25519:prime256v1' # from PostgreSQL 18 on; ssl_ecdh_curve of before takes no X25519",
		Chain:    "ssl_cert_file = '/PATH/NAME.pem' # leaf and issuing CA, in this order",
	},
	"redis": {
		Versions:   "tls-protocols \"TLSv1.2 TLSv1.3\"",
		Suites:     "tls-ciphers @SUITES@",
		Chain:      "tls-cert-file /PATH/NAME.pem",
		Resumption: "tls-session-caching yes",
	},
	"mysql": {
		Versions: "tls_version = TLSv1.2,TLSv1.3",
		Suites:   "ssl_cipher = @SUITES@",
		Chain:    "ssl_cert = /PATH/NAME.pem",
	},
	"go": {
		Versions:   "TLSConfig: &tls.Config{MinVersion: tls.VersionTLS12},",
		Suites:     "TLSConfig: &tls.Config{CipherSuites: nil}, // Go's own choice is good",
		Groups:     "TLSConfig: &tls.Config{CurvePreferences: nil}, // Go's own choice is good",
		Chain:      "tls.LoadX509KeyPair(\"/PATH/NAME.pem\", \"/PATH/NAME-key.pem\") // leaf and issuing CA in the first file, in this order",
		Resumption: "TLSConfig: &tls.Config{SessionTicketsDisabled: false},",
		HTTP2:      "TLSConfig: &tls.Config{NextProtos: []string{\"h2\", \"http/1.1\"}},",
		HSTS:       "w.Header().Set(\"Strict-Transport-Security\", \"max-age=31536000\")",
		Redirect:   "http.Redirect(w, r, \"https://NAME\"+r.URL.RequestURI(), http.StatusPermanentRedirect)",
	},
}
