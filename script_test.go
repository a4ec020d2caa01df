package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// scriptCommands are the commands that scripts have besides testscript's own
// (exec, stdout, stderr, cmp, grep, exists, cp, env, stdin and so on).
func scriptCommands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"exits":     cmdExits,
		"fakes":     cmdFakes,
		"jsonfield": cmdJSONField,
		"jsonmatch": cmdJSONMatch,
		"mode":      cmdMode,
		"private":   cmdPrivate,
	}
}

// cmdExits: "exits STATUS PROGRAM ARG..." runs a program that must end with
// exactly this exit status. Its output is then seen by stdout, stderr and cmp.
func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS PROGRAM ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("running %s: %v", args[1], err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("%s: exit status %d, not %d", strings.Join(args[1:], " "), got, want)
	}
}

// cmdMode: "mode FILE 0600" checks permissions. Windows has none.
func cmdMode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mode FILE OCTAL")
	}
	want, err := strconv.ParseUint(args[1], 8, 32)
	ts.Check(err)
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	if got := info.Mode().Perm(); got != fs.FileMode(want) && runtime.GOOS != "windows" {
		ts.Fatalf("%s: mode %04o, not %04o", args[0], got, want)
	}
}

// cmdJSONField: "jsonfield FILE PATH [VALUE]" checks that the value at the path
// (.result.names[0]; .result.names[#] is the length) is there and is VALUE;
// "! jsonfield FILE PATH" that it is not there.
func cmdJSONField(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: jsonfield FILE PATH [VALUE]")
	}
	got, err := jsonAt(ts.ReadFile(args[0]), args[1])
	switch {
	case errors.Is(err, errAbsent) && neg:
	case err != nil:
		ts.Fatalf("%s: %v", args[0], err)
	case len(args) == 2 && neg:
		ts.Fatalf("%s: %s is there: %s", args[0], args[1], got)
	case len(args) == 3 && (got == args[2]) == neg:
		ts.Fatalf("%s: %s is %s", args[0], args[1], got)
	}
}

// cmdJSONMatch: "jsonmatch FILE PATH REGEXP".
func cmdJSONMatch(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: jsonmatch FILE PATH REGEXP")
	}
	pattern, err := regexp.Compile(args[2])
	ts.Check(err)
	got, err := jsonAt(ts.ReadFile(args[0]), args[1])
	ts.Check(err)
	if pattern.MatchString(got) == neg {
		ts.Fatalf("%s: %s is %s", args[0], args[1], got)
	}
}

var errAbsent = errors.New("no such field")

// jsonAt gives the value at a path in a document: strings plainly, everything
// else as compact JSON.
func jsonAt(document, path string) (string, error) {
	decoder := json.NewDecoder(strings.NewReader(document))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return "", err
	}
	if decoder.More() {
		return "", errors.New("more than one JSON document")
	}
	for _, step := range regexp.MustCompile(`[^.\[\]]+`).FindAllString(path, -1) {
		var ok bool
		if value, ok = jsonStep(value, step); !ok {
			return "", fmt.Errorf("%s: %w", path, errAbsent)
		}
	}
	if text, ok := value.(string); ok {
		return text, nil
	}
	compact, err := json.Marshal(value)
	return string(compact), err
}

func jsonStep(value any, step string) (any, bool) {
	switch value := value.(type) {
	case map[string]any:
		field, ok := value[step]
		return field, ok
	case []any:
		if step == "#" {
			return len(value), true
		}
		i, err := strconv.Atoi(step)
		if err != nil || i < 0 || i >= len(value) {
			return nil, false
		}
		return value[i], true
	}
	return nil, false
}
