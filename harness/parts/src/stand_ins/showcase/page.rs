//! The console's page: a user's apps.

use std::path::Path;

/// The hosts of a user's apps, by the virtual hosts that are published.
pub(super) fn apps(directory: &Path, user: &str, domain: &str) -> Vec<String> {
    let end = format!(".{user}.{domain}").to_lowercase();
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let hosts = names.filter_map(|name| name.strip_suffix(".conf").map(str::to_owned));
    let mut hosts: Vec<String> = hosts.filter(|host| host.ends_with(&end)).collect();
    hosts.sort();
    hosts
}

pub(super) fn html(user: &str, hosts: &[String]) -> String {
    let row = |host: &String| format!("<li>{0} <a href=\"http://{0}/\">Open Application</a></li>\n", escape(host));
    let rows: String = hosts.iter().map(row).collect();
    format!(
        "<!doctype html>\n<meta charset=\"utf-8\">\n<title>Showcase</title>\n<h1>Applications of {}</h1>\n<ul>\n{rows}</ul>\n",
        escape(user)
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_links_to_every_app() {
        let page = html("<a>", &["x.a.example".into()]);
        assert!(page.contains("<title>Showcase</title>") && page.contains("Applications of &lt;a&gt;"), "{page}");
        assert!(page.contains("<a href=\"http://x.a.example/\">Open Application</a>"), "{page}");
    }

    #[test]
    fn without_a_directory_there_are_no_apps() {
        assert!(apps(Path::new("/nonexistent"), "a", "example").is_empty());
    }
}
