package command

import (
	"crypto/x509"
	"slices"

	"github.com/urfave/cli/v2"

	"devca/ca"
	"devca/certs"
	"devca/diag"
	"devca/internal/ui"
	"devca/trust"
)

func (p *program) statusCommand() *cli.Command {
	return &cli.Command{
		Name:  "status",
		Usage: "say for each trust store of this machine whether it trusts the root",
		Description: `Reads every store; nothing is changed. The exit status is 0 if all trust the
root and 3 if one does not. Roots that devca trust installed, and earlier roots
of this CA that a store still has, are listed below it.

Examples:
  devca status
  devca status --stores nss
  devca status --json`,
		Flags: []cli.Flag{storesFlag()},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage(c, "status takes no names")
			}
			return p.status(c)
		},
	}
}

func (p *program) status(c *cli.Context) error {
	kinds, err := p.storeKinds(c)
	if err != nil {
		return err
	}
	dir, err := p.openDir(c)
	if err != nil {
		return err
	}
	certificates, err := dir.Roots()
	if err != nil {
		return err
	}
	journal, err := trust.OpenJournal(dir.JournalPath(), dir.Owner())
	if err != nil {
		return err
	}
	machine := p.machine(c)
	stores := trust.WithJournal(machine, trust.Detect(machine, kinds...), journal, kinds...)
	if len(stores) == 0 {
		return noStore(kinds)
	}
	result, root := newTrustResult(dir, nil), trust.Root{Path: dir.RootPath()}
	if len(certificates) > 0 {
		result, root.Certificate = newTrustResult(dir, certificates[0]), certificates[0]
	} else {
		result.Remarks = append(result.Remarks, diag.New(diag.TrustNoRoot, "there is no root yet, so no store can trust it").
			Fix("make one and have it trusted", "devca install").Finding)
	}
	all := root.Certificate != nil
	for i, reading := range trust.ReadAll(c.Context, stores, root) {
		all = all && reading.State == trust.Trusted
		result.Stores = append(result.Stores, describeStore(stores[i], reading))
	}
	if result.Others, err = otherStates(c, dir, stores, certificates, journal); err != nil {
		return err
	}
	if browsersToo(kinds) {
		result.Remarks = append(result.Remarks, trust.Remarks(machine, stores)...)
	}
	if err := p.showStatus(result); err != nil {
		return err
	}
	if !all {
		return answer(ExitNo)
	}
	return nil
}

// otherState says where a root is that is not the current one.
type otherState struct {
	Name   string       `json:"name"`
	SHA256 string       `json:"sha256"`
	Kind   string       `json:"kind"` // trusted: by devca trust; earlier: of this CA
	Stores []storeState `json:"stores"`
}

type storeState struct {
	ID    string      `json:"id"`
	State trust.State `json:"state"`
}

// otherStates reads the stores for roots that were trusted by hand, wherever
// they are, and for earlier ones, where they still are.
func otherStates(c *cli.Context, dir *ca.Dir, stores []trust.Store, own []*x509.Certificate, journal *trust.Journal) ([]otherState, error) {
	trusted, err := dir.Trusted()
	if err != nil {
		return nil, err
	}
	var states []otherState
	seen := slices.Clone(own[:min(1, len(own))])
	add := func(certificate *x509.Certificate, kind string) {
		if slices.ContainsFunc(seen, certificate.Equal) {
			return
		}
		seen = append(seen, certificate)
		state := otherState{Name: nameOf(certificate), SHA256: certs.Fingerprint(certificate.Raw), Kind: kind, Stores: []storeState{}}
		for i, reading := range trust.ReadAll(c.Context, stores, trust.Root{Certificate: certificate}) {
			if kind == "trusted" || reading.State == trust.Trusted || reading.State == trust.Untrusted {
				state.Stores = append(state.Stores, storeState{stores[i].About().ID, reading.State})
			}
		}
		if len(state.Stores) > 0 {
			states = append(states, state)
		}
	}
	for _, other := range trusted {
		add(other.Certificate, "trusted")
	}
	for _, certificate := range append(own, journal.Roots()...) {
		add(certificate, "earlier")
	}
	return states, nil
}

func (p *program) showStatus(result trustResult) error {
	if p.json {
		return p.result(result)
	}
	if result.Root != nil {
		p.say("%s\n", ui.Clean(result.Root.Name))
	}
	table := ui.Table{Columns: []string{"STORE", "STATE"}}
	behind := false
	for _, store := range result.Stores {
		state := store.State.String()
		if store.Detail != "" {
			state += ": " + store.Detail
		}
		table.Rows = append(table.Rows, []string{store.Title, state})
		behind = behind || store.State == trust.Absent || store.State == trust.Untrusted
	}
	if err := table.Write(p.streams); err != nil {
		return err
	}
	if err := p.showOthers(result.Others); err != nil {
		return err
	}
	for _, store := range result.Stores {
		if store.Finding != nil {
			p.problem(*store.Finding)
		}
	}
	for _, remark := range result.Remarks {
		p.warn(remark)
	}
	if behind && result.Root != nil {
		p.note("Next: devca install")
	}
	return nil
}

func (p *program) showOthers(others []otherState) error {
	for _, other := range others {
		p.say("\n%s (%s)\n", ui.Clean(other.Name), other.Kind)
		table := ui.Table{Columns: []string{"STORE", "STATE"}}
		for _, store := range other.Stores {
			table.Rows = append(table.Rows, []string{store.ID, store.State.String()})
		}
		if err := table.Write(p.streams); err != nil {
			return err
		}
		if other.Kind == "earlier" {
			p.note("An earlier root is still there. devca uninstall takes out all; devca install puts the current one back")
		}
	}
	return nil
}
