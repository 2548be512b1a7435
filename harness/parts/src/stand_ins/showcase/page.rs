//! The console's page: a user's apps.

use super::apps::Row;

pub(super) fn html(user: &str, apps: &[Row]) -> String {
    let rows: String = apps.iter().map(row).collect();
    let rows = if apps.is_empty() { "<p>No applications yet.</p>\n".into() } else { format!("<ul>\n{rows}</ul>\n") };
    format!(
        "<!doctype html>\n<meta charset=\"utf-8\">\n<title>Showcase</title>\n<h1>Applications of {}</h1>\n{rows}",
        escape(user)
    )
}

fn row(app: &Row) -> String {
    let host = escape(&app.host);
    let mut html = format!("<li>{host} {} <a href=\"http://{host}/\">Open Application</a>", escape(&app.state));
    if let Some(why) = &app.failure {
        html.push_str(&format!(
            " <form method=\"post\" action=\"/apps/{host}/cancel\"><button>Cancel</button></form> <pre>{}</pre>",
            escape(why)
        ));
    }
    html + "</li>\n"
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_links_to_every_app_and_offers_to_cancel_what_failed() {
        let row = |host: &str, state: &str, why: Option<&str>| Row {
            host: host.into(),
            state: state.into(),
            failure: why.map(Into::into),
        };
        let page = html("<a>", &[row("x.a.example", "exited", None), row("y.a.example", "failed", Some("<b>"))]);
        assert!(page.contains("<title>Showcase</title>") && page.contains("Applications of &lt;a&gt;"), "{page}");
        assert!(page.contains("<li>x.a.example exited <a href=\"http://x.a.example/\">Open Application</a></li>"), "{page}");
        assert!(page.contains("action=\"/apps/y.a.example/cancel\"") && page.contains("<pre>&lt;b&gt;</pre>"), "{page}");
        assert_eq!(page.matches("<form").count(), 1, "{page}");
    }
}
