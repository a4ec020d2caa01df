package environment

import (
	"fmt"
	"path"
	"strings"

	"devca/runtimes"
)

// inside is the folder in a container where the files of a compose file appear.
const inside = "/run/devca"

// Names gives the variables that are always set to a file of roots: those that add
// to what programs trust, and those that replace it.
func Names() (adds, replaces []string) {
	for _, s := range runtimes.Variables() {
		switch {
		case s.Use != runtimes.Always || s.Form != runtimes.PEM:
		case s.Effect == runtimes.Adds:
			adds = append(adds, s.Name)
		default:
			replaces = append(replaces, s.Name)
		}
	}
	return adds, replaces
}

const composeFile = `# A file for Docker Compose that makes services trust the root certificate
# ABOUT
# Write the names of your services below, each with *devca, then:
#
#   docker compose -f compose.yaml -f THIS-FILE up
#
# The files are devca's on this machine, mounted for reading: the root, the public roots
# with it, and, where this machine has a Java, a trust store for Java. They are public.
# devca ca rotate exchanges the root in them: then start the services again, since a file
# that is mounted stays the old one. Programs that read variables need nothing else; an image that trusts the root by itself is made by: devca ca export --format docker
x-devca: &devca
  environment:
ENVIRONMENT  volumes:
VOLUMESservices:
  app: *devca
`

// ComposeFile writes a file for Compose from a plan that was made of nothing but
// the system's roots. About is one line about the root.
func ComposeFile(plan *Plan, rootPath, about string) (string, error) {
	targets := map[string]string{}
	var variables, volumes strings.Builder
	for _, a := range inContainers(plan.Assignments) {
		file := named([]Assignment{a})[0]
		target, known := targets[file]
		if !known {
			target = path.Join(inside, insideName(file, rootPath))
			targets[file] = target
			if err := isText(Assignment{Name: "the path of a file of devca", Value: file}); err != nil {
				return "", err
			}
			fmt.Fprintf(&volumes, "    - {type: bind, source: %s, target: %s, read_only: true}\n", composeText(file), target)
		}
		value := target
		if readOptions(a.Value).named {
			value = trustStore + target
		}
		fmt.Fprintf(&variables, "    %s: %s\n", a.Name, value)
	}
	return strings.NewReplacer("ABOUT", about, "ENVIRONMENT", variables.String(), "VOLUMES", volumes.String()).Replace(composeFile), nil
}

// insideName is what a file is called in a container.
func insideName(file, rootPath string) string {
	switch {
	case file == rootPath:
		return "root.pem"
	case strings.HasSuffix(file, storeSuffix):
		return "roots.jks"
	}
	return "roots.pem"
}

const githubStep = `# A step for a job of GitHub Actions, after which its other steps trust the root certificate
# ABOUT
# Put it below "steps:" of a job, on a runner with Linux or macOS, or Windows with bash. On
# Windows, which has no file of roots, programs that read neither its store nor a variable
# that adds (requests, pip and others) are not told. It is public; there is no key in this file.
- name: Trust the development root
  shell: bash
  run: |
    set -euo pipefail
    root=$RUNNER_TEMP/devca-root.pem
    cat >"$root" <<'PEM'
ROOT    PEM
    bundle= # of all that the system trusts
    case $RUNNER_OS in
    Linux)
      sudo cp "$root" /usr/local/share/ca-certificates/devca-root.crt
      sudo update-ca-certificates
      bundle=/etc/ssl/certs/ca-certificates.crt ;;
    macOS)
      keychain=/Library/Keychains/System.keychain
      sudo security add-trusted-cert -d -r trustRoot -k "$keychain" "$root"
      bundle=$RUNNER_TEMP/devca-bundle.pem
      security find-certificate -a -p /System/Library/Keychains/SystemRootCertificates.keychain "$keychain" >"$bundle" ;;
    Windows) certutil -f -addstore Root "$(cygpath -w "$root")" ;;
    esac
    # A Java of setup-java has a store of its own.
    if [ -n "${JAVA_HOME:-}" ]; then
      "$JAVA_HOME/bin/keytool" -importcert -noprompt -cacerts -storepass changeit -alias devca -file "$root" || true
    fi
    # Programs that read no store. What a variable named before stays in force.
    name_in() { # VARIABLE FILE
      file=$2
      if [ -n "${!1:-}" ] && [ "${!1}" != "$2" ]; then
        file=$RUNNER_TEMP/$1.pem
        { cat "${!1}"; echo; cat "$root"; } >"$file.new" # there may be no end of line
        mv "$file.new" "$file"
      fi
      if [ -n "$file" ]; then echo "$1=$file" >>"$GITHUB_ENV"; fi
    }
    for name in ADDS; do name_in "$name" "$root"; done
    for name in REPLACES; do name_in "$name" "$bundle"; done
`

// GitHubStep writes a step for a workflow. About is one line about the root.
func GitHubStep(root []byte, about string) string {
	adds, replaces := Names()
	var lines strings.Builder
	for line := range strings.Lines(string(root)) {
		lines.WriteString("    " + line)
	}
	return strings.NewReplacer(
		"ABOUT", about, "ROOT", lines.String(), "ADDS", strings.Join(adds, " "), "REPLACES", strings.Join(replaces, " "),
	).Replace(githubStep)
}
