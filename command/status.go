package command

import (
	"github.com/urfave/cli/v2"

	"devca/diag"
	"devca/internal/ui"
	"devca/trust"
)

func (p *program) statusCommand() *cli.Command {
	return &cli.Command{
		Name:  "status",
		Usage: "say for each trust store of this machine whether it trusts the root",
		Description: `Reads every store; nothing is changed. The exit status is 0 if all trust the
root and 3 if one does not.

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
	machine := p.machine()
	stores := trust.Detect(machine, kinds...)
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
	for _, store := range stores {
		reading := store.Status(c.Context, root)
		all = all && reading.State == trust.Trusted
		result.Stores = append(result.Stores, describeStore(store, reading))
	}
	result.Remarks = append(result.Remarks, trust.Remarks(machine, stores)...)
	if err := p.showStatus(result); err != nil {
		return err
	}
	if !all {
		return answer(ExitNo)
	}
	return nil
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
