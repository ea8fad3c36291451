//go:build desktop && linux

#include "webview_linux.h"

#include <webkit2/webkit2.h>

// find_view looks for the web view among a widget's children.
static WebKitWebView *find_view(GtkWidget *widget) {
	if (WEBKIT_IS_WEB_VIEW(widget)) {
		return WEBKIT_WEB_VIEW(widget);
	}
	if (!GTK_IS_CONTAINER(widget)) {
		return NULL;
	}
	WebKitWebView *found = NULL;
	GList *children = gtk_container_get_children(GTK_CONTAINER(widget));
	for (GList *c = children; c != NULL && found == NULL; c = c->next) {
		found = find_view(GTK_WIDGET(c->data));
	}
	g_list_free(children);
	return found;
}

// revive loads the page anew when its process died: without this the window
// stays blank for ever.
static void revive(WebKitWebView *view, WebKitWebProcessTerminationReason reason, gpointer data) {
	webkit_web_view_load_uri(view, "wails://wails/");
}

static gboolean attach(gpointer data) {
	GList *windows = gtk_window_list_toplevels();
	for (GList *w = windows; w != NULL; w = w->next) {
		WebKitWebView *view = find_view(GTK_WIDGET(w->data));
		if (view != NULL) {
			g_signal_connect(view, "web-process-terminated", G_CALLBACK(revive), NULL);
		}
	}
	g_list_free(windows);
	return G_SOURCE_REMOVE;
}

void gatewatch_guard_page(void) {
	g_idle_add(attach, NULL);
}
