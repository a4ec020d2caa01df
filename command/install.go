package command

import (
	"github.com/urfave/cli/v2"

	"devca/ca"
	"devca/diag"
	"devca/trust"
)

func (p *program) installCommand() *cli.Command {
	return &cli.Command{
		Name:  "install",
		Usage: "have the root trusted by this machine's stores; make it first if there is none",
		Description: `Puts the root into the system's store, into the NSS databases of browsers and
into Java's, and reads each back. A store that fails does not stop the others:
the exit status is 0 if all trust the root, 4 if some do, 1 if none does.

Examples:
  devca install
  devca install --dry-run
  devca install --stores system,nss
  devca install --user
  devca install --permit corp.example
  devca install --print-commands > by-hand.sh
  devca install --ci

--ci is for build machines: nothing is asked (sudo works if it wants no
password), one line is printed if all went well, and browsers are prepared that
come later, with Playwright, Puppeteer or Selenium: the NSS database of this home
for every Chromium, Chrome for Testing and headless shell, and the policy in
/etc/firefox, which takes root, for each profile that geckodriver makes. With
--user it goes into Firefoxes that Selenium and Puppeteer have in ~/.cache already.
Not reached, and named in the output: Playwright's Firefox, which is told by
PLAYWRIGHT_FIREFOX_POLICIES_JSON; a Chromium before 146 where ~/.pki/nssdb is
missing; Node, by NODE_EXTRA_CA_CERTS. Nobody tried Playwright's WebKit. Browsers
with another HOME, or in a container, need a devca install of their own.`,
		Flags: append(append([]cli.Flag{storesFlag(), ciFlag()}, planFlags()...), createFlags()...),
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage(c, "install takes no names; the root is always the CA's own")
			}
			return p.install(c)
		},
	}
}

func (p *program) install(c *cli.Context) error {
	defer p.interruptible(c)()
	kinds, err := p.storeKinds(c)
	if err != nil {
		return err
	}
	dir, err := p.openDir(c)
	if err != nil {
		return err
	}
	options, err := p.createOptions(c)
	if err != nil {
		return err
	}
	if err := refuseLate(dir, options); err != nil {
		return err
	}
	hushed := c.Bool("ci") && p.hush()
	t := &trustChange{machine: p.machine(c), dir: dir, action: trust.Install}
	if t.stores = trust.Detect(t.machine, kinds...); len(t.stores) == 0 {
		return noStore(kinds)
	}
	t.ownOnly(c)
	if c.Bool("dry-run") {
		return p.planInstall(c, t)
	}
	if err := p.takeRoot(t, options); err != nil {
		return err
	}
	if c.Bool("print-commands") {
		t.plan(c.Context)
		return p.printCommands(t)
	}
	journal, err := trust.OpenJournal(dir.JournalPath(), dir.Owner())
	if err != nil {
		return err
	}
	unlock, err := journal.Lock()
	if err != nil {
		return err
	}
	defer unlock()
	status := p.change(c.Context, t, journal)
	if _, ok := asAnswer(status); status != nil && !ok {
		return status
	}
	if c.Bool("ci") {
		if err := p.showSeeded(t, status == nil, hushed); err != nil {
			return err
		}
		return status
	}
	if browsersToo(kinds) {
		t.result.Remarks = trust.Remarks(t.machine, t.stores)
	}
	if err := p.showChange(t); err != nil {
		return err
	}
	p.noteNotCovered()
	return status
}

// planInstall shows what install would do. Nothing is made, not even the CA.
func (p *program) planInstall(c *cli.Context, t *trustChange) error {
	certificates, err := t.dir.Roots()
	if err != nil {
		return err
	}
	if len(certificates) == 0 {
		p.note("A new root would be made in %s", t.dir.Path())
		t.result = newTrustResult(t.dir, nil)
		t.roots = []trust.Root{{Path: t.dir.RootPath()}}
	} else {
		t.result = newTrustResult(t.dir, certificates[0])
		t.roots = rootsOf(t.dir, certificates[:1])
	}
	t.plan(c.Context)
	if c.Bool("print-commands") {
		return p.printCommands(t)
	}
	return p.showPlan(t)
}

// takeRoot opens or makes the CA.
func (p *program) takeRoot(t *trustChange, options ca.Options) error {
	authority, created, err := t.dir.OpenOrCreate(options)
	if err != nil {
		return err
	}
	if created {
		p.note("Created a root for this machine: %s", authority.Describe())
		if !authority.Constrained() {
			p.warn(unconstrained(authority))
		}
	}
	t.result = newTrustResult(t.dir, authority.Root)
	t.result.Root.Created = created
	t.roots = []trust.Root{{Certificate: authority.Root, Path: t.dir.RootPath()}}
	return nil
}

func (p *program) noteNotCovered() {
	p.note("Node, Deno and python-requests read no store; for them: %s", diag.UseEnvironment)
}
