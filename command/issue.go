package command

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"devca/ca"
	"devca/certs"
	"devca/diag"
)

func (p *program) issueCommand() *cli.Command {
	return &cli.Command{
		Name:      "issue",
		Usage:     "make a certificate and its key for the names given",
		ArgsUsage: "NAME...",
		Description: "Examples:\n  devca issue localhost 127.0.0.1 ::1\n  devca issue app.test '*.app.test' --out certs\n" +
			"  devca issue db.internal --key-type rsa2048 --days 90\n  devca issue app.test --p12 --combined\n" +
			"  devca issue --csr request.csr\n  devca issue --batch names.txt --out certs\n" +
			"  devca issue --broken expired app.test\n\n" +
			"A NAME is a DNS name, an IP address, an e-mail address or a URI. The first issue makes\n" +
			"the CA, if there is none. The certificate's file holds the leaf and the issuing CA.",
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Value: ".", Usage: "`DIR` for the files; made if it is not there"},
			&cli.StringFlag{Name: "cert-file", Usage: "`FILE` for the certificate, instead of a name made from the names"},
			&cli.StringFlag{Name: "key-file", Usage: "`FILE` for the private key"},
			&cli.StringFlag{Name: "key-type", Value: string(certs.P256), Usage: "`TYPE` of key: " + keyTypeList()},
			&cli.StringFlag{Name: "days", Usage: "valid for `N` days (default and cap: 820, which Apple's limit of 825 sets)"},
			&cli.StringFlag{Name: "not-after", Usage: "valid until `TIME`: 2027-01-31, RFC 3339, or a length such as 90d or 12h"},
			&cli.BoolFlag{Name: "client", Usage: "also for TLS clients (mutual TLS)"},
			&cli.StringFlag{Name: "csr", Usage: "take public key and names from the certificate request in `FILE` (- is standard input)"},
			&cli.BoolFlag{Name: "p12", Usage: "also write a PKCS#12 file (password: changeit, unless --p12-password-file)"},
			&cli.StringFlag{Name: "p12-password-file", Usage: "`FILE` whose first line is the PKCS#12 file's password"},
			&cli.BoolFlag{Name: "p12-legacy", Usage: "encrypt the PKCS#12 file as old Windows, macOS and Java need it"},
			&cli.BoolFlag{Name: "combined", Usage: "also write key and certificates in one file (HAProxy, MongoDB)"},
			&cli.BoolFlag{Name: "leaf-only", Usage: "leave the issuing CA out of the certificate's file"},
			&cli.StringFlag{Name: "batch", Usage: "issue for every line of `FILE` (- is standard input): names with spaces between"},
			&cli.StringFlag{Name: "ocsp-url", Usage: "write into the certificate that an OCSP responder answers at `URL` (devca ca ocsp serve)"},
			&cli.StringFlag{Name: "crl-url", Usage: "write into the certificate that the list of revoked ones is at `URL`"},
			&cli.BoolFlag{Name: "must-staple", Usage: "demand that servers bring an OCSP answer along (OCSP must-staple)"},
			&cli.StringFlag{Name: "broken", Usage: "make a certificate with a fault of this `KIND`; list explains them"},
			&cli.BoolFlag{Name: "trusted", Usage: "with --broken: under devca's own CA, where the fault allows it"},
			&cli.BoolFlag{Name: "force", Usage: "replace foreign files, pass the cap on days, take names that clients refuse"},
		}, createFlags()...),
		Action: p.issue,
	}
}

func keyTypeList() string {
	var names []string
	for _, t := range certs.KeyTypes() {
		names = append(names, string(t))
	}
	return strings.Join(names, ", ")
}

// issueOptions are the flags of issue, read and checked.
type issueOptions struct {
	names    []string
	out      string
	certFile string
	keyFile  string
	keyType  certs.KeyType
	notAfter time.Time
	csr      string
	client   bool
	p12      bool
	combined bool
	leafOnly bool
	legacy   bool
	force    bool
	create   ca.Options

	revocation certs.Revocation

	password     string
	passwordFile string
}

func (p *program) issue(c *cli.Context) error {
	if c.IsSet("broken") || c.Bool("trusted") {
		return p.issueBroken(c)
	}
	o, err := p.issueOptions(c)
	if err != nil {
		return err
	}
	dir, err := p.openDir(c)
	if err != nil {
		return err
	}
	if err := refuseLate(dir, o.create); err != nil {
		return err
	}
	if batch := c.String("batch"); batch != "" {
		return p.issueBatch(c, dir, o, batch)
	}
	return p.issueOne(dir, o)
}

func (p *program) issueOptions(c *cli.Context) (issueOptions, error) {
	o := issueOptions{
		names: c.Args().Slice(), out: c.String("out"), certFile: c.String("cert-file"), keyFile: c.String("key-file"),
		csr: c.String("csr"), client: c.Bool("client"), p12: c.Bool("p12"), combined: c.Bool("combined"),
		leafOnly: c.Bool("leaf-only"), legacy: c.Bool("p12-legacy"), force: c.Bool("force"),
		passwordFile: c.String("p12-password-file"),
		revocation:   certs.Revocation{OCSP: c.String("ocsp-url"), CRL: c.String("crl-url"), MustStaple: c.Bool("must-staple")},
	}
	if err := o.contradiction(c); err != nil {
		return o, err
	}
	var err error
	if o.keyType, err = certs.ParseKeyType(c.String("key-type")); err != nil {
		return o, err
	}
	if o.notAfter, err = expiry(c, time.Now(), o.force); err != nil {
		return o, err
	}
	if o.create, err = p.createOptions(c); err != nil {
		return o, err
	}
	// Once here, not for every line of a batch: it asks the system for the folder.
	for _, path := range []*string{&o.out, &o.certFile, &o.keyFile, &o.passwordFile} {
		if *path == "" {
			continue
		}
		if *path, err = filepath.Abs(*path); err != nil {
			return o, err
		}
	}
	o.p12 = o.p12 || o.legacy || o.passwordFile != ""
	o.password, err = p12Password(o.passwordFile)
	return o, err
}

// p12Password reads the file, or gives the default where there is none.
func p12Password(path string) (string, error) {
	if path == "" {
		return certs.DefaultPKCS12Password, nil
	}
	password, err := readSecretFile(path)
	return string(password), err
}

// contradiction finds flags that exclude each other.
func (o issueOptions) contradiction(c *cli.Context) error {
	batch := c.String("batch") != ""
	switch {
	case batch && (len(o.names) > 0 || o.csr != "" || o.certFile != "" || o.keyFile != ""):
		return usage(c, "--batch takes its names from the file: leave NAMES, --csr, --cert-file and --key-file out")
	case !batch && o.csr == "" && len(o.names) == 0:
		return usage(c, "issue needs at least one name")
	case o.csr != "" && (o.keyFile != "" || o.p12 || o.combined || c.IsSet("key-type")):
		return usage(c, "with --csr the private key stays with whoever made the request: leave --key-file, --key-type, --p12 and --combined out")
	case o.certFile != "" && o.certFile == o.keyFile:
		return usage(c, "--cert-file and --key-file are the same file: use --combined for one file with both")
	case c.IsSet("out") && o.out == "":
		return usage(c, "--out has no folder: it is empty (an unset variable, perhaps)")
	case c.IsSet("days") && c.IsSet("not-after"):
		return usage(c, "--days and --not-after exclude each other")
	}
	for flag, address := range map[string]string{"--ocsp-url": o.revocation.OCSP, "--crl-url": o.revocation.CRL} {
		if address == "" {
			continue
		}
		if err := certs.CheckRevocationURL(address); err != nil {
			return usage(c, "%s %q cannot be used: %v", flag, address, err)
		}
	}
	return nil
}

// maxDays keeps below the 825 days that Apple's clients allow, also below roots
// that the user added (support.apple.com/103769).
const maxDays = 820

func expiry(c *cli.Context, now time.Time, force bool) (time.Time, error) {
	notAfter := now.AddDate(0, 0, maxDays)
	switch {
	case c.IsSet("days"):
		days, err := strconv.Atoi(c.String("days"))
		if err != nil || days < 1 || days > 36500 {
			return notAfter, usage(c, "--days %q is not a number of days between 1 and 36500", c.String("days"))
		}
		notAfter = now.AddDate(0, 0, days)
	case c.IsSet("not-after"):
		t, err := parseTime(c.String("not-after"), now)
		if err != nil {
			return notAfter, err
		}
		notAfter = t
	}
	if !notAfter.After(now) {
		return notAfter, diag.New(diag.IssueValidity, "the certificate would have expired already, on "+notAfter.UTC().Format(time.DateOnly)).
			Fix("name a time to come", "--not-after 90d")
	}
	if notAfter.After(now.AddDate(0, 0, maxDays+1)) && !force {
		return notAfter, diag.New(diag.IssueValidity, fmt.Sprintf("the certificate would be valid for more than %d days", maxDays)).
			Because("Safari and everything else of Apple refuses more than 825 days, also under a root that the user added").
			Fix("stay below and renew in time", "devca renew --expiring 30d").
			Fix("or insist, if no Apple device is a client", "--force")
	}
	return notAfter, nil
}

func parseTime(text string, now time.Time) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	length, err := parseDuration("not-after", text)
	return now.Add(length), err
}

func (p *program) issueOne(dir *ca.Dir, o issueOptions) error {
	names, err := certs.ParseNames(o.names, o.force)
	if err != nil {
		return err
	}
	request := certs.Request{Names: names, Client: o.client, NotBefore: time.Now().Add(-backdate), NotAfter: o.notAfter, Revocation: o.revocation}
	if o.csr != "" {
		if err := p.takeRequest(o, &request); err != nil {
			return err
		}
	}
	if o.keyType == certs.Ed25519 && o.csr == "" {
		p.warn(ed25519Warning())
	}
	order := o.order(request)
	if err := twice(order.Files); err != nil {
		return err
	}
	// The names of the very first certificate are permitted when the CA is made for it.
	o.create.Permit = append(o.create.Permit, request.Names.DNS...)
	if o.create.Unconstrained {
		o.create.Permit = nil
	}
	authority, err := p.openOrCreate(dir, o.create)
	if err != nil {
		return err
	}
	if err := dir.MakeFolder(o.out, 0o755); err != nil {
		return err
	}
	if !o.force {
		if err := dir.CheckTargets(authority, order.Files); err != nil {
			return err
		}
	}
	entry, err := dir.Fulfil(authority, order, time.Now())
	if err != nil {
		return err
	}
	return p.issued(dir, entry)
}

// backdate lets a client with a slow clock accept the certificate at once.
const backdate = time.Hour

func ed25519Warning() diag.Finding {
	warning := diag.New(diag.KeyEd25519, "browsers refuse Ed25519 certificates").
		Because("neither Chromium nor Firefox has the algorithm; curl, Go, Java, Node and Python have").
		Fix("use the default for anything a browser opens", "--key-type p256").Finding
	warning.Severity = diag.SeverityWarning
	return warning
}

func (p *program) takeRequest(o issueOptions, request *certs.Request) error {
	var data []byte
	var err error
	if o.csr == "-" {
		data, err = io.ReadAll(io.LimitReader(p.streams.In, 2<<20))
	} else {
		data, err = os.ReadFile(o.csr)
	}
	if err != nil {
		return err
	}
	public, names, err := certs.ParseRequest(data, o.force)
	if err != nil {
		return err
	}
	if names, err = certs.ParseNames(append(names.All(), o.names...), o.force); err != nil {
		return err
	}
	if names.Len() == 0 {
		return diag.New(diag.RequestInvalid, "the certificate request has no name").
			Fix("give the names here", "devca issue --csr "+o.csr+" localhost")
	}
	request.PublicKey, request.Names = public, names
	return nil
}
