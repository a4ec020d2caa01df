package command

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"devca/badssl"
	"devca/ca"
	"devca/certs"
	"devca/diag"
	"devca/internal/atomicfile"
)

// brokenResult is the JSON answer of issue --broken.
type brokenResult struct {
	Kind     string      `json:"kind"`
	Wrong    string      `json:"wrong"`
	Rules    []diag.Code `json:"rules"`
	Names    []string    `json:"names"`
	Files    brokenFiles `json:"files"`
	Trusted  bool        `json:"trusted"` // signed by devca's own CA, and in the ledger
	SHA256   string      `json:"sha256"`
	NotAfter time.Time   `json:"not_after"`
	Refused  []string    `json:"refused_by"` // by clients that trust the root
	Accept   []string    `json:"accepted_by"`
}

// brokenFiles are absolute paths.
type brokenFiles struct {
	Cert  string `json:"cert"`
	Key   string `json:"key"`
	Root  string `json:"root,omitempty"` // the throw-away root
	OCSP  string `json:"ocsp,omitempty"` // an OCSP response to be stapled, DER
	CRL   string `json:"crl,omitempty"`
	Above string `json:"intermediate,omitempty"` // what the chain leaves out
}

// allowedBeside are the flags of issue that --broken goes with.
var allowedBeside = []string{"broken", "trusted", "out", "cert-file", "key-file", "force"}

func (p *program) issueBroken(c *cli.Context) error {
	name := c.String("broken")
	if name == "list" {
		if c.Args().Present() {
			return usage(c, "--broken list takes no names")
		}
		return p.badsslList(badssl.Options{}, false)
	}
	if err := brokenContradiction(c); err != nil {
		return err
	}
	kind := badssl.ByName(name)
	if kind == nil {
		return diag.New(diag.BadSSLKind, "there is no fault called "+name).Fix("see them all", "devca issue --broken list")
	}
	var options badssl.Options
	var authority *ca.Authority
	if c.Bool("trusted") {
		if !kind.Harmless {
			return diag.New(diag.BadSSLTrusted, "devca's own CA does not sign "+kind.Name).
				Because("it signs only what the fault makes weaker for every client; a throw-away root signs the others").
				Fix("leave the flag out", "devca issue --broken "+kind.Name)
		}
		var err error
		if authority, options.Trusted, err = p.trustedIssuer(c); err != nil {
			return err
		}
	}
	names, err := certs.ParseNames(c.Args().Slice(), true)
	if err != nil {
		return err
	}
	made, err := badssl.One(kind, names.All(), options)
	if err != nil {
		return err
	}
	return p.writeBroken(c, authority, made)
}

func brokenContradiction(c *cli.Context) error {
	if !c.IsSet("broken") {
		return usage(c, "--trusted goes with --broken")
	}
	for _, flag := range c.Command.Flags {
		name := flag.Names()[0]
		common := false
		for _, other := range commonFlags() {
			common = common || other.Names()[0] == name
		}
		for _, other := range allowedBeside {
			common = common || other == name
		}
		if !common && c.IsSet(name) {
			return usage(c, "--broken and --%s exclude each other", name)
		}
	}
	return nil
}

// brokenSet are the files of one certificate, the key first: it gets its name
// before the certificate does.
type brokenSet struct {
	paths brokenFiles
	list  []atomicfile.File
}

func (s *brokenSet) add(place *string, path string, mode os.FileMode, data []byte) {
	*place = path
	s.list = append(s.list, atomicfile.File{Path: path, Mode: mode, Data: data})
}

// brokenFilesOf decides on names and contents.
func brokenFilesOf(c *cli.Context, made *badssl.Single) (*brokenSet, error) {
	stem, err := filepath.Abs(filepath.Join(c.String("out"), "broken-"+made.Kind.Name))
	if err != nil {
		return nil, err
	}
	cert, keyFile := stem+".pem", stem+"-key.pem"
	for flag, place := range map[string]*string{"cert-file": &cert, "key-file": &keyFile} {
		if !c.IsSet(flag) {
			continue
		}
		if *place, err = filepath.Abs(c.String(flag)); err != nil {
			return nil, err
		}
	}
	key, err := certs.EncodeKey(made.Key)
	if err != nil {
		return nil, err
	}
	var set brokenSet
	set.add(&set.paths.Key, keyFile, 0o600, key)
	if !made.Own {
		set.add(&set.paths.Root, stem+"-root.pem", 0o644, badssl.RootPEM(made.Root))
	}
	if made.Staple != nil {
		set.add(&set.paths.OCSP, stem+"-ocsp.der", 0o644, made.Staple)
	}
	if made.List != nil {
		set.add(&set.paths.CRL, stem+"-crl.pem", 0o644, pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: made.List}))
	}
	if made.Hidden != nil {
		set.add(&set.paths.Above, stem+"-intermediate.pem", 0o644, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: made.Hidden}))
	}
	var chain []byte
	for _, der := range made.Chain {
		chain = append(chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	set.add(&set.paths.Cert, cert, 0o644, chain)
	return &set, nil
}

// writeBroken writes the files as issue does, all or none, and enters into the
// ledger what devca's own CA signed.
func (p *program) writeBroken(c *cli.Context, authority *ca.Authority, made *badssl.Single) error {
	set, err := brokenFilesOf(c, made)
	if err != nil {
		return err
	}
	for _, file := range set.list {
		if _, err := os.Lstat(file.Path); err == nil && !c.Bool("force") {
			return ca.InTheWay(file.Path, "files are not replaced unasked").
				Fix("write elsewhere", "devca issue --broken "+made.Kind.Name+" --out DIR").
				Fix("or replace it", "devca issue --broken "+made.Kind.Name+" --force")
		}
	}
	dir, err := p.openDir(c)
	if err != nil {
		return err
	}
	if err := dir.MakeFolder(filepath.Dir(set.paths.Cert), 0o755); err != nil {
		return err
	}
	if authority == nil {
		err = atomicfile.WriteAll(false, set.list...)
	} else {
		err = enterBroken(dir, authority, made, set)
	}
	if err != nil {
		return err
	}
	refusing, accepting := made.Refused(made.At)
	result := brokenResult{
		Kind: made.Kind.Name, Wrong: made.Kind.Wrong, Rules: made.Kind.Finds, Names: made.Names, Files: set.paths, Trusted: made.Own,
		SHA256: certs.Fingerprint(made.Chain[0]), Refused: refusing.Names(), Accept: accepting.Names(), NotAfter: made.NotAfter,
	}
	return p.brokenIssued(result, whoRefuses(refusing, accepting))
}

func enterBroken(dir *ca.Dir, authority *ca.Authority, made *badssl.Single, set *brokenSet) error {
	leaf, err := x509.ParseCertificate(made.Chain[0])
	if err != nil {
		return err
	}
	_, err = dir.EnterBroken(authority, ca.Broken{
		Kind: made.Kind.Name, Names: made.Names, Leaf: leaf,
		Files: certs.Files{Cert: set.paths.Cert, Key: set.paths.Key}, Write: set.list,
	}, time.Now())
	return err
}

// brokenIssued prints the answer.
func (p *program) brokenIssued(result brokenResult, refused string) error {
	if result.Rules == nil {
		result.Rules = []diag.Code{}
	}
	if p.json {
		return p.result(result)
	}
	rows := [][2]string{{"Wrong", result.Wrong}}
	add := func(label, path, remark string) {
		if path != "" {
			rows = append(rows, [2]string{label, shortPath(path) + remark})
		}
	}
	add("Certificate", result.Files.Cert, "")
	add("Key", result.Files.Key, "  (mode 0600)")
	add("Root", result.Files.Root, "  (made for this certificate, its key is forgotten)")
	add("Left out", result.Files.Above, "")
	add("Staple", result.Files.OCSP, "")
	add("List", result.Files.CRL, "")
	rows = append(rows, [2]string{"Made for", strings.Join(result.Names, ", ")}, [2]string{"Refused by", refused})
	p.fields(rows)
	return nil
}

// brokenKinds are what --broken takes, with what is wrong.
func brokenKinds() [][2]string {
	rows := [][2]string{{"list", "explains them"}}
	for _, kind := range badssl.Kinds() {
		if !kind.Server {
			rows = append(rows, [2]string{kind.Name, kind.Wrong})
		}
	}
	return rows
}
