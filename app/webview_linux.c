//go:build desktop && linux

#include "webview_linux.h"

#include <gdk/gdk.h>
#include <webkit2/webkit2.h>
#ifdef GDK_WINDOWING_X11
#include <gdk/gdkx.h>
#endif
#ifdef GDK_WINDOWING_WAYLAND
#include <gdk/gdkwayland.h>
#endif
#include <stdlib.h>

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

// revive loads the page anew when its process died, where it was: without this
// the window stays blank for ever.
static void revive(WebKitWebView *view, WebKitWebProcessTerminationReason reason, gpointer data) {
	const gchar *uri = webkit_web_view_get_uri(view);
	gchar *where = g_strdup(uri != NULL && g_str_has_prefix(uri, "wails://wails/") ? uri : "wails://wails/");
	webkit_web_view_load_uri(view, where);
	g_free(where);
}

// travel goes back and forward with the buttons that some mice have at the side:
// the page itself is not told of them. The page does it: the view's own way back
// leaves out what was gone to without a click, such as by a notification.
static gboolean travel(GtkWidget *widget, GdkEventButton *event, gpointer data) {
	if (event->type != GDK_BUTTON_PRESS || (event->button != 8 && event->button != 9)) {
		return FALSE;
	}
	const char *script = event->button == 8 ? "history.back()" : "history.forward()";
#if WEBKIT_CHECK_VERSION(2, 40, 0)
	webkit_web_view_evaluate_javascript(WEBKIT_WEB_VIEW(widget), script, -1, NULL, NULL, NULL, NULL, NULL);
#else
	webkit_web_view_run_javascript(WEBKIT_WEB_VIEW(widget), script, NULL, NULL, NULL);
#endif
	return TRUE;
}

static gboolean attach(gpointer data) {
	GList *windows = gtk_window_list_toplevels();
	for (GList *w = windows; w != NULL; w = w->next) {
		WebKitWebView *view = find_view(GTK_WIDGET(w->data));
		if (view != NULL) {
			g_signal_connect(view, "web-process-terminated", G_CALLBACK(revive), NULL);
			g_signal_connect(view, "button-press-event", G_CALLBACK(travel), NULL);
		}
	}
	g_list_free(windows);
	return G_SOURCE_REMOVE;
}

void gatewatch_guard_page(void) {
	g_idle_add(attach, NULL);
}

static gboolean zoom(gpointer data) {
	GList *windows = gtk_window_list_toplevels();
	for (GList *w = windows; w != NULL; w = w->next) {
		WebKitWebView *view = find_view(GTK_WIDGET(w->data));
		if (view != NULL) {
			webkit_web_view_set_zoom_level(view, GPOINTER_TO_INT(data) / 100.0);
		}
	}
	g_list_free(windows);
	return G_SOURCE_REMOVE;
}

void gatewatch_zoom(int percent) {
	g_idle_add(zoom, GINT_TO_POINTER(percent));
}

// bring moves a window to the workspace that the user is on, and in front. With
// the time of the last thing that this program saw, window managers take that
// for an attempt to steal the focus: so the time is now. Under Wayland a window
// cannot be moved, and comes in front only with a token of somebody whom the user
// has just used; with another one most compositors mark it as urgent.
static void bring(GtkWindow *window, const char *token) {
	guint32 now = GDK_CURRENT_TIME;
	if (*token != '\0') {
#ifdef GDK_WINDOWING_WAYLAND
		if (GDK_IS_WAYLAND_DISPLAY(gtk_widget_get_display(GTK_WIDGET(window)))) {
			gdk_wayland_display_set_startup_notification_id(gtk_widget_get_display(GTK_WIDGET(window)), token);
		} else
#endif
			gtk_window_set_startup_id(window, token); // the launcher's busy pointer ends
	}
#ifdef GDK_WINDOWING_X11
	GdkWindow *drawn = gtk_widget_get_window(GTK_WIDGET(window));
	if (drawn != NULL && GDK_IS_X11_WINDOW(drawn)) {
		gdk_x11_window_move_to_current_desktop(drawn);
		now = gdk_x11_get_server_time(drawn);
	}
#endif
	gtk_window_present_with_time(window, now);
}

static gboolean present(gpointer data) {
	GList *windows = gtk_window_list_toplevels();
	for (GList *w = windows; w != NULL; w = w->next) {
		if (find_view(GTK_WIDGET(w->data)) != NULL) {
			bring(GTK_WINDOW(w->data), data);
		}
	}
	g_list_free(windows);
	return G_SOURCE_REMOVE;
}

void gatewatch_present(char *token) {
	g_idle_add_full(G_PRIORITY_DEFAULT_IDLE, present, token, free);
}
