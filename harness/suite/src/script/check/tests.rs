use super::*;

#[test]
fn an_ambiguous_step_lists_every_candidate_with_its_place() {
    let phrase = phrases()[0];
    let location = phrase.place;
    let matches = ["^a (.*)$", "^a b$"]
        .map(|text| cucumber::codegen::Regex::new(text).map(Into::into).map(|regex| (regex, Some(location))));
    let error = AmbiguousMatchError { possible_matches: matches.into_iter().flatten().collect() };
    let finding = ambiguity(Place::line("f.feature", "When a b", 1), "a b", &error);
    assert_eq!(finding.help[0].matches(&format!("{}  at {location}", phrase.expression)).count(), 2, "{finding}");
    assert!(location.to_string().contains("vocabulary"), "{location}");
}
