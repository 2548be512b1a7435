//! YAML as Compose reads it: `yes` is a text, and `0755` is octal. No file may be a bomb.

use serde::de::DeserializeOwned;

use super::error::TopologyError;

/// So many values may aliases repeat in all: real files have thousands, and one of 142 aliases of one anchor is no bomb.
const MAX_REPEATED: usize = 20_000;

/// Reads a text.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, TopologyError> {
    let options = serde_yaml::options! {
        strict_booleans: true,
        legacy_octal_numbers: true,
        budget: serde_yaml::budget! { enforce_alias_anchor_ratio: false },
        alias_limits: serde_yaml::alias_limits! { max_total_replayed_events: MAX_REPEATED, max_alias_expansions_per_anchor: MAX_REPEATED }
    };
    serde_yaml::from_str_with_options(text, options).map_err(|failure| super::located::error(&failure))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fmt::Write;
    use std::time::Instant;

    use super::super::Topology;
    use crate::levels::Levels;

    #[test]
    fn a_file_with_many_aliases_reads() {
        let mut text = "x-one: &one { restart: always }\nservices:\n".to_owned();
        for number in 0..200 {
            writeln!(text, "  s{number}: {{ <<: *one, image: x }}").unwrap();
        }
        assert_eq!(Topology::read("t", &text, &Levels::new()).unwrap().services.len(), 200);
    }

    #[test]
    fn a_bomb_is_refused_soon() {
        let mut aliases = "x-0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for number in 1..12 {
            let list = vec![format!("*a{}", number - 1); 10].join(", ");
            writeln!(aliases, "x-{number}: &a{number} [{list}]").unwrap();
        }
        let nested = format!("x-a: {}{}\n", "[".repeat(100_000), "]".repeat(100_000));
        let merged = "x-0: &a0 { k: v }\n".to_owned()
            + &(1..40).fold(String::new(), |text, number| {
                let before = number - 1;
                text + &format!("x-{number}: &a{number} {{ <<: [*a{before}, *a{before}], k{number}: v }}\n")
            });
        // By which bound it is says that it was soon: another one comes later, and a busy machine tells no time.
        for (bomb, bound) in [(aliases, "alias replay limit"), (nested, "recursion limit"), (merged, "alias replay limit")] {
            let began = Instant::now();
            let text = format!("{bomb}services: {{ web: {{ image: x }} }}\n");
            let refused = Topology::read("t", &text, &Levels::new()).unwrap_err();
            let seconds = began.elapsed().as_secs_f64();
            println!("{} bytes: {refused}, after {seconds:.2} s", text.len());
            assert!(refused.message.contains(bound), "{bound}: {refused}");
        }
    }

    #[test]
    fn words_that_are_truth_values_elsewhere_are_texts() {
        let read: BTreeMap<String, super::super::scalar::Scalar> = super::read("{ a: yes, b: off, c: 'true', d: true }").unwrap();
        let texts: Vec<&str> = read.values().map(|scalar| scalar.0.as_str()).collect();
        assert_eq!(texts, ["yes", "off", "true", "true"]);
    }
}
