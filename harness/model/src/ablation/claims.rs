//! What may be said of a table, in words: each claim names the cells that it is made from, and is made from nothing else. Two claims cannot
//! contradict each other, since each only tells what was seen at its cells. A test reads the sentences back.

use super::explore::{Plan, sets};
use super::seen::Effect;
use super::sets::Set;
use super::table::{Cell, Table, levels, pairs};

/// Something that a table shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// All smallest sets, where the search came to its end: it happens with each, and with none smaller that was asked.
    Smallest(Vec<Set>),
    /// The smallest sets are not known, or not all.
    Cut(String),
    /// It happens with these as on the day and all others at their first other level, and not with one of these less.
    Suffices(Set),
    /// It happens with every factor at its first other level.
    WithNone,
    /// It does not happen at these levels.
    DoesNotHappen(Cell),
    /// It does not happen with all of these levels together, and does with each of them alone.
    Together(Cell),
    /// A level keeps it from happening alone, and not among these others.
    Undone {
        /// The factor and its level.
        own: (usize, usize),
        /// The others, each with its level.
        by: Vec<(usize, usize)>,
    },
    /// It happens at these levels, with a link missing.
    Otherwise(Cell),
    /// It happens at each of these levels.
    Happens(Vec<Cell>),
    /// It happens some of the times.
    Sometimes(Cell),
    /// Nothing can be said.
    Unknown(Vec<Cell>),
    /// Only these combinations were asked: nothing is said of others.
    OnlyThese(usize),
}

/// All that a table shows, what matters most first.
#[must_use]
pub fn claims(table: &Table, plan: &Plan) -> Vec<Claim> {
    if table.happened(&table.day()) != Some(true) {
        return Vec::new();
    }
    let mut claims = of_sets(table, plan);
    let told: Vec<Cell> = table.singles().into_iter().chain(plan.named.iter().cloned()).collect();
    let of = |wanted: fn(&Effect) -> bool| told.iter().filter(|cell| wanted(table.effect(cell))).cloned().collect::<Vec<_>>();
    claims.extend(of(|effect| *effect == Effect::DoesNotHappen).into_iter().map(Claim::DoesNotHappen));
    claims.extend(together(table).into_iter().map(Claim::Together));
    claims.extend(undone(table));
    claims.extend(of(|effect| *effect == Effect::Otherwise).into_iter().map(Claim::Otherwise));
    let happens = of(|effect| *effect == Effect::Happens);
    claims.extend((!happens.is_empty()).then_some(Claim::Happens(happens)));
    claims.extend(of(|effect| *effect == Effect::Sometimes).into_iter().map(Claim::Sometimes));
    let unknown = of(|effect| matches!(effect, Effect::NotApplicable(_) | Effect::Inconclusive(_) | Effect::NotRun));
    claims.extend((!unknown.is_empty()).then_some(Claim::Unknown(unknown)));
    claims.extend((table.factors.len() > 1).then(|| Claim::OnlyThese(table.combinations().count())));
    claims
}

fn of_sets(table: &Table, plan: &Plan) -> Vec<Claim> {
    if !plan.sets {
        return Vec::new();
    }
    let sets = sets(table, plan);
    let mut claims = Vec::new();
    match sets.cut {
        Some(why) => claims.push(Claim::Cut(why)),
        None => claims.push(Claim::Smallest(sets.found.clone())),
    }
    claims.extend(sets.found.into_iter().filter(|set| !set.is_empty() && none_less(table, set)).map(Claim::Suffices));
    claims.extend((table.happened(&table.only(&Set::new())) == Some(true)).then_some(Claim::WithNone));
    claims
}

/// Whether it was seen not to happen with any one of these less.
fn none_less(table: &Table, set: &Set) -> bool {
    set.iter().all(|factor| {
        let less: Set = set.iter().copied().filter(|other| other != factor).collect();
        table.happened(&table.only(&less)) == Some(false)
    })
}

/// Combinations that keep it from happening, while each of their levels alone does not; without those that have such a one within them.
fn together(table: &Table) -> Vec<Cell> {
    let such: Vec<&Cell> = table
        .combinations()
        .filter(|(cell, seen)| {
            let each = |own: &(usize, usize)| table.happened(&table.with(&[*own])) == Some(true);
            seen.effect == Effect::DoesNotHappen && Table::changed(cell).iter().all(each)
        })
        .map(|(cell, _)| cell)
        .collect();
    let has_another = |cell: &Cell| such.iter().any(|other| *other != cell && within(other, cell));
    such.iter().filter(|cell| !has_another(cell)).map(|cell| (*cell).clone()).collect()
}

/// Whether all that is not as on the day in one cell is so in the other.
fn within(cell: &[usize], other: &[usize]) -> bool {
    cell.iter().zip(other).all(|(own, of)| *own == 0 || own == of)
}

fn undone(table: &Table) -> Vec<Claim> {
    let alone = table.singles().into_iter().filter(|cell| *table.effect(cell) == Effect::DoesNotHappen);
    let mut claims = Vec::new();
    for single in alone {
        let happening = || {
            table
                .combinations()
                .filter(|(cell, seen)| within(&single, cell) && seen.effect.happened() == Some(true))
                .map(|(cell, _)| cell)
        };
        for cell in happening().filter(|cell| !happening().any(|other| other != *cell && within(other, cell))) {
            if let Some(own) = Table::changed(&single).first() {
                claims.push(Claim::Undone {
                    own: *own,
                    by: Table::changed(cell).into_iter().filter(|other| other != own).collect(),
                });
            }
        }
    }
    claims
}

impl Claim {
    /// The claim in words.
    #[must_use]
    pub fn sentence(&self, table: &Table) -> String {
        let at = |cell: &Cell| levels(table, cell);
        let list = |cells: &[Cell]| cells.iter().map(at).collect::<Vec<_>>().join("; ");
        match self {
            Self::Smallest(sets) => {
                let names =
                    |set: &Set| set.iter().map(|factor| format!("`{}`", table.name(*factor))).collect::<Vec<_>>().join(", ");
                let each = |set: &Set| if set.is_empty() { "none of them".into() } else { names(set) };
                let list: Vec<String> = sets.iter().map(each).collect();
                format!(
                    "The smallest sets of varied factors that suffice as on the day, with every other varied factor at its first other level: {}.",
                    list.join("; or ")
                )
            }
            Self::Cut(why) => format!("The smallest sets of factors are not known: {why}."),
            Self::Suffices(set) => {
                let each = |factor: &usize| {
                    let about = table.factors.get(*factor).map_or("", |factor| factor.about.as_str());
                    let about = if about.is_empty() { String::new() } else { format!(" ({about})") };
                    format!("`{}` at `{}`{about}", table.name(*factor), table.level(*factor, 0))
                };
                let list: Vec<String> = set.iter().map(each).collect();
                let others =
                    if set.len() < table.factors.len() { " and every other varied factor at its first other level" } else { "" };
                format!(
                    "With {} as on the day{others} it happens; with any one of these at its first other level as well it does not.",
                    list.join(", ")
                )
            }
            Self::WithNone => {
                format!("It also happens with every varied factor at its first other level: {}.", at(&table.only(&Set::new())))
            }
            Self::DoesNotHappen(cell) => does_not_happen(table, cell),
            Self::Together(cell) => {
                format!("With {} together it does not happen; with any one of these alone it does.", at(cell))
            }
            Self::Undone { own, by } => {
                let day: Vec<(usize, usize)> = by.iter().map(|(factor, _)| (*factor, 0)).collect();
                format!(
                    "{} keeps it from happening while {}, and not while {}.",
                    pairs(table, &[*own], " at "),
                    pairs(table, &day, " is at "),
                    pairs(table, by, " is at ")
                )
            }
            Self::Otherwise(cell) => {
                let seen = table.cells.get(cell);
                let link = seen.and_then(|seen| seen.broke_at.as_deref()).unwrap_or_default();
                let instead = seen.and_then(|seen| seen.instead.as_deref()?.lines().next()).unwrap_or_default();
                format!("With {} it happens otherwise: not so is \"{link}\"; instead: {instead}.", at(cell))
            }
            Self::Happens(cells) => {
                format!("It happens all the same with {}. Whether they made it worse is not judged here.", list(cells))
            }
            Self::Sometimes(cell) => {
                let (occurred, of) = table.cells.get(cell).map_or((0, 0), |seen| (seen.occurred, seen.of));
                format!("With {} it happens {occurred} of {of} times.", at(cell))
            }
            Self::Unknown(cells) => format!("Nothing can be said of {} (see the table).", list(cells)),
            Self::OnlyThese(0) => "No combination of levels was run; nothing is said of any.".into(),
            Self::OnlyThese(count) => format!("Of combinations of levels {count} were run; nothing is said of any other."),
        }
    }
}

/// In the words that its evidence allows: prevented only by a gate that held there, and never where another outage came.
fn does_not_happen(table: &Table, cell: &Cell) -> String {
    let at = levels(table, cell);
    let how = if Table::changed(cell).len() > 1 { "together" } else { "alone" };
    let Some(seen) = table.cells.get(cell) else { return String::new() };
    match (&seen.another_outage, seen.held_gates.as_slice()) {
        (Some(failure), _) => format!("With {at} {how} it does not happen; what comes instead is another outage: {failure}."),
        (None, []) => {
            let first =
                |text: &Option<String>| text.as_deref().and_then(|text| text.lines().next()).unwrap_or_default().to_owned();
            let day = table.cells.get(&table.day()).map(|day| first(&day.figure)).unwrap_or_default();
            format!("With {at} {how} it does not happen; instead: {} (as on the day: {day}).", first(&seen.instead))
        }
        (None, gates) => format!("{at} {how} would have prevented it: at exactly that, this gate held: {}.", gates.join(", ")),
    }
}

#[cfg(test)]
mod tests;
