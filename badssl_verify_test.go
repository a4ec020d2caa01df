package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// judgedTarget is what "devca verify --json" says about one target.
type judgedTarget struct {
	Findings []struct {
		Code string `json:"code"`
		What string `json:"what"`
	} `json:"findings"`
	Verdicts []struct {
		Client   string `json:"client"`
		Versions string `json:"versions"`
		Answer   string `json:"answer"`
	} `json:"verdicts"`
}

// verifyBroken is a program for scripts: "badssl-verify ROOT JSON LIVE" has devca
// verify ask the server for every kind, and wants exactly the findings that were
// planted and the verdicts that were promised. LIVE has what comes to light beside:
// lines of "KIND: CODE..." or "KIND: nothing", with * for every other kind.
func verifyBroken(_ string, args []string) int {
	if len(args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: badssl-verify ROOT JSON LIVE")
		return 2
	}
	data, err := os.ReadFile(args[1])
	var answer struct {
		Result struct {
			Kinds []brokenKind `json:"kinds"`
		} `json:"result"`
	}
	if err == nil {
		err = json.Unmarshal(data, &answer)
	}
	live := map[string]string{}
	if err == nil {
		live, err = readExceptions(args[2])
	}
	if err != nil || len(answer.Result.Kinds) == 0 {
		fmt.Fprintln(os.Stderr, "no kinds", err)
		return 1
	}
	wrong, every := 0, live["*"]
	delete(live, "*")
	for _, kind := range answer.Result.Kinds {
		beside, special := live[kind.Kind]
		if !special {
			beside = every
		}
		delete(live, kind.Kind)
		if problem := kind.judged(args[0], strings.Fields(strings.TrimPrefix(beside, "nothing"))); problem != "" {
			wrong++
			fmt.Printf("%s: %s\n", kind.Kind, problem)
		}
	}
	for kind := range live {
		wrong++
		fmt.Printf("%s: a line for no kind\n", kind)
	}
	fmt.Printf("badssl: kinds=%d found_exactly=%d\n", len(answer.Result.Kinds), len(answer.Result.Kinds)-wrong)
	if wrong > 0 {
		return 1
	}
	return 0
}

// judged runs devca verify and says what is not as it should be.
func (k brokenKind) judged(root string, live []string) string {
	everybody := strings.Join(append(k.names(), "rfc5280", "webpki"), ",")
	command := exec.Command("devca", "verify", "--json", "--client", everybody, "--roots", root, k.URL)
	var out, complaint bytes.Buffer
	command.Stdout, command.Stderr = &out, &complaint
	status := command.Run()
	var answer struct {
		Result struct {
			Targets []judgedTarget `json:"targets"`
		} `json:"result"`
		Error struct {
			Code string `json:"code"`
		} `json:"error"`
	}
	if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
		return fmt.Sprintf("%v: %v: %s", status, err, complaint.String())
	}
	wanted := map[string]bool{}
	for _, code := range append(slices.Clone(k.Rules), live...) {
		wanted[code] = true
	}
	found := map[string]bool{}
	var words []string
	if answer.Error.Code != "" {
		found[answer.Error.Code] = true
		words = append(words, complaint.String())
	}
	for _, target := range answer.Result.Targets {
		for _, finding := range target.Findings {
			found[finding.Code] = true
			words = append(words, finding.Code+": "+finding.What)
		}
	}
	if !maps.Equal(found, wanted) {
		return fmt.Sprintf("found %v, planted %v\n  %s", slices.Sorted(maps.Keys(found)), slices.Sorted(maps.Keys(wanted)), strings.Join(words, "\n  "))
	}
	if k.Server {
		return "" // verdicts are about chains
	}
	for _, target := range answer.Result.Targets {
		for _, verdict := range target.Verdicts {
			refused := slices.Contains(k.Refused, verdict.Client) || verdict.Versions != "" && slices.Contains(k.Refused, verdict.Client+" ("+verdict.Versions+")")
			if isClient := slices.Contains(k.names(), verdict.Client); isClient && refused != (verdict.Answer == "refuses") {
				return fmt.Sprintf("%s %s, and the server's list says otherwise", verdict.Client, verdict.Answer)
			}
		}
	}
	return ""
}

// names are the clients that the server's list speaks of.
func (k brokenKind) names() []string {
	var names []string
	for _, name := range append(slices.Clone(k.Refused), k.Accepted...) {
		if name, _, _ = strings.Cut(name, " ("); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
