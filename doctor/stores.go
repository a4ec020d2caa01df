package doctor

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"devca/diag"
	"devca/trust"
)

// askJournal looks for changes of stores that were killed. What such a store says
// now is the stores' check.
func askJournal(_ context.Context, e *exam) answer {
	journal, err := e.journal()
	if err != nil {
		return unread("the journal of the trust stores cannot be read", err)
	}
	left := journal.Unfinished()
	if len(left) == 0 {
		return answer{detail: "none"}
	}
	var installing, removing []string
	for _, u := range left {
		if title := e.titleOf(u.Store); u.Action == trust.Install && u.Root == e.root().Fingerprint() {
			installing = append(installing, title)
		} else if u.Action == trust.Uninstall {
			removing = append(removing, title)
		}
	}
	var a answer
	a.detail = some(append(slices.Clone(installing), removing...))
	if len(installing) > 0 {
		a.findings = append(a.findings, Finding{rank: rankHalf, Finding: diag.New(diag.DoctorHalfInstalled, "devca install was interrupted: "+some(installing)).
			Because("it was killed in the middle of a change, so that what is there may be half").
			Fix("complete it", e.installCommand()).Finding}.by(e.install()))
	}
	if len(removing) > 0 {
		a.findings = append(a.findings, found(diag.New(diag.DoctorHalfInstalled, "devca uninstall was interrupted: "+some(removing)).
			Because("it was killed in the middle of a change, so that what is there may be half").
			Fix("complete it", "devca uninstall").
			Fix("or put the root back", e.installCommand()), rankHalf))
	}
	return a
}

func (e *exam) titleOf(id string) string {
	for _, store := range e.stores() {
		if store.About().ID == id {
			return store.About().Title
		}
	}
	return id
}

// installCommand is devca install as it can work here: without root and without
// sudo, what belongs to the system stays out.
func (e *exam) installCommand(kinds ...trust.Kind) string {
	command := "devca install"
	if len(kinds) > 0 {
		var words []string
		for _, kind := range kinds {
			words = append(words, string(kind))
		}
		command += " --stores " + strings.Join(words, ",")
	}
	if !e.Machine.CanBecomeRoot() {
		return command + " --user"
	}
	return command
}

// askStores compares each store with what it should say.
func askStores(_ context.Context, e *exam) answer {
	var a answer
	stores := e.stores()
	for i, reading := range e.readings() {
		a.stores = append(a.stores, describeStore(stores[i].About(), reading))
	}
	if e.root().Certificate == nil {
		a.state, a.detail = NotApplicable, "there is no root yet"
		return a
	}
	var untrusted, absent []trust.Store
	var details []string // of those that have it, and do not trust it
	trusting := 0
	for i, reading := range e.readings() {
		switch {
		case reading.Finding != nil && reading.State == trust.Unsupported:
			a.findings = append(a.findings, found(notice(reading.Finding), rankRemark))
		case reading.Finding != nil:
			a.findings = append(a.findings, found(reading.Finding, rankStore))
		case reading.State == trust.Trusted:
			trusting++
		case reading.State == trust.Untrusted:
			untrusted, details = append(untrusted, stores[i]), append(details, orDetail(stores[i].About().Title, reading.Detail))
		case reading.State == trust.Absent:
			absent = append(absent, stores[i])
		}
	}
	a.detail = fmt.Sprintf("%d of %d trust the root", trusting, len(stores))
	if len(untrusted) > 0 {
		a.findings = append(a.findings, e.lacking("the root is present and not trusted in "+some(details), untrusted))
	}
	if len(absent) > 0 {
		a.findings = append(a.findings, e.lacking("the root is not in "+some(titlesOf(absent)), absent))
	}
	return a
}

func describeStore(about trust.About, reading trust.Reading) Store {
	store := Store{
		ID: about.ID, Title: about.Title, Kind: about.Kind, Clients: about.Clients, Place: about.Place,
		State: reading.State, Detail: reading.Detail,
	}
	if store.Clients == nil {
		store.Clients = []string{}
	}
	if reading.Finding != nil {
		store.Finding = &reading.Finding.Finding
	}
	return store
}

func orDetail(name, detail string) string {
	if detail == "" {
		return name
	}
	return name + " (" + detail + ")"
}

// lacking is about stores that do not trust the root. If the stores are read in
// the name of a dead root, that is said elsewhere.
func (e *exam) lacking(what string, stores []trust.Store) Finding {
	why := "clients that read it refuse what the CA issued"
	if len(stores) > 1 {
		why = "clients that read them refuse what the CA issued"
	}
	finding := Finding{rank: rankStore, Finding: diag.New(diag.DoctorNotTrusted, what).Because(why).Finding}
	finding.Fixes = e.trustBy(stores...)
	if !slices.ContainsFunc(stores, func(s trust.Store) bool { return !e.beyond(s) }) {
		finding.Fixes = append(finding.Fixes, diag.Fix{Do: "or start programs with devca's variables, which takes no root", Run: "devca exec -- COMMAND"})
		return finding
	}
	return finding.by(e.install())
}

// askBrowsers looks for what keeps browsers from reading the stores.
func askBrowsers(_ context.Context, e *exam) answer {
	if e.Machine.GOOS != "linux" && len(trust.Remarks(e.Machine, e.stores())) == 0 {
		return answer{state: NotApplicable, detail: "browsers read the system's store"}
	}
	var a answer
	for _, remark := range trust.Remarks(e.Machine, e.stores()) {
		finding := Finding{Finding: remark, rank: rankRemark}
		if remark.Code == diag.PolicyNSSIgnored {
			finding = e.ignored(remark)
		}
		a.findings = append(a.findings, finding)
	}
	if finding, hidden := e.hidden(); hidden {
		a.findings = append(a.findings, finding)
	}
	if a.detail = "nothing keeps them from reading their stores"; len(a.findings) > 0 {
		a.detail = a.findings[0].What
	}
	return a
}

// ignored is a Chromium that is told to ignore its database. It refuses, unless a
// policy names the root.
func (e *exam) ignored(remark diag.Finding) Finding {
	browser, _, _ := strings.Cut(remark.What, " ")
	for i, reading := range e.readings() {
		about := e.stores()[i].About()
		if about.Kind == trust.KindPolicy && reading.State == trust.Trusted && slices.Contains(about.Clients, browser) {
			remark.Severity = diag.SeverityNotice
			return Finding{Finding: remark, rank: rankRemark}
		}
	}
	remark.Severity = diag.SeverityError
	return Finding{Finding: remark, rank: rankHidden}.by(e.install(trust.KindPolicy))
}

// hidden looks for the folder whose mere existence makes a Chromium of 146 and
// later pass over the database below XDG_DATA_HOME.
func (e *exam) hidden() (Finding, bool) {
	legacy := filepath.Join(e.Machine.Account.Home, ".pki", "nssdb")
	var before, behind *trust.Reading
	var path string
	readings := e.readings()
	for i, store := range e.stores() {
		switch place := store.About().Place; {
		case place == legacy:
			before = &readings[i]
		case strings.HasSuffix(place, filepath.Join("pki", "nssdb")) && !strings.Contains(place, ".var") && !strings.Contains(place, "snap"):
			behind, path = &readings[i], place
		}
	}
	if before == nil || behind == nil || before.State == trust.Trusted || behind.State != trust.Trusted {
		return Finding{}, false
	}
	return Finding{rank: rankHidden, Finding: diag.New(diag.DoctorHidden, legacy+" hides the database "+path+", which has the root").
		Because("Chromium reads the older folder if it is there at all, even empty, and the root is not in it").
		Fix("put the root there, too", e.installCommand(trust.KindNSS)).Finding}.by(e.install(trust.KindNSS)), true
}
