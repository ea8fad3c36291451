//go:build desktop && linux

package app

// #cgo pkg-config: gtk+-3.0 webkit2gtk-4.1
// #include "webview_linux.h"
import "C"

// guardPage makes the page come back when its process dies. The state is all
// on this side, so the page loses nothing.
func guardPage() { C.gatewatch_guard_page() }

// zoomPage draws the page at a size, in per cent.
func zoomPage(percent int) { C.gatewatch_zoom(C.int(percent)) }

// firstZoom is not looked at here: the page says how large it is to be drawn.
func firstZoom() float64 { return 1 }

// presentWindow brings the window to the user, on whatever workspace they are,
// with the token of whoever asks for that, if there is one.
func presentWindow(token string) { C.gatewatch_present(C.CString(token)) }
