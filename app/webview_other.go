//go:build !desktop || !linux

package app

// guardPage has nothing to do: WebView2 and WKWebView are revived by the
// system, and builds without the desktop tag have no page.
func guardPage() {}

// presentWindow has nothing to do where showing a window brings it in front.
func presentWindow(string) {}
