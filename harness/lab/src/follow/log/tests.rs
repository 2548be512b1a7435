use std::collections::BTreeSet;

use tokio::sync::watch;

use super::*;

fn log() -> Log {
    Log { service: "app".into(), container: "1".into(), reached: watch::Sender::default() }
}

fn read(messages: &[(usize, &str)]) -> (Vec<String>, usize, String) {
    let (recorder, log) = (Recorder::new(&BTreeSet::new()), log());
    let mut reader = Reader::new(log.clone(), true, recorder.clone(), Arc::default());
    for (which, message) in messages {
        reader.read(*which, false, message.as_bytes());
    }
    reader.end_line(0);
    reader.end_line(1);
    let (mut lines, mut gaps) = (Vec::new(), 0);
    recorder.read(|timeline| {
        for entry in timeline.entries() {
            match &entry.what {
                Record::Log { text, .. } => lines.push(text.clone()),
                Record::Gap(_) => gaps += 1,
                _ => {}
            }
        }
    });
    (lines, gaps, log.reached.borrow().time.clone())
}

#[test]
fn a_line_comes_in_pieces_and_last_words_need_no_end() {
    let (lines, gaps, reached) = read(&[(0, "t1 one "), (1, "t2 other\n"), (0, "t3 line\n"), (0, "t4 last words")]);
    assert_eq!(lines, ["other", "one line", "last words"]);
    assert_eq!((gaps, reached.as_str()), (0, "t4"));
}

#[test]
fn a_line_without_end_is_cut_and_that_is_a_gap() {
    let long = format!("t1 {}", "x".repeat(MAX_LINE));
    let (lines, gaps, _) = read(&[(0, &long), (0, "t2 needle\n"), (0, "t3 next\n")]);
    assert_eq!((lines.len(), gaps), (2, 1));
    assert!(!lines[0].contains("needle") && lines[1] == "next");
    let (lines, gaps, _) = read(&[(0, &format!("t1 {}", "x".repeat(20_000))), (0, "t2 needle\n")]);
    assert!(lines[0].ends_with("needle") && gaps == 0, "of 16 KiB and more the end is seen");
}

#[test]
fn colours_split_no_text_and_nothing_moves_a_cursor() {
    let (lines, ..) = read(&[(0, "t1 \u{1b}[31mfa\u{1b}[0mtal\u{7}\n")]);
    assert_eq!(lines, ["fatal"]);
}

#[test]
fn only_who_speaks_writes_records_and_one_that_does_not_read_is_a_gap() {
    let access = r#"{"access":{"at":1.0,"host":"a","method":"GET","path":"/","status":200}}"#;
    let without_a_host = r#"{"access":{"at":1.0,"method":"GET","path":"/","status":200}}"#;
    for (speaks, line, expected) in [
        (true, access, (1, 0)),
        (false, access, (0, 0)),
        (true, without_a_host, (0, 1)),
        (false, without_a_host, (0, 0)),
        (true, r#"{"level":"info"}"#, (0, 0)),
    ] {
        let recorder = Recorder::new(&BTreeSet::new());
        let mut reader = Reader::new(log(), speaks, recorder.clone(), Arc::default());
        reader.read(0, false, format!("t1 {line}\n").as_bytes());
        let count = |wanted: fn(&Record) -> bool| {
            recorder.read(|timeline| timeline.entries().iter().filter(|entry| wanted(&entry.what)).count())
        };
        let seen =
            (count(|what| matches!(what, Record::Log { line: Some(_), .. })), count(|what| matches!(what, Record::Gap(_))));
        assert_eq!(seen, expected, "{speaks} {line}");
    }
}
