//go:build e2e && linux

// This file is in test builds only. It makes the window's web view one that
// WebKitWebDriver may drive: the toolkit offers no switch for that, but the
// function by which it makes the view can be replaced at link time.
#include <gtk/gtk.h>
#include <webkit2/webkit2.h>

static WebKitWebView *only_view;

static WebKitWebView *give_view(WebKitAutomationSession *session, gpointer data) {
	return only_view;
}

static void automation_started(WebKitWebContext *context, WebKitAutomationSession *session, gpointer data) {
	WebKitApplicationInfo *info = webkit_application_info_new();
	webkit_application_info_set_name(info, "gatewatch");
	webkit_application_info_set_version(info, 1, 0, 0);
	webkit_automation_session_set_application_info(session, info);
	webkit_application_info_unref(info);
	g_signal_connect(session, "create-web-view", G_CALLBACK(give_view), NULL);
}

GtkWidget *webkit_web_view_new_with_user_content_manager(WebKitUserContentManager *manager) {
	WebKitWebContext *context = webkit_web_context_get_default();
	webkit_web_context_set_automation_allowed(context, TRUE);
	g_signal_connect(context, "automation-started", G_CALLBACK(automation_started), NULL);
	only_view = WEBKIT_WEB_VIEW(g_object_new(WEBKIT_TYPE_WEB_VIEW,
		"user-content-manager", manager,
		"web-context", context,
		// A driven view shows no dialog for a page's file field.
		"is-controlled-by-automation", g_getenv("GATEWATCH_UNDRIVEN") == NULL,
		NULL));
	return GTK_WIDGET(only_view);
}
