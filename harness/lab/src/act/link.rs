//! Links: where a user goes from the page on which the latest visit came to rest.

use std::time::Duration;

use relapse_model::timeline::{Client, Record};
use relapse_wire::visit::End;

use super::error::ActError;
use crate::lab::Lab;
use crate::wait;

/// How long a page may take to stand still before somebody looks for a link on it.
const TO_REST: Duration = Duration::from_secs(10);

impl Lab {
    /// Follows a link, or presses a form's button: the first with that text. That there is none is an observation: the
    /// user stays on that page.
    ///
    /// # Errors
    /// When the visitor could not be asked, or the latest visit is not the visitor's: a browser's links are not known.
    pub async fn follow(&self, user: &str, text: &str) -> Result<(), ActError> {
        let (latest, with) = self
            .recorder
            .read(|timeline| (timeline.latest_visit(user), timeline.visit_with(user, Client::Visitor).map(|(number, _)| number)));
        let Some(number) = latest.filter(|_| latest == with) else {
            return Err(ActError::new(format!("{user} has no page open in the visitor, and links are followed there only")));
        };
        let end = wait::until(&self.recorder, TO_REST, |timeline| timeline.end_of(user, number).cloned()).await;
        let (page, links) = match end {
            Some(End::Page { url, links, .. }) => (url, links),
            Some(End::TooManyRedirects { url } | End::NoAnswer { url, .. }) => (url, Vec::new()),
            Some(End::Cut { .. }) | None => ("a page that does not stand still".to_owned(), Vec::new()),
        };
        if let Some(link) = links.iter().find(|link| link.text == text) {
            return self.tab(Client::Visitor, user, &link.method, &link.url).await;
        }
        let texts: Vec<&str> = links.iter().map(|link| link.text.as_str()).collect();
        // She stays where she is.
        let text = format!("{user} found no link or button `{text}` at {page}; it has: [{}]", texts.join(", "));
        self.recorder.record(Record::Noted { text });
        Ok(())
    }
}
