//! Promises about files that nobody meant to write.

use super::*;

#[test]
fn what_is_no_text_is_refused_with_its_place() {
    for (bytes, expected) in [
        (
            &b"format = 1\nname = \"caf\xe9\"\n"[..],
            "syntax at 2:12: the file is not UTF-8 text",
        ),
        (b"\xff\xfef\0o\0", "syntax at 1:1: the file is not UTF-8 text"),
        (
            b"a\0b",
            "syntax at 1:2: the control character U+0000 does not belong in a text file",
        ),
        (b"\x89PNG\r\n\x1a\n", "syntax at 1:1: the file is not UTF-8 text"),
    ] {
        assert_eq!(checked("test.toml", bytes), [expected]);
        assert_eq!(checked("test.json", bytes), [expected]);
    }
}

#[test]
fn a_byte_order_mark_is_no_mistake() {
    let text = format!("\u{feff}{SMALL}");
    assert_eq!(checked("test.toml", text.as_bytes()), Vec::<String>::new());
    assert_eq!(
        checked("test.json", "\u{feff}{".as_bytes()),
        ["syntax at 1:1: unterminated object"]
    );
}

#[test]
fn an_empty_file_lacks_format_and_steps() {
    let expected = [
        "missing-key at 1:1: a scenario needs `format`",
        "missing-key at 1:1: a scenario needs `steps`",
    ];
    for bytes in [&b""[..], b"\n\n", b"# nothing\n"] {
        assert_eq!(checked("test.toml", bytes), expected);
    }
}

#[test]
fn endless_nesting_is_refused() {
    let many = 100_000;
    let nested = |open: &str, close: &str, inner: &str| open.repeat(many) + inner + &close.repeat(many);
    for text in [nested("[", "]", ""), nested("{\"a\":", "}", "1"), "[".repeat(many)] {
        let told = checked("test.json", text.as_bytes());
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("deep inside each other"), "{told:?}");
    }
    let dotted = "a.".repeat(79) + "a";
    let inline = format!("{dotted} = {}1{}", format!("{{ {dotted} = ").repeat(78), "}".repeat(78));
    for text in [
        format!("a = {}", nested("[", "]", "")),
        format!("a = {}", nested("{ a = ", "}", "1")),
        format!("a = {}", "[".repeat(many)),
        format!("{}a = 1", "a.".repeat(many)),
        format!("[{}a]", "a.".repeat(many)),
        inline,
    ] {
        let told = checked("test.toml", text.as_bytes());
        assert!(
            told.iter().any(|it| it.contains("deep") || it.contains("recursion")),
            "{told:?}"
        );
    }
}

#[test]
fn numbers_that_do_not_fit_are_told_once() {
    for (toml, number) in [
        ("1e400", "1e400"),
        ("nan", "nan"),
        ("-inf", "-inf"),
        ("99999999999999999999", "99999999999999999999"),
    ] {
        let text = SMALL.replace("revenue = 40", &format!("revenue = {toml}"));
        let expected = format!("out-of-range at 13:11: the number `{number}` does not fit");
        assert_eq!(checked("test.toml", text.as_bytes()), [expected]);
    }
}

#[test]
fn only_so_many_problems_are_kept_and_the_others_counted() {
    let keys: Vec<String> = (0..100).map(|at| format!("wrong{at} = 1\n")).collect();
    let text = SMALL.replace("format = 1", &(keys.concat() + "format = 1"));
    let problems = read(&text).check();
    assert_eq!((problems.problems.len(), problems.omitted), (50, [50, 0]));
}

#[test]
fn several_syntax_mistakes_are_told_at_once() {
    let told = checked("test.toml", b"format = \nname = coffee\n[steps.visit\n");
    assert_eq!(told.len(), 3, "{told:#?}");
    assert!(told.iter().all(|it| it.starts_with("syntax at ")), "{told:#?}");
}

#[test]
fn large_journeys_are_read() {
    let step = |at| format!("[steps.s{at}]\nbranches = [{{ to = \"s{}\" }}]\n", at + 1);
    let branch = |at| format!("{{ to = \"end\", name = \"b{at}\", count = 1 }},\n");
    let text = [
        vec!["format = 1\ncustomers = 1\n".to_owned()],
        (0..10_000).map(step).collect(),
        vec!["[steps.s10000]\nbranches = [\n".to_owned()],
        (0..10_000).map(branch).collect(),
        vec!["]\n[steps.end]\noutcome = \"other\"\n".to_owned()],
    ];
    let text = text.concat().concat();
    let draft = read(&text).draft(&Selection::default());
    assert_eq!(draft.expect("it is sound").steps.len(), 10_002);
}

#[test]
fn no_garbled_file_makes_the_reader_fail() {
    const GARBAGE: [&str; 20] = [
        "\"",
        "'''",
        "[",
        "]]",
        "{",
        "}",
        "=",
        ".",
        "\n",
        "-1",
        "1e999",
        "nan",
        "\"0 of 0\"",
        "\"x\"",
        "\"-5 to -7\"",
        "{ by = \"segment\" }",
        "\"$a\"",
        "\"1e308d\"",
        "\u{202e}",
        "true",
    ];
    // A linear congruential generator is random enough for this (Knuth's MMIX constants).
    let mut state = 1_u64;
    let mut below = |limit: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or(0) % limit
    };
    let words: Vec<&str> = FULL.split_inclusive([' ', '\n', '=', ',', '"']).collect();
    for _ in 0..1_000 {
        let mut words = words.clone();
        for _ in 0..=below(4) {
            let (at, other) = (below(words.len()), below(words.len()));
            match below(4) {
                0 => words[at] = GARBAGE[below(GARBAGE.len())],
                1 => words.insert(at, GARBAGE[below(GARBAGE.len())]),
                2 => words[at] = words[other],
                _ => {
                    words.remove(at);
                }
            }
        }
        let text = words.concat();
        let problems = match Scenario::read("test.toml", text.as_bytes(), FileFormat::Toml) {
            Ok(scenario) => scenario.check(),
            Err(problems) => problems,
        };
        let shown = crate::report::diagnostic::render(&problems, false);
        assert_eq!(shown.is_empty(), problems.problems.is_empty());
    }
}
