package verify

type anchors struct{}

// NewAnchors collects roots that are parsed already.
func NewAnchors(roots ...Anchor) *Anchors { return &Anchors{} }

// AddPEM adds the certificates of a bundle. They are read when a chain asks for
// them: a system's bundle has a hundred and more.
func (a *Anchors) AddPEM(bundle []byte, source string, missing Clients) {}
