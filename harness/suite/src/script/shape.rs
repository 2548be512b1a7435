//! Which line of a feature is a tag, a table's row, the content of a doc string.

/// What a line is, as far as it can be told without a language's keywords.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Begins or ends a doc string.
    Fence,
    /// Within a doc string.
    Content,
    Tags,
    Row,
    Comment,
    Other,
}

/// Every line with its number from 1.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str, Shape)> {
    let mut fence: Option<&str> = None;
    text.lines().enumerate().map(move |(index, line)| {
        let trimmed = line.trim();
        let opens = ["\"\"\"", "```"].into_iter().find(|mark| trimmed.starts_with(mark));
        let shape = match (fence, opens) {
            (Some(open), Some(mark)) if open == mark => {
                fence = None;
                Shape::Fence
            }
            (Some(_), _) => Shape::Content,
            (None, Some(mark)) => {
                fence = Some(mark);
                Shape::Fence
            }
            (None, None) => match trimmed.chars().next() {
                Some('@') => Shape::Tags,
                Some('|') => Shape::Row,
                Some('#') => Shape::Comment,
                _ => Shape::Other,
            },
        };
        (index + 1, line, shape)
    })
}
