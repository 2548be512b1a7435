//! What a name means: the rules of RFC 1034, wildcards by RFC 4592, missing names and missing types by RFC 2308.
//! The zones it is authoritative for are the last two labels of the names it has records for.

use std::collections::{HashMap, HashSet};

use hickory_server::proto::op::ResponseCode;
use hickory_server::proto::rr::rdata::SOA;
use hickory_server::proto::rr::{Name, RData, Record, RecordType};

/// A chain of aliases that is longer is taken for a circle.
const MAX_ALIASES: usize = 16;
/// How many labels a zone's own name has.
const APEX_LABELS: usize = 2;

/// All records of one view.
#[derive(Debug, Default)]
pub(crate) struct Zone {
    records: HashMap<Name, Vec<Record>>,
    /// Every name that exists: owners, and what lies between them and the apex ("empty non-terminals").
    existing: HashSet<Name>,
    serial: u32,
    negative_ttl: u32,
}

/// What a question comes to.
#[derive(Debug, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) code: ResponseCode,
    pub(crate) authoritative: bool,
    pub(crate) answers: Vec<Record>,
    /// The zone's SOA, when there is no answer: how long that may be remembered.
    pub(crate) authority: Option<Record>,
}

impl Zone {
    /// An empty zone. `negative_ttl` is how long others may remember that there was no answer, in seconds.
    pub(crate) fn new(serial: u32, negative_ttl: u32) -> Self {
        Self { serial, negative_ttl, ..Self::default() }
    }

    /// Adds a record, unless rules forbid it.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(crate) fn add(&mut self, record: Record) -> Result<(), String> {
        let name = record.name.to_lowercase();
        if labels(&name) - usize::from(name.is_wildcard()) < APEX_LABELS {
            return Err(format!("{name} is too short: expected a name within a zone of {APEX_LABELS} labels"));
        }
        let here = self.records.entry(name.clone()).or_default();
        let is_alias = |record: &Record| record.record_type() == RecordType::CNAME;
        if here.iter().any(is_alias) || (is_alias(&record) && !here.is_empty()) {
            return Err(format!("{name} is an alias (CNAME) and has another record: an alias is alone (RFC 1034)"));
        }
        if !here.iter().any(|other| other.data == record.data) {
            here.push(record);
        }
        let mut ancestor = name;
        while labels(&ancestor) >= APEX_LABELS && self.existing.insert(ancestor.clone()) {
            ancestor = ancestor.base_name();
        }
        Ok(())
    }

    /// Answers a question of class IN, following aliases as far as this view knows them.
    pub(crate) fn lookup(&self, name: &Name, wanted: RecordType) -> Outcome {
        let mut answers = Vec::new();
        let mut owner = name.clone();
        for _ in 0..MAX_ALIASES {
            let Some(apex) = self.apex_of(&owner) else {
                // Out of this server's hands: refused, or an alias that the client follows elsewhere.
                let (code, authoritative) =
                    if answers.is_empty() { (ResponseCode::Refused, false) } else { (ResponseCode::NoError, true) };
                return Outcome { code, authoritative, answers, authority: None };
            };
            if wanted == RecordType::SOA && owner.to_lowercase() == apex {
                answers.push(self.authority(&apex));
                return Outcome { code: ResponseCode::NoError, authoritative: true, answers, authority: None };
            }
            let found = self.find(&owner.to_lowercase());
            let fits = |record: &&Record| wanted == RecordType::ANY || record.record_type() == wanted;
            let fitting: Vec<&Record> = found.unwrap_or_default().iter().filter(fits).collect();
            if !fitting.is_empty() {
                answers.extend(fitting.into_iter().map(|record| owned_by(&owner, record)));
                return Outcome { code: ResponseCode::NoError, authoritative: true, answers, authority: None };
            }
            let alias = found.unwrap_or_default().iter().find_map(|record| match &record.data {
                RData::CNAME(target) => Some((record, target.0.clone())),
                _ => None,
            });
            let Some((record, target)) = alias else {
                let code = if found.is_some() { ResponseCode::NoError } else { ResponseCode::NXDomain };
                let authority = Some(self.authority(&apex));
                return Outcome { code, authoritative: true, answers, authority };
            };
            answers.push(owned_by(&owner, record));
            owner = target;
        }
        Outcome { code: ResponseCode::ServFail, authoritative: true, answers: Vec::new(), authority: None }
    }

    /// The records of a name, written out or by a wildcard; `None` when the name does not exist.
    fn find(&self, name: &Name) -> Option<&[Record]> {
        if self.existing.contains(name) {
            return Some(self.records.get(name).map_or(&[], Vec::as_slice));
        }
        // The closest name that exists decides alone: a wildcard further up does not reach below it.
        let mut encloser = name.base_name();
        while !self.existing.contains(&encloser) {
            if labels(&encloser) < APEX_LABELS {
                return None;
            }
            encloser = encloser.base_name();
        }
        let wildcard = encloser.prepend_label("*").ok()?;
        self.records.get(&wildcard).map(Vec::as_slice)
    }

    fn apex_of(&self, name: &Name) -> Option<Name> {
        let apex = name.to_lowercase().trim_to(APEX_LABELS);
        self.existing.contains(&apex).then_some(apex)
    }

    fn authority(&self, apex: &Name) -> Record {
        let within = |label: &str| apex.prepend_label(label).unwrap_or_else(|_| apex.clone());
        let times = i32::try_from(self.negative_ttl).unwrap_or(i32::MAX);
        let data = SOA::new(within("ns"), within("hostmaster"), self.serial, times, times, times, self.negative_ttl);
        Record::from_rdata(apex.clone(), self.negative_ttl, RData::SOA(data))
    }
}

/// How many labels, the wildcard's included.
fn labels(name: &Name) -> usize {
    name.iter().count()
}

/// The record as the client asked for it: with its own spelling, and without the wildcard.
fn owned_by(owner: &Name, record: &Record) -> Record {
    let mut record = record.clone();
    record.name = owner.clone();
    record
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::dns::parse::parse;

    const FILE: &str = r#"
        $TTL 60
        showcase.trapti.tech.  A      10.83.0.10
        q.trap.show.           A      10.83.0.20
        deep.under.trap.jp.    TXT    "here"
        *.trap.show.           CNAME  showcase.trapti.tech.
        out.trap.show.         CNAME  elsewhere.example.
        a.trap.jp.             CNAME  b.trap.jp.
        b.trap.jp.             CNAME  a.trap.jp.
        gone.trap.jp.          CNAME  missing.trap.jp.
    "#;

    fn ask(name: &str, wanted: RecordType) -> (ResponseCode, Vec<String>, bool) {
        let text: String = FILE.lines().map(|line| line.trim_start().to_owned() + "\n").collect();
        let zone = parse(&text, 1, &|_| None).unwrap();
        let outcome = zone.lookup(&Name::from_ascii(name).unwrap(), wanted);
        let answers =
            outcome.answers.iter().map(|record| format!("{} {} {}", record.name, record.record_type(), record.data)).collect();
        (outcome.code, answers, outcome.authority.is_some())
    }

    #[test]
    fn a_wildcard_matches_at_any_depth_and_its_alias_is_followed() {
        let (code, answers, _) = ask("example.to-hutohu.trap.show.", RecordType::A);
        assert_eq!(code, ResponseCode::NoError);
        assert_eq!(answers, ["example.to-hutohu.trap.show. CNAME showcase.trapti.tech.", "showcase.trapti.tech. A 10.83.0.10"]);
    }

    #[test]
    fn another_type_of_a_wildcard_is_no_data_and_not_a_missing_name() {
        let (code, answers, with_authority) = ask("example.to-hutohu.trap.show.", RecordType::AAAA);
        assert_eq!((code, with_authority), (ResponseCode::NoError, true));
        assert_eq!(answers, ["example.to-hutohu.trap.show. CNAME showcase.trapti.tech."]);
        assert_eq!(ask("q.trap.show.", RecordType::AAAA), (ResponseCode::NoError, vec![], true));
    }

    #[test]
    fn a_name_that_exists_beats_the_wildcard_also_for_what_is_below_it() {
        assert_eq!(ask("q.trap.show.", RecordType::A).1, ["q.trap.show. A 10.83.0.20"]);
        assert_eq!(ask("x.q.trap.show.", RecordType::A), (ResponseCode::NXDomain, vec![], true));
    }

    #[test]
    fn a_name_between_exists_without_records() {
        assert_eq!(ask("under.trap.jp.", RecordType::A), (ResponseCode::NoError, vec![], true));
        assert_eq!(ask("trap.jp.", RecordType::A), (ResponseCode::NoError, vec![], true));
        assert_eq!(ask("trap.jp.", RecordType::SOA).1.len(), 1);
    }

    #[test]
    fn unknown_names_are_missing_here_and_refused_elsewhere() {
        assert_eq!(ask("nobody.trap.jp.", RecordType::A), (ResponseCode::NXDomain, vec![], true));
        assert_eq!(ask("example.com.", RecordType::A), (ResponseCode::Refused, vec![], false));
        assert_eq!(ask("jp.", RecordType::A), (ResponseCode::Refused, vec![], false));
    }

    #[test]
    fn an_alias_that_leads_out_is_left_to_the_client_and_one_into_nothing_is_missing() {
        assert_eq!(ask("out.trap.show.", RecordType::A).0, ResponseCode::NoError);
        assert_eq!(ask("out.trap.show.", RecordType::A).1.len(), 1);
        assert_eq!(ask("gone.trap.jp.", RecordType::A).0, ResponseCode::NXDomain);
        assert_eq!(ask("a.trap.jp.", RecordType::A).0, ResponseCode::ServFail);
    }

    #[test]
    fn answers_keep_the_spelling_of_the_question() {
        assert_eq!(ask("Q.TRAP.show.", RecordType::A).1, ["Q.TRAP.show. A 10.83.0.20"]);
    }
}
