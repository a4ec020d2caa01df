package command

import (
	"crypto/x509"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"devca/ca"
	"devca/certs"
	"devca/diag"
	"devca/environment"
	"devca/internal/atomicfile"
)

// exportFormats are the forms in which the root's certificate leaves. A key
// leaves with --with-issuing-key only.
var exportFormats = []string{"pem", "der", "p12", "mobileconfig", "docker", "compose", "k8s", "github"}

func (p *program) caExportCommand() *cli.Command {
	return &cli.Command{
		Name:  "export",
		Usage: "write the root's certificate for another machine, device or container",
		Description: `Examples:
  devca ca export > devca-root.pem
  devca ca export --format der --out devca-root.crt
  devca ca export --format mobileconfig --out devca.mobileconfig
  devca ca export --format docker >> Dockerfile
  devca ca export --format compose --out compose.devca.yaml
  devca ca export --format github
  devca ca export --format k8s | kubectl apply -f -
  devca ca export --format k8s --with-issuing-key --out issuer.yaml

pem           for Linux, Node (NODE_EXTRA_CA_CERTS), Python and curl
der           for Windows and Android: open the file and install it as a CA
p12           a trust store for Java (password: changeit)
mobileconfig  for iOS and macOS: open it, install the profile, then on iOS switch it on under
              Settings > General > About > Certificate Trust Settings; signed by this CA, so
              the device calls it verified from then on (to bring it to a phone: devca mobile)
docker        lines for a Dockerfile, on Debian, Ubuntu, Alpine, Fedora, UBI, SUSE and Arch
              bases, for scratch and distroless, and volume lines for Compose; they
              COPY devca-root.pem, which devca ca export --out devca-root.pem writes
compose       a file for docker compose -f compose.yaml -f FILE: it mounts the root, and the
              public roots with it, and sets the variables of devca env for each service
              that you name in it; for images of others
github        a step for a workflow of GitHub Actions: the runner's store, its Java, and the
              same variables for the steps after it
k8s           a ConfigMap for pods; its comments have the lines for the pod, and a Bundle
              for trust-manager

Nothing holds a key, but for k8s with --with-issuing-key: a Secret with the issuing CA, its
names as limited as here, and a ClusterIssuer, with which cert-manager issues in a cluster.
The root's own key never leaves.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "format", Value: "pem", Usage: "`FORM` of the certificate: " + strings.Join(exportFormats, ", ")},
			&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Value: "-", Usage: "`FILE` to write, - for standard output"},
			&cli.BoolFlag{Name: "unsigned", Usage: "leave the configuration profile unsigned (with --format mobileconfig)"},
			&cli.BoolFlag{Name: "with-issuing-key", Usage: "a Secret with the issuing CA and its key, for cert-manager (with --format k8s)"},
		},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage(c, "ca export takes no names")
			}
			return p.caExport(c)
		},
	}
}

type exportResult struct {
	Format string `json:"format"`
	Path   string `json:"path"`
	SHA256 string `json:"sha256"` // of the root certificate
	Signed bool   `json:"signed"` // the configuration profile
	HasKey bool   `json:"has_key"`
}

func (p *program) caExport(c *cli.Context) error {
	format, out := c.String("format"), c.String("out")
	withKey := c.Bool("with-issuing-key")
	switch {
	case !slices.Contains(exportFormats, format):
		return usage(c, "--format %q is unknown: choose %s", format, strings.Join(exportFormats, ", "))
	case c.Bool("unsigned") && format != "mobileconfig":
		return usage(c, "--unsigned goes with --format mobileconfig")
	case withKey && format != "k8s":
		return usage(c, "--with-issuing-key goes with --format k8s")
	case withKey && out == "-" && p.streams.OutTTY:
		return usage(c, "the file holds a private key and standard output is a terminal: add --out FILE")
	}
	dir, err := p.openDir(c)
	if err != nil {
		return err
	}
	root, err := currentRoot(dir)
	if err != nil {
		return err
	}
	result := exportResult{Format: format, Path: out, SHA256: certs.Fingerprint(root.Raw), HasKey: withKey}
	var data []byte
	var authority *ca.Authority
	switch {
	case withKey:
		authority, data, err = exportIssuer(dir)
	case format == "docker":
		adds, replaces := environment.Names()
		data, err = ca.Dockerfile(root, dir.RootPath(), adds, replaces)
	case format == "compose":
		data, err = p.composeFile(c, dir, root)
	case format == "github":
		data = []byte(environment.GitHubStep(encodeRoot(root), ca.Comment(root)))
	case format == "mobileconfig" && !c.Bool("unsigned"):
		data, result.Signed, err = p.profile(dir, root)
	default:
		data, err = ca.ExportRoot(root, format)
	}
	if err != nil {
		return err
	}
	if err := p.writeOut(c, out, data, withKey, format == "der" || format == "p12" || result.Signed); err != nil {
		return err
	}
	if withKey {
		p.warnOfKey(authority)
	}
	if p.json {
		return p.result(result)
	}
	p.sayExported(result)
	return nil
}

func (p *program) sayExported(r exportResult) {
	switch {
	case r.Path == "-":
	case r.HasKey:
		p.say("Issuing CA   %s  (key inside, 0600)", r.Path)
		p.say("Next: kubectl apply -f %s; then delete the file", r.Path)
	default:
		p.say("Root certificate  %s  (%s, no key inside)", r.Path, r.Format)
		p.say("SHA-256           %s", r.SHA256)
	}
}

// currentRoot gives the current root, or says why there is none. The issuing
// CA and its key need not be readable for that.
func currentRoot(dir *ca.Dir) (*x509.Certificate, error) {
	roots, err := dir.Roots()
	if err != nil {
		return nil, err
	}
	if len(roots) > 0 {
		return roots[0], nil
	}
	authority, err := dir.Open()
	if err != nil {
		return nil, err
	}
	return authority.Root, nil // it was made in this moment
}

func exportIssuer(dir *ca.Dir) (*ca.Authority, []byte, error) {
	authority, err := dir.Open()
	if err != nil {
		return nil, nil, err
	}
	data, err := authority.ExportIssuer()
	return authority, data, err
}

// warnOfKey says what it means that the issuing CA's key has left.
func (p *program) warnOfKey(authority *ca.Authority) {
	finding := diag.New(diag.ExportIssuingKey, "this export holds the issuing CA's private key").
		Because("whoever reads the file, or Secrets in the namespace cert-manager, can sign for all that this CA is permitted").
		Fix("see what that is", "devca ca show").
		Fix("should it get lost, make a new root", "devca ca rotate").Finding
	finding.Severity = diag.SeverityWarning
	p.warn(finding)
	if !authority.Constrained() {
		p.warn(unconstrained(authority))
	}
}

// profile gives the configuration profile, signed if the CA can sign.
func (p *program) profile(dir *ca.Dir, root *x509.Certificate) (data []byte, signed bool, err error) {
	authority, err := dir.Open()
	if err == nil {
		data, err = authority.ExportProfile(time.Now())
	}
	if err == nil {
		return data, true, nil
	}
	finding := findingWithCause(diag.New(diag.ExportUnsigned, "the configuration profile is not signed").From(err).
		Fix("it works all the same; to have it signed, repair the CA", "devca ca show"))
	finding.Severity = diag.SeverityWarning
	p.warn(finding)
	data, err = ca.ExportRoot(root, "mobileconfig")
	return data, false, err
}

// writeOut writes a file, which others may read unless it is secret, or to
// standard output for "-". Binary data is kept off a terminal, and nothing goes
// where the JSON answer goes.
func (p *program) writeOut(c *cli.Context, out string, data []byte, secret, binary bool) error {
	if out != "-" {
		if info, err := os.Stat(out); err == nil && info.IsDir() {
			return ca.InTheWay(out, "it is a folder, and a file is to be written").
				Fix("name a file in it", c.Command.HelpName+" --out "+diag.CommandLine(filepath.Join(out, "FILE")))
		}
		dir, err := p.openDir(c)
		if err != nil {
			return err
		}
		file := atomicfile.File{Path: out, Data: data, Mode: 0o644, Own: dir.Owner().Own}
		if secret {
			file.Mode = 0o600
		}
		return atomicfile.Write(file)
	}
	if p.json {
		return usage(c, "--json and the file itself cannot both go to standard output: add --out FILE")
	}
	if binary && p.streams.OutTTY {
		return usage(c, "the file is binary and standard output is a terminal: add --out FILE")
	}
	_, err := p.streams.Out.Write(data)
	return err
}

func (p *program) caImportCommand() *cli.Command {
	return &cli.Command{
		Name:  "import",
		Usage: "adopt a CA that exists already, so that nobody has to trust a new one",
		Description: "Examples:\n  devca ca import --mkcert\n  devca ca import --cert team-root.pem --key team-root-key.pem\n\n" +
			"Where the CA has room for one below it, a constrained issuing CA is made under it\n" +
			"and the given key is not stored. mkcert's root has none, so its key is copied.\n" +
			"For an intermediate, FILE holds it and then what stands above it up to the root.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "mkcert", Usage: "adopt mkcert's root ($CAROOT, or where mkcert keeps it)"},
			&cli.StringFlag{Name: "cert", Usage: "`FILE` with the CA's certificate in PEM form"},
			&cli.StringFlag{Name: "key", Usage: "`FILE` with its private key in PEM form"},
			&cli.StringSliceFlag{Name: "permit", Usage: "let the issuing CA sign for `NAME`, too; may be repeated"},
			&cli.BoolFlag{Name: "unconstrained", Usage: "let the issuing CA sign for every name that the imported CA permits"},
		},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage(c, "ca import takes no names")
			}
			return p.caImport(c)
		},
	}
}

func (p *program) caImport(c *cli.Context) error {
	certificate, key := c.String("cert"), c.String("key")
	switch {
	case c.Bool("mkcert") && (certificate != "" || key != ""):
		return usage(c, "--mkcert finds its files itself: leave --cert and --key out")
	case !c.Bool("mkcert") && (certificate == "" || key == ""):
		return usage(c, "say what to import: --mkcert, or --cert and --key")
	}
	dir, err := p.openDir(c)
	if err != nil {
		return err
	}
	if c.Bool("mkcert") {
		if certificate, key, err = ca.FindMkcert(p.streams.Getenv); err != nil {
			return err
		}
	}
	options, err := readImport(certificate, key)
	if err != nil {
		return err
	}
	options.Permit, options.Unconstrained = c.StringSlice("permit"), c.Bool("unconstrained")
	authority, err := dir.Import(options)
	if err != nil {
		return err
	}
	p.refreshEnvironment(dir, authority.Root)
	if !p.json {
		p.say("Imported %s", authority.Describe())
		p.say("Next: devca install   (does nothing where it is trusted already)")
	}
	if !authority.Constrained() {
		p.warn(unconstrained(authority))
	}
	if p.json {
		return p.result(describeAuthority(dir, authority))
	}
	return nil
}

func readImport(certificate, key string) (ca.ImportOptions, error) {
	unreadable := func(err error) (ca.ImportOptions, error) {
		return ca.ImportOptions{}, diag.New(diag.CAImport, "this CA cannot be imported").From(err).
			Fix("give the certificate and its unencrypted key in PEM form", "devca ca import --cert root.pem --key root-key.pem").
			Fix("decrypt a key first", "openssl pkey -in encrypted.pem -out root-key.pem")
	}
	data, err := os.ReadFile(certificate)
	if err != nil {
		return unreadable(err)
	}
	chain, err := ca.ParseCertificates(data)
	if err != nil {
		return unreadable(fmt.Errorf("%s: %w", certificate, err))
	}
	if data, err = os.ReadFile(key); err != nil {
		return unreadable(err)
	}
	signer, err := certs.ParseKey(data)
	if err != nil {
		return unreadable(fmt.Errorf("%s: %w", key, err))
	}
	return ca.ImportOptions{Chain: chain, Key: signer}, nil
}
