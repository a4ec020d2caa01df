package command

import (
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"devca/clients"
	"devca/diag"
	"devca/dial"
	"devca/doctor"
	"devca/environment"
	"devca/internal/ui"
)

func (p *program) doctorCommand() *cli.Command {
	return &cli.Command{
		Name:      "doctor",
		Usage:     "say why a client does not connect, and mend it",
		ArgsUsage: "[URL] [-- COMMAND [ARG...]]",
		Description: `Looks at this machine: the CA, the clock, every trust store, other development roots,
browsers' policies, variables and settings that get in the way, names and ports. With a
URL it also judges the server and really asks every client that is installed here; with
a command it runs it and explains why it failed. The cause comes first.

--fix does what can be done from here, asks once before it does, and looks again.

The exit status is 0 if nothing is wrong, 3 if something is, and 4 if --fix mended only
a part of it.

Examples:
  devca doctor
  devca doctor https://localhost:8443
  devca doctor -- npm install
  devca doctor https://localhost:8443 --html check-up.html
  devca doctor https://localhost:8443 --client curl,node
  devca doctor --fix --dry-run
  devca doctor --fix --yes
  devca doctor --json`,
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "fix", Usage: "mend what can be mended from here, and look again"},
			&cli.BoolFlag{Name: "yes", Aliases: []string{"y"}, Usage: "do not ask before --fix"},
			&cli.BoolFlag{Name: "dry-run", Aliases: []string{"n"}, Usage: "with --fix: show what would be done, and do nothing"},
			&cli.StringFlag{Name: "html", Usage: "write the report to `FILE`, too, as a page for browsers that needs nothing else"},
			&cli.BoolFlag{Name: "force", Usage: "with --html: replace a file that is there"},
			&cli.StringSliceFlag{Name: "client", Usage: "ask only these `CLIENTS` of those that are here, such as curl,node,firefox"},
			&cli.DurationFlag{Name: "timeout", Value: 10 * time.Second, Usage: "give each question, and each client, `TIME` to answer"},
		},
		Action: func(c *cli.Context) error {
			defer p.interruptible(c)()
			return p.doctor(c)
		},
	}
}

// clientKinds are those of --client; none: all.
func clientKinds(c *cli.Context) ([]string, error) {
	if !c.IsSet("client") {
		return nil, nil
	}
	names, known := strings.Split(strings.Join(c.StringSlice("client"), ","), ","), clients.Kinds()
	for _, name := range names {
		if !slices.Contains(known, name) {
			return nil, usage(c, "--client %q is unknown: choose %s", name, strings.Join(known, ", "))
		}
	}
	return names, nil
}

func (p *program) doctor(c *cli.Context) error {
	if !c.Bool("fix") && (c.Bool("yes") || c.Bool("dry-run")) {
		return usage(c, "--yes and --dry-run go with --fix")
	}
	if c.Duration("timeout") <= 0 {
		return usage(c, "--timeout must be longer than nothing")
	}
	if err := pageWanted(c); err != nil {
		return err
	}
	patient, err := p.patient(c)
	if err != nil {
		return err
	}
	report, err := doctor.Examine(c.Context, patient)
	if err != nil {
		return err
	}
	if !c.Bool("fix") {
		return p.diagnosed(c, report)
	}
	return p.mend(c, patient, report)
}

// diagnosed shows a report and gives its exit status.
func (p *program) diagnosed(c *cli.Context, report *doctor.Report) error {
	if err := p.deliver(c, report); err != nil {
		return err
	}
	if !report.Healthy {
		return answer(ExitNo)
	}
	return nil
}

// mend applies the repairs, once somebody agreed to all of them, and looks again.
func (p *program) mend(c *cli.Context, patient *doctor.Patient, report *doctor.Report) error {
	repairs := report.Repairs(c.Context)
	if c.Bool("dry-run") || len(repairs) == 0 {
		report.Mended = &doctor.Mended{DryRun: c.Bool("dry-run"), Repairs: repairs, Remains: report.Errors()}
		return p.diagnosed(c, report)
	}
	if err := p.confirmRepairs(c, repairs); err != nil {
		return err
	}
	done := report.Mend(c.Context)
	err := c.Err()
	if err != nil {
		return err
	}
	if patient.Ran != nil {
		if patient.Ran, err = p.runCommand(c.Context, patient.Ran.Argv); err != nil {
			return err
		}
	}
	after, err := doctor.Examine(c.Context, patient)
	if err != nil {
		return err
	}
	after.Mended = &doctor.Mended{Repairs: done, Remains: after.Errors()}
	if err := p.deliver(c, after); err != nil {
		return err
	}
	if !after.Healthy {
		return answer(ExitPartly)
	}
	return nil
}

// confirmRepairs shows what is going to be done and asks, where somebody can
// answer.
func (p *program) confirmRepairs(c *cli.Context, repairs []doctor.Repair) error {
	if c.Bool("yes") {
		return nil
	}
	agreed := false
	if p.streams.InTTY {
		for _, repair := range repairs {
			p.note("devca would %s", ui.Clean(repair.Do))
			for _, step := range repair.Steps {
				p.note("  %s", ui.Clean(step))
			}
		}
		var err error
		if agreed, err = p.streams.Confirm("Do all of it?"); err != nil {
			return err
		}
	}
	if agreed {
		return nil
	}
	return diag.New(diag.DoctorNotConfirmed, "nothing was changed: --fix was not confirmed").
		Because("it asks once, and there was nobody to say yes").
		Fix("see what it would do", "devca doctor --fix --dry-run").
		Fix("and say yes", "devca doctor --fix --yes")
}

// patient is this machine, with what the command line asks about it.
func (p *program) patient(c *cli.Context) (*doctor.Patient, error) {
	dir, err := p.openDir(c)
	if err != nil {
		return nil, err
	}
	patient := &doctor.Patient{Dir: dir, Machine: p.machine(c), Environ: os.Environ(), Now: time.Now, Limit: c.Duration("timeout")}
	p.showProgress(patient)
	patient.Git = sync.OnceValues(func() (environment.GitRoots, error) { return gitRoots(c.Context) })
	if patient.Work, err = os.Getwd(); err != nil {
		patient.Work = "" // it was deleted: then no project is there
	}
	patient.Judge = p.serverJudge(c)
	if patient.Clients, err = clientKinds(c); err != nil {
		return nil, err
	}
	names := c.Args().Slice()
	if p.ended && len(names) == p.before {
		return nil, usage(c, "there is no command behind --")
	}
	var command []string
	if p.ended {
		names, command = names[:p.before], names[p.before:]
	}
	switch {
	case len(names) > 1:
		return nil, usage(c, "doctor asks one server at a time; a command stands behind --")
	case len(names) == 1:
		if _, err := dial.ParseTarget(names[0]); err != nil {
			return nil, err // before a command is run
		}
		patient.Target = names[0]
	}
	if len(command) > 0 {
		patient.Ran, err = p.runCommand(c.Context, command)
	}
	return patient, err
}
