package web

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// FuzzTags compares with golang.org/x/net/html. Left out is what it knows and
// browsers with scripts or this reader do not: <noscript> as tags, the scripts in
// comments in scripts, references without a semicolon, and what it makes of NUL
// and of carriage returns.
func FuzzTags(f *testing.F) {
	for _, page := range []string{
		`<!doctype html><html lang=en><p class="a b" id='c'>text</p><br/><input disabled value=x/><a href = "x" href=y>`,
		`<!-- <b> --><i><!--><u><!---><s><!-- --!><q><!x><?y><!-- `, `<style>a<b{}</styles></STYLE ><title></b></title/x>`,
		`<a =b c==d e='f'g><a/b/c=d/>< b></ c><//><1><a b='`, `<script><p></script>x<textarea><p>`, `<plaintext><p></plaintext>`, `</p x=y><p`,
	} {
		f.Add(page)
	}
	f.Fuzz(func(t *testing.T, page string) {
		small := lower(page)
		if strings.ContainsAny(page, "&\r\x00") || strings.Contains(small, "noscript") || strings.Contains(small, "<script") && strings.Contains(page, "<!--") || strings.Contains(page, "<![CDATA[") {
			return
		}
		var ours, theirs []string
		for tag := range tags([]byte(page)) {
			ours = append(ours, describe(tag.name, tag.end, tag.attributes))
		}
		tokens := html.NewTokenizer(bytes.NewReader([]byte(page)))
		for kind := tokens.Next(); kind != html.ErrorToken; kind = tokens.Next() {
			if kind != html.StartTagToken && kind != html.SelfClosingTagToken && kind != html.EndTagToken {
				continue
			}
			token := tokens.Token()
			a := attributes{}
			if kind != html.EndTagToken {
				for _, attribute := range token.Attr {
					if _, twice := a[attribute.Key]; !twice {
						a[attribute.Key] = attribute.Val
					}
				}
			}
			theirs = append(theirs, describe(token.Data, kind == html.EndTagToken, a))
		}
		if !slices.Equal(ours, theirs) {
			t.Errorf("%q\n  ours: %q\ntheirs: %q", page, ours, theirs)
		}
	})
}

func describe(name string, end bool, a attributes) string {
	if end {
		return "/" + name
	}
	return fmt.Sprint(name, " ", map[string]string(a))
}

func TestUnescape(t *testing.T) {
	for value, want := range map[string]string{
		"a&amp;b": "a&b", "?a=1&copy=2&lt;": "?a=1&copy=2<", "&": "&", "&;": "&;", "&#x2f;&#47;": "//", "&=nothing;": "&=nothing;", "&n\xffb;": "&n\xffb;",
	} {
		if got := unescape(value); got != want {
			t.Errorf("%q: %q, not %q", value, got, want)
		}
	}
}
