package command

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/urfave/cli/v2"

	"devca/environment"
)

func (p *program) envCommand() *cli.Command {
	var shells []string
	var list strings.Builder
	for _, shell := range environment.Shells() {
		shells = append(shells, shell.Name)
		fmt.Fprintf(&list, "  %-8s %s\n", shell.Name, shell.Title)
	}
	return &cli.Command{
		Name:  "env",
		Usage: "print the variables that make devca's root count for programs that read no store",
		Description: `Node, Python's requests, Java and others bring roots of their own. Variables that add to
them get devca's root; those that replace them get a file with what was in force before
(the file that the variable or the program's configuration named, else the system's
roots) and the root. So nothing that was trusted is lost. The files are in devca's folder,
and are written again when their sources have changed.

Examples:
  eval "$(devca env)"
  eval "$(devca env --undo)"
  devca env --shell dotenv > .env
  devca env --runtime node
  devca env --json

--shell takes:
` + strings.TrimRight(list.String(), "\n"),
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "shell", DefaultText: "sh; on Windows pwsh", Usage: "write for `SHELL`: " + strings.Join(shells, ", ")},
			&cli.BoolFlag{Name: "undo", Usage: "print what gives the variables their old values back"},
			&cli.StringFlag{Name: "runtime", Usage: "say instead how `NAME` is told about a root: node, java, git, ...; all lists them"},
		},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage(c, "env takes no names; to run a command: devca exec -- COMMAND")
			}
			if c.IsSet("runtime") {
				return p.runtime(c, c.String("runtime"))
			}
			name := c.String("shell")
			if name == "" {
				name = environment.DefaultShell(runtime.GOOS, p.streams.Getenv)
			}
			shell, known := environment.FindShell(name)
			if !known {
				return usage(c, "--shell %q is unknown: choose %s", name, strings.Join(shells, ", "))
			}
			if c.Bool("undo") {
				return p.undoEnv(shell)
			}
			return p.env(c, shell)
		},
	}
}

// envResult is the JSON answer.
type envResult struct {
	Root      string        `json:"root"` // empty with --undo
	Variables []envVariable `json:"variables"`
	Files     []string      `json:"files_written"`
}

// envVariable is one variable.
type envVariable struct {
	Name   string   `json:"name"`
	Value  *string  `json:"value"`  // null: it is to be unset
	Before *string  `json:"before"` // null: it was not set, or with --undo
	From   []string `json:"from"`   // the files whose roots count
}

func (p *program) env(c *cli.Context, shell environment.Shell) error {
	root, plan, err := p.prepareEnvironment(c)
	if err != nil {
		return err
	}
	if p.json {
		result := envResult{Root: root, Variables: []envVariable{}, Files: []string{}}
		for _, a := range plan.Assignments {
			if a.Name != environment.Memory {
				result.Variables = append(result.Variables, envVariable{Name: a.Name, Value: &a.Value, Before: a.Before, From: a.From})
			}
		}
		for _, file := range plan.Files {
			result.Files = append(result.Files, file.Path)
		}
		return p.result(result)
	}
	text, err := shell.Write(plan.Assignments)
	if err != nil {
		return err
	}
	p.say("%s", strings.TrimSuffix(text, "\n"))
	return nil
}

func (p *program) undoEnv(shell environment.Shell) error {
	undone, err := environment.Undo(p.streams.Getenv)
	if err != nil {
		return err
	}
	if p.json {
		result := envResult{Variables: []envVariable{}, Files: []string{}}
		for _, a := range undone {
			result.Variables = append(result.Variables, envVariable{Name: a.Name, Value: a.Before, From: []string{}})
		}
		return p.result(result)
	}
	text, err := shell.Undo(undone)
	if err != nil {
		return err
	}
	p.say("%s", strings.TrimSuffix(text, "\n"))
	return nil
}
