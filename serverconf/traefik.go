package serverconf

import "strings"

const traefikTemplate = `# Made by devca config traefik: what Traefik calls dynamic configuration.
tls:
  certificates:
    # The file holds the leaf and the issuing CA: clients know the root only.
    - certFile: @CERT@
      keyFile: @KEY@
  stores:
    default:
      # For clients that send no server name, as for an IP address.
      defaultCertificate:
        certFile: @CERT@
        keyFile: @KEY@
  options:
    default:
      # Resumption and HTTP/2 are good as they are.
      minVersion: VersionTLS12
      cipherSuites:
@SUITES@@CLIENTS@http:
  routers:
    program:
      entryPoints: [https]
      rule: @RULE@
      service: program
      tls: {}
@USE@  services:
    program:
      loadBalancer:
        # Traefik sets X-Forwarded-For, -Proto and -Host itself, and believes nobody's
        # unless an entry point says so (forwardedHeaders).
        servers:
          - url: @UPSTREAM@
  # @HSTSWHY@
@HSTS@`

// traefik quotes as YAML does, and so that the templates which Traefik fills in
// before it reads the file (Go's, and sprig's functions) find none.
func traefik(value string) string {
	return strings.ReplaceAll(script(value), "{", `\u007b`)
}

func (s *site) writeTraefik() string {
	var rules []string
	for _, host := range s.hosts() {
		if below, ok := strings.CutPrefix(host, "*."); ok {
			rules = append(rules, "HostRegexp(`^[^.]+\\."+strings.ReplaceAll(below, ".", `\.`)+"$`)")
			continue
		}
		rules = append(rules, "Host(`"+host+"`)")
	}
	var suites strings.Builder
	for _, suite := range ianaSuites(false) {
		suites.WriteString("        - " + suite + "\n")
	}
	clients, use, hsts := "", "", ""
	if s.ClientCA != "" {
		clients = "      # Clients show a certificate under this root.\n      clientAuth:\n        clientAuthType: RequireAndVerifyClientCert\n        caFiles:\n          - " + traefik(s.ClientCA) + "\n"
	}
	if s.HSTS {
		use = "      middlewares: [hsts]\n"
		hsts = "  middlewares:\n    hsts:\n      headers:\n        customResponseHeaders:\n          Strict-Transport-Security: max-age=" + s.hstsSeconds() + "\n"
	}
	upstream := s.Upstream
	if upstream == "" {
		upstream = "127.0.0.1:3000"
	}
	return fill(traefikTemplate, "@CERT@", traefik(s.Cert), "@KEY@", traefik(s.Key), "@SUITES@", suites.String(), "@CLIENTS@", clients, "@RULE@", script(strings.Join(rules, " || ")),
		"@USE@", use, "@UPSTREAM@", script("http://"+upstream), "@HSTSWHY@", s.hstsWhy(), "@HSTS@", hsts)
}

// startTraefik gives the static configuration, which is the command line.
func (s *site) startTraefik() string {
	line := "traefik --entryPoints.https.address=" + s.listen() + " --providers.file.filename=traefik.yaml"
	if s.HTTPPort != 0 {
		line += " --entryPoints.http.address=" + hostPort(s.Address, s.HTTPPort) +
			" --entryPoints.http.http.redirections.entryPoint.to=https --entryPoints.http.http.redirections.entryPoint.scheme=https"
	}
	return line
}
