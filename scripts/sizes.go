//go:build ignore

// Sizes says what each direct dependency adds to the binary: the code and data
// of its packages, and of those packages that nothing else needs.
//
//	go run scripts/sizes.go BINARY-WITH-SYMBOLS
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
)

type listed struct {
	ImportPath string
	Imports    []string
	ImportMap  map[string]string
	Module     *struct {
		Path     string
		Main     bool
		Indirect bool
	}
}

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(binary string) error {
	packages, err := list()
	if err != nil {
		return err
	}
	sizes, err := symbolSizes(binary)
	if err != nil {
		return err
	}
	all := reach(packages, "")
	fmt.Println("  of which, by direct dependency (packages that only it needs):")
	for _, module := range direct(packages) {
		without := reach(packages, module)
		total, count := 0, 0
		for path := range all {
			if !without[path] {
				total += sizes[path]
				count++
			}
		}
		fmt.Printf("  %-44s %8d KiB in %d packages\n", module, total/1024, count)
	}
	return nil
}

// list gives the packages of the binary by import path.
func list() (map[string]listed, error) {
	out, err := exec.Command("go", "list", "-deps", "-json=ImportPath,Imports,ImportMap,Module", "-tags", "urfave_cli_no_docs", ".").Output()
	if err != nil {
		return nil, err
	}
	packages := map[string]listed{}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, err
		}
		packages[p.ImportPath] = p
	}
}

// direct lists the modules that go.mod requires directly.
func direct(packages map[string]listed) []string {
	seen := map[string]bool{}
	var modules []string
	for _, p := range packages {
		if p.Module != nil && p.Module.Main {
			for _, imported := range p.Imports {
				m := packages[imported].Module
				if m != nil && !m.Main && !m.Indirect && !seen[m.Path] {
					seen[m.Path] = true
					modules = append(modules, m.Path)
				}
			}
		}
	}
	slices.Sort(modules)
	return modules
}

// reach gives what is reached from the program if a module's packages were not there.
func reach(packages map[string]listed, module string) map[string]bool {
	reached := map[string]bool{}
	var visit func(string)
	visit = func(path string) {
		p, ok := packages[path]
		if !ok || reached[path] || p.Module != nil && p.Module.Path == module {
			return
		}
		reached[path] = true
		for _, imported := range p.Imports {
			if mapped, ok := p.ImportMap[imported]; ok {
				imported = mapped
			}
			visit(imported)
		}
	}
	visit("devca")
	visit("runtime")
	return reached
}

// symbolSizes adds up code and data by package.
func symbolSizes(binary string) (map[string]int, error) {
	out, err := exec.Command("go", "tool", "nm", "-size", binary).Output()
	if err != nil {
		return nil, err
	}
	sizes := map[string]int{}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if len(fields) < 4 {
			continue
		}
		size, err := strconv.Atoi(fields[1])
		if err != nil {
			continue
		}
		sizes[packageOf(fields[3])] += size
	}
	return sizes, nil
}

// packageOf gives the import path in a symbol such as a.org/b/c.(*T).Method.
func packageOf(symbol string) string {
	if end := strings.IndexAny(symbol, "[("); end >= 0 {
		symbol = symbol[:end]
	}
	slash := strings.LastIndexByte(symbol, '/') + 1
	if dot := strings.IndexByte(symbol[slash:], '.'); dot >= 0 {
		symbol = symbol[:slash+dot]
	}
	return strings.ReplaceAll(symbol, "%2e", ".")
}
