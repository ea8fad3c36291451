//go:build !desktop || !linux

package app

// guardPage has nothing to do: WebView2 and WKWebView are revived by the
// system, and builds without the desktop tag have no page.
func guardPage() {}

// zoomPage does nothing: WebView2 is told at the start, WKWebView has no such size.
func zoomPage(int) {}

// presentWindow has nothing to do where showing a window brings it in front.
func presentWindow(string) {}
