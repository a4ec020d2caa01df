package command

import (
	"os"

	"github.com/urfave/cli/v2"

	"devca/checkup"
	"devca/diag"
	"devca/doctor"
	"devca/internal/atomicfile"
)

// pageWanted refuses a file that is there before anything is examined, since that
// takes seconds.
func pageWanted(c *cli.Context) error {
	name := c.String("html")
	if name == "" {
		if c.Bool("force") {
			return usage(c, "--force goes with --html")
		}
		return nil
	}
	if _, err := os.Lstat(name); err == nil && !c.Bool("force") {
		return diag.New(diag.DoctorPage, "there is already a file "+name).
			Fix("choose another name, or replace it", diag.CommandLine("devca", "doctor", "--html", name, "--force"))
	}
	return nil
}

// deliver shows the report and, where it is wanted, writes it as a page.
func (p *program) deliver(c *cli.Context, report *doctor.Report) error {
	if name := c.String("html"); name != "" {
		err := atomicfile.Write(atomicfile.File{Path: name, Data: []byte(checkup.HTML(report)), Mode: publicFile})
		if err != nil {
			return diag.New(diag.DoctorPage, "the page cannot be written to "+name).From(err).
				Fix("write it where you may", "devca doctor --html ./check-up.html")
		}
	}
	return p.showReport(report)
}
