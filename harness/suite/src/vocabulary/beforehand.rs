//! What is read of Givens before a scenario starts: which topology it is, at which levels, and who may be in a crash loop.

use relapse_model::levels::Levels;

/// The topology and levels that a step `the {lab} lab` names.
pub(crate) fn lab_phrase(text: &str) -> Option<(String, Levels)> {
    let rest = text.strip_prefix("the ")?;
    let (lab, levels) = match rest.split_once(" lab with ") {
        Some((lab, levels)) => (lab, levels),
        None => (rest.strip_suffix(" lab")?, ""),
    };
    if lab.contains(' ') {
        return None;
    }
    Some((lab.to_owned(), pairs(levels).map(|(factor, level)| (factor.to_owned(), level.to_owned())).collect()))
}

/// The levels that such a step names, in its order and as often as it does.
pub(crate) fn lab_levels(text: &str) -> Vec<(&str, &str)> {
    let levels = lab_phrase(text).and_then(|_| text.split_once(" lab with "));
    levels.map(|(_, levels)| pairs(levels).collect()).unwrap_or_default()
}

fn pairs(levels: &str) -> impl Iterator<Item = (&str, &str)> {
    levels.split(" and ").filter_map(|pair| pair.split_once(" at "))
}

/// The service that a step `{service} is in a crash loop` names.
pub(crate) fn crash_phrase(text: &str) -> Option<&str> {
    text.strip_suffix(" is in a crash loop")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lab_is_named_with_its_levels() {
        let (lab, levels) = lab_phrase("the trap lab with app_port at 3000 and deploy_gate at answers-first").unwrap_or_default();
        assert_eq!(lab, "trap");
        assert_eq!(levels["app_port"], "3000");
        assert_eq!(levels["deploy_gate"], "answers-first");
        assert_eq!(lab_phrase("to-hutohu opens http://the/ lab"), None);
    }
}
