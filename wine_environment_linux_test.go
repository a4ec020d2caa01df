package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// testsOfEnvironment runs exec, env, explain and doctor: statuses and streams pass
// through, variables arrive in cmd.exe, and the commands that are named are those of
// Windows. Wine has no PowerShell.
func (w *windows) testsOfEnvironment() {
	w.run(7, "devca.exe", "exec", "--", "cmd", "/c", "exit 7")
	w.run(0, "devca.exe", "exec", "--", "cmd", "/c", "echo %NODE_EXTRA_CA_CERTS%")
	w.prints(`(?m)^[A-Z]:\\\S+\\devca\\root\.pem$`)
	w.run(1, "devca.exe", "exec", "--", "no-such-program.exe")

	w.run(0, "devca.exe", "env", "--shell", "cmd")
	lines := w.printed("stdout") + "echo %REQUESTS_CA_BUNDLE%\ndevca.exe env --undo --shell cmd > undo.bat\ncall undo.bat\necho [%REQUESTS_CA_BUNDLE%]\n"
	batch := "@echo off\r\n" + strings.ReplaceAll(strings.Replace(lines, "devca.exe", filepath.Join(w.folder, "devca.exe"), 1), "\n", "\r\n")
	if err := os.WriteFile(filepath.Join(w.folder, "work", "env.bat"), []byte(batch), 0o600); err != nil {
		w.t.Fatal(err)
	}
	w.run(0, "cmd", "/c", "env.bat")
	w.prints(`(?m)^[A-Z]:\\\S+\\bundle-[0-9a-f]{12}\.pem$`)
	w.prints(`(?m)^\[\]$`)
	w.run(0, "devca.exe", "env")
	w.prints(`(?m)^\$env:NODE_EXTRA_CA_CERTS = '[A-Z]:\\\S+\\root\.pem'$`)

	w.run(0, "devca.exe", "explain", "Error: self-signed certificate in certificate chain\n    code: 'SELF_SIGNED_CERT_IN_CHAIN'")
	w.prints(`devca exec -- COMMAND`)
	w.run(1, "devca.exe", "inspect", "nobody.invalid:443", "--json")
	w.prints(`"run": *"ping -n 1 nobody\.invalid"`)
	w.environment = append(slices.Clone(w.environment), `NODE_EXTRA_CA_CERTS=C:\nowhere\root.pem`)
	w.run(3, "devca.exe", "doctor")
	w.prints(`NODE_EXTRA_CA_CERTS names C:\\nowhere\\root\.pem, which is not there`)
	w.prints(`(?m)^ +Remove-Item Env:NODE_EXTRA_CA_CERTS$`)
	w.prints(`(?m)^ +devca env --shell pwsh \| Out-String \| Invoke-Expression$`)
	w.prints(`(?m)^problem +trust stores: 0 of \d+ trust the root`)
}

// prints demands something of the last program's output.
func (w *windows) prints(expression string) {
	w.t.Helper()
	if out := w.printed("stdout"); !regexp.MustCompile(expression).MatchString(out) {
		w.t.Errorf("no %s in:\n%s", expression, out)
	}
}
