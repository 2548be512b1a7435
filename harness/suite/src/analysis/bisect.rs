//! Where along one factor's levels, which are in order, the verdict changes.

use relapse_model::verdict::Verdict;

use super::cell::{Cell, name};

/// Where the verdict changes, in words. What lies between and could not be judged is named.
pub(crate) fn change(cells: &[Cell]) -> String {
    let judged: Vec<(usize, Verdict)> = cells.iter().enumerate().filter_map(|(at, cell)| Some((at, cell.always()?))).collect();
    let Some(((from, before), (to, after))) = judged.iter().zip(judged.iter().skip(1)).find(|(a, b)| a.1 != b.1) else {
        return match judged.len() {
            0 | 1 => "where it changes is not known: fewer than two levels could be judged".into(),
            _ => "the verdict is the same at both ends".into(),
        };
    };
    let at = |index: usize| cells.get(index).map(|cell| name(&cell.levels)).unwrap_or_default();
    let between: Vec<String> = (from + 1..*to).map(at).collect();
    let between = if between.is_empty() { String::new() } else { format!("; {} could not be judged", between.join(", ")) };
    format!("it changes between {} ({before}) and {} ({after}){between}", at(*from), at(*to))
}

/// Asks for verdicts in order until two that differ have nothing between them that could be judged.
pub(crate) fn search(count: usize, verdict: &mut impl FnMut(usize) -> Option<Verdict>) {
    let Some((mut low, first)) = (0..count).find_map(|index| Some((index, verdict(index)?))) else { return };
    let Some((mut high, last)) = (low + 1..count).rev().find_map(|index| Some((index, verdict(index)?))) else { return };
    if first == last {
        return;
    }
    loop {
        let middle = low.midpoint(high);
        let mut between: Vec<usize> = (low + 1..high).collect();
        between.sort_by_key(|index| index.abs_diff(middle));
        match between.into_iter().find_map(|index| Some((index, verdict(index)?))) {
            Some((index, seen)) if seen == first => low = index,
            Some((index, _)) => high = index,
            None => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use relapse_model::ablation::Seen;

    use super::*;

    /// What bisection asks for over these, and what it then says.
    fn bisected(levels: &[Option<Verdict>]) -> (Vec<usize>, String) {
        let mut asked = Vec::new();
        search(levels.len(), &mut |index| {
            asked.push(index);
            levels.get(index).copied().flatten()
        });
        asked.sort_unstable();
        asked.dedup();
        let cell = |index: &usize| {
            let (held, violated) = match levels[*index] {
                Some(Verdict::Held) => (2, 0),
                Some(Verdict::Violated) => (0, 2),
                _ => (1, 1),
            };
            let levels = [("release".to_owned(), index.to_string())].into();
            Cell { levels, verdict: Verdict::Held, held, violated, seen: Seen { of: 2, ..Seen::default() } }
        };
        let cells: Vec<Cell> = asked.iter().map(cell).collect();
        (asked, change(&cells))
    }

    #[test]
    fn bisection_passes_over_what_cannot_be_judged_and_names_it() {
        let (h, v) = (Some(Verdict::Held), Some(Verdict::Violated));
        let between = |from, to| format!("it changes between release {from} and release {to}");
        assert_eq!(bisected(&[h, h, v]).1, between("1 (held)", "2 (violated)"));
        assert_eq!(bisected(&[h, None, v]).1, between("0 (held)", "2 (violated)") + "; release 1 could not be judged");
        assert_eq!(
            bisected(&[None, h, h, None, None, v, v]).1,
            between("2 (held)", "5 (violated)") + "; release 3, release 4 could not be judged"
        );
        assert_eq!(bisected(&[h, h, h]), (vec![0, 2], "the verdict is the same at both ends".into()));
        assert!(bisected(&[None, h, None]).1.starts_with("where it changes is not known"));
        let many: Vec<_> = (0..64).map(|index| if index < 40 { h } else { v }).collect();
        let (asked, said) = bisected(&many);
        assert!(asked.len() <= 8 && said == between("39 (held)", "40 (violated)"), "{asked:?} {said}");
    }
}
