package doctor

import (
	"slices"

	"devca/diag"
	"devca/trust"
)

// beyond says whether it takes root to change a store, and nobody here can become
// root.
func (e *exam) beyond(store trust.Store) bool {
	about := store.About()
	return (about.Privileged || about.Follows != "") && !e.Machine.CanBecomeRoot()
}

// trustBy are the ways to have the root trusted by stores, as far as they can work
// here.
func (e *exam) trustBy(stores ...trust.Store) []diag.Fix {
	var fixes []diag.Fix
	if !slices.ContainsFunc(stores, func(s trust.Store) bool { return !e.beyond(s) }) {
		return append(fixes, e.byRoot(stores))
	}
	fixes = append(fixes, diag.Fix{Do: "have the root trusted", Run: e.installCommand()})
	if left := slices.DeleteFunc(slices.Clone(stores), func(s trust.Store) bool { return !e.beyond(s) }); len(left) > 0 {
		fixes = append(fixes, e.byRoot(left))
	}
	return fixes
}

func titlesOf(stores []trust.Store) []string {
	var titles []string
	for _, store := range stores {
		titles = append(titles, store.About().Title)
	}
	return titles
}

// byRoot asks somebody else for it.
func (e *exam) byRoot(stores []trust.Store) diag.Fix {
	return diag.Fix{Do: "only root can change " + some(titlesOf(stores)) + ", and there is no sudo: have root run what this prints", Run: "devca install --print-commands"}
}
