//! XES logs: what is read, what is refused, and what is no XES.

use super::super::{LogFormat, Notation, read, written};
use super::*;
use proptest::prelude::*;

const XES: LogFormat = LogFormat {
    notation: Notation::Xes,
    is_gzip: false,
};

const LOG: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!-- a log -->
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="event">
    <string key="concept:name" value="nothing"/>
  </global>
  <classifier name="Activity" keys="concept:name"/>
  <string key="concept:name" value="the log"/>
  <trace>
    <string key="concept:name" value="007"/>
    <string key="region" value="north &amp; south"><string key="inner" value="x"/></string>
    <event>
      <string key="concept:name" value="order"/>
      <date key="time:timestamp" value="2024-01-01T10:00:00.000+01:00"/>
      <float key="amount" value="12.5"/>
    </event>
    <event>
      <string key="concept:name" value="ship">
        <int key="concept:name" value="7"/>
      </string>
      <date key="time:timestamp" value="2024-01-02T10:00:00.000+01:00"/>
      <boolean key="paid" value="true"/>
    </event>
  </trace>
  <trace>
    <event>
      <date key="time:timestamp" value="2024-01-02T10:00:00.000+01:00"/>
      <string key="concept:name" value="order"/>
    </event>
    <string key="concept:name" value="NA"/>
  </trace>
</log>
"#;

fn options() -> ReadOptions {
    ReadOptions {
        value: Some("amount".to_owned()),
        attributes: vec!["region".to_owned()],
        ..ReadOptions::default()
    }
}

#[test]
fn traces_are_cases_and_what_is_nested_says_nothing() {
    let (log, audit) = read(LOG.as_bytes(), XES, &options()).expect("it is sound");
    let mut told = Vec::new();
    log.visit(0..log.cases(), |case, events| {
        for it in events {
            told.push(format!(
                "{} {} {} {:?}",
                log.id(case),
                log.activities()[it.activity as usize],
                written(it.time),
                it.value
            ));
        }
    });
    assert_eq!(
        told,
        [
            "007 order 2024-01-01 10:00:00 Some(125000)",
            "007 ship 2024-01-02 10:00:00 None",
            "NA order 2024-01-02 10:00:00 None",
        ]
    );
    assert_eq!(log.attributes()[0].values, ["north & south"]);
    assert_eq!((log.attribute(0, 0), log.attribute(1, 0)), (Some(0), None));
    assert_eq!((audit.rows, audit.columns.ignored), (3, vec!["paid".to_owned()]));
}

#[test]
fn events_that_cannot_be_used_are_told_with_their_line() {
    let text = LOG
        .replace("value=\"ship\"", "value=\"\"")
        .replace("\"2024-01-02T10:00:00.000+01:00\"/>\n      <str", "\"soon\"/><str");
    let lenient = ReadOptions {
        is_lenient: true,
        ..options()
    };
    let (_, audit) = read(text.as_bytes(), XES, &lenient).expect("one is left");
    let first: Vec<(u64, &str)> = audit.refused.first.iter().map(|it| (it.line, &*it.reason)).collect();
    assert_eq!(
        first,
        [(18, "the activity is empty"), (27, "the time cannot be read: `soon`")]
    );
}

#[test]
fn what_is_no_xes_is_told_so() {
    let asked = |text: &str| read(text.as_bytes(), XES, &options()).expect_err(text).to_string();
    assert!(asked("<log><trace></log>").starts_with("the XML is wrong at line 1: "));
    assert_eq!(asked("<log><trace>"), "the XML ends within a trace");
    assert_eq!(asked("<log></log>"), "there is no column `amount`; the columns are ");
    assert!(
        asked("<log><trace/><trace><string key='amount' value='1'/><string key='region' value='x'/></trace></log>")
            .starts_with("2 of 2 rows cannot be used: line 1, the trace has no event")
    );
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(at in 0..LOG.len(), bytes in prop::collection::vec(any::<u8>(), 0..6)) {
        let mut text = LOG.as_bytes().to_vec();
        text.splice(at..(at + bytes.len()).min(LOG.len()), bytes);
        let _ = read(&*text, XES, &options());
    }
}
