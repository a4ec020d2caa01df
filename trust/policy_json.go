package trust

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tailscale/hujson"
)

// Limits on policy files and on what they name. Real ones have some kilobytes
// and five levels; the parser is recursive.
const (
	maximumPolicy = 1 << 20
	maximumDepth  = 1000
)

// errPolicy is a policy file that is not what the browser reads.
type errPolicy struct{ text string }

func (e errPolicy) Error() string { return e.text }

// readSmall reads a regular file of at most maximumPolicy bytes.
func readSmall(path string) ([]byte, fs.FileInfo, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maximumPolicy {
		return nil, nil, &fs.PathError{Op: "read", Path: path, Err: errors.New("not a file of a browser's policies")}
	}
	data, err := os.ReadFile(path)
	return data, info, err
}

// parsePolicy reads an object with comments and commas after the last element,
// as Chromium does. What is packed again is the same to the byte.
func parsePolicy(data []byte) (*hujson.Value, error) {
	if !utf8.Valid(data) {
		return nil, errPolicy{"it is not UTF-8"}
	}
	depth, deepest := 0, 0
	for _, b := range data { // brackets in strings count, too, which does no harm
		switch b {
		case '[', '{':
			depth++
			deepest = max(deepest, depth)
		case ']', '}':
			depth--
		}
	}
	if deepest > maximumDepth {
		return nil, errPolicy{"its values are nested too deeply"}
	}
	root, err := hujson.Parse(data)
	if err != nil {
		return nil, errPolicy{strings.TrimPrefix(err.Error(), "hujson: ")}
	}
	if _, ok := root.Value.(*hujson.Object); !ok {
		return nil, errPolicy{"it is not a JSON object"}
	}
	return &root, nil
}

// parseStrictPolicy reads an object as Firefox does: RFC 8259 and nothing more.
func parseStrictPolicy(data []byte) (*hujson.Value, error) {
	root, err := parsePolicy(data)
	if err == nil && !root.IsStandard() {
		err = errPolicy{"it has comments or a comma after the last element, and the browser then ignores the whole file"}
	}
	return root, err
}

// member gives the value of the last member with the name, which is the one that
// browsers take of two, or nil.
func member(value *hujson.Value, name string) *hujson.Value {
	object, ok := value.Value.(*hujson.Object)
	if !ok {
		return nil
	}
	for i := len(object.Members) - 1; i >= 0; i-- {
		if object.Members[i].Name.Value.(hujson.Literal).String() == name {
			return &object.Members[i].Value
		}
	}
	return nil
}

// texts gives the strings in an array, and "" for elements that are none.
func texts(value *hujson.Value) []string {
	if value == nil {
		return nil
	}
	array, ok := value.Value.(*hujson.Array)
	if !ok {
		return nil
	}
	found := make([]string, len(array.Elements))
	for i, element := range array.Elements {
		if literal, ok := element.Value.(hujson.Literal); ok && literal.Kind() == '"' {
			found[i] = literal.String()
		}
	}
	return found
}

// layout is how a file is set. Without a newline everything is on one line.
type layout struct{ newline, unit string }

func layoutOf(root *hujson.Object) layout {
	if len(root.Members) == 0 {
		return layout{"\n", "  "}
	}
	before := string(root.Members[0].Name.BeforeExtra)
	at := strings.LastIndexByte(before, '\n')
	if at < 0 {
		return layout{}
	}
	set := layout{"\n", before[at+1:]}
	if strings.HasSuffix(before[:at], "\r") {
		set.newline = "\r\n"
	}
	return set
}

// indent is the white space before something at a depth; the root's members have 1.
func (l layout) indent(depth int) hujson.Extra {
	if l.newline == "" {
		return nil
	}
	return hujson.Extra(l.newline + strings.Repeat(l.unit, depth))
}

// encode makes a value that stands at a depth.
func (l layout) encode(value any, depth int) (hujson.Value, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if l.newline != "" {
		encoder.SetIndent(strings.Repeat(l.unit, depth), l.unit)
	}
	if err := encoder.Encode(value); err != nil {
		return hujson.Value{}, err
	}
	lines := bytes.TrimSuffix(text.Bytes(), []byte("\n"))
	if l.newline == "\r\n" {
		lines = bytes.ReplaceAll(lines, []byte("\n"), []byte("\r\n"))
	}
	encoded, err := hujson.Parse(lines)
	if err != nil {
		return hujson.Value{}, fmt.Errorf("writing JSON: %w", err)
	}
	return encoded, nil
}

// addMember puts a member behind the others and leaves these as they are.
func (l layout) addMember(object *hujson.Object, name string, value any, depth int) error {
	encoded, err := l.encode(value, depth)
	if err != nil {
		return err
	}
	added := hujson.ObjectMember{Name: hujson.Value{Value: hujson.String(name), BeforeExtra: l.indent(depth)}, Value: encoded}
	if l.newline != "" {
		added.Value.BeforeExtra = hujson.Extra(" ")
	}
	if count := len(object.Members); count > 0 {
		added.Name.BeforeExtra = object.Members[count-1].Name.BeforeExtra
		added.Value.BeforeExtra = object.Members[count-1].Value.BeforeExtra
	} else {
		object.AfterExtra = l.indent(depth - 1)
	}
	object.Members = append(object.Members, added)
	return nil
}

// addElement puts an element behind the others and leaves these as they are.
func (l layout) addElement(array *hujson.Array, value any, depth int) error {
	added, err := l.encode(value, depth)
	if err != nil {
		return err
	}
	added.BeforeExtra = l.indent(depth)
	if count := len(array.Elements); count > 0 {
		added.BeforeExtra = array.Elements[count-1].BeforeExtra
	} else {
		array.AfterExtra = l.indent(depth - 1)
	}
	array.Elements = append(array.Elements, added)
	return nil
}

// removeElement takes one element out; the next takes its place on the line.
func removeElement(array *hujson.Array, at int) {
	if at == 0 && len(array.Elements) > 1 {
		array.Elements[1].BeforeExtra = array.Elements[0].BeforeExtra
	}
	if array.Elements = slices.Delete(array.Elements, at, at+1); len(array.Elements) == 0 {
		array.AfterExtra = nil
	}
}

// removeMember takes out every member with the name.
func removeMember(value *hujson.Value, name string) {
	object, ok := value.Value.(*hujson.Object)
	if !ok {
		return
	}
	for at := len(object.Members) - 1; at >= 0; at-- {
		if object.Members[at].Name.Value.(hujson.Literal).String() != name {
			continue
		}
		if at == 0 && len(object.Members) > 1 {
			object.Members[1].Name.BeforeExtra = object.Members[0].Name.BeforeExtra
		}
		object.Members = slices.Delete(object.Members, at, at+1)
	}
	if len(object.Members) == 0 {
		object.AfterExtra = nil
	}
}

// isEmpty tells whether the value is an object or an array with nothing in it.
func isEmpty(value *hujson.Value) bool {
	switch value := value.Value.(type) {
	case *hujson.Object:
		return len(value.Members) == 0
	case *hujson.Array:
		return len(value.Elements) == 0
	}
	return false
}

// addInstall adds a path to policies.Certificates.Install, and of these what is missing.
func addInstall(document *hujson.Value, path string) error {
	set := layoutOf(document.Value.(*hujson.Object))
	parent := document
	rest := []any{
		map[string]any{"Certificates": map[string]any{"Install": []string{path}}},
		map[string]any{"Install": []string{path}},
		[]string{path},
	}
	for i, name := range []string{"policies", "Certificates", "Install"} {
		value := member(parent, name)
		if value == nil {
			return set.addMember(parent.Value.(*hujson.Object), name, rest[i], i+1)
		}
		parent = value
	}
	return set.addElement(parent.Value.(*hujson.Array), path, 4)
}

// saysNothing tells whether a file has no more than empty policies.
func saysNothing(data []byte) bool {
	document, err := parseStrictPolicy(data)
	if err != nil {
		return false
	}
	policies := member(document, "policies")
	count := len(document.Value.(*hujson.Object).Members)
	return count == 0 || count == 1 && policies != nil && isEmpty(policies)
}
