package serverconf

import (
	"strconv"
	"strings"
)

func platforms() []Server {
	return []Server{
		{
			Name: "spring", Title: "Spring Boot", Aliases: []string{"springboot", "spring-boot", "java"}, Kind: Program, File: "application.yaml", Place: "src/main/resources/, or beside the jar (Spring Boot 2.7 or later reads PEM files)",
			Start: "java -jar program.jar", Reload: "a restart (with SSL bundles of 3.1 and reload-on-update, by itself)", Port: 8443, Scheme: "https", Behind: true,
			NoHSTS: "Spring Security sends it: http.headers(h -> h.httpStrictTransportSecurity(...)), and does so by default where it is used",
			Limits: []string{notStarted}, write: (*site).writeSpring,
		},
		{
			Name: "kestrel", Title: "Kestrel (ASP.NET Core)", Aliases: []string{"dotnet", "aspnet", ".net"}, Kind: Program, File: "appsettings.Development.json", Place: "the project's folder",
			Start: "dotnet run", Reload: "by itself from .NET 8 on; before, a restart", Port: 8443, Scheme: "https",
			NoHSTS: "the program sends it: app.UseHsts(), which leaves localhost out by itself",
			Limits: []string{notStarted, "From .NET 7 on it sends the issuing CA that is in the file; before, only what is in the machine's stores.", "Which suites there are is up to the system's OpenSSL or SChannel; TLS 1.2 and 1.3 of both are good."},
			write:  (*site).writeKestrel,
		},
		{
			Name: "php", Title: "PHP's built-in server (behind Caddy)", Aliases: []string{"php-s"}, Kind: Program, File: "Caddyfile", Place: "the project's folder",
			Start: "php -S 127.0.0.1:8000 -t public & caddy run --config Caddyfile --adapter caddyfile", Reload: "a restart of Caddy", Port: 8443, Scheme: "https",
			Limits:  []string{"PHP's built-in server has no TLS: what is written is for Caddy in front of it. $_SERVER['HTTPS'] is not set; HTTP_X_FORWARDED_PROTO says https."},
			Proxies: true, Redirect: true, write: (*site).writePHP, start: (*site).startPHP,
		},
	}
}

// notStarted is said of programs that the tests of devca cannot start.
const notStarted = "devca's tests read this configuration, and start no program with it."

const springTemplate = `# Made by devca config spring.
server:
  address: @ADDRESS@
  port: @PORT@
  http2:
    enabled: true
@REST@`

const springTLS = `  # No proxy is in front: what a client claims in X-Forwarded-* is not believed.
  forward-headers-strategy: none
  ssl:
    # The file holds the leaf and the issuing CA: clients know the root only.
    certificate: @CERT@
    certificate-private-key: @KEY@
    enabled-protocols: [TLSv1.3, TLSv1.2]
    # Sessions are resumed from Java's own cache and by tickets.
    ciphers:
@SUITES@@CLIENTS@`

const springBehind = `  # No TLS here: it ends at the proxy. What that says about its client is believed
  # from its address only; without this line Tomcat believes every private address.
  forward-headers-strategy: native
  tomcat:
    remoteip:
      internal-proxies: @BEHIND@
`

// springFile quotes a path as YAML and as a location of Spring, which is a URL
// whose placeholders are filled in first.
func (s *site) springFile(path string) string {
	if strings.ContainsAny(path, "%#?") || strings.Contains(path, "${") {
		return s.refuse(path, "Spring reads the path as a URL with placeholders: no %, #, ? and ${")
	}
	return script("file:" + strings.ReplaceAll(path, `\`, "/"))
}

func (s *site) writeSpring() string {
	rest := ""
	if s.Behind != "" {
		// Tomcat's valve compares with a regular expression.
		rest = fill(springBehind, "@BEHIND@", script(strings.ReplaceAll(s.Behind, ".", `\.`)))
	} else {
		var suites strings.Builder
		for _, suite := range ianaSuites(true) {
			suites.WriteString("      - " + suite + "\n")
		}
		clients := ""
		if s.ClientCA != "" {
			clients = "    # Clients show a certificate under this root.\n    client-auth: need\n    trust-certificate: " + s.springFile(s.ClientCA) + "\n"
		}
		rest = fill(springTLS, "@CERT@", s.springFile(s.Cert), "@KEY@", s.springFile(s.Key), "@SUITES@", suites.String(), "@CLIENTS@", clients)
	}
	return fill(springTemplate, "@ADDRESS@", script(s.Address), "@PORT@", strconv.Itoa(s.Listen), "@REST@", rest)
}

const kestrelTemplate = `// Made by devca config kestrel.
{
  "Kestrel": {
    "Endpoints": {
      "Https": {
        "Url": @URL@,
        "Protocols": "Http1AndHttp2",
        "SslProtocols": ["Tls12", "Tls13"],
@CLIENTS@        // The file holds the leaf and the issuing CA: clients know the root only.
        "Certificate": {
          "Path": @CERT@,
          "KeyPath": @KEY@
        }
      }
    }
  }
}
`

func (s *site) writeKestrel() string {
	return fill(kestrelTemplate, "@URL@", script("https://"+s.listen()), "@CERT@", script(s.Cert), "@KEY@", script(s.Key),
		"@CLIENTS@", when(s.ClientCA != "", "        // Clients show a certificate under a root that this machine trusts (devca install).\n        \"ClientCertificateMode\": \"RequireCertificate\",\n"))
}

// writePHP is Caddy's text: PHP's server has no TLS.
func (s *site) writePHP() string {
	if s.Upstream == "" {
		s.Upstream = "127.0.0.1:8000"
	}
	return strings.Replace(s.writeCaddy(), "# Made by devca config caddy.", "# Made by devca config php, for Caddy in front of: php -S "+s.Upstream, 1)
}

func (s *site) startPHP() string {
	return "php -S " + s.Upstream + " -t public & caddy run --config Caddyfile --adapter caddyfile"
}
