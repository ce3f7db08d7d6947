//! Logs as text tables: everything that can be in them comes out again, and what is wrong is told.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::*;

const CSV: LogFormat = LogFormat {
    notation: Notation::Csv,
    is_gzip: false,
};

/// Case, activity, time, value and attributes of every event, case by case.
type Told = Vec<(String, String, String, Option<i64>, Vec<Option<String>>)>;

fn told(log: &EventLog) -> Told {
    let mut told = Vec::new();
    log.visit(0..log.cases(), |case, events| {
        let attributes = log.attributes().iter().enumerate().map(|(at, it)| {
            let value = log.attribute(case, at)?;
            Some(it.values[value as usize].clone())
        });
        let attributes: Vec<Option<String>> = attributes.collect();
        told.extend(events.iter().map(|it| {
            let activity = log.activities()[it.activity as usize].clone();
            (
                log.id(case).to_owned(),
                activity,
                written(it.time),
                it.value,
                attributes.clone(),
            )
        }));
    });
    told
}

fn read_text(text: &[u8], options: &ReadOptions) -> Result<(EventLog, Audit), LogError> {
    read(text, CSV, options)
}

fn lenient() -> ReadOptions {
    ReadOptions {
        is_lenient: true,
        ..ReadOptions::default()
    }
}

fn events(text: &str) -> Vec<(String, String, String)> {
    let (log, _) = read_text(text.as_bytes(), &ReadOptions::default()).expect(text);
    told(&log).into_iter().map(|it| (it.0, it.1, it.2)).collect()
}

#[test]
fn the_same_table_is_the_same_log_however_it_is_written() {
    let plain =
        "case_id,activity,timestamp\n007,start,2024-01-01\nNA,start,2024-01-02 10:00:00\n007,buy now,2024-01-03\n";
    let expected = [
        ("007", "start", "2024-01-01"),
        ("007", "buy now", "2024-01-03"),
        ("NA", "start", "2024-01-02 10:00:00"),
    ];
    let expected = expected.map(|it| (it.0.to_owned(), it.1.to_owned(), it.2.to_owned()));
    for text in [
        plain.to_owned(),
        plain.trim_end().to_owned(),
        plain.replace('\n', "\r\n"),
        plain.replace(',', ";"),
        plain.replace(',', "\t"),
        plain.replace(',', "|"),
        format!("\u{feff}{plain}"),
        format!("\n\r\n{}\n\n", plain.replace('\n', "\n\n")),
        plain.replace("buy now", "\"buy now\"").replace("007", "\"007\""),
        plain.replace("case_id", "\"Case ID\""),
        plain.replace("01-03", "01-03,"),
    ] {
        assert_eq!(events(&text), expected, "{text:?}");
    }
}

#[test]
fn a_compressed_table_is_read_to_its_last_part() {
    let gzip = |text: &str| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).expect("memory can be written");
        encoder.finish().expect("memory can be written")
    };
    let mut bytes = gzip("user_id,event,time\n1,a,2024-01-01\n");
    bytes.extend(gzip("2,b,2024-01-01\n"));
    let format = LogFormat { is_gzip: true, ..CSV };
    let (log, _) = read(&*bytes, format, &ReadOptions::default()).expect("it is sound");
    assert_eq!(
        (log.cases(), log.activities()),
        (2, ["a".to_owned(), "b".to_owned()].as_slice())
    );
    bytes.truncate(bytes.len() - 9);
    let mistake = read(&*bytes, format, &ReadOptions::default()).expect_err("it is cut");
    assert!(matches!(mistake, LogError::Stream(_)), "{mistake}");
    let mistake = read(&b"case_id,"[..], format, &ReadOptions::default()).expect_err("it is not compressed");
    assert!(matches!(mistake, LogError::Stream(_)), "{mistake}");
}

#[test]
fn refused_rows_are_told_with_line_and_reason() {
    let mut text = b"case,activity,time,amount\n\
        1,a,2024-01-01,\n\
        ,a,2024-01-01,1\n\
        2,\" \",2024-01-01,1\n\
        3,\"two\nlines\",,1\n\
        4,a,01.01.2024,1\n\
        5,a,9999-12-31,1\n\
        6,a,2024-01-01,\"1,000\"\n\
        7,a,2024-01-01\n\
        8,a,2024-01-01,1,2\n"
        .to_vec();
    text.extend(b"9\xff,a,2024-01-01,1\n10,a,2024-01-01,1.5\n");
    for block_bytes in [1, 7, 64, 0] {
        let options = ReadOptions {
            value: Some("amount".to_owned()),
            block_bytes,
            ..lenient()
        };
        let (log, audit) = read_text(&text, &options).expect("the others are used");
        assert_eq!((log.cases(), audit.rows, audit.refused.rows), (2, 11, 9));
        let first: Vec<(u64, &str)> = audit.refused.first.iter().map(|it| (it.line, &*it.reason)).collect();
        assert_eq!(
            first,
            [
                (3, "the case is empty"),
                (4, "the activity is empty"),
                (5, "the time is empty"),
                (7, "the time cannot be read: `01.01.2024`"),
                (8, "the time is outside the years 1700 to 2256: `9999-12-31`"),
                (9, "the value is not a number: `1,000`"),
                (10, "the number of columns differs from the header: `3 instead of 4`"),
                (11, "the number of columns differs from the header: `5 instead of 4`"),
                (12, "the text is not UTF-8"),
            ]
        );
        assert_eq!(audit.refused.reasons.iter().map(|it| it.count).sum::<u64>(), 9);
        let strict = ReadOptions {
            is_lenient: false,
            ..options
        };
        let mistake = read_text(&text, &strict).expect_err("too many are refused").to_string();
        assert!(
            mistake.starts_with("9 of 11 rows cannot be used: line 3, the case is empty; line 4"),
            "{mistake}"
        );
    }
}

#[test]
fn one_bad_row_in_a_hundred_is_told_but_no_mistake() {
    let mut text = "case,activity,time\n".to_owned() + &"1,a,2024-01-01\n".repeat(99) + "1,a,soon\n";
    let (_, audit) = read_text(text.as_bytes(), &ReadOptions::default()).expect("1 % is allowed");
    assert_eq!((audit.rows, audit.events, audit.refused.first[0].line), (100, 99, 101));
    text.push_str("1,a,later\n");
    assert!(matches!(
        read_text(text.as_bytes(), &ReadOptions::default()),
        Err(LogError::Refused(_))
    ));
}

#[test]
fn the_audit_counts_what_is_odd() {
    let text = "id,event,day,region,note\n\
        1,a,2024-01-01,north,x\n\
        1,b,2024-01-03,,x\n\
        1,c,2024-01-02,south,x\n\
        1,b,2024-01-03,,x\n\
        2,a,2024-01-03,,x\n\
        3,a,2024-03-01,north,x\n";
    let options = ReadOptions {
        attributes: vec!["region".to_owned()],
        ..ReadOptions::default()
    };
    let (log, mut audit) = read_text(text.as_bytes(), &options).expect("it is sound");
    assert_eq!((audit.cases, audit.events, audit.rows), (3, 6, 6));
    assert_eq!((audit.ties, audit.out_of_order, audit.duplicates), (1, 1, 1));
    let counts: Vec<(&str, u64)> = audit.activities.iter().map(|it| (&*it.name, it.count)).collect();
    assert_eq!(counts, [("a", 3), ("b", 2), ("c", 1)]);
    assert_eq!(
        (audit.first.as_deref(), audit.last.as_deref()),
        (Some("2024-01-01"), Some("2024-03-01"))
    );
    assert_eq!((audit.resolution.as_str(), audit.delimiter), ("day", Some(',')));
    assert_eq!(audit.columns.ignored, ["note"]);
    let gap = Gap {
        from: "2024-01-03".to_owned(),
        to: "2024-03-01".to_owned(),
        days: 58,
    };
    assert_eq!(
        (audit.gaps.usual_days, &audit.gaps.longest, &audit.gaps.long),
        (1.0, &Some(gap.clone()), &vec![gap])
    );
    let region = &audit.attributes[0];
    assert_eq!((region.values, region.unknown, region.differing), (2, 1, 1));
    assert_eq!(log.attribute(0, 0), Some(0));
    audit.censored(&log, &[1]);
    assert_eq!(audit.open_cases, Some(2));
    let json = serde_json::to_string(&audit).expect("it can be written");
    assert_eq!(serde_json::from_str::<Audit>(&json).expect("it can be read"), audit);
}

#[test]
fn zones_that_agree_keep_the_clock_on_the_wall_and_others_become_utc() {
    for (times, read, zone) in [
        (
            ["2024-01-01 10:00:00", "2024-01-01 11:00:00"],
            ["10", "11"],
            Zone::Unsaid,
        ),
        (
            ["2024-01-01 10:00:00+02:00", "2024-01-01 11:00:00+02:00"],
            ["10", "11"],
            Zone::Same(120),
        ),
        (
            ["2024-01-01 10:00:00Z", "2024-01-01 11:00:00Z"],
            ["10", "11"],
            Zone::Same(0),
        ),
        (
            ["2024-01-01 10:00:00+02:00", "2024-01-01 11:00:00+01:00"],
            ["08", "10"],
            Zone::Mixed {
                offsets: vec![(60, 1), (120, 1)],
                unsaid: 0,
            },
        ),
        (
            ["2024-01-01 10:00:00+02:00", "2024-01-01 11:00:00"],
            ["08", "11"],
            Zone::Mixed {
                offsets: vec![(120, 1)],
                unsaid: 1,
            },
        ),
    ] {
        let text = format!("case,activity,time\n1,a,{}\n1,b,{}\n", times[0], times[1]);
        let (log, audit) = read_text(text.as_bytes(), &ReadOptions::default()).expect("it is sound");
        let hours: Vec<String> = told(&log).iter().map(|it| it.2[11..13].to_owned()).collect();
        assert_eq!(
            (hours, audit.zone),
            (read.map(str::to_owned).to_vec(), zone),
            "{times:?}"
        );
        assert_eq!(
            (audit.resolution.as_str(), audit.first),
            ("hour", Some(format!("2024-01-01 {}:00:00", read[0])))
        );
    }
}

#[test]
#[cfg(not(feature = "parquet"))]
fn a_build_without_parquet_says_how_to_get_it() {
    let format = LogFormat {
        notation: Notation::Parquet,
        is_gzip: false,
    };
    let mistake = read(&b"PAR1"[..], format, &ReadOptions::default()).expect_err("it is not built in");
    assert_eq!(
        mistake.to_string(),
        "this build cannot read Parquet: build it with `--features parquet`, or convert the log to CSV"
    );
}

#[test]
fn what_is_no_event_log_is_told_so() {
    for (text, told) in [
        ("", "there is no row in it"),
        ("case,activity,time\n", "there is no row in it"),
        (
            "case,activity,time\n1,a,never\n",
            "1 of 1 rows cannot be used: line 2, the time cannot be read: `never`; say with --time-format how \
             times are written, such as `%d.%m.%Y %H:%M`, `%m/%d/%Y` or `%s` for seconds since 1970",
        ),
        (
            "case,activity,time\n1,\"a,2024-01-01\n",
            "the rows from line 2 do not end: is there a quote that is never closed?",
        ),
        (
            "\u{0}\u{1}",
            "no column is known to say whom it happened to: name it with --case; the columns are `  `",
        ),
    ] {
        assert_eq!(
            read_text(text.as_bytes(), &lenient()).expect_err(text).to_string(),
            told
        );
    }
    let mistake = read_text(b"\xff\xfec\0a\0", &lenient()).expect_err("it is UTF-16");
    assert!(matches!(mistake, LogError::Utf16));
    let mut many = b"case,activity,time\n".to_vec();
    for activity in 0..5_000 {
        writeln!(many, "1,a{activity},2024-01-01").expect("memory can be written");
    }
    let mistake = read_text(&many, &lenient());
    assert!(matches!(mistake, Err(LogError::Activities)));
}

/// A cell as it is written: quoted where it must be, and sometimes where it need not.
fn quoted(cell: &str, always: bool) -> String {
    if always || cell.contains(['"', ',', '\n', '\r']) || cell.starts_with('"') {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c]{1,2}",
        "[a-z0-9\",;\n\r é漢]{1,30}",
        Just("NA".to_owned()),
        Just("007".to_owned()),
    ]
    .prop_filter("empty cells are refused", |it| !it.trim().is_empty())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_table_comes_out_as_it_was_written(
        rows in prop::collection::vec((cell(), cell(), 0_i64..4, prop::option::of(-100_i64..100), "[xy\"]{0,2}", any::<bool>()), 1..60),
        block_bytes in 1_usize..200,
        threads in 1_usize..4,
        ending in prop_oneof![Just("\n"), Just("\r\n")],
    ) {
        let mut text = format!("case,activity,time,amount,mark{ending}");
        let mut builder = EventLogBuilder::new(&["mark"]);
        for (case, activity, time, value, mark, always) in &rows {
            let time = time * 3_600_000;
            let cells = [case, activity, &written(time), &value.map_or(String::new(), |it| it.to_string()), mark];
            let line: Vec<String> = cells.iter().map(|it| quoted(it, *always)).collect();
            text.push_str(&line.join(","));
            text.push_str(ending);
            let mark = Some(mark.as_str()).filter(|it| !it.is_empty());
            builder.add(case, activity, time, value.map(|it| it * 10_000), &[mark]);
        }
        let options = ReadOptions {
            value: Some("amount".to_owned()),
            attributes: vec!["mark".to_owned()],
            block_bytes,
            threads,
            ..ReadOptions::default()
        };
        let (log, audit) = read_text(text.as_bytes(), &options).expect("nothing is refused");
        prop_assert_eq!(audit.rows, rows.len() as u64);
        let expected = builder.build();
        prop_assert_eq!(told(&log), told(&expected));
        prop_assert_eq!(log, expected);
    }

    #[test]
    fn no_bytes_make_it_panic(
        bytes in prop::collection::vec(prop_oneof![
            3 => prop::sample::select(b"\",;\n\r\t| aT:-+Z.0129\xff\xc3".to_vec()),
            1 => any::<u8>(),
        ], 0..300),
        block_bytes in 1_usize..40,
        has_header in any::<bool>(),
    ) {
        let mut text = if has_header { b"case,activity,time\n".to_vec() } else { Vec::new() };
        text.extend(&bytes);
        let options = ReadOptions { block_bytes, threads: 2, ..lenient() };
        let of_pieces = read_text(&text, &options);
        let at_once = read_text(&text, &ReadOptions { block_bytes: 0, threads: 1, ..options });
        match (of_pieces, at_once) {
            (Ok(pieces), Ok(whole)) => prop_assert_eq!(pieces, whole),
            (Err(one), Err(other)) => prop_assert_eq!(one.to_string().is_empty(), other.to_string().is_empty()),
            (one, other) => prop_assert!(false, "{:?} and {:?}", one.is_ok(), other.is_ok()),
        }
    }
}
