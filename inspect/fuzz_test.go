package inspect

import (
	"encoding/json"
	"testing"
	"time"
)

// FuzzRead: whatever the input is, it ends in items that can be put into words
// and JSON, or in an error. The seeds stand in testdata/fuzz.
func FuzzRead(f *testing.F) {
	f.Fuzz(func(t *testing.T, data []byte) {
		content, err := Read(data, []string{"", "changeit"})
		if (err == nil) != (len(content.Items) > 0) {
			t.Fatalf("%d items and the error %v", len(content.Items), err)
		}
		if err == nil && content.Format == "" {
			t.Error("items without a format")
		}
		for i, item := range content.Items {
			checkItem(t, i+1, len(content.Items), item)
		}
		if _, err := json.Marshal(content); err != nil {
			t.Errorf("as JSON: %v", err)
		}
	})
}

func checkItem(t *testing.T, number, last int, item Item) {
	t.Helper()
	points := 0
	linked := func(to int) {
		if to < 0 || to > last || to == number {
			t.Errorf("item %d of %d points to %d", number, last, to)
		}
	}
	if c := item.Certificate; c != nil {
		points++
		linked(c.SignedBy)
		_ = Validity(c.NotBefore, c.NotAfter, time.Now()) + c.Purpose() + c.Usage() + c.ShortName() + KeyWords(c.KeyType)
		if content, err := Read([]byte(c.PEM), nil); err != nil || content.Items[0].Certificate == nil || content.Items[0].Certificate.SHA256 != c.SHA256 {
			t.Errorf("item %d is not what its own PEM form says: %v", number, err)
		}
	}
	if item.Request != nil {
		points++
	}
	if l := item.CRL; l != nil {
		points++
		linked(l.SignedBy)
		_ = Due(l.NextUpdate, time.Now()) + Ago(l.ThisUpdate, time.Now())
	}
	if k := item.Key; k != nil {
		points++
		linked(k.BelongsTo)
		if !k.Encrypted && k.Type == "" {
			t.Errorf("item %d is a key without a type", number)
		}
	}
	if item.Unreadable != nil {
		points++
		if item.Unreadable.Error == "" {
			t.Errorf("item %d cannot be read for no reason", number)
		}
	}
	if points != 1 {
		t.Errorf("item %d has %d contents", number, points)
	}
}
