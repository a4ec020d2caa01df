package environment

import (
	"bytes"
	"encoding/pem"
	"errors"
	"maps"
	"path/filepath"
	"slices"

	"devca/keystore"
	"devca/runtimes"
)

// InForce is a file of roots, or a folder of them, that programs go by: a variable
// names it, or a program's own configuration does.
type InForce struct {
	Variable string // that names it, or that would win over the configuration
	In       string // the configuration; empty: the variable itself
	Path     string
	Effect   runtimes.Effect
	Form     runtimes.Form // of a variable
	Single   bool          // for one server or profile only
	Err      error         // it cannot be read, or holds no certificate
	HasRoot  bool          // devca's root is in it
}

// Look lists what is in force. It changes nothing.
func Look(ground *Ground) []InForce {
	b := newBuilder(ground)
	var all []InForce
	known := map[string]bool{}
	for _, r := range runtimes.All() {
		for _, s := range r.Settings {
			if s.Kind != runtimes.Variable || known[s.Name] || s.Form == runtimes.Flag {
				continue
			}
			known[s.Name] = true
			if found, ok := b.named(s); ok {
				all = append(all, found)
			}
		}
	}
	for _, variable := range slices.Sorted(maps.Keys(configurations)) {
		for _, pattern := range configurations[variable].files {
			for _, file := range b.expand(pattern) {
				all = append(all, b.configuredIn(file, variable)...)
			}
		}
	}
	for _, c := range b.configuredInGit() {
		all = append(all, b.inspect(InForce{Variable: gitVariable, In: "git's configuration", Path: c.path, Effect: runtimes.Replaces, Single: c.single}))
	}
	return all
}

// configuredIn is what a program's configuration names, in the place of a variable.
func (b *builder) configuredIn(file, variable string) []InForce {
	data, err := readBounded(file)
	if err != nil {
		return nil // most are not there
	}
	where := configurations[variable]
	var all []InForce
	for _, value := range valuesOf(string(data), where.key) {
		all = append(all, b.inspect(InForce{
			Variable: variable, In: file, Path: b.absolute(value, filepath.Dir(file)), Effect: runtimes.Replaces, Single: where.single,
		}))
	}
	return all
}

// named is what a variable names.
func (b *builder) named(s runtimes.Setting) (InForce, bool) {
	value := b.Getenv(s.Name)
	switch {
	case value == "", value == "system" && s.Name == "PGSSLROOTCERT":
		return InForce{}, false
	case s.Form == runtimes.Truststore:
		options := readOptions(value)
		if options.store == "" || isSystemStore(options.kind) {
			return InForce{}, false
		}
		return b.inspectStore(InForce{Variable: s.Name, Path: options.store, Effect: runtimes.Replaces}, options), true
	}
	return b.inspect(InForce{Variable: s.Name, Path: b.here(value), Effect: s.Effect, Form: s.Form}), true
}

func (b *builder) inspect(f InForce) InForce {
	roots, err := readRoots(f.Path)
	if f.Err = err; err != nil {
		return f
	}
	own, _ := pem.Decode(b.Root)
	f.HasRoot = own != nil && slices.ContainsFunc(certificates(roots.data), func(block *pem.Block) bool { return bytes.Equal(block.Bytes, own.Bytes) })
	return f
}

// inspectStore reads a trust store of Java's.
func (b *builder) inspectStore(f InForce, options javaOptions) InForce {
	data, err := readBounded(f.Path)
	if err != nil {
		f.Err = err
		return f
	}
	// Java reads a JKS without its password where it is given none (TrustStoreManager).
	store, err := keystore.Read(data, options.password)
	unlocked := store != nil && !options.locked && errors.Is(err, keystore.ErrPassword)
	if err != nil && !unlocked {
		f.Err = err
		return f
	}
	own, _ := pem.Decode(b.Root)
	f.HasRoot = own != nil && slices.ContainsFunc(store.Entries(), func(e keystore.Entry) bool {
		return e.Certificate != nil && bytes.Equal(e.Certificate.Raw, own.Bytes)
	})
	return f
}
