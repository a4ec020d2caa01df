package command

import (
	"context"
	"crypto/x509"
	"slices"
	"sync"

	"github.com/urfave/cli/v2"

	"devca/diag"
	"devca/trust"
	"devca/verify"
)

// ground is what verify stands on: the roots that are trusted. It is read when
// the first target needs it, and once.
type ground struct {
	program *program
	options *verifyOptions
	cli     *cli.Context

	anchors *verify.Anchors

	// The rest belongs to whoever holds the lock: the files of a folder are judged
	// side by side, and asking the stores takes long.
	mutex   sync.Mutex
	lacking map[string]verify.Clients // by the root's DER
	own     []*x509.Certificate       // devca's roots and those that it was told to trust
	stores  []trust.Store             // of this machine; nil until a local root was met
	added   []*x509.Certificate       // roots that somebody added to the system's store
}

func (p *program) newGround(c *cli.Context, o *verifyOptions) *ground {
	return &ground{program: p, options: o, cli: c, lacking: map[string]verify.Clients{}}
}

// roots gives the anchors: those of --roots, or else the system's and devca's.
func (g *ground) roots() (*verify.Anchors, error) {
	if g.anchors != nil {
		return g.anchors, nil
	}
	anchors := verify.NewAnchors()
	for _, name := range g.options.roots {
		data, err := readBounded(name)
		if err != nil {
			return nil, err
		}
		if anchors.AddPEM(data, name, 0) > 0 {
			continue
		}
		ders, err := certificatesIn(name, data, g.options.passwords)
		if err != nil {
			return nil, err
		}
		for _, der := range ders {
			certificate, err := x509.ParseCertificate(der)
			if err != nil {
				return nil, diag.New(diag.VerifyRoots, "a root in "+name+" cannot be read").From(err).
					Fix("see what is in it", diag.CommandLine("devca", "inspect", name))
			}
			anchors.Add(verify.Anchor{Certificate: certificate, Source: name})
		}
	}
	if len(g.options.roots) == 0 {
		if err := g.addMachine(anchors); err != nil {
			return nil, err
		}
	}
	g.anchors = anchors
	return anchors, nil
}

// addMachine adds what this machine trusts, and devca's own root. A system
// without a bundle is no failure: the answer is that nothing is trusted.
func (g *ground) addMachine(anchors *verify.Anchors) error {
	machine := g.program.machine(g.cli)
	bundle, place, err := trust.SystemRoots(g.cli.Context, machine)
	if err == nil {
		anchors.AddPEM(bundle, "the system's store ("+place+")", 0)
	} else {
		e := diag.New(diag.VerifyRoots, "the system's trusted roots cannot be read").From(err).
			Fix("name a file of roots", "devca verify --roots ROOTS.pem").Fix("see what the stores say", "devca status")
		e.Severity = diag.SeverityWarning
		g.program.warn(e.Finding)
	}
	dir, err := g.program.openDir(g.cli)
	if err != nil {
		return err
	}
	own, err := dir.Roots()
	if err != nil {
		return err
	}
	for _, root := range own {
		anchors.Add(verify.Anchor{Certificate: root, Source: "devca's CA (" + dir.Path() + ")"})
	}
	g.own = own
	others, err := dir.Trusted()
	for _, other := range others {
		g.own = append(g.own, other.Certificate)
	}
	return err
}

// missing says which clients of this machine do not have a root that somebody
// put here; the vendors' roots are everywhere.
func (g *ground) missing(ctx context.Context, root *x509.Certificate) verify.Clients {
	if len(g.options.roots) > 0 {
		return 0
	}
	g.mutex.Lock()
	defer g.mutex.Unlock()
	lacking, known := g.lacking[string(root.Raw)]
	if !known {
		lacking = g.ask(ctx, root)
		if ctx.Err() == nil { // else the answer is only that nobody waited for it
			g.lacking[string(root.Raw)] = lacking
		}
	}
	return lacking
}

// ask reads the stores.
func (g *ground) ask(ctx context.Context, root *x509.Certificate) verify.Clients {
	if !g.isLocal(ctx, root) {
		return 0
	}
	has, all := verify.Clients(0), verify.Clients(0)
	for i, reading := range trust.ReadAll(ctx, g.stores, trust.Root{Certificate: root}) {
		readers := readersOf(g.stores[i].About())
		all |= readers
		if reading.State == trust.Trusted {
			has |= readers
		}
	}
	return all &^ has
}

// isLocal says whether somebody added the root to this machine.
func (g *ground) isLocal(ctx context.Context, root *x509.Certificate) bool {
	if g.stores == nil {
		g.stores = trust.Detect(g.program.machine(g.cli))
		for _, store := range g.stores {
			if store.About().Kind == trust.KindSystem {
				added, _ := trust.Added(ctx, store) // a store that cannot be read has its line in devca status
				g.added = append(g.added, added...)
			}
		}
	}
	return slices.ContainsFunc(g.own, root.Equal) || slices.ContainsFunc(g.added, root.Equal)
}

// readersOf translates the names that stores have for their clients.
func readersOf(about trust.About) verify.Clients {
	var set verify.Clients
	for _, name := range about.Clients {
		switch name {
		case "chromium", "google-chrome", "chrome", "browsers", "programs with NSS":
			set |= verify.Chrome
		case "wget":
			set |= verify.GnuTLS
		case "schannel":
			set |= verify.Windows
		case "node", "rustls": // they have no store
		default:
			set |= verify.ClientsNamed(name)
		}
	}
	return set
}
