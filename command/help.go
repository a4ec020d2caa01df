package command

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/urfave/cli/v2"

	"devca/diag"
	"devca/internal/ui"
)

func (p *program) helpCommand() *cli.Command {
	return &cli.Command{
		Name:        "help",
		Usage:       "say what devca or one of its commands does, with examples",
		ArgsUsage:   "[COMMAND...]",
		Description: "Examples:\n  devca help\n  devca help issue\n  devca help ca export\n\nThe same as --help behind the command.",
		Action: func(c *cli.Context) error {
			l := parse(p.root.Commands, c.Args().Slice())
			if len(l.names) > 0 {
				word := ui.Clean(l.names[0])
				e := diag.New(diag.UsageUnknown, fmt.Sprintf("%q is not a command", word))
				if near := nearest(word, l.below(p.root.Commands)); near != "" {
					e = e.Fix("did you mean", "devca help "+strings.Join(append(pathNames(l.path), near), " "))
				}
				return e.Fix("see the commands", "devca --help")
			}
			if p.json {
				return p.result(helpResult{Text: p.helpText(l.path)})
			}
			p.help(l.path)
			return nil
		},
	}
}

// helpResult is the JSON answer of help.
type helpResult struct {
	Text string `json:"text"`
}

// help prints what --help prints for the command at the end of the path.
func (p *program) help(path []*cli.Command) {
	p.say("%s", strings.TrimSuffix(p.helpText(path), "\n"))
}

func (p *program) helpText(path []*cli.Command) string {
	var b strings.Builder
	width := 80
	if p.streams.Width > 0 {
		width = max(40, min(p.streams.Width, 100))
	}
	if len(path) == 0 {
		fmt.Fprintf(&b, "devca makes %s.\n\nUsage: devca COMMAND [FLAG...] [NAME...]\n\n", p.root.Usage)
		b.WriteString("Commands:\n")
		entries(&b, width, commandRows(p.root.Commands))
		flagSection(&b, width, "Flags of every command", commonFlags())
		b.WriteString("\nExit status:\n")
		entries(&b, width, ExitMeanings())
		b.WriteString("\nOne command: devca help COMMAND    All of it: devca man | man -l -\n")
		return b.String()
	}
	command := path[len(path)-1]
	fmt.Fprintf(&b, "Usage: %s\n\n%s.\n", synopsis(path), capital(command.Usage))
	if command.Description != "" {
		fmt.Fprintf(&b, "\n%s\n", command.Description)
	}
	if len(command.Subcommands) > 0 {
		b.WriteString("\nCommands:\n")
		entries(&b, width, commandRows(command.Subcommands))
		return b.String()
	}
	flagSection(&b, width, "Flags", ownFlags(command))
	flagSection(&b, width, "Flags of every command", commonFlags())
	return b.String()
}

// synopsis is how the command is called.
func synopsis(path []*cli.Command) string {
	command := path[len(path)-1]
	text := "devca " + strings.Join(pathNames(path), " ")
	if len(command.Subcommands) > 0 {
		return text + " COMMAND"
	}
	text += " [FLAG...]"
	if command.ArgsUsage != "" {
		text += " " + command.ArgsUsage
	}
	return text
}

func pathNames(path []*cli.Command) []string {
	var names []string
	for _, command := range path {
		names = append(names, command.Name)
	}
	return names
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// ownFlags are a command's flags without those that every command has.
func ownFlags(command *cli.Command) []cli.Flag {
	common := map[string]bool{}
	for _, flag := range commonFlags() {
		common[flag.Names()[0]] = true
	}
	var own []cli.Flag
	for _, flag := range command.Flags {
		if !common[flag.Names()[0]] {
			own = append(own, flag)
		}
	}
	return own
}

func commandRows(commands []*cli.Command) [][2]string {
	var rows [][2]string
	for _, command := range commands {
		if !command.Hidden {
			rows = append(rows, [2]string{command.Name, command.Usage})
		}
	}
	return rows
}

// ExitMeanings says what the exit statuses mean, in their order.
func ExitMeanings() [][2]string {
	status := func(n int, meaning string) [2]string { return [2]string{strconv.Itoa(n), meaning} }
	return [][2]string{
		status(ExitDone, "done, or the answer is yes"),
		status(ExitFailed, "could not do it; the reason and a way out are on standard error"),
		status(ExitUsage, "the command line was wrong"),
		status(ExitNo, "worked, and the answer is no: something is not trusted, or about to expire"),
		status(ExitPartly, "partly done: some stores or certificates, not all"),
		status(ExitInterrupted, "interrupted; what was finished before stays"),
	}
}

func flagSection(b *strings.Builder, width int, title string, flags []cli.Flag) {
	var rows [][2]string
	for _, flag := range flags {
		f := describeFlag(flag)
		rows = append(rows, [2]string{f.spelling(), f.text})
	}
	if len(rows) > 0 {
		fmt.Fprintf(b, "\n%s:\n", title)
		entries(b, width, rows)
	}
}

// flagText is a flag as documentation shows it.
type flagText struct {
	names       []string
	placeholder string // of its value, "" if it takes none
	text        string // what it does, with its default
}

func describeFlag(flag cli.Flag) flagText {
	f := flagText{names: flag.Names()}
	documented, ok := flag.(cli.DocGenerationFlag)
	if !ok {
		return f
	}
	before, quoted, _ := strings.Cut(documented.GetUsage(), "`")
	placeholder, after, _ := strings.Cut(quoted, "`")
	f.text = before + placeholder + after
	if documented.TakesValue() {
		f.placeholder = placeholder
		if value := documented.GetDefaultText(); value != "" {
			f.text += " (default: " + strings.Trim(value, `"`) + ")"
		}
	}
	return f
}

func (f flagText) spelling() string {
	var spellings []string
	for _, name := range f.names {
		dashes := "--"
		if len(name) == 1 {
			dashes = "-"
		}
		spellings = append(spellings, dashes+name)
	}
	text := strings.Join(spellings, ", ")
	if f.placeholder != "" {
		text += " " + f.placeholder
	}
	return text
}

// entries lays out names and their texts; a text that does not fit beside its
// name starts below it.
func entries(b *strings.Builder, width int, rows [][2]string) {
	column := 0
	for _, row := range rows {
		column = min(26, max(column, len(row[0])+4))
	}
	for _, row := range rows {
		lines := fillLines(row[1], width-column)
		if len(row[0])+4 > column {
			fmt.Fprintf(b, "  %s\n", row[0])
		} else {
			fmt.Fprintf(b, "  %-*s%s\n", column-2, row[0], lines[0])
			lines = lines[1:]
		}
		for _, text := range lines {
			fmt.Fprintf(b, "%*s%s\n", column, "", text)
		}
	}
}

// fillLines breaks a text at spaces into lines of at most width letters, and gives at
// least one; 20 or less means no limit. A word that is longer than a line stays
// whole, so that it can be copied.
func fillLines(text string, width int) []string {
	if width <= 20 || utf8.RuneCountInString(text) <= width {
		return []string{text}
	}
	lines := []string{""}
	for word := range strings.FieldsSeq(text) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case utf8.RuneCountInString(*last)+1+utf8.RuneCountInString(word) <= width:
			*last += " " + word
		default:
			lines = append(lines, word)
		}
	}
	return lines
}
