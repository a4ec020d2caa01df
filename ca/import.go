package ca

import (
	"crypto"
	"crypto/x509"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"devca/certs"
	"devca/diag"
	"devca/internal/account"
)

// ImportOptions say which CA to adopt.
type ImportOptions struct {
	Chain   []*x509.Certificate // the CA's certificate, then what stands above it up to the root
	Key     crypto.Signer       // the CA's private key
	Options                     // permit, unconstrained: for the issuing CA made below it
}

// Import adopts an existing CA and makes it the current authority, so that what
// trusts it already need not be told again.
//
// Where the CA has room below it (by the path lengths of its chain), a constrained
// issuing CA is made under it and the given key is not stored. Where it has
// none, as mkcert's, the given key must sign leaves itself and is stored.
func (d *Dir) Import(options ImportOptions) (*Authority, error) {
	now := options.now()
	root, err := checkImport(options.Chain, options.Key, now)
	if err != nil {
		return nil, err
	}
	a, err := options.authority(root, now)
	if err != nil {
		return nil, err
	}
	if err := d.ensure(); err != nil {
		return nil, err
	}
	unlock, err := d.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	if current, err := d.Open(); err == nil && current.Root.Equal(root) && sameIssuer(current, options.Chain[0]) {
		return current, nil
	}
	if existing, err := d.load(a.ID, root); err == nil {
		if !sameIssuer(existing, options.Chain[0]) {
			return nil, diag.New(diag.CAExists, "another CA under the same root is here already").
				Because("its key would have to be overwritten").
				Fix("keep the second one in a directory of its own", "devca ca import --dir DIR --cert chain.pem --key key.pem")
		}
		return existing, d.makeCurrent(existing) // imported before, then replaced
	}
	return a, d.store(a, nil, nil)
}

func (o ImportOptions) authority(root *x509.Certificate, now time.Time) (*Authority, error) {
	id, err := shortID(root.PublicKey)
	if err != nil {
		return nil, err
	}
	given := o.Chain[0]
	if room(o.Chain) == 0 {
		a := &Authority{ID: id, Root: root, Issuing: given, signer: o.Key, verify: true}
		if !given.Equal(root) {
			a.Chain = withoutRoot(o.Chain, root)
		}
		return a, nil
	}
	var subtrees []string
	if !o.Unconstrained {
		// What the given CA permits bounds what its issuing CA may; where it
		// permits all, the default keeps a stolen directory harmless.
		subtrees = given.PermittedDNSDomains
		if len(subtrees) == 0 || len(o.Permit) > 0 {
			if subtrees, err = permitted(o.Permit); err != nil {
				return nil, err
			}
		}
	}
	a, err := issuingBelow(given, o.Key, now, subtrees)
	if err != nil {
		return nil, err
	}
	a.ID, a.Root = id, root
	a.Chain = append(a.Chain, withoutRoot(o.Chain, root)...)
	a.verify = complexConstraints(append(a.Chain, root))
	return a, nil
}

// sameIssuer tells whether an authority on disk came from the given CA.
func sameIssuer(existing *Authority, given *x509.Certificate) bool {
	return given.Equal(existing.Root) || slices.ContainsFunc(existing.Chain, given.Equal)
}

func withoutRoot(chain []*x509.Certificate, root *x509.Certificate) []*x509.Certificate {
	var rest []*x509.Certificate
	for _, certificate := range chain {
		if !certificate.Equal(root) {
			rest = append(rest, certificate)
		}
	}
	return rest
}

// checkImport gives the root of a chain that can be adopted.
func checkImport(chain []*x509.Certificate, key crypto.Signer, now time.Time) (*x509.Certificate, error) {
	refuse := func(why, do, run string) (*x509.Certificate, error) {
		return nil, diag.New(diag.CAImport, "this CA cannot be imported").Because(why).Fix(do, run)
	}
	given, root := chain[0], chain[len(chain)-1]
	public, ok := given.PublicKey.(interface{ Equal(crypto.PublicKey) bool })
	switch {
	case !ok || !public.Equal(key.Public()):
		return refuse("the key does not belong to the first certificate", "give the pair that belongs together", "devca ca import --cert root.pem --key root-key.pem")
	case !given.IsCA || !given.BasicConstraintsValid:
		return refuse("the certificate is not a CA's", "give the CA's certificate, not a server's", "devca ca import --cert root.pem --key root-key.pem")
	case given.KeyUsage != 0 && given.KeyUsage&x509.KeyUsageCertSign == 0:
		return refuse("its key usage lacks keyCertSign", "make a new CA", "devca install")
	}
	if err := certs.CheckPublicKey(given.PublicKey); err != nil {
		return nil, err
	}
	for i, certificate := range chain {
		switch {
		case now.After(certificate.NotAfter):
			return refuse(name(certificate)+" expired on "+certificate.NotAfter.UTC().Format(time.DateOnly), "make a new CA", "devca install")
		case !allowsServers(certificate):
			return refuse("the extended key usage of "+name(certificate)+" lacks serverAuth", "make a new CA", "devca install")
		case i+1 < len(chain) && certificate.CheckSignatureFrom(chain[i+1]) != nil:
			return refuse(fmt.Sprintf("certificate %d of the file is not signed by the one after it", i+1), "order the file: the CA first, then its issuers up to the root", "")
		}
	}
	if room(chain) < 0 {
		return refuse("the path length of a CA above it allows none below that one", "import the CA above, or make a new one", "devca install")
	}
	if root.CheckSignatureFrom(root) != nil {
		return refuse("the file does not reach up to a self-signed root", "append the root's certificate", "cat intermediate.pem root.pem > chain.pem")
	}
	return root, nil
}

// allowsServers tells whether a server's certificate may stand below a CA: what an
// extended key usage names bounds everything below (measured for all clients but Java).
func allowsServers(c *x509.Certificate) bool {
	return len(c.ExtKeyUsage)+len(c.UnknownExtKeyUsage) == 0 ||
		slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageServerAuth) || slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageAny)
}

// room is the number of CAs that may stand below the first of the chain, by the
// path lengths of all of it (RFC 5280, 4.2.1.9).
func room(chain []*x509.Certificate) int {
	least := math.MaxInt
	for i, certificate := range chain {
		if certificate.MaxPathLen > 0 || certificate.MaxPathLenZero {
			least = min(least, certificate.MaxPathLen-i)
		}
	}
	return least
}

// FindMkcert gives the paths of mkcert's root and key, by mkcert's own rule:
// $CAROOT, else the place where the system keeps a user's data.
func FindMkcert(getenv func(string) string) (certificate, key string, err error) {
	folder := getenv("CAROOT")
	if folder == "" {
		base, err := dataFolder(account.Invoking(getenv), getenv)
		if err != nil {
			return "", "", err
		}
		folder = filepath.Join(base, "mkcert")
	}
	certificate, key = filepath.Join(folder, "rootCA.pem"), filepath.Join(folder, "rootCA-key.pem")
	for _, path := range []string{certificate, key} {
		if _, err := os.Stat(path); err != nil {
			return "", "", diag.New(diag.CAImport, "no mkcert root with its key was found").From(err).
				Fix("say where mkcert keeps it, as mkcert -CAROOT prints it", mkcertHint()).
				Fix("or make a new root", "devca install")
		}
	}
	return certificate, key, nil
}

func mkcertHint() string {
	if runtime.GOOS == "windows" {
		return "set CAROOT=C:\\path\\to\\mkcert"
	}
	return `CAROOT="$(mkcert -CAROOT)" devca ca import --mkcert`
}
