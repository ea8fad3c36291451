#ifndef GATEWATCH_WEBVIEW_LINUX_H
#define GATEWATCH_WEBVIEW_LINUX_H

#include <gtk/gtk.h>

// gatewatch_guard_page makes the page come back when its process dies. It may
// be called from any thread, once the window exists.
void gatewatch_guard_page(void);

// gatewatch_zoom draws the page at a size, in per cent. It may be called from any
// thread.
void gatewatch_zoom(int percent);

// gatewatch_present brings the window to the user, on whatever workspace they
// are. The token is what the display gave to whoever asks for that, "" if there
// is none; it is freed. It may be called from any thread.
void gatewatch_present(char *token);

#endif
