package environment

import (
	"errors"
	"strings"

	"devca/diag"
)

// Shell is a language that assignments are written in.
type Shell struct {
	Name  string
	Title string

	set   func(Assignment) (string, error)   // one assignment, without the line's end
	unset func(name string) string           // nil: it is no shell, and lines are deleted where they were put
	whole func([]Assignment) (string, error) // instead of line by line
}

// Shells gives those that are known.
func Shells() []Shell {
	return []Shell{
		{Name: "sh", Title: `sh, bash, zsh: eval "$(devca env)"`, set: sh, unset: unsetSh},
		{Name: "fish", Title: "fish: devca env --shell fish | source", set: fish, unset: unsetFish},
		{Name: "pwsh", Title: "PowerShell: devca env --shell pwsh | Out-String | Invoke-Expression", set: pwsh, unset: unsetPwsh},
		{Name: "cmd", Title: "cmd.exe: devca env --shell cmd > env.bat, then call env.bat", set: cmd, unset: unsetCmd},
		{Name: "dotenv", Title: "a .env file: devca env --shell dotenv >> .env", set: dotenv},
		{Name: "docker", Title: "arguments: docker run $(devca env --shell docker) IMAGE", whole: docker},
		{Name: "compose", Title: "below a service in compose.yaml", whole: compose},
		{Name: "github", Title: `GitHub Actions: devca env --shell github >> "$GITHUB_ENV"`, set: github},
		{Name: "vscode", Title: "settings.json of Visual Studio Code, for its terminals", whole: vscode},
		{Name: "systemd", Title: "the [Service] section of a unit", set: systemd},
	}
}

// DefaultShell is the shell of a system: on Windows PowerShell, except where a shell of
// Unix says that it is one (Git for Windows, MSYS2 and Cygwin set SHELL).
func DefaultShell(goos string, getenv func(string) string) string {
	if goos == "windows" && getenv("SHELL") == "" && getenv("MSYSTEM") == "" {
		return "pwsh"
	}
	return "sh"
}

// FindShell gives the shell of a name.
func FindShell(name string) (Shell, bool) {
	for _, shell := range Shells() {
		if shell.Name == name {
			return shell, true
		}
	}
	return Shell{}, false
}

// Write writes assignments.
func (s Shell) Write(assignments []Assignment) (string, error) {
	if s.whole != nil {
		text, err := s.whole(assignments)
		return text, s.explain(err)
	}
	var b strings.Builder
	for _, a := range assignments {
		line, err := s.set(a)
		if err != nil {
			return "", s.explain(err)
		}
		b.WriteString(line + "\n")
	}
	return b.String(), nil
}

// Undo writes what gives variables their old values back.
func (s Shell) Undo(undone []Assignment) (string, error) {
	if s.unset == nil {
		return "", diag.New(diag.EnvShell, "--undo is for shells, and "+s.Name+" is none").
			Because("what was written there stays until somebody deletes it").
			Fix("delete the lines where you put them; for a shell, name it", "devca env --undo --shell sh")
	}
	var b strings.Builder
	for _, a := range undone {
		line := s.unset(a.Name)
		if a.Before != nil {
			var err error
			if line, err = s.set(Assignment{Name: a.Name, Value: *a.Before}); err != nil {
				return "", s.explain(err)
			}
		}
		b.WriteString(line + "\n")
	}
	return b.String(), nil
}

// unfit is a value that a format cannot express.
type unfit struct {
	name string // of what has the value
	why  string
}

func (u *unfit) Error() string { return u.why }

// explain makes an error for a person of an unfit value.
func (s Shell) explain(err error) error {
	failure, ok := errors.AsType[*unfit](err)
	if !ok {
		return err
	}
	return diag.New(diag.EnvShell, failure.name+" cannot be written for "+s.Name).Because(failure.why).
		Fix("start the command directly", "devca exec -- COMMAND").
		Fix("if it is the path of devca's own folder, choose a plainer one", "devca env --dir FOLDER")
}

// sh knows one quote, which has no exceptions (POSIX.1-2024, 2.2.2).
func sh(a Assignment) (string, error) {
	return "export " + a.Name + "='" + strings.ReplaceAll(a.Value, "'", `'\''`) + "'", nil
}

func unsetSh(name string) string { return "unset " + name }

// fish has two exceptions within single quotes.
func fish(a Assignment) (string, error) {
	return "set -gx " + a.Name + " '" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(a.Value) + "'", nil
}

func unsetFish(name string) string { return "set -eg " + name }

// pwsh doubles the quote; typographic ones count as quotes, too
// (about_Quoting_Rules). Its strings are UTF-16.
func pwsh(a Assignment) (string, error) {
	if err := isText(a); err != nil {
		return "", err
	}
	var b strings.Builder
	for _, r := range a.Value {
		if strings.ContainsRune("'‘’‚‛", r) {
			b.WriteRune(r)
		}
		b.WriteRune(r)
	}
	return "$env:" + a.Name + " = '" + b.String() + "'", nil
}

func unsetPwsh(name string) string {
	return "Remove-Item Env:" + name + " -ErrorAction SilentlyContinue"
}

// cmd takes all between the first quote and the last as it is, but for percent
// signs, which a batch file doubles. Quotes in between end that, so that nothing
// may follow them that means something to the shell.
func cmd(a Assignment) (string, error) {
	if err := isLine(a); err != nil {
		return "", err
	}
	if strings.Contains(a.Value, `"`) && strings.ContainsAny(a.Value, "&|<>^") {
		return "", &unfit{a.Name, "it has quotes and signs that the shell would act on"}
	}
	return `set "` + a.Name + `=` + strings.ReplaceAll(a.Value, "%", "%%") + `"`, nil
}

func unsetCmd(name string) string { return `set "` + name + `="` }
