package command

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
	"github.com/xrash/smetrics"
)

// line is a command line taken apart: the library stops reading flags at the
// first name, so that in "devca issue a.test --json" it would make "--json" a name.
type line struct {
	path   []*cli.Command // the commands, outermost first
	flags  []string       // with their values
	names  []string       // everything else, and what follows "--"
	help   bool           // --help or -h was among the flags
	open   string         // the last word is this flag and its value is still to come
	ended  bool           // "--" was there
	before int            // how many names stood before it
}

// parse takes arguments apart.
func parse(commands []*cli.Command, args []string) line {
	var l line
	for i := 0; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "--":
			l.before = len(l.names)
			l.names, l.ended = append(l.names, args[i+1:]...), true
			return l
		case arg == "--help" || arg == "-help" || arg == "-h":
			l.help = true
		case len(arg) > 1 && arg[0] == '-':
			l.flags = append(l.flags, arg)
			name, takes := takesValue(l.command(), arg)
			switch {
			case takes && i+1 < len(args):
				i++
				l.flags = append(l.flags, args[i])
			case takes:
				l.open = name
			}
		default:
			if command := l.command(); command != nil && command.Name == "exec" {
				l.names, l.ended = args[i:], true // another program's command line, with flags of its own
				return l
			}
			next := find(l.below(commands), arg)
			if next == nil || len(l.names) > 0 {
				l.names = append(l.names, arg)
				continue
			}
			l.path = append(l.path, next)
		}
	}
	return l
}

// command is the innermost command, nil when none was named.
func (l line) command() *cli.Command {
	if len(l.path) == 0 {
		return nil
	}
	return l.path[len(l.path)-1]
}

// below are the commands that the next word can name.
func (l line) below(top []*cli.Command) []*cli.Command {
	if command := l.command(); command != nil {
		return command.Subcommands
	}
	return top
}

// asksForHelp tells whether the person wants to read, and nothing unknown was
// named that they should hear of first.
func (l line) asksForHelp() bool {
	isVerb := l.command() != nil && len(l.command().Subcommands) == 0
	return l.help && (isVerb || len(l.names) == 0)
}

// hoisted is the command line in the order in which the library reads it: flags
// in front of names, and names behind a "--" of their own.
func (l line) hoisted() []string {
	var args []string
	for _, command := range l.path {
		args = append(args, command.Name)
	}
	args = append(args, l.flags...)
	if l.open != "" {
		// What is put behind would become the value that is missing: a folder "--".
		return args
	}
	// A parent command gets its unknown word plainly, to say that it is unknown.
	if command := l.command(); len(l.names) > 0 && command != nil && len(command.Subcommands) == 0 {
		args = append(args, "--")
	}
	return append(args, l.names...)
}

// value gives the last value of a flag on the line, "" if it is not there.
func (l line) value(name string) string {
	found := ""
	for i, arg := range l.flags {
		flag, value, inline := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		switch {
		case flag != name || arg[0] != '-':
		case inline:
			found = value
		case i+1 < len(l.flags):
			found = l.flags[i+1]
		}
	}
	return found
}

func find(commands []*cli.Command, name string) *cli.Command {
	for _, command := range commands {
		if command.HasName(name) {
			return command
		}
	}
	return nil
}

// takesValue gives a flag's name and whether its value is the next argument.
func takesValue(command *cli.Command, arg string) (string, bool) {
	name := strings.TrimLeft(arg, "-")
	if command == nil || strings.Contains(name, "=") {
		return name, false
	}
	for _, flag := range command.Flags {
		if slices.Contains(flag.Names(), name) {
			documented, ok := flag.(cli.DocGenerationFlag)
			return flag.Names()[0], ok && documented.TakesValue()
		}
	}
	return name, false
}

// nearest finds the command whose name differs least from the word: at most two
// letters inserted, deleted or replaced.
func nearest(word string, commands []*cli.Command) string {
	best, distance := "", 3
	for _, command := range commands {
		if d := smetrics.WagnerFischer(word, command.Name, 1, 1, 1); d < distance && !command.Hidden {
			best, distance = command.Name, d
		}
	}
	return best
}
