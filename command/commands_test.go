package command

import "testing"

func TestVerbsHaveTheirNames(t *testing.T) {
	p := &program{}
	for _, v := range p.verbs() {
		if made := v.make().Name; made != v.name {
			t.Errorf("%s makes the command %s", v.name, made)
		}
		if alone := p.commands(v.name); len(alone) != 1 && v.name != "help" && v.name != "completion" && v.name != "man" {
			t.Errorf("%s alone makes %d commands", v.name, len(alone))
		}
	}
	if all := p.commands("nobody"); len(all) != len(p.verbs()) {
		t.Errorf("an unknown word makes %d commands of %d", len(all), len(p.verbs()))
	}
}
