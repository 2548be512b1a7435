//! Findings for people: the author's line with a caret, what it could be instead, and the next move.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::output;
use crate::script::Finding;
use relapse_model::reason::Explain;
use relapse_model::text::clean;

/// All of them, an empty line between two; in colours only where standard error is a terminal and `NO_COLOR` is not set.
pub(crate) fn render(findings: &[Finding]) -> String {
    let colours = output::colours(&std::io::stderr());
    let renderer = if colours { Renderer::styled() } else { Renderer::plain() }.decor_style(DecorStyle::Ascii).term_width(WIDTH);
    findings.iter().map(|finding| one(&renderer, finding)).collect::<Vec<_>>().join("\n\n")
}

/// Columns; a longer line is cut around the caret.
const WIDTH: usize = 160;

fn one(renderer: &Renderer, finding: &Finding) -> String {
    let message = clean(&finding.message);
    let file = finding.place.as_ref().map(|place| clean(&place.file)).unwrap_or_default();
    let text = finding.place.as_ref().map(|place| clean(&place.text).replace('\n', " ")).unwrap_or_default();
    let mut group = Group::with_title(Level::ERROR.primary_title(message));
    if let Some(place) = &finding.place {
        group = if text.trim().is_empty() {
            group.element(Origin::path(file.as_str()).line(place.line).char_column(place.column))
        } else {
            let byte = |column: usize| text.char_indices().nth(column).map_or(text.len(), |(at, _)| at);
            let span = byte(place.column - 1)..byte(place.column - 1 + place.width.max(1));
            let snippet = Snippet::source(text.as_str()).line_start(place.line).path(file.as_str());
            group.element(snippet.annotation(AnnotationKind::Primary.span(span)))
        };
    }
    group = group.elements(finding.help.iter().map(|help| Level::HELP.message(clean(help))));
    let next = format!("{} (`relapse explain {}`)", clean(&finding.next), finding.kind.id());
    group = group.element(Level::HELP.with_name("next").message(next));
    renderer.render(&[group])
}
