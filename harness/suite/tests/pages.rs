//! The pages for people: every link leads somewhere, and every decision stands in the index.
#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};

/// Folders that are not ours to read.
const PASSED_OVER: [&str; 3] = ["target", ".git", "node_modules"];

/// The folder that has `features/`.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn pages(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !PASSED_OVER.contains(&name.as_str()) {
            found.extend(pages(&path));
        } else if name.ends_with(".md") {
            found.push(path);
        }
    }
    found
}

/// A page's lines that are prose: without blocks of code.
fn prose(page: &str) -> Vec<&str> {
    let mut code = false;
    let is_prose = |line: &&str| {
        let fence = line.trim_start().starts_with("```");
        code ^= fence;
        !code && !fence
    };
    page.lines().filter(is_prose).collect()
}

/// Where the links of a line lead to.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0))
}

/// The anchor that GitHub gives to a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect::<String>().to_lowercase()
}

/// Why a link of the page leads nowhere, if so.
fn broken(page: &Path, link: &str) -> Option<String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (path, wanted) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    let target = if path.is_empty() { page.to_owned() } else { page.parent()?.join(path) };
    if !target.exists() {
        return Some(format!("there is no {}", target.display()));
    }
    let wanted = wanted?;
    let text = fs::read_to_string(&target).unwrap();
    let headings =
        prose(&text).into_iter().filter(|line| line.starts_with('#')).map(|line| anchor(line.trim_start_matches('#').trim()));
    (!headings.into_iter().any(|heading| heading == wanted)).then(|| format!("{} has no heading #{wanted}", target.display()))
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages(&root());
    let mut wrong = Vec::new();
    let mut count = 0;
    for page in &pages {
        let text = fs::read_to_string(page).unwrap();
        for link in prose(&text).into_iter().flat_map(links) {
            count += 1;
            wrong.extend(broken(page, link).map(|why| format!("{}: ]({link}): {why}", page.display())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(pages.len() > 10 && count > 40, "{} pages and {count} links", pages.len());
}

#[test]
fn every_decision_stands_in_the_index() {
    let folder = root().join("harness/decisions");
    let index = fs::read_to_string(folder.join("README.md")).unwrap();
    for page in pages(&folder) {
        let name = page.file_name().unwrap().to_string_lossy().into_owned();
        let title = fs::read_to_string(&page).unwrap().lines().next().unwrap_or_default().trim_start_matches("# ").to_owned();
        let listed = name == "README.md" || name.starts_with("facts-") || index.contains(&format!("[{title}]({name})"));
        assert!(listed, "harness/decisions/README.md does not have [{title}]({name})");
        assert!(index.contains(&name) || name == "README.md", "harness/decisions/README.md does not have {name}");
    }
}

#[test]
fn every_figure_of_the_data_stands_on_the_page() {
    let page = fs::read_to_string(root().join("harness/BENCHMARKS.md")).unwrap();
    let mut count = 0;
    for file in fs::read_dir(root().join("harness/benchmarks")).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.extension().is_none_or(|extension| extension != "csv") {
            continue;
        }
        assert!(page.contains(&format!("(benchmarks/{name})")), "harness/BENCHMARKS.md does not name {name}");
        for line in fs::read_to_string(&path).unwrap().lines().skip(1).filter(|_| name != "machines.csv") {
            // The first field is what was measured; it has quotes where it has a comma.
            let what =
                line.strip_prefix('"').and_then(|quoted| quoted.split_once("\",")).or_else(|| line.split_once(',')).unwrap().0;
            assert!(page.contains(&format!("| {what} |")), "harness/BENCHMARKS.md has no row `{what}` of {name}");
            count += 1;
        }
    }
    assert!(count > 30, "{count} figures");
}
