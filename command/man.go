package command

import (
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"github.com/urfave/cli/v2"
)

func (p *program) manCommand() *cli.Command {
	return &cli.Command{
		Name:        "man",
		Usage:       "print the manual page, made from the commands themselves",
		Hidden:      true,
		Description: "Examples:\n  devca man | man -l -\n  devca man > ~/.local/share/man/man1/devca.1",
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage(c, "man takes no names")
			}
			page := p.manual(manualDate())
			if p.json {
				return p.result(manResult{Page: page})
			}
			p.say("%s", strings.TrimSuffix(page, "\n"))
			return nil
		},
	}
}

// manResult is the JSON answer of man.
type manResult struct {
	Page string `json:"page"` // in the language mdoc(7)
}

// manualDate is the day of the commit that the program was built from, so that
// two builds of it have the same page; else, in a working copy, today.
func manualDate() time.Time {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			if committed, err := time.Parse(time.RFC3339, setting.Value); setting.Key == "vcs.time" && err == nil {
				return committed.UTC()
			}
		}
	}
	return time.Now().UTC()
}

// manual writes the page. Sections stand in the order of mdoc(7).
func (p *program) manual(date time.Time) string {
	m := &mdoc{}
	m.macro(".Dd " + date.Format("January 2, 2006"))
	m.macro(".Dt DEVCA 1", ".Os", ".Sh NAME", ".Nm devca", ".Nd "+mdocText(p.root.Usage))
	m.macro(".Sh SYNOPSIS", ".Nm", ".Ar COMMAND", ".Op Ar FLAG ...", ".Op Ar NAME ...")
	m.macro(".Sh DESCRIPTION")
	m.blocks(manualDescription)
	m.macro(".Sh COMMANDS")
	m.blocks("Flags may stand before or after names; what follows -- is a name.\nThese flags are those of every command:")
	m.flags(commonFlags())
	m.commands(p.root.Commands, nil)
	m.macro(".Sh ENVIRONMENT")
	m.list(".Ev", manualEnvironment())
	m.macro(".Sh FILES")
	m.blocks("In the CA's directory, which only its owner can enter:")
	m.list(".Pa", manualFiles())
	m.macro(".Sh EXIT STATUS")
	m.list(".It", ExitMeanings())
	m.macro(".Sh EXAMPLES")
	m.blocks(manualExamples)
	m.macro(".Sh SEE ALSO", ".Xr certutil 1 ,", ".Xr openssl 1 ,", ".Xr update-ca-certificates 8")
	m.macro(".Sh BACKWARDS COMPATIBILITY")
	m.blocks(manualPromise)
	return m.String()
}

const manualDescription = `devca makes a root certificate for one machine, has it trusted by the machine's trust stores, and issues certificates under it for names such as localhost, app.test or 127.0.0.1.
Servers on the machine then speak HTTPS to browsers and other clients without warnings.

The root may sign for development names only, unless --permit or --unconstrained said otherwise, and its own key is forgotten as soon as it has signed an issuing CA.

The answer goes to standard output, everything else to standard error; with --json the answer, or the error, is one JSON document.
Every error has a code of the form area/slug that docs/errors.md explains.`

func manualEnvironment() [][2]string {
	return [][2]string{
		{"DEVCA_DIR", "The CA's directory, where --dir does not name one."},
		{"XDG_DATA_HOME", "The folder of a user's data, in which the CA's directory is otherwise kept (default: ~/.local/share)."},
		{"TRUST_STORES", "Kinds of trust stores to work on where --stores does not name them: system, nss, java, separated by commas."},
		{"CAROOT", "Where devca ca import --mkcert looks first for mkcert's root."},
		{"JAVA_HOME", "A Java whose trust store is also looked at."},
		{"NO_COLOR", "If it is not empty, nothing is coloured."},
		{"COLUMNS", "The width of the terminal, where it is one."},
		{"SUDO_UID", "Under sudo, the user for whom the CA is made and to whom its files belong; SUDO_GID, too."},
	}
}

func manualFiles() [][2]string {
	return [][2]string{
		{"~/.local/share/devca", "The directory itself. On macOS: ~/Library/Application Support/devca; on Windows: %LocalAppData%\\devca."},
		{"root.pem", "The current root certificate; the one that clients are to trust."},
		{"authorities/KEYID", "This and every earlier authority: root.pem, issuing.pem and issuing-key.pem, and root-key.pem only with --keep-root-key."},
		{"ledger.jsonl", "What was issued and revoked."},
		{"journal.jsonl", "Which trust stores were changed, and how, so that uninstall can undo it."},
	}
}

const manualExamples = `HTTPS for localhost, from nothing:

  devca install
  devca issue localhost 127.0.0.1 ::1

The certificate and its key are localhost+2.pem and localhost+2-key.pem in the current folder.

What was issued, and make anew what ends within a month:

  devca list
  devca renew --expiring 30d

Take over the root that mkcert made, so that nobody has to trust a new one:

  devca ca import --mkcert

Tell a program that looks at no trust store:

  export NODE_EXTRA_CA_CERTS="$(devca ca path --root)"

Leave no trace:

  devca uninstall --purge`

const manualPromise = `Commands, flags, exit statuses, codes of errors and the fields of JSON answers keep their meaning within a major version; new ones may be added.
A changed or removed JSON field raises schema_version.
Text for people may change at any time.
Directories made by an earlier version are read by every later one.`

// mdoc collects a page in the language of mdoc(7).
type mdoc struct{ strings.Builder }

// macro writes lines as they are.
func (m *mdoc) macro(lines ...string) {
	for _, line := range lines {
		m.WriteString(line + "\n")
	}
}

// mdocText makes a text safe to stand on a line of its own or behind a macro:
// no backslash, and no dot or quote at its beginning, has a meaning of its own.
func mdocText(text string) string {
	text = strings.ReplaceAll(text, `\`, `\e`)
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		text = `\&` + text
	}
	return text
}

// mdocLiteral also keeps hyphens as they are typed and quotes straight.
func mdocLiteral(text string) string {
	return strings.NewReplacer("-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`).Replace(mdocText(text))
}

// mdocWords makes a text safe as arguments of a macro: none of its words is
// taken for another macro.
func mdocWords(text string) string {
	words := strings.Fields(mdocLiteral(text))
	for i, word := range words {
		words[i] = `\&` + strings.ReplaceAll(word, `"`, `\(dq`)
	}
	return strings.Join(words, " ")
}

// prose writes text, each sentence on a line of its own, from which readers take
// the space between sentences.
func (m *mdoc) prose(text string) {
	sentences := regexp.MustCompile(`([A-Za-z0-9)"][.!?]) +([A-Z])`).ReplaceAllString(text, "$1\n$2")
	for sentence := range strings.SplitSeq(sentences, "\n") {
		m.macro(mdocText(sentence))
	}
}

// blocks writes paragraphs; indented lines, and those laid out in columns, are
// shown as they are.
func (m *mdoc) blocks(text string) {
	literal, first, gap := false, true, false
	end := func() {
		if literal {
			m.macro(".Ed")
			literal, gap = false, true
		}
	}
	for line := range strings.SplitSeq(text, "\n") {
		switch {
		case strings.TrimSpace(line) == "":
			end()
			gap = true
		case strings.HasPrefix(line, "  ") || strings.Contains(line, "   "):
			if !literal {
				m.macro(".Bd -literal -offset indent")
				literal = true
			}
			m.macro(mdocLiteral(strings.TrimPrefix(line, "  ")))
		default:
			end()
			if gap && !first {
				m.macro(".Pp")
			}
			gap = false
			m.prose(line)
		}
		first = false
	}
	end()
}

// list writes names, each in the given macro, and what they are.
func (m *mdoc) list(macro string, rows [][2]string) {
	m.macro(".Bl -tag -width Ds")
	for _, row := range rows {
		if macro == ".It" {
			m.macro(".It " + mdocWords(row[0]))
		} else {
			m.macro(".It " + strings.TrimPrefix(macro, ".") + " " + mdocWords(row[0]))
		}
		m.prose(row[1])
	}
	m.macro(".El")
}

func (m *mdoc) flags(flags []cli.Flag) {
	if len(flags) == 0 {
		return
	}
	m.macro(".Bl -tag -width Ds")
	for _, flag := range flags {
		f := describeFlag(flag)
		var item strings.Builder
		item.WriteString(".It")
		for i, name := range f.names {
			if i > 0 {
				item.WriteString(" ,")
			}
			if len(name) > 1 {
				name = "-" + name
			}
			item.WriteString(" Fl " + mdocLiteral(name))
		}
		if f.placeholder != "" {
			item.WriteString(" Ar " + mdocWords(f.placeholder))
		}
		m.macro(item.String())
		m.prose(capital(f.text) + ".")
	}
	m.macro(".El")
}

// commands writes a subsection for each command that is not hidden.
func (m *mdoc) commands(commands, parents []*cli.Command) {
	for _, command := range commands {
		if command.Hidden {
			continue
		}
		path := append(parents[:len(parents):len(parents)], command)
		m.macro(".Ss " + mdocWords(synopsis(path)))
		text := capital(command.Usage) + "."
		if command.Description != "" {
			text += "\n\n" + command.Description
		}
		m.blocks(text)
		m.flags(ownFlags(command))
		m.commands(command.Subcommands, path)
	}
}
