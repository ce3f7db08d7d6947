//! Parquet logs, written column by column and read back.

use std::sync::Arc;

use parquet::data_type::{ByteArrayType, DoubleType, Int32Type, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

use super::super::{LogFormat, Notation, read, written};
use super::*;

const PARQUET: LogFormat = LogFormat {
    notation: Notation::Parquet,
    is_gzip: false,
};

type Group<'a> = SerializedRowGroupWriter<'a, Vec<u8>>;

fn column<T: DataType>(group: &mut Group<'_>, values: &[T::T], levels: Option<&[i16]>) {
    let mut column = group
        .next_column()
        .expect("it can be written")
        .expect("there is one more");
    column
        .typed::<T>()
        .write_batch(values, levels, None)
        .expect("it can be written");
    column.close().expect("it can be written");
}

fn file(schema: &str, groups: &[&dyn Fn(&mut Group<'_>)]) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(schema).expect("it is a schema"));
    let properties = Arc::new(WriterProperties::builder().build());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties).expect("it can be written");
    for group in groups {
        let mut rows = writer.next_row_group().expect("it can be written");
        group(&mut rows);
        rows.close().expect("it can be written");
    }
    writer.into_inner().expect("it can be written")
}

fn told(bytes: &[u8], options: &ReadOptions) -> (Vec<String>, Audit) {
    let (log, audit) = read(bytes, PARQUET, options).expect("it is sound");
    let mut told = Vec::new();
    log.visit(0..log.cases(), |case, events| {
        let attribute = log
            .attributes()
            .first()
            .and_then(|it| Some(&it.values[log.attribute(case, 0)? as usize]));
        for it in events {
            let activity = &log.activities()[it.activity as usize];
            told.push(format!(
                "{} {activity} {} {:?} {attribute:?}",
                log.id(case),
                written(it.time),
                it.value
            ));
        }
    });
    (told, audit)
}

#[test]
fn typed_columns_become_cases_times_and_money() {
    let schema = "message log {
        required int64 case_id;
        required binary activity (UTF8);
        optional int64 timestamp (TIMESTAMP(MICROS,false));
        optional double amount;
        optional binary region (UTF8);
        required int32 unused;
    }";
    let group = |group: &mut Group<'_>| {
        column::<Int64Type>(group, &[7, 8, 7], None);
        column::<ByteArrayType>(group, &["a".into(), "b".into(), "b".into()], None);
        column::<Int64Type>(group, &[86_400_000_000, 1_500_000], Some(&[1, 0, 1]));
        column::<DoubleType>(group, &[12.5], Some(&[0, 0, 1]));
        column::<ByteArrayType>(group, &["north".into()], Some(&[1, 0, 0]));
        column::<Int32Type>(group, &[0, 0, 0], None);
    };
    let options = ReadOptions {
        value: Some("amount".to_owned()),
        attributes: vec!["region".to_owned()],
        is_lenient: true,
        ..ReadOptions::default()
    };
    let bytes = file(schema, &[&group, &group]);
    let (told, audit) = told(&bytes, &options);
    let twice = |text: &str| [text.to_owned(), text.to_owned()];
    let expected = [
        twice("7 b 1970-01-01 00:00:01.500 Some(125000) Some(\"north\")"),
        twice("7 a 1970-01-02 None Some(\"north\")"),
    ];
    assert_eq!(told, expected.concat());
    assert_eq!((audit.rows, audit.columns.ignored), (6, vec!["unused".to_owned()]));
    let lines: Vec<(u64, &str)> = audit.refused.first.iter().map(|it| (it.line, &*it.reason)).collect();
    assert_eq!(lines, [(2, "the time is empty"), (5, "the time is empty")]);
}

#[test]
fn dates_and_texts_are_times_too() {
    let schema = |time: &str| format!("message log {{ required binary user; required binary event; {time} }}");
    let texts = |group: &mut Group<'_>| {
        column::<ByteArrayType>(group, &["NA".into()], None);
        column::<ByteArrayType>(group, &["a".into()], None);
        column::<ByteArrayType>(group, &["1970-01-03".into()], None);
    };
    let dates = |group: &mut Group<'_>| {
        column::<ByteArrayType>(group, &["NA".into()], None);
        column::<ByteArrayType>(group, &["a".into()], None);
        column::<Int32Type>(group, &[2], None);
    };
    let of_texts = file(&schema("required binary time;"), &[&texts]);
    let of_dates = file(&schema("required int32 time (DATE);"), &[&dates]);
    for bytes in [of_texts, of_dates] {
        assert_eq!(told(&bytes, &ReadOptions::default()).0, ["NA a 1970-01-03 None None"]);
    }
}

#[test]
fn what_is_no_parquet_is_told_so() {
    let mistake = read(&b"PAR1 and more PAR1"[..], PARQUET, &ReadOptions::default()).expect_err("it is not");
    assert!(
        mistake.to_string().starts_with("the Parquet file cannot be read: "),
        "{mistake}"
    );
}
