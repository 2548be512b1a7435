//! From a query's bytes to an answer's, and what happened in words for the log.

use hickory_server::proto::op::{Edns, Message, MessageType, OpCode, ResponseCode};
use hickory_server::proto::rr::DNSClass;

use super::zone::Zone;

/// The size that DNS software agreed on to avoid fragments (DNS Flag Day 2020).
const PAYLOAD: u16 = 1232;
const HEADER_BYTES: usize = 12;

/// How the query came: an answer over UDP may be too long for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    Udp,
    Tcp,
}

/// A message to send, and the same in words.
pub(crate) struct Answer {
    pub(crate) message: Vec<u8>,
    pub(crate) words: String,
}

/// Answers a query; `None` for what is no query, since answering those could go on for ever.
pub(crate) fn answer(zone: &Zone, query: &[u8], transport: Transport) -> Option<Answer> {
    let request = match Message::from_vec(query) {
        Ok(request) => request,
        Err(error) => return malformed(query, &error.to_string()),
    };
    if request.metadata.message_type != MessageType::Query {
        return None;
    }
    let mut response = Message::response(request.metadata.id, request.metadata.op_code);
    response.metadata.recursion_desired = request.metadata.recursion_desired;
    response.add_queries(request.queries.iter().cloned());
    if request.edns.is_some() {
        response.set_edns(Edns::new().set_max_payload(PAYLOAD).clone());
    }
    let words = fill(zone, &request, &mut response);
    let most = match transport {
        Transport::Tcp => usize::from(u16::MAX),
        Transport::Udp => usize::from(request.max_payload().clamp(512, PAYLOAD)),
    };
    let mut message = response.to_vec().ok()?;
    if message.len() > most {
        message = response.truncate().to_vec().ok()?;
    }
    Some(Answer { message, words })
}

fn fill(zone: &Zone, request: &Message, response: &mut Message) -> String {
    if request.metadata.op_code != OpCode::Query {
        response.metadata.response_code = ResponseCode::NotImp;
        return format!("sent {:?}, which is not implemented", request.metadata.op_code);
    }
    let [question] = request.queries.as_slice() else {
        response.metadata.response_code = ResponseCode::FormErr;
        return format!("asked {} questions at once: refused", request.queries.len());
    };
    let asked = format!("asked for {} {}", question.query_type, question.name);
    if question.query_class != DNSClass::IN {
        response.metadata.response_code = ResponseCode::Refused;
        return format!("{asked} in class {}: Refused", question.query_class);
    }
    let outcome = zone.lookup(&question.name, question.query_type);
    let found: Vec<String> = outcome.answers.iter().map(|record| format!("{} {}", record.record_type(), record.data)).collect();
    let found = match (outcome.code, found.is_empty()) {
        (ResponseCode::NoError, true) => "no such records".to_owned(),
        (ResponseCode::NoError, false) => found.join(", "),
        (code, true) => format!("{code:?}"),
        (code, false) => format!("{}, then {code:?}", found.join(", ")),
    };
    response.metadata.response_code = outcome.code;
    response.metadata.authoritative = outcome.authoritative;
    response.add_answers(outcome.answers);
    response.add_authorities(outcome.authority);
    format!("{asked}: {found}")
}

fn malformed(query: &[u8], why: &str) -> Option<Answer> {
    // The highest bit of the third byte tells an answer from a query.
    let header = query.get(..HEADER_BYTES).filter(|header| header[2] & 0x80 == 0)?;
    let id = u16::from_be_bytes([header[0], header[1]]);
    let message = Message::error_msg(id, OpCode::Query, ResponseCode::FormErr).to_vec().ok()?;
    Some(Answer { message, words: format!("sent a query that cannot be understood: {why}") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::dns::parse::parse;
    use hickory_server::proto::op::Query;
    use hickory_server::proto::rr::RecordType;

    fn ask(file: &str, name: &str, wanted: RecordType, transport: Transport) -> Message {
        let zone = parse(file, 1, &|_| None).unwrap();
        let mut query = Message::query();
        query.add_query(Query::query(name.parse().unwrap(), wanted));
        let answer = answer(&zone, &query.to_vec().unwrap(), transport).unwrap();
        let response = Message::from_vec(&answer.message).unwrap();
        assert_eq!(response.metadata.id, query.metadata.id);
        response
    }

    #[test]
    fn no_data_has_no_error_no_answer_and_the_zone_s_soa() {
        let response = ask("$TTL 60\nq.trap.jp. A 10.0.0.1\n", "q.trap.jp.", RecordType::AAAA, Transport::Udp);
        assert_eq!(response.metadata.response_code, ResponseCode::NoError);
        assert!(response.metadata.authoritative && response.answers.is_empty());
        assert_eq!(response.authorities[0].record_type(), RecordType::SOA);
    }

    #[test]
    fn what_does_not_fit_a_datagram_is_told_to_come_back_over_tcp() {
        let long: String = (0..60).map(|n| format!("q.trap.jp. 5 A 10.0.0.{n}\n")).collect();
        let datagram = ask(&long, "q.trap.jp.", RecordType::A, Transport::Udp);
        assert!(datagram.metadata.truncation && datagram.answers.is_empty());
        let stream = ask(&long, "q.trap.jp.", RecordType::A, Transport::Tcp);
        assert!(!stream.metadata.truncation && stream.answers.len() == 60);
    }

    #[test]
    fn rubbish_is_answered_once_and_answers_never() {
        let zone = parse("", 1, &|_| None).unwrap();
        assert!(answer(&zone, &[0; 5], Transport::Udp).is_none());
        let rubbish = answer(&zone, &[0, 7, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0], Transport::Udp).unwrap();
        assert_eq!(Message::from_vec(&rubbish.message).unwrap().metadata.id, 7);
        assert!(answer(&zone, &rubbish.message, Transport::Udp).is_none());
    }
}
