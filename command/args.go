package command

import (
	"strings"

	"github.com/urfave/cli/v2"
	"github.com/xrash/smetrics"
)

// completionFlag is urfave/cli's own; it must stay last for the library to see it.
const completionFlag = "--generate-bash-completion"

// hoist moves flags in front of names, because the library stops reading flags
// at the first name: "devca issue a.test --json" would make "--json" a name.
// What follows "--" stays a name. Names are put behind a "--" of their own.
func hoist(app *cli.App, args []string) []string {
	completing := len(args) > 0 && args[len(args)-1] == completionFlag
	if completing {
		args = args[:len(args)-1]
	}
	var path, flags, names []string
	commands := app.Commands
	var current *cli.Command
	for i := 0; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "--":
			names = append(names, args[i+1:]...)
			i = len(args)
		case len(arg) > 1 && arg[0] == '-':
			flags = append(flags, arg)
			if takesValue(current, arg) && i+1 < len(args) {
				i++
				flags = append(flags, args[i])
			}
		default:
			if next := find(commands, arg); next != nil && len(names) == 0 {
				path = append(path, arg)
				current, commands = next, next.Subcommands
				continue
			}
			names = append(names, arg)
		}
	}
	hoisted := append(path, flags...)
	if len(names) > 0 {
		// A parent command gets its unknown word plainly, to say that it is unknown.
		if current != nil && len(current.Subcommands) == 0 && !completing {
			hoisted = append(hoisted, "--")
		}
		hoisted = append(hoisted, names...)
	}
	if completing {
		hoisted = append(hoisted, completionFlag)
	}
	return hoisted
}

func find(commands []*cli.Command, name string) *cli.Command {
	for _, command := range commands {
		if command.HasName(name) {
			return command
		}
	}
	return nil
}

// takesValue tells whether the flag's value is the next argument.
func takesValue(command *cli.Command, arg string) bool {
	name := strings.TrimLeft(arg, "-")
	if command == nil || strings.Contains(name, "=") {
		return false
	}
	for _, flag := range command.Flags {
		for _, candidate := range flag.Names() {
			if candidate == name {
				documented, ok := flag.(cli.DocGenerationFlag)
				return ok && documented.TakesValue()
			}
		}
	}
	return false
}

// nearest finds the command whose name differs least from the word: at most two
// letters inserted, deleted or replaced.
func nearest(word string, commands []*cli.Command) string {
	best, distance := "", 3
	for _, command := range commands {
		if d := smetrics.WagnerFischer(word, command.Name, 1, 1, 1); d < distance {
			best, distance = command.Name, d
		}
	}
	return best
}
