package command

import (
	"crypto/x509"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"devca/ca"
	"devca/certs"
	"devca/internal/ui"
	"devca/trust"
)

// foreignResult is the JSON answer of uninstall --foreign without names.
type foreignResult struct {
	Foreign []foreignRoot `json:"foreign"`
}

// foreignRoot is a development root of another tool.
type foreignRoot struct {
	Maker   string         `json:"maker"`
	Name    string         `json:"name"`
	SHA256  string         `json:"sha256"`
	Expires string         `json:"not_after"`
	Stores  []string       `json:"stores"` // their IDs
	Dangers []trust.Danger `json:"dangers"`
}

// foreign lists the roots of other tools, or removes those that are named.
func (p *program) foreign(c *cli.Context, dir *ca.Dir, kinds []trust.Kind) error {
	t := &trustChange{machine: p.machine(c), dir: dir, action: trust.Uninstall}
	t.stores = trust.Detect(t.machine, kinds...)
	own, err := ownRoots(dir)
	if err != nil {
		return err
	}
	found := trust.FindForeign(c.Context, t.machine, t.stores, own)
	if !c.Args().Present() {
		return p.listForeign(found)
	}
	chosen, err := chooseForeign(c.Args().Slice(), found)
	if err != nil {
		return err
	}
	t.result = newTrustResult(dir, nil)
	for _, f := range chosen {
		t.roots = append(t.roots, f.Root)
	}
	t.stores = slices.DeleteFunc(t.stores, func(store trust.Store) bool {
		// A store that follows one with the root is looked at, too.
		return !slices.ContainsFunc(chosen, func(f trust.Foreign) bool {
			return slices.ContainsFunc(f.Stores, func(s trust.Store) bool {
				return s.About().ID == store.About().ID || s.About().ID == store.About().Follows || s.About().Follows == store.About().ID
			})
		})
	})
	t.ownOnly(c)
	if c.Bool("dry-run") || c.Bool("print-commands") {
		t.plan(c.Context)
		if c.Bool("print-commands") {
			return p.printCommands(t)
		}
		return p.showPlan(t)
	}
	for _, f := range chosen {
		path, err := dir.KeepRemoved(f.Root.Certificate)
		if err != nil {
			return err
		}
		defer p.note("To put %s back: devca trust %s", ui.Clean(nameOf(f.Root.Certificate)), ui.Clean(path))
	}
	return p.changeAndShow(c, t)
}

// ownRoots are those that this directory made or was told to trust.
func ownRoots(dir *ca.Dir) ([]*x509.Certificate, error) {
	own, err := dir.Roots()
	if err != nil {
		return nil, err
	}
	trusted, err := dir.Trusted()
	for _, other := range trusted {
		own = append(own, other.Certificate)
	}
	return own, err
}

func (p *program) listForeign(found []trust.Foreign) error {
	result := foreignResult{Foreign: []foreignRoot{}}
	table := ui.Table{Columns: []string{"TOOL", "ROOT", "SHA-256", "STORES"}}
	for _, f := range found {
		root := f.Root.Certificate
		described := foreignRoot{
			Maker: f.Maker, Name: nameOf(root), SHA256: certs.Fingerprint(root.Raw),
			Expires: root.NotAfter.UTC().Format("2006-01-02T15:04:05Z"), Stores: []string{}, Dangers: f.Dangers,
		}
		if described.Dangers == nil {
			described.Dangers = []trust.Danger{}
		}
		var titles []string
		for _, store := range f.Stores {
			described.Stores = append(described.Stores, store.About().ID)
			titles = append(titles, store.About().Title)
		}
		result.Foreign = append(result.Foreign, described)
		table.Rows = append(table.Rows, []string{f.Maker, described.Name, described.SHA256[:16], strings.Join(titles, ", ")})
	}
	if p.json {
		return p.result(result)
	}
	if len(found) == 0 {
		p.note("No development root of another tool is in the stores of this machine")
		return nil
	}
	if err := table.Write(p.streams); err != nil {
		return err
	}
	for _, f := range result.Foreign {
		for _, danger := range f.Dangers {
			p.say("%s: %s", ui.Clean(f.Name), ui.Clean(danger.What))
		}
	}
	p.note("To remove some: devca uninstall --foreign %s    all: devca uninstall --foreign all", found[0].Maker)
	return nil
}

// chooseForeign finds the roots that the words mean: a tool, a name, the
// beginning of a fingerprint, or all.
func chooseForeign(words []string, found []trust.Foreign) ([]trust.Foreign, error) {
	var chosen []trust.Foreign
	for _, word := range words {
		any := false
		for _, f := range found {
			if word != "all" && word != f.Maker && !goesBy(f.Root.Certificate, word) {
				continue
			}
			any = true
			if !slices.ContainsFunc(chosen, func(o trust.Foreign) bool { return o.Root.Certificate.Equal(f.Root.Certificate) }) {
				chosen = append(chosen, f)
			}
		}
		if !any {
			return nil, unknownOther(word, "no store that can be listed has a root of a known tool by that name")
		}
	}
	return chosen, nil
}
