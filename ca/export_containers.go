package ca

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"devca/certs"
	"devca/diag"
)

// What follows are texts of a fixed form, into which only hexadecimal, base64,
// PEM and quoted strings are put. In their comments a line that begins with
// "# " and two more spaces is a sample to be copied, everything else is prose.

// anchorFile is the name under which the system's own updaters, Debian's,
// Alpine's and Fedora's alike, read a root.
const anchorFile = "/usr/local/share/ca-certificates/devca-root.crt"

const dockerfile = `# Dockerfile lines that make an image trust the root certificate
# ROOT
# They work on Debian, Ubuntu, Alpine, Fedora, UBI, SUSE and Arch bases, as root (USER root).
# Put the root beside the Dockerfile; it is public:
#
#   devca ca export --out devca-root.pem

COPY devca-root.pem ANCHOR
RUN set -eu; \
    has() { command -v "$1" >/dev/null 2>&1; }; \
    if ! has update-ca-certificates && ! has update-ca-trust; then \
        if has apt-get; then apt-get update; \
            DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates; \
            rm -rf /var/lib/apt/lists/*; \
        elif has apk; then apk add --no-cache ca-certificates; \
        elif has microdnf; then microdnf install -y ca-certificates; microdnf clean all; \
        elif has dnf; then dnf install -y ca-certificates; dnf clean all; \
        else echo "this base has no package manager: see the lines for scratch below" >&2; exit 1; \
        fi; \
    fi; \
    for folder in /etc/pki/ca-trust/source/anchors /etc/pki/trust/anchors /etc/ca-certificates/trust-source/anchors; do \
        if [ -d "$folder" ]; then cp ANCHOR "$folder/"; fi; \
    done; \
    if has update-ca-trust; then update-ca-trust extract; else update-ca-certificates; fi

# Node, Electron and Deno have a list of their own, to which this adds the root:
ENV ADDS

# Python's requests, pip, gRPC, the tools of AWS and Google and others have one, too, which a
# variable replaces; name the file in which the lines above put the root beside the public
# ones. Debian, Ubuntu, Alpine, Arch:
#
#   ENV WITHDEB
#
# Fedora, UBI:
#
#   ENV WITHRPM

# scratch and distroless have no shell: take the bundle out of a stage that holds the lines above.
#
#   FROM debian:stable-slim AS trust
#   (the COPY and the RUN above)
#   FROM gcr.io/distroless/static
#   COPY --from=trust /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
#   ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt

# Compose, without building an image: programs that can be told by a variable see the root;
# devca ca export --format compose has them all, and the public roots besides.
# SSL_CERT_FILE replaces the public roots where an image has no folder of single ones;
# NODE_EXTRA_CA_CERTS adds to them. The path stays the same when the root changes: then start
# the services again, since a file that is mounted stays the old one.
#
#   services:
#     app:
#       volumes:
#         - type: bind
#           source: PATH
#           target: ANCHOR
#           read_only: true
#       environment:
#         NODE_EXTRA_CA_CERTS: ANCHOR
#         SSL_CERT_FILE: ANCHOR
`

// Dockerfile gives the lines that make an image trust the root, and those for
// Compose, which mount the file at path.
// Adds and replaces are the variables by which programs are told that read no
// store of the system.
func Dockerfile(root *x509.Certificate, path string, adds, replaces []string) ([]byte, error) {
	quoted, err := json.Marshal(path) // a JSON string is a YAML string (YAML 1.2, 1.3)
	if err != nil {
		return nil, fmt.Errorf("quoting the path: %w", err)
	}
	source := strings.ReplaceAll(string(quoted), "$", "$$") // Compose would look for a variable
	return []byte(strings.NewReplacer("ROOT", Comment(root), "ANCHOR", anchorFile, "PATH", source,
		"ADDS", assigned(adds, anchorFile), "WITHDEB", assigned(replaces, "/etc/ssl/certs/ca-certificates.crt"), "WITHRPM", assigned(replaces, "/etc/pki/tls/certs/ca-bundle.crt"),
	).Replace(dockerfile)), nil
}

// assigned writes the words of an ENV instruction.
func assigned(names []string, path string) string {
	var words []string
	for _, name := range names {
		words = append(words, name+"="+path)
	}
	return strings.Join(words, " ")
}

// Comment names a root on one line, whatever an imported one calls itself.
func Comment(root *x509.Certificate) string {
	return fmt.Sprintf("%s, SHA-256 %s, until %s", strconv.QuoteToASCII(name(root)), certs.Fingerprint(root.Raw), root.NotAfter.UTC().Format(time.DateOnly))
}

const configMap = `# The root certificate
# ROOT
# It is public; there is no key in this file.
#
#   kubectl apply --namespace NAMESPACE --filename FILE
#
# In the pod's template, for Node (NODE_EXTRA_CA_CERTS adds to the public roots) and for Go,
# which reads every file in /etc/ssl/certs:
#
#   spec:
#     containers:
#       - name: app
#         env:
#           - name: NODE_EXTRA_CA_CERTS
#             value: /etc/ssl/certs/devca-root.pem
#         volumeMounts:
#           - name: devca-root
#             mountPath: /etc/ssl/certs/devca-root.pem
#             subPath: devca-root.pem
#             readOnly: true
#     volumes:
#       - name: devca-root
#         configMap:
#           name: devca-root
#
# Everything else wants one file with the public roots, too. trust-manager makes it, in every
# namespace, if the ConfigMap below is applied in its own (cert-manager) and then this:
#
#   apiVersion: trust.cert-manager.io/v1alpha1
#   kind: Bundle
#   metadata:
#     name: devca-bundle
#   spec:
#     sources:
#       - useDefaultCAs: true
#       - configMap:
#           name: devca-root
#           key: devca-root.pem
#     target:
#       configMap:
#         key: ca-certificates.crt
#
# Mount the ConfigMap devca-bundle as /etc/ssl/certs. Programs that do not look there are told
# by variables: those of devca ca export --format docker, with the name of the mounted file.
apiVersion: v1
kind: ConfigMap
metadata:
  name: devca-root
  labels:
    app.kubernetes.io/managed-by: devca
data:
  devca-root.pem: |
PEM`

func kubernetesRoot(root *x509.Certificate) []byte {
	var lines strings.Builder
	for line := range strings.Lines(string(encodeCertificates(root))) {
		lines.WriteString("    " + line)
	}
	return []byte(strings.NewReplacer("ROOT", Comment(root), "PEM", lines.String()).Replace(configMap))
}

const clusterIssuer = `# SECRET: this file holds the key of an issuing CA below the root
# ROOT
# Whoever has it can sign for SUBTREES
# until UNTIL. The root's own key is not here.
#
#   kubectl apply --filename FILE
#   rm FILE
#
# cert-manager then signs Certificates with issuerRef {kind: ClusterIssuer, name: devca}. Their
# commonName stays empty or is one of their dnsNames, and their duration at most 19680h: clients
# refuse anything else. Pods trust the root with: devca ca export --format k8s
apiVersion: v1
kind: Secret
metadata:
  name: devca-issuing
  namespace: cert-manager
  labels:
    app.kubernetes.io/managed-by: devca
type: kubernetes.io/tls
data:
  tls.crt: CHAIN
  tls.key: KEY
  ca.crt: AUTHORITY
---
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata:
  name: devca
  labels:
    app.kubernetes.io/managed-by: devca
spec:
  ca:
    secretName: devca-issuing
`

// ExportIssuer gives a Kubernetes Secret with the issuing CA and its key, and a
// ClusterIssuer of cert-manager that uses it. It is the only export that holds a
// key, and never the root's. The chain in tls.crt ends with the root: cert-manager
// copies what stands last into the ca.crt of what it issues.
func (a *Authority) ExportIssuer() ([]byte, error) {
	if a.Issuing.Equal(a.Root) {
		return nil, diag.New(diag.ExportRootKey, "this CA has no issuing CA, and the root's own key is not exported").
			Because("the imported root signs itself what is issued").
			Fix("make a root with an issuing CA below it", "devca ca rotate")
	}
	key, err := certs.EncodeKey(a.signer)
	if err != nil {
		return nil, err
	}
	subtrees := "every name on the Internet"
	if names := a.permittedNames(); len(names) > 0 {
		subtrees = strconv.QuoteToASCII(summarise(names, 12)) + " and IP addresses"
	}
	encode := base64.StdEncoding.EncodeToString
	return []byte(strings.NewReplacer(
		"ROOT", Comment(a.Root), "SUBTREES", subtrees, "UNTIL", a.Issuing.NotAfter.UTC().Format(time.DateOnly),
		"CHAIN", encode(encodeCertificates(append(a.Chain[:len(a.Chain):len(a.Chain)], a.Root)...)),
		"KEY", encode(key), "AUTHORITY", encode(encodeCertificates(a.Root)),
	).Replace(clusterIssuer)), nil
}
