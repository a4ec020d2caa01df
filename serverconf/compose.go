package serverconf

import (
	"strconv"
	"strings"
)

func containers() []Server {
	return []Server{
		{
			Name: "compose", Title: "Docker Compose (nginx)", Aliases: []string{"docker", "docker-compose"}, Kind: Container, File: "compose.yaml", Place: "the project's folder (Compose 2.23.1 or later, for configs with content)",
			Start: "docker compose up", Reload: "docker compose restart https (a reload would read the old file, which is what the container has)", Port: 8443, Scheme: "https",
			Limits:  []string{"devca's tests start nginx with the text and the files that are in it, and no container.", "Programs in containers do not trust devca's root by themselves: devca ca export has lines for images."},
			Proxies: true, Files: true, Redirect: true, write: (*site).writeCompose,
		},
	}
}

const composeTemplate = `# Made by devca config compose.
services:
  https:
    image: nginx:stable
    ports:
      - @PUBLISH@
@PLAIN@@HOST@    configs:
      - source: nginx
        target: /etc/nginx/conf.d/default.conf
    volumes:
      - type: bind
        source: @CERT@
        target: @INCERT@
        read_only: true
      - type: bind
        source: @KEY@
        target: @INKEY@
        read_only: true
@MOUNTS@
configs:
  nginx:
    content: |
@NGINX@`

// Where the files are inside the container.
const (
	insideCert = "/run/devca/cert.pem"
	insideKey  = "/run/devca/key.pem"
	insideCA   = "/run/devca/clients.pem"
	insideRoot = "/usr/share/nginx/html"
)

// hostGateway is the machine as containers see it.
const hostGateway = "host.docker.internal"

// composed quotes for YAML and for Compose, which expands $NAME.
func composed(value string) string { return strings.ReplaceAll(script(value), "$", "$$") }

func (s *site) writeCompose() string {
	inside := *s
	inside.Address, inside.Cert, inside.Key = "0.0.0.0", insideCert, insideKey
	mounts, host := "", ""
	mount := func(source, target string) {
		mounts += "      - type: bind\n        source: " + composed(source) + "\n        target: " + target + "\n        read_only: true\n"
	}
	if s.ClientCA != "" {
		inside.ClientCA = insideCA
		mount(s.ClientCA, insideCA)
	}
	if s.Docroot != "" {
		inside.Docroot = insideRoot
		mount(s.Docroot, insideRoot)
	}
	if name, port, ok := strings.Cut(s.Upstream, ":"); ok && Local(name) {
		// Inside the container, localhost would be the container.
		inside.Upstream = hostGateway + ":" + port
		host = "    extra_hosts:\n      # The program runs on this machine, outside, and has to listen to more than 127.0.0.1.\n      - \"" + hostGateway + ":host-gateway\"\n"
	}
	var nginx strings.Builder
	for line := range strings.Lines(inside.writeNginx()) {
		if strings.TrimSpace(line) != "" {
			nginx.WriteString("      ")
		}
		// YAML has no tabs in front.
		nginx.WriteString(strings.ReplaceAll(strings.ReplaceAll(line, "\t", "  "), "$", "$$"))
	}
	plain := ""
	if s.HTTPPort != 0 {
		plain = "      - " + script(hostPort(s.Address, s.HTTPPort)+":"+strconv.Itoa(s.HTTPPort)) + "\n"
	}
	return fill(composeTemplate, "@PUBLISH@", script(s.listen()+":"+strconv.Itoa(s.Listen)), "@PLAIN@", plain, "@HOST@", host,
		"@CERT@", composed(s.Cert), "@INCERT@", insideCert, "@KEY@", composed(s.Key), "@INKEY@", insideKey, "@MOUNTS@", mounts, "@NGINX@", nginx.String())
}
