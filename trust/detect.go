package trust

import (
	"slices"
	"strings"
)

// Detect lists the stores of the machine in the order of Kinds, those of the
// given kinds only, or all when none is given.
func Detect(machine *Machine, kinds ...Kind) []Store {
	wanted := func(kind Kind) bool { return len(kinds) == 0 || slices.Contains(kinds, kind) }
	var stores, databases []Store
	if wanted(KindSystem) {
		stores = append(stores, systemStore(machine))
		stores = append(stores, findWindowsSide(machine)...)
		stores = append(stores, findBundles(machine)...)
	}
	if wanted(KindNSS) || wanted(KindPolicy) {
		databases = findNSS(machine)
	}
	if wanted(KindPolicy) {
		stores = append(stores, findPolicies(machine, slices.Contains(kinds, KindPolicy), databases)...)
	}
	if wanted(KindNSS) {
		stores = append(stores, databases...)
	}
	if wanted(KindJava) {
		stores = append(stores, findJava(machine)...)
	}
	return stores
}

// systemStore is the store of the operating system.
func systemStore(machine *Machine) Store {
	switch machine.GOOS {
	case "darwin":
		return systemOfDarwin(machine)
	case "windows":
		return systemOfWindows(machine)
	}
	return findAnchors(machine)
}

// WithJournal adds the stores that the journal knows and Detect no longer finds:
// another JAVA_HOME, a database that a browser stopped reading.
func WithJournal(machine *Machine, stores []Store, journal *Journal, kinds ...Kind) []Store {
	for _, id := range journal.Stores() {
		known := func(s Store) bool { return s.About().ID == id }
		if slices.ContainsFunc(stores, known) {
			continue
		}
		store := remembered(machine, id)
		if store != nil && (len(kinds) == 0 || slices.Contains(kinds, store.About().Kind)) {
			stores = append(stores, store)
		}
	}
	return stores
}

// remembered makes a store from its ID, or nil when nothing is left of it.
func remembered(machine *Machine, id string) Store {
	kind, place, _ := strings.Cut(id, ":")
	switch Kind(kind) {
	case "bundle":
		return newBundleStore(machine, place)
	case KindPolicy:
		return rememberedPolicy(machine, place)
	case KindNSS:
		return newNSSStore(machine, place, "nss", "browsers")
	case KindJava:
		return rememberedJava(machine, place)
	}
	return nil
}
