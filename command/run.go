// Package command is devca's command line: one file per verb, each with the
// verb's flags, one call into the package that knows, and one answer. It is
// importable so that tests can call Run, and is not an API.
package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"devca/diag"
	"devca/internal/ui"
)

// Exit statuses, documented in README.md and the man page. They are stable.
const (
	ExitDone        = 0   // done, or the answer is yes
	ExitFailed      = 1   // could not do it
	ExitUsage       = 2   // the command line was wrong
	ExitNo          = 3   // worked, and the answer is no
	ExitPartly      = 4   // partly done
	ExitInterrupted = 130 // stopped by the person, as shells report SIGINT
)

// Run executes one command line without the program's name and returns the
// exit status. It never calls os.Exit.
func Run(args []string, streams *ui.Streams) int {
	p := &program{streams: streams}
	first := ""
	if len(args) > 0 {
		first = args[0]
	}
	app := p.app(first)
	p.root = app
	if len(args) > 0 {
		if word, ok := strings.CutPrefix(args[0], completeFlag); ok {
			p.candidates(word, args[1:])
			return ExitDone
		}
		if slices.Contains([]string{"--version", "-version", "-v"}, args[0]) {
			args = append([]string{"version"}, args[1:]...)
		}
	}
	parsed := parse(app.Commands, args)
	if parsed.asksForHelp() {
		p.help(parsed.path)
		return ExitDone
	}
	p.ended, p.before = parsed.ended, parsed.before
	hoisted := parsed.hoisted()
	p.json = hasJSON(hoisted)
	err := app.Run(append([]string{app.Name}, hoisted...))
	if err != nil && p.interrupted {
		err = diag.New(diag.Interrupted, "interrupted").Because("what was finished before stays, nothing is half-written").
			Fix("run the same command again", "")
		p.report(err)
		return ExitInterrupted
	}
	return p.report(err)
}

// interruptible lets a command that takes long end in order when the person
// presses ^C: its context is cancelled, and the command says so. The others are
// over before anybody could, and are spared the half millisecond that watching
// signals costs; they are safe to kill at any point all the same.
func (p *program) interruptible(c *cli.Context) (stop func()) {
	ctx, cancel := signal.NotifyContext(c.Context, os.Interrupt, syscall.SIGTERM)
	c.Context = ctx
	return func() {
		p.interrupted = ctx.Err() != nil
		cancel()
	}
}

// program is one run of devca: its streams and what the common flags said.
type program struct {
	streams *ui.Streams
	root    *cli.App
	json    bool   // --json was given: errors are reported in the envelope, too
	command string // full name of the running command, for the envelope

	ended  bool // there was a "--"
	before int  // how many names stood before it

	interrupted bool // a signal ended the work, see interruptible
}

// answer is an exit status that is not an error: the report was printed already.
type answer int

func (a answer) Error() string { return fmt.Sprintf("exit status %d", int(a)) }

func (p *program) app(first string) *cli.App {
	app := &cli.App{
		Name:                      "devca",
		Usage:                     "certificates for development that every client of this machine trusts",
		HideVersion:               true,
		Compiled:                  time.Unix(0, 1), // else the library looks for the program's file
		HideHelp:                  true,            // ours is in help.go
		DisableSliceFlagSeparator: true,            // URI names contain commas
		Reader:                    p.streams.In,
		Writer:                    p.streams.Out,
		ErrWriter:                 p.streams.Err,
		ExitErrHandler:            func(*cli.Context, error) {}, // else the library calls os.Exit
		OnUsageError:              usageError,
		Commands:                  p.commands(first),
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return unknownCommand(c)
			}
			return p.firstContact()
		},
	}
	p.complete(app.Commands, nil)
	return app
}

// complete fills in what every command has alike.
func (p *program) complete(commands, parents []*cli.Command) {
	for _, command := range commands {
		path := append(slices.Clone(parents), command)
		name := strings.Join(pathNames(path), " ")
		command.OnUsageError = usageError
		command.HideHelp = true
		if len(command.Subcommands) > 0 {
			p.complete(command.Subcommands, path)
			command.Action = func(c *cli.Context) error {
				if c.Args().Present() {
					return unknownCommand(c)
				}
				p.help(path)
				return nil
			}
			continue
		}
		command.Flags = append(command.Flags, commonFlags()...)
		action := command.Action
		command.Action = func(c *cli.Context) error {
			p.command = name
			p.json = c.Bool("json")
			if c.Bool("no-color") {
				p.streams.Color = false
			}
			if c.Bool("quiet") {
				p.streams.Err = quietWriter{p.streams.Err}
			}
			return action(c)
		}
	}
}

// quietWriter drops remarks; errors are reported through the writer it wraps.
type quietWriter struct{ loud io.Writer }

func (quietWriter) Write(b []byte) (int, error) { return len(b), nil }

func usageError(c *cli.Context, err error, _ bool) error {
	help := "devca --help"
	if c.Command != nil && c.Command.HelpName != "" && c.Command.Name != "" {
		help = c.Command.HelpName + " --help"
	}
	return diag.New(diag.UsageUnknown, "the command line could not be read").From(err).Fix("see the flags", help)
}

func unknownCommand(c *cli.Context) error {
	word := ui.Clean(c.Args().First())
	parent := "devca"
	commands := c.App.Commands
	if c.Command != nil && len(c.Command.Subcommands) > 0 {
		parent, commands = c.Command.HelpName, c.Command.Subcommands
	}
	e := diag.New(diag.UsageUnknown, fmt.Sprintf("%q is not a command of %s", word, parent))
	if near := nearest(word, commands); near != "" {
		e = e.Fix("did you mean", parent+" "+near)
	}
	return e.Fix("see the commands", parent+" --help")
}

// usage makes an error for a wrong number or combination of arguments.
func usage(c *cli.Context, format string, args ...any) *diag.Error {
	return diag.New(diag.UsageArguments, fmt.Sprintf(format, args...)).Fix("see examples", c.Command.HelpName+" --help")
}

// asAnswer tells whether err is only an exit status.
func asAnswer(err error) (answer, bool) {
	return errors.AsType[answer](err)
}
