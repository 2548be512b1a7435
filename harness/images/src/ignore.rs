//! `.dockerignore`: which files of a folder are no part of a build. Pure.
//! Source: <https://docs.docker.com/build/concepts/context/#dockerignore-files>.

/// The patterns of one `.dockerignore`.
#[derive(Debug, Default)]
pub(crate) struct Ignore {
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    segments: Vec<String>,
    keep: bool,
}

impl Ignore {
    pub(crate) fn parse(text: &str) -> Self {
        let rules = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(|line| {
                let (keep, pattern) = line.strip_prefix('!').map_or((false, line), |pattern| (true, pattern.trim()));
                let segments = pattern.split('/').filter(|part| !part.is_empty() && *part != ".").map(Into::into);
                Rule { segments: segments.collect(), keep }
            })
            .filter(|rule| !rule.segments.is_empty())
            .collect();
        Self { rules }
    }

    /// Whether a path (relative, with `/`) is left out. The last rule that fits it, or a folder above it, decides.
    pub(crate) fn excludes(&self, path: &str) -> bool {
        let parts: Vec<&str> = path.split('/').collect();
        let mut excluded = false;
        for rule in &self.rules {
            let fits = (1..=parts.len()).any(|length| fits(&rule.segments, &parts[..length]));
            if fits {
                excluded = !rule.keep;
            }
        }
        excluded
    }

    /// Whether a folder that is left out must still be walked, because a later rule may take something back.
    pub(crate) fn keeps_some(&self) -> bool {
        self.rules.iter().any(|rule| rule.keep)
    }
}

fn fits(pattern: &[String], path: &[&str]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((first, rest)), _) if first == "**" => {
            fits(rest, path) || path.split_first().is_some_and(|(_, path)| fits(pattern, path))
        }
        (Some((first, pattern)), Some((name, path))) => segment_fits(first.as_bytes(), name.as_bytes()) && fits(pattern, path),
        _ => false,
    }
}

/// `*` is any text, `?` any byte; bracket expressions are taken literally.
fn segment_fits(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern.split_first(), name.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => {
            segment_fits(rest, name) || name.split_first().is_some_and(|(_, name)| segment_fits(pattern, name))
        }
        (Some((b'?', pattern)), Some((_, name))) => segment_fits(pattern, name),
        (Some((want, pattern)), Some((have, name))) => want == have && segment_fits(pattern, name),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_stars_and_exceptions() {
        let ignore = Ignore::parse("# build\ntarget/\n*.log\n**/*.tmp\ndocs/*\n!docs/keep.md\n");
        for path in ["target", "target/debug/a", "a.log", "x/y/b.tmp", "b.tmp", "docs/drop.md"] {
            assert!(ignore.excludes(path), "{path}");
        }
        for path in ["src/target.rs", "x/a.log", "docs", "docs/keep.md", "Dockerfile"] {
            assert!(!ignore.excludes(path), "{path}");
        }
        assert!(ignore.keeps_some());
        assert!(!Ignore::parse("").excludes("a"));
    }
}
