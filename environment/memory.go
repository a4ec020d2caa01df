package environment

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"devca/diag"
	"devca/runtimes"
)

// Memory is the variable that keeps what others held before, so that devca env
// can be applied twice and undone. Its value has characters only that no shell
// and no file format knows a meaning for, but for the percent sign.
const Memory = "DEVCA_ENV"

// remember writes "NAME" for a variable that was not set, and "NAME=VALUE" for one
// that was, with the bytes of the value escaped as in URLs.
// What an earlier run remembered stays, as long as its variable is not taken back.
func remember(earlier map[string]*string, assignments []Assignment) string {
	memory := maps.Clone(earlier)
	for _, a := range assignments {
		memory[a.Name] = a.Before
	}
	var fields []string
	for _, name := range slices.Sorted(maps.Keys(memory)) {
		if before := memory[name]; before != nil {
			name += "=" + strings.ReplaceAll(url.QueryEscape(*before), "+", "%20")
		}
		fields = append(fields, name)
	}
	return strings.Join(fields, "+")
}

// recall reads the memory of an earlier run in the same environment. Only variables
// of the table are read from it: the names go to shells as they are.
func recall(getenv func(string) string) map[string]*string {
	memory := map[string]*string{}
	for field := range strings.SplitSeq(getenv(Memory), "+") {
		name, escaped, set := strings.Cut(field, "=")
		if !slices.ContainsFunc(runtimes.Variables(), func(s runtimes.Setting) bool { return s.Name == name }) {
			continue
		}
		memory[name] = nil
		if value, err := url.PathUnescape(escaped); set && err == nil {
			memory[name] = &value
		}
	}
	return memory
}

// Undo gives back what the variables held before: nil where they were not set.
func Undo(getenv func(name string) string) ([]Assignment, error) {
	memory := recall(getenv)
	if len(memory) == 0 {
		return nil, diag.New(diag.EnvNothing, "there is nothing to undo: "+Memory+" is not set").
			Because("devca env was not applied in this shell").
			Fix("apply it", diag.UseEnvironment)
	}
	var undone []Assignment
	for _, setting := range runtimes.Variables() {
		if before, known := memory[setting.Name]; known {
			undone = append(undone, Assignment{Name: setting.Name, Before: before})
		}
	}
	return append(undone, Assignment{Name: Memory}), nil
}
