package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mayImport is the house: which room may walk into which. Everything may
// import diag, diag imports only the standard library. docs/architecture.md
// says why the lines run this way.
var mayImport = map[string][]string{
	"devca":                     {"devca/command", "devca/internal/ui"},
	"devca/command":             {"devca/badssl", "devca/ca", "devca/certs", "devca/checkup", "devca/clients", "devca/dial", "devca/doctor", "devca/environment", "devca/explain", "devca/fetch", "devca/inspect", "devca/mobile", "devca/observe", "devca/pcapng", "devca/responder", "devca/revocation", "devca/runtimes", "devca/scan", "devca/serverconf", "devca/tlsparams", "devca/trace", "devca/trust", "devca/verify", "devca/waterfall", "devca/web", "devca/internal/account", "devca/internal/atomicfile", "devca/internal/publicsuffix", "devca/internal/ui"},
	"devca/ca":                  {"devca/certs", "devca/internal/account", "devca/internal/atomicfile", "devca/internal/publicsuffix"},
	"devca/clients":             {"devca/internal/account", "devca/internal/places"},
	"devca/certs":               {"devca/internal/atomicfile", "devca/internal/publicsuffix"},
	"devca/trust":               {"devca/nssdb", "devca/internal/account", "devca/internal/atomicfile", "devca/internal/places", "devca/keystore"},
	"devca/explain":             {},
	"devca/inspect":             {"devca/certs", "devca/dial"},
	"devca/keystore":            {"devca/certs"},
	"devca/fetch":               {"devca/certs", "devca/revocation"},
	"devca/mobile":              {},
	"devca/nssdb":               {},
	"devca/revocation":          {},
	"devca/verify":              {"devca/internal/publicsuffix", "devca/revocation"},
	"devca/dial":                {"devca/tlsparams", "devca/trace"},
	"devca/tlsparams":           {},
	"devca/pcapng":              {"devca/trace"},
	"devca/doctor":              {"devca/ca", "devca/certs", "devca/clients", "devca/dial", "devca/environment", "devca/explain", "devca/runtimes", "devca/trust", "devca/verify", "devca/internal/account"},
	"devca/observe":             {"devca/tlsparams", "devca/trace"},
	"devca/runtimes":            {},
	"devca/environment":         {"devca/keystore", "devca/runtimes"},
	"devca/waterfall":           {"devca/internal/page", "devca/trace"},
	"devca/checkup":             {"devca/doctor", "devca/internal/page", "devca/trust"},
	"devca/trace":               {"devca/tlsparams"},
	"devca/serverconf":          {},
	"devca/scan":                {"devca/tlsparams", "devca/trace"},
	"devca/web":                 {},
	"devca/responder":           {"devca/revocation"},
	"devca/badssl":              {"devca/revocation", "devca/verify"},
	"devca/diag":                {},
	"devca/internal/ui":         {},
	"devca/internal/account":    {},
	"devca/internal/atomicfile": {},
	"devca/internal/places":     {},
	"devca/internal/page":       {},

	"devca/internal/page/looked": {"devca/internal/page"}, // for tests

	"devca/internal/publicsuffix":          {},
	"devca/internal/publicsuffix/generate": {}, // a program of its own, run by go generate
	"devca/scripts":                        {}, // programs of their own, run by make
}

// mayUse says which rooms use which foreign package; what is not here is used
// nowhere. A new line needs a reason in go.mod, too.
var mayUse = map[string][]string{
	"github.com/urfave/cli/v2":                   {"devca/command"},
	"github.com/xrash/smetrics":                  {"devca/command"},
	"github.com/smallstep/truststore":            {"devca/trust"},
	"github.com/smallstep/pkcs7":                 {"devca/ca"},
	"github.com/boombuler/barcode/qr":            {"devca/mobile"},
	"golang.org/x/net/proxy":                     {"devca/dial"},
	"golang.org/x/net/netutil":                   {"devca/mobile", "devca/responder"},
	"github.com/tailscale/hujson":                {"devca/trust"},
	"software.sslmate.com/src/go-pkcs12":         {"devca/certs", "devca/keystore"},
	"github.com/pavlo-v-chernykh/keystore-go/v4": {"devca/keystore"},
	"golang.org/x/term":                          {"devca/internal/ui"},
	"golang.org/x/sys/unix":                      {"devca/internal/atomicfile", "devca/trust"},
	"golang.org/x/sys/windows":                   {"devca/clients", "devca/trust"},
	"golang.org/x/sys/windows/registry":          {"devca/trust"},
	"golang.org/x/net/idna":                      {"devca/certs", "devca/dial", "devca/internal/publicsuffix/generate"},
	"golang.org/x/crypto/cryptobyte":             {"devca/badssl", "devca/ca", "devca/certs", "devca/dial", "devca/inspect", "devca/revocation", "devca/scan", "devca/trace", "devca/verify"},
	"golang.org/x/crypto/chacha20poly1305":       {"devca/trace"},
	"golang.org/x/crypto/cryptobyte/asn1":        {"devca/badssl", "devca/ca", "devca/certs", "devca/dial", "devca/inspect", "devca/revocation", "devca/verify"},
	"github.com/segmentio/encoding/json":         {"devca/ca"},
	"github.com/youmark/pkcs8":                   {"devca/ca"},
	"github.com/rogpeppe/go-internal/lockedfile": {"devca/ca", "devca/trust"},

	// It registers with net/http/cookiejar, and so would bring net/http along.
	"golang.org/x/net/publicsuffix": {"devca/internal/publicsuffix/generate"},
	"howett.net/plist":              {"devca/ca"},
	"modernc.org/sqlite":            {"devca/nssdb"},
}

// mayServe are the rooms that speak HTTP, and the only ones: net/http costs every
// start a tenth of a millisecond and the binary 1.8 MB (measured).
var mayServe = []string{"devca/clients", "devca/fetch", "devca/mobile", "devca/responder", "devca/web"}

// notInBinary are packages whose initialisation or reflection the start-up time
// and the size of the binary would pay for. text/template comes with urfave/cli.
var notInBinary = []string{"net/http/pprof", "html/template", "testing", "github.com/cpuguy83/go-md2man/v2/md2man"}

// sourceFile is one parsed Go file of this module.
type sourceFile struct {
	path, room string // room is the import path of the file's package
	test       bool
	syntax     *ast.File
}

// eachSource parses every Go file, whatever system it is for.
func eachSource(t *testing.T) (*token.FileSet, []sourceFile) {
	t.Helper()
	set := token.NewFileSet()
	var files []sourceFile
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata"):
			return filepath.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, ".go"):
			return nil
		}
		syntax, err := parser.ParseFile(set, name, nil, parser.ParseComments)
		files = append(files, sourceFile{
			path: filepath.ToSlash(name), room: path.Join("devca", filepath.ToSlash(filepath.Dir(name))),
			test: strings.HasSuffix(name, "_test.go"), syntax: syntax,
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 20 {
		t.Fatalf("only %d Go files found: the test does not run in the module's folder", len(files))
	}
	return set, files
}

// imports gives the paths that a file imports.
func (f sourceFile) imports() []string {
	var paths []string
	for _, spec := range f.syntax.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil {
			paths = append(paths, p)
		}
	}
	return paths
}

// TestDirection checks that rooms are entered only as the tables above say, on
// every system: build constraints are not looked at.
func TestDirection(t *testing.T) {
	_, files := eachSource(t)
	for _, file := range files {
		if file.test {
			continue
		}
		rooms, known := mayImport[file.room]
		if !known {
			t.Errorf("%s: package %s is not in mayImport", file.path, file.room)
			continue
		}
		for _, imported := range file.imports() {
			if !allowed(file.room, imported, rooms) {
				t.Errorf("%s: %s must not import %s", file.path, file.room, imported)
			}
		}
	}
}

func allowed(room, imported string, rooms []string) bool {
	first, _, _ := strings.Cut(imported, "/")
	switch {
	case first == "devca":
		return slices.Contains(rooms, imported) || imported == "devca/diag"
	case strings.Contains(first, "."):
		return slices.Contains(mayUse[imported], room)
	}
	switch imported {
	case "net/http":
		return slices.Contains(mayServe, room)
	case "net/http/httptrace": // hooks of package net; it does not bring net/http along
		return slices.Contains(mayServe, room) || room == "devca/dial"
	}
	if imported == "net/http/httptrace" { // the hooks of package net; it does not bring net/http along
		return room == "devca/dial" || slices.Contains(mayServe, room)
	}
	return !strings.HasPrefix(imported, "net/http/") && imported != "html/template"
}

// TestBinary lists what is really linked in, on each system.
func TestBinary(t *testing.T) {
	for _, system := range []string{"linux", "darwin", "windows", "freebsd"} {
		list := exec.Command("go", "list", "-deps", "-tags", "urfave_cli_no_docs", ".")
		list.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
		list.Stderr = os.Stderr
		out, err := list.Output()
		if err != nil {
			t.Fatalf("go list for %s: %v", system, err)
		}
		linked := strings.Fields(string(out))
		if !slices.Contains(linked, "devca/command") {
			t.Fatalf("go list for %s does not name devca/command", system)
		}
		for _, unwanted := range notInBinary {
			if slices.Contains(linked, unwanted) {
				t.Errorf("%s: the binary contains %s", system, unwanted)
			}
		}
	}
}

// TestOneExit checks that the process ends only in main.go and talks only
// through internal/ui: what returns a status and writes to given streams can be
// tested and embedded.
func TestOneExit(t *testing.T) {
	set, files := eachSource(t)
	for _, file := range files {
		if file.test || file.syntax.Name.Name == "main" || strings.HasPrefix(file.path, "internal/ui/") {
			continue
		}
		if slices.Contains(file.imports(), "log") {
			t.Errorf("%s imports log", file.path)
		}
		ast.Inspect(file.syntax, func(node ast.Node) bool {
			if name := forbidden(file.syntax, node); name != "" {
				t.Errorf("%s: %s belongs into main.go or internal/ui", set.Position(node.Pos()), name)
			}
			return true
		})
	}
}

// forbidden names the use of the process's own exit and streams that node is.
func forbidden(file *ast.File, node ast.Node) string {
	switch node := node.(type) {
	case *ast.CallExpr:
		if name, ok := node.Fun.(*ast.Ident); ok && (name.Name == "print" || name.Name == "println") && name.Obj == nil {
			return name.Name
		}
	case *ast.SelectorExpr:
		room, ok := node.X.(*ast.Ident)
		if !ok || room.Obj != nil {
			return ""
		}
		name := importedAs(file, room.Name) + "." + node.Sel.Name
		switch name {
		case "os.Exit", "os.Stdin", "os.Stdout", "os.Stderr", "fmt.Print", "fmt.Printf", "fmt.Println",
			"syscall.Exit", "syscall.Stdout", "syscall.Stderr":
			return name
		}
	}
	return ""
}

// importedAs gives the path of the package that goes by the name in the file.
func importedAs(file *ast.File, name string) string {
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		if spec.Name != nil && spec.Name.Name == name || spec.Name == nil && path.Base(imported) == name {
			return imported
		}
	}
	return ""
}

// TestNoGlobals checks that no package keeps state of its own: no init
// functions and, outside tests, no variables that anything could change.
func TestNoGlobals(t *testing.T) {
	set, files := eachSource(t)
	for _, file := range files {
		if file.test {
			continue
		}
		for _, declaration := range file.syntax.Decls {
			if f, ok := declaration.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s: init functions run before anybody asked", set.Position(f.Pos()))
			}
			for _, name := range variables(declaration) {
				if written(files, file.room, name) {
					t.Errorf("%s: %s is a package variable that is changed", set.Position(declaration.Pos()), name)
				}
			}
		}
	}
}

// TestNoExpressionAtStart: every start of devca would compile an expression that is
// the value of a package's variable; sync.OnceValue puts it off.
func TestNoExpressionAtStart(t *testing.T) {
	set, files := eachSource(t)
	for _, file := range files {
		for _, declaration := range file.syntax.Decls {
			if _, ok := declaration.(*ast.GenDecl); !ok || file.test {
				continue
			}
			ast.Inspect(declaration, func(node ast.Node) bool {
				if _, inside := node.(*ast.FuncLit); inside {
					return false
				}
				if call, ok := node.(*ast.CallExpr); ok {
					if what, ok := call.Fun.(*ast.SelectorExpr); ok && what.Sel.Name == "MustCompile" {
						t.Errorf("%s: an expression is compiled at every start", set.Position(call.Pos()))
					}
				}
				return true
			})
		}
	}
}

// variables gives the names that a declaration of package variables makes.
func variables(declaration ast.Decl) []string {
	group, ok := declaration.(*ast.GenDecl)
	if !ok || group.Tok != token.VAR {
		return nil
	}
	var names []string
	for _, spec := range group.Specs {
		if value, ok := spec.(*ast.ValueSpec); ok {
			for _, name := range value.Names {
				names = append(names, name.Name)
			}
		}
	}
	return names
}

// written tells whether a file of the room, tests apart, assigns to the package
// variable or to an element of it.
func written(files []sourceFile, room, variable string) bool {
	found := false
	for _, file := range files {
		if file.room != room || file.test {
			continue
		}
		own := file.syntax.Scope.Lookup(variable)
		ast.Inspect(file.syntax, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.AssignStmt:
				for _, target := range node.Lhs {
					found = found || node.Tok != token.DEFINE && rootedAt(target, variable, own)
				}
			case *ast.IncDecStmt:
				found = found || rootedAt(node.X, variable, own)
			case *ast.UnaryExpr:
				found = found || node.Op == token.AND && rootedAt(node.X, variable, own)
			}
			return true
		})
	}
	return found
}

// rootedAt tells whether the expression is the variable, an element or a field
// of it, and not a local one of the same name. The parser resolves a name to
// its declaration in the same file, own, and leaves it open if that is in another.
func rootedAt(expression ast.Expr, variable string, own *ast.Object) bool { //nolint:staticcheck // deprecated for what needs types; declarations of one file do not
	for {
		switch e := expression.(type) {
		case *ast.Ident:
			return e.Name == variable && e.Obj == own
		case *ast.IndexExpr:
			expression = e.X
		case *ast.SelectorExpr:
			expression = e.X
		case *ast.StarExpr:
			expression = e.X
		default:
			return false
		}
	}
}
