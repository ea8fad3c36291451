//go:build e2e && linux

// This file is in test builds only. It makes the window's web view one that
// WebKitWebDriver may drive: the toolkit offers no switch for that, but the
// function by which it makes the view can be replaced at link time.
//
// A driven view shows no dialog for a page's file field. Where GATEWATCH_ASKED
// names a folder, the view is one that nobody drives, but its page can be asked: a
// script that is put there as "script" is run, and what it gives, as text, is put
// there as "answer".
#include <glib/gstdio.h>
#include <gtk/gtk.h>
#include <webkit2/webkit2.h>

static WebKitWebView *only_view;

static void answer(GObject *view, GAsyncResult *result, gpointer folder) {
	GError *error = NULL;
	JSCValue *value = webkit_web_view_evaluate_javascript_finish(WEBKIT_WEB_VIEW(view), result, &error);
	char *text = value ? jsc_value_to_string(value) : g_strconcat("error: ", error->message, NULL);
	char *path = g_build_filename(folder, "answer", NULL);
	g_file_set_contents(path, text, -1, NULL); // under another name first, so it is never half there
	g_free(path);
	g_free(text);
	g_clear_error(&error);
	g_clear_object(&value);
}

static gboolean asked(gpointer folder) {
	char *path = g_build_filename(folder, "script", NULL), *script = NULL;
	if (g_file_get_contents(path, &script, NULL, NULL)) {
		g_unlink(path);
		webkit_web_view_evaluate_javascript(only_view, script, -1, NULL, NULL, NULL, answer, folder);
		g_free(script);
	}
	g_free(path);
	return G_SOURCE_CONTINUE;
}

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
	const char *folder = g_getenv("GATEWATCH_ASKED");
	only_view = WEBKIT_WEB_VIEW(g_object_new(WEBKIT_TYPE_WEB_VIEW,
		"user-content-manager", manager,
		"web-context", context,
		"is-controlled-by-automation", folder == NULL,
		NULL));
	if (folder != NULL)
		g_timeout_add(100, asked, (gpointer)folder);
	return GTK_WIDGET(only_view);
}
