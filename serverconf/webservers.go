package serverconf

import (
	"strconv"
	"strings"
)

func webServers() []Server {
	return []Server{
		{
			Name: "nginx", Title: "nginx", Kind: WebServer, File: "devca.conf",
			Place: "/etc/nginx/conf.d/ (Homebrew: $(brew --prefix)/etc/nginx/servers/), which nginx.conf includes inside http { }",
			Start: "nginx -t && nginx -s reload", Reload: "nginx -s reload", Port: 8443, Scheme: "https",
			Proxies: true, Files: true, Redirect: true, write: (*site).writeNginx,
		},
		{
			Name: "apache", Title: "Apache", Aliases: []string{"apache2", "httpd"}, Kind: WebServer, File: "devca.conf",
			Place: "/etc/apache2/sites-enabled/ (Red Hat: /etc/httpd/conf.d/); modules: a2enmod ssl http2 headers alias proxy_http, and mpm_event, as mpm_prefork has no HTTP/2",
			Start: "apachectl configtest && apachectl graceful", Reload: "apachectl graceful", Port: 8443, Scheme: "https",
			Proxies: true, Files: true, Redirect: true, write: (*site).writeApache,
		},
		{
			Name: "caddy", Title: "Caddy", Kind: WebServer, File: "Caddyfile", Place: "anywhere; it is a whole configuration",
			Start: "caddy run --config Caddyfile --adapter caddyfile", Reload: "a restart (its admin interface is off)", Port: 8443, Scheme: "https",
			Proxies: true, Files: true, Redirect: true, write: (*site).writeCaddy,
		},
		{
			Name: "haproxy", Title: "HAProxy", Kind: WebServer, File: "haproxy.cfg", Place: "/etc/haproxy/haproxy.cfg, or anywhere; it is a whole configuration",
			Start: "haproxy -W -f haproxy.cfg", Reload: "systemctl reload haproxy, or SIGUSR2 to the process of -W", Port: 8443, Scheme: "https",
			Proxies: true, Redirect: true, Combined: true, write: (*site).writeHAProxy,
		},
		{
			Name: "traefik", Title: "Traefik", Kind: WebServer, File: "traefik.yaml", Place: "anywhere; it is the dynamic configuration, and the command line has the static one",
			Start: "traefik --entryPoints.https.address=127.0.0.1:8443 --providers.file.filename=traefik.yaml", Reload: "by itself when traefik.yaml changes; touch it after devca renew", Port: 8443, Scheme: "https",
			Limits:  []string{notStarted, "It is for Traefik 3; 2 has other rules for wildcards.", "Traefik answers 404 for what no program is behind: without --upstream it passes requests on to http://127.0.0.1:3000."},
			Proxies: true, Redirect: true, write: (*site).writeTraefik, start: (*site).startTraefik,
		},
	}
}

const nginxTemplate = `# Made by devca config nginx, for inside http { }.
# WebSockets, as used for live reload, ask for a connection to be upgraded.
map $http_upgrade $devca_connection {
	default upgrade;
	"" "";
}

server {
	# From 1.25.1 on, "http2 on;" is a line of its own; this way works before, too.
	listen @LISTEN@ ssl http2;
	server_name @NAMES@;

	# The file holds the leaf and the issuing CA: clients know the root only.
	ssl_certificate @CERT@;
	ssl_certificate_key @KEY@;

	ssl_protocols TLSv1.2 TLSv1.3;
	ssl_ciphers @SUITES@;
	ssl_prefer_server_ciphers off; # all are good; clients know which is fast for them
	ssl_session_cache shared:devca:1m; # one for all workers: else half of the resumptions fail
	ssl_session_timeout 1d;
@CLIENTS@
	# @HSTSWHY@
@HSTS@@ANSWER@}
@REDIRECT@`

const nginxProxy = `	location / {
		proxy_pass http://@UPSTREAM@;
		proxy_http_version 1.1;
		proxy_set_header Upgrade $http_upgrade;
		proxy_set_header Connection $devca_connection;
		# Set, never added to: what a client claims in them goes no further.
		proxy_set_header Host $http_host;
		proxy_set_header X-Forwarded-Host $http_host;
		proxy_set_header X-Forwarded-For $remote_addr;
		proxy_set_header X-Forwarded-Proto $scheme;
		proxy_set_header Forwarded "";
		proxy_buffering off; # streams arrive as they are sent
	}
`

func (s *site) writeNginx() string {
	answer := "\tlocation / {\n\t\tdefault_type text/plain;\n\t\treturn 200 \"" + hello + "\\n\";\n\t}\n"
	switch {
	case s.Upstream != "":
		answer = fill(nginxProxy, "@UPSTREAM@", s.Upstream)
	case s.Docroot != "":
		answer = "\troot " + s.nginx(s.Docroot) + ";\n\tindex index.html;\n"
	}
	clients := ""
	if s.ClientCA != "" {
		clients = "\t# Clients show a certificate: leaf, issuing CA, and this root, hence the depth.\n\tssl_client_certificate " +
			s.nginx(s.ClientCA) + ";\n\tssl_verify_client on;\n\tssl_verify_depth 2;\n"
	}
	redirect := ""
	if s.HTTPPort != 0 {
		redirect = fill("\nserver {\n\tlisten @HTTP@;\n\tserver_name @NAMES@;\n\treturn 308 https://$host@PORT@$request_uri; # 308 keeps POST a POST\n}\n",
			"@HTTP@", hostPort(s.Address, s.HTTPPort), "@NAMES@", strings.Join(s.hosts(), " "), "@PORT@", s.portSuffix())
	}
	return fill(nginxTemplate, "@LISTEN@", s.listen(), "@NAMES@", strings.Join(s.hosts(), " "), "@CERT@", s.nginx(s.Cert), "@KEY@", s.nginx(s.Key),
		"@SUITES@", suites12, "@CLIENTS@", clients, "@HSTSWHY@", s.hstsWhy(), "@ANSWER@", answer, "@REDIRECT@", redirect,
		"@HSTS@", when(s.HSTS, "\tadd_header Strict-Transport-Security \"max-age="+s.hstsSeconds()+"\" always;\n"))
}

const apacheTemplate = `# Made by devca config apache. It needs the modules ssl, http2, headers and alias, for a
# program behind it proxy and proxy_http, and mpm_event: mpm_prefork has no HTTP/2.
Listen @LISTEN@

<VirtualHost @LISTEN@>
	ServerName @NAME@
@ALIASES@
	SSLEngine on
	# The file holds the leaf and the issuing CA: clients know the root only.
	SSLCertificateFile @CERT@
	SSLCertificateKeyFile @KEY@

	SSLProtocol -all +TLSv1.2 +TLSv1.3
	SSLCipherSuite @SUITES@
	# All are good; clients know which is fast for them.
	SSLHonorCipherOrder off
	# Sessions are resumed by tickets, which need no cache.
	SSLSessionTickets on
	Protocols h2 http/1.1
@CLIENTS@
	# @HSTSWHY@
@HSTS@@ANSWER@</VirtualHost>
@REDIRECT@`

const apacheProxy = `	ProxyPreserveHost On
	# mod_proxy adds to these; what a client claims in them goes no further.
	RequestHeader unset X-Forwarded-For
	RequestHeader unset X-Forwarded-Host
	RequestHeader unset Forwarded
	RequestHeader set X-Forwarded-Proto https
	# With WebSockets, as used for live reload (2.4.47 and later).
	ProxyPass "/" "http://@UPSTREAM@/" upgrade=websocket flushpackets=on
	ProxyPassReverse "/" "http://@UPSTREAM@/"
`

func (s *site) writeApache() string {
	answer := "\t<Location \"/\">\n\t\tRequire all granted\n\t</Location>\n\tErrorDocument 200 \"" + hello + "\"\n\tRedirect 200 \"/\"\n"
	switch {
	case s.Upstream != "":
		answer = fill(apacheProxy, "@UPSTREAM@", s.Upstream)
	case s.Docroot != "":
		answer = "\tDocumentRoot " + s.apache(s.Docroot) + "\n\t<Location \"/\">\n\t\tRequire all granted\n\t</Location>\n"
	}
	clients := ""
	if s.ClientCA != "" {
		clients = "\n\t# Clients show a certificate: leaf, issuing CA, and this root, hence the depth.\n\tSSLCACertificateFile " +
			s.apache(s.ClientCA) + "\n\tSSLVerifyClient require\n\tSSLVerifyDepth 2\n"
	}
	var aliases strings.Builder
	for _, host := range s.hosts()[1:] {
		aliases.WriteString("\tServerAlias " + host + "\n")
	}
	redirect := ""
	if s.HTTPPort != 0 {
		redirect = fill("\nListen @HTTP@\n<VirtualHost @HTTP@>\n\tServerName @NAME@\n@ALIASES@\t# 308 keeps POST a POST.\n\tRedirect 308 \"/\" \"https://@NAME@@PORT@/\"\n</VirtualHost>\n",
			"@HTTP@", hostPort(s.Address, s.HTTPPort), "@NAME@", s.plainHost(), "@ALIASES@", aliases.String(), "@PORT@", s.portSuffix())
	}
	return fill(apacheTemplate, "@LISTEN@", s.listen(), "@NAME@", s.plainHost(), "@ALIASES@", aliases.String(), "@CERT@", s.apache(s.Cert), "@KEY@", s.apache(s.Key),
		"@SUITES@", suites12, "@CLIENTS@", clients, "@HSTSWHY@", s.hstsWhy(), "@ANSWER@", answer, "@REDIRECT@", redirect,
		"@HSTS@", when(s.HSTS, "\tHeader always set Strict-Transport-Security \"max-age="+s.hstsSeconds()+"\"\n"))
}

// plainHost is the first name that is no wildcard: what a link can point to.
func (s *site) plainHost() string {
	for _, host := range s.hosts() {
		if !strings.HasPrefix(host, "*") {
			return host
		}
	}
	return "www" + strings.TrimPrefix(s.hosts()[0], "*")
}

const caddyTemplate = `# Made by devca config caddy.
{
	# No certificates of Caddy's own making, no changes to trust stores, no redirects.
	auto_https off
	admin off
	# For clients that send no server name, as for an IP address.
	default_sni @NAME@
}

@SITES@ {
	bind @ADDRESS@
	# The file holds the leaf and the issuing CA: clients know the root only.
	# Suites, resumption, HTTP/2 and HTTP/3 are good as they are.
	tls @CERT@ @KEY@ {
		protocols tls1.2 tls1.3
@CLIENTS@	}

	# @HSTSWHY@
@HSTS@@ANSWER@}
@REDIRECT@`

func (s *site) writeCaddy() string {
	answer := "\trespond \"" + hello + "\"\n"
	switch {
	case s.Upstream != "":
		answer = "\t# Sets X-Forwarded-For, -Proto and -Host itself, and drops what a client claims in them,\n\t# but not Forwarded (RFC 7239).\n\treverse_proxy " + s.Upstream + " {\n\t\theader_up -Forwarded\n\t}\n"
	case s.Docroot != "":
		answer = "\troot * " + s.caddy(s.Docroot) + "\n\tfile_server\n"
	}
	var sites, plain []string
	for _, host := range s.hosts() {
		sites = append(sites, "https://"+hostPortOf(host, s.Listen))
		plain = append(plain, "http://"+hostPortOf(host, s.HTTPPort))
	}
	clients := ""
	if s.ClientCA != "" {
		clients = "\t\tclient_auth {\n\t\t\tmode require_and_verify\n\t\t\ttrusted_ca_cert_file " + s.caddy(s.ClientCA) + "\n\t\t}\n"
	}
	redirect := ""
	if s.HTTPPort != 0 {
		redirect = fill("\n@SITES@ {\n\tbind @ADDRESS@\n\tredir https://{host}@PORT@{uri} 308\n}\n",
			"@SITES@", strings.Join(plain, ", "), "@ADDRESS@", s.Address, "@PORT@", s.portSuffix())
	}
	return fill(caddyTemplate, "@NAME@", strings.Trim(s.plainHost(), "[]"), "@SITES@", strings.Join(sites, ", "), "@ADDRESS@", s.Address,
		"@CERT@", s.caddy(s.Cert), "@KEY@", s.caddy(s.Key), "@CLIENTS@", clients, "@HSTSWHY@", s.hstsWhy(), "@ANSWER@", answer, "@REDIRECT@", redirect,
		"@HSTS@", when(s.HSTS, "\theader Strict-Transport-Security \"max-age="+s.hstsSeconds()+"\"\n"))
}

// hostPortOf joins a host that has its brackets already.
func hostPortOf(host string, port int) string { return host + ":" + strconv.Itoa(port) }

const haproxyTemplate = `# Made by devca config haproxy.
global
	ssl-default-bind-options ssl-min-ver TLSv1.2 prefer-client-ciphers
	ssl-default-bind-ciphers @SUITES@

defaults
	mode http
	timeout connect 5s
	timeout client 1m
	timeout server 1m
	timeout tunnel 1h # WebSockets, as used for live reload

frontend https
	# One file with key, leaf and issuing CA (devca issue --combined): HAProxy up to 2.9
	# wants it so. Sessions are resumed from its cache and by tickets.
	bind @LISTEN@ ssl crt @COMBINED@ alpn h2,http/1.1@CLIENTS@
	# @HSTSWHY@
@HSTS@@ANSWER@@REDIRECT@`

const haproxyProxy = `	# Set, never added to: what a client claims in them goes no further.
	http-request set-header X-Forwarded-For %[src]
	http-request set-header X-Forwarded-Host %[req.hdr(host)]
	http-request set-header X-Forwarded-Proto https
	http-request del-header Forwarded
	default_backend program

backend program
	server program @UPSTREAM@
`

func (s *site) writeHAProxy() string {
	answer := "\thttp-request return status 200 content-type text/plain string " + hello + "\n"
	if s.Upstream != "" {
		answer = fill(haproxyProxy, "@UPSTREAM@", s.Upstream)
	}
	clients := ""
	if s.ClientCA != "" {
		clients = " ca-file " + s.haproxy(s.ClientCA) + " verify required"
	}
	redirect := ""
	if s.HTTPPort != 0 {
		redirect = fill("\nfrontend http\n\tbind @HTTP@\n\t# 308 keeps POST a POST.\n\thttp-request redirect location https://%[req.hdr(host),regsub(:[0-9]+$,,)]@PORT@%[pathq] code 308\n",
			"@HTTP@", hostPort(s.Address, s.HTTPPort), "@PORT@", s.portSuffix())
	}
	return fill(haproxyTemplate, "@SUITES@", suites12, "@LISTEN@", s.listen(), "@COMBINED@", s.haproxy(s.Combined), "@CLIENTS@", clients,
		"@HSTSWHY@", s.hstsWhy(), "@ANSWER@", answer, "@REDIRECT@", redirect,
		"@HSTS@", when(s.HSTS, "\thttp-after-response set-header Strict-Transport-Security max-age="+s.hstsSeconds()+"\n"))
}
