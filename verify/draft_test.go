package verify_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"devca/verify"
)

// sheet is one certificate of a draft: what crypto/x509 makes it from, and what
// is changed afterwards because crypto/x509 would not write it so.
type sheet struct {
	*x509.Certificate
	key     crypto.Signer
	hash    crypto.Hash // of the signature by an ECDSA or RSA key; 0: as x509 does it
	version int         // 1: without extensions
	serial  []byte      // the content of the INTEGER
	strip   []asn1.ObjectIdentifier
	der     []byte
	parsed  *x509.Certificate
}

// draft is a chain that is made for real clients to judge: a root, issuers from
// the top down, and a leaf. A situation changes what it begins with.
type draft struct {
	host    string
	root    *sheet
	issuers []*sheet
	leaf    *sheet
	trusted [][]byte // instead of the root
	served  [][]byte // instead of leaf and issuers
	staple  []byte
	before  []func(d *draft) // run when templates are ready and before anything is signed
	after   []func(d *draft) // run when all is signed
}

var sheets struct {
	sync.Mutex
	serial int
	rsa    map[int]crypto.Signer
}

// sharedRSA makes one key of each size: they take time.
func sharedRSA(bits int) crypto.Signer {
	sheets.Lock()
	defer sheets.Unlock()
	if sheets.rsa == nil {
		sheets.rsa = map[int]crypto.Signer{}
	}
	if sheets.rsa[bits] == nil {
		made, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			panic(err)
		}
		sheets.rsa[bits] = made
	}
	return sheets.rsa[bits]
}

func onCurve(curve elliptic.Curve) crypto.Signer {
	made, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		panic(err)
	}
	return made
}

func onEd25519() crypto.Signer {
	_, made, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	return made
}

func newSheet(subject string, change ...func(*x509.Certificate)) *sheet {
	return &sheet{Certificate: template(subject, change...), key: onCurve(elliptic.P256())}
}

func newDraft() *draft {
	sheets.Lock()
	sheets.serial++
	number := sheets.serial
	sheets.Unlock()
	d := &draft{host: "web.dev.test", root: newSheet(fmt.Sprintf("root %d", number), authority), leaf: newSheet("a leaf", server())}
	d.leaf.Subject = pkix.Name{Organization: []string{"devca tests"}}
	d.leaf.DNSNames = []string{"web.dev.test"}
	return d
}

// issuer adds one below the last.
func (d *draft) issuer(change ...func(*x509.Certificate)) *sheet {
	s := newSheet(fmt.Sprintf("%s, issuer %d", d.root.Subject.CommonName, len(d.issuers)+1), append([]func(*x509.Certificate){authority}, change...)...)
	d.issuers = append(d.issuers, s)
	return s
}

// names gives the leaf other names; the first is the host that is asked for,
// unless it is a pattern.
func (d *draft) names(names ...string) {
	d.leaf.DNSNames, d.leaf.IPAddresses = nil, nil
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			d.leaf.IPAddresses = append(d.leaf.IPAddresses, ip)
		} else {
			d.leaf.DNSNames = append(d.leaf.DNSNames, name)
		}
	}
}

// make signs everything from the top down.
func (d *draft) make(t testing.TB) {
	t.Helper()
	for _, f := range d.before {
		f(d)
	}
	above := d.root
	d.root.sign(t, d.root)
	for _, s := range append(d.issuers[:len(d.issuers):len(d.issuers)], d.leaf) {
		if s.der == nil {
			s.sign(t, above)
		}
		above = s
	}
	for _, f := range d.after {
		f(d)
	}
	if d.served == nil {
		d.served = [][]byte{d.leaf.der}
		for i := len(d.issuers) - 1; i >= 0; i-- {
			d.served = append(d.served, d.issuers[i].der)
		}
	}
	if d.trusted == nil {
		d.trusted = [][]byte{d.root.der}
	}
}

// sign makes the certificate.
func (s *sheet) sign(t testing.TB, issuer *sheet) {
	t.Helper()
	parent := issuer.Certificate
	if issuer.parsed != nil {
		parent = issuer.parsed
	}
	der, err := x509.CreateCertificate(rand.Reader, s.Certificate, parent, s.key.Public(), issuer.key)
	if err != nil {
		t.Fatal(s.Subject, err)
	}
	if s.hash != 0 || s.version != 0 || s.serial != nil || s.strip != nil {
		der = s.rewrite(t, der, issuer.key)
	}
	s.der = der
	if s.parsed, err = x509.ParseCertificate(der); err != nil {
		t.Log(s.Subject, err)
	}
}

// tbsCertificate is RFC 5280, 4.1, with everything raw that stays as it is.
type tbsCertificate struct {
	Version    int `asn1:"optional,explicit,default:0,tag:0"`
	Serial     asn1.RawValue
	Algorithm  pkix.AlgorithmIdentifier
	Issuer     asn1.RawValue
	Validity   asn1.RawValue
	Subject    asn1.RawValue
	Key        asn1.RawValue
	Extensions []pkix.Extension `asn1:"omitempty,optional,explicit,tag:3"`
}

type certificate struct {
	TBS       asn1.RawValue
	Algorithm pkix.AlgorithmIdentifier
	Signature asn1.BitString
}

// weakAlgorithms are RFC 3279, 2.2.1 and 2.2.3.
var weakAlgorithms = map[string]asn1.ObjectIdentifier{
	"*rsa.PrivateKey SHA-1": {1, 2, 840, 113549, 1, 1, 5}, "*rsa.PrivateKey MD5": {1, 2, 840, 113549, 1, 1, 4}, "*ecdsa.PrivateKey SHA-1": {1, 2, 840, 10045, 4, 1},
}

func (s *sheet) rewrite(t testing.TB, der []byte, key crypto.Signer) []byte {
	t.Helper()
	var whole certificate
	var tbs tbsCertificate
	if _, err := asn1.Unmarshal(der, &whole); err != nil {
		t.Fatal(err)
	}
	if _, err := asn1.Unmarshal(whole.TBS.FullBytes, &tbs); err != nil {
		t.Fatal(err)
	}
	if s.serial != nil {
		tbs.Serial = asn1.RawValue{Tag: asn1.TagInteger, Bytes: s.serial}
	}
	if s.version != 0 {
		tbs.Version, tbs.Extensions = s.version-1, nil
	}
	var kept []pkix.Extension
	for _, e := range tbs.Extensions {
		keep := true
		for _, id := range s.strip {
			keep = keep && !e.Id.Equal(id)
		}
		if keep {
			kept = append(kept, e)
		}
	}
	tbs.Extensions = kept
	hash := crypto.SHA256
	if _, large := key.(*ed25519.PrivateKey); large {
		t.Fatal("not with Ed25519")
	}
	if s.hash != 0 {
		hash = s.hash
		id := weakAlgorithms[fmt.Sprintf("%T %s", key, hash)]
		if id == nil {
			t.Fatalf("%T %s", key, hash)
		}
		tbs.Algorithm = pkix.AlgorithmIdentifier{Algorithm: id}
		if _, is := key.(*rsa.PrivateKey); is {
			tbs.Algorithm.Parameters = asn1.NullRawValue
		}
	}
	whole.Algorithm = tbs.Algorithm
	var err error
	if whole.TBS.FullBytes, err = asn1.Marshal(tbs); err != nil {
		t.Fatal(err)
	}
	digest := hash.New()
	digest.Write(whole.TBS.FullBytes)
	signature, err := key.Sign(rand.Reader, digest.Sum(nil), hash)
	if err != nil {
		t.Fatal(err)
	}
	whole.Signature = asn1.BitString{Bytes: signature, BitLength: len(signature) * 8}
	if der, err = asn1.Marshal(whole); err != nil {
		t.Fatal(err)
	}
	return der
}

// request is the same question for devca.
func (d *draft) request() verify.Request {
	request := verify.Request{Anchors: anchorsOf(d.trusted), Name: d.host, Live: true, Version: 0x304, Staple: d.staple, At: time.Now()}
	for _, der := range d.served {
		request.Chain = append(request.Chain, verify.ParseCertificate(der))
	}
	return request
}
