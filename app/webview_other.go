//go:build !desktop || !linux

package app

import "gatewatch/internal/store/config"

// guardPage has nothing to do: WebView2 and WKWebView are revived by the
// system, and builds without the desktop tag have no page.
func guardPage() {}

// zoomPage does nothing: WebView2 is told at the start, WKWebView has no such size.
func zoomPage(int) {}

// firstZoom is how large everything is drawn from the start on, as a factor.
func firstZoom() float64 {
	s, _, err := config.Load(config.DefaultPaths().Settings)
	if err != nil {
		return 1
	}
	return float64(s.Window.TextSize) / 100
}

// presentWindow has nothing to do where showing a window brings it in front.
func presentWindow(string) {}
