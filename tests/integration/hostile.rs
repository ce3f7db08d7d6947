//! Input that nobody means well with: a clear message and the documented exit code, never a panic,
//! a hang or a half-written file.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use assert_cmd::Command;

/// Runs the program on a file of these bytes; what it says on stderr, and its exit code.
fn told(arguments: &[&str], name: &str, bytes: &[u8]) -> (i32, String) {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    fs::write(folder.path().join(name), bytes).expect("there is room for a file");
    told_in(folder.path(), arguments, name)
}

fn told_in(folder: &Path, arguments: &[&str], name: &str) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_forksight"));
    command.current_dir(folder).args(arguments).arg(name);
    let output = command.output().expect("the program starts");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!stderr.contains("panicked"), "{stderr}");
    (output.status.code().unwrap_or(-1), stderr)
}

/// A scenario with one step before its end, and something wrong with it.
fn scenario(top: &str, branches: &str, end: &str) -> String {
    format!("format = 1\n{top}\n[steps.s]\nbranches = [{branches}]\n[steps.e]\noutcome = \"lost\"\n{end}\n")
}

#[test]
fn what_is_no_scenario_is_told_so() {
    let binary: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let nested = format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    let cases: [(&str, Vec<u8>, &str); 6] = [
        ("empty.toml", Vec::new(), "missing-key"),
        ("empty.json", Vec::new(), "wrong-type"),
        ("binary.toml", binary.clone(), "syntax"),
        ("binary.json", binary, "syntax"),
        ("nested.toml", nested.into_bytes(), "syntax"),
        ("nested.json", "[".repeat(100_000).into_bytes(), "syntax"),
    ];
    for (name, bytes, code) in cases {
        for command in ["check", "run", "paths", "graph"] {
            let (exit, stderr) = told(&[command], name, &bytes);
            assert_eq!(exit, 1, "{command} {name}: {stderr}");
            assert!(stderr.contains(code), "{command} {name}: {stderr}");
        }
    }
}

#[test]
fn a_file_of_a_hundred_megabytes_is_refused_at_once() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let file = fs::File::create(folder.path().join("big.toml")).expect("there is room for a file");
    file.set_len(100 << 20).expect("a sparse file takes no room");
    let (exit, stderr) = told_in(folder.path(), &["run"], "big.toml");
    assert_eq!(exit, 2, "{stderr}");
    assert!(stderr.contains("big.toml") && stderr.lines().count() == 1, "{stderr}");
}

#[test]
fn numbers_out_of_all_bounds_are_mistakes() {
    let leave = "{ to = \"e\" }";
    let cases = [
        scenario("customers = 10", "{ to = \"e\", chance = 1e400 }", ""),
        scenario("customers = 10", "{ to = \"e\", chance = nan }", ""),
        scenario("customers = 10", leave, "revenue = inf"),
        scenario("customers = 10", leave, "revenue = 1e300"),
        scenario("customers = 99999999999999999999999", leave, ""),
        scenario("customers = 1_000_000_000_000_000_000", leave, ""),
        scenario("customers = 10\nbegin = 2026-02-30", leave, ""),
        scenario("customers = 10\nbegin = 9999-01-01\nhorizon = \"12 months\"", leave, ""),
        scenario("customers = 10\ntick = \"1s\"\nhorizon = \"100 years\"", leave, ""),
        scenario("customers = 10\ntick = \"7h\"", leave, ""),
        scenario(
            "customers = 10\n[customer]\nn = { counter = [-9223372036854775808, 9223372036854775807] }",
            leave,
            "",
        ),
        scenario("customers = 10", "{ to = \"e\", after = \"1e300 days\" }", ""),
        scenario("customers = 10", "{ to = \"e\", after = \"-3d\" }", ""),
        scenario("customers = 10\n[steps.s]", leave, ""),
    ];
    for text in cases {
        for command in ["check", "run"] {
            let (exit, stderr) = told(&[command], "huge.toml", text.as_bytes());
            assert_eq!(exit, 1, "{command}: {stderr}\n{text}");
            assert!(stderr.contains("huge.toml:"), "{command}: {stderr}");
        }
    }
}

#[test]
fn deep_conditions_are_refused_and_long_ones_are_not() {
    let rules = |condition: &str| {
        let branches =
            format!("{{ to = \"e\", when = \"{condition}\" }}, {{ to = \"e\", name = \"f\", when = \"otherwise\" }}");
        scenario("customers = 10", &branches, "")
    };
    let deep = rules(&format!("{}days > 3{}", "(".repeat(10_000), ")".repeat(10_000)));
    let (exit, stderr) = told(&["check"], "deep.toml", deep.as_bytes());
    assert_eq!(exit, 1, "{stderr}");
    assert!(stderr.contains("bad-condition"), "{stderr}");
    let nots = rules(&format!("{}days > 3", "not ".repeat(10_000)));
    assert_eq!(told(&["check"], "nots.toml", nots.as_bytes()).0, 1);
    let long = rules(&vec!["days > 3"; 5_000].join(" or "));
    let (exit, stderr) = told(&["run", "--replications", "2", "--quiet"], "long.toml", long.as_bytes());
    assert_eq!(exit, 0, "{stderr}");
}

#[test]
fn a_hundred_thousand_steps_and_ten_thousand_branches_run() {
    let mut chain = "format = 1\ncustomers = 10\nhorizon = \"3 days\"\n".to_owned();
    for step in 0..100_000 {
        writeln!(chain, "[steps.s{step}]\nbranches = [{{ to = \"s{}\" }}]", step + 1).expect("it is text");
    }
    chain.push_str("[steps.s100000]\noutcome = \"converted\"\n");
    let (exit, stderr) = told(
        &["run", "--replications", "2", "--format", "csv", "--quiet"],
        "chain.toml",
        chain.as_bytes(),
    );
    assert_eq!(exit, 0, "{stderr}");
    let branches: Vec<String> = (0..10_000)
        .map(|it| format!("{{ to = \"e\", name = \"b{it}\", count = {} }}", it % 7))
        .collect();
    let wide = scenario("customers = 1000", &branches.join(", "), "");
    let (exit, stderr) = told(&["run", "--replications", "2", "--quiet"], "wide.toml", wide.as_bytes());
    assert_eq!(exit, 0, "{stderr}");
}

#[test]
fn thousands_of_mistakes_are_told_in_short() {
    let branches: Vec<String> = (0..10_000)
        .map(|it| format!("{{ to = \"nowhere{it}\", chance = 0.5 }}"))
        .collect();
    let text = scenario("customers = 10", &branches.join(", "), "");
    let (exit, stderr) = told(&["check"], "wrong.toml", text.as_bytes());
    assert_eq!(exit, 1);
    assert!(
        stderr.contains("unknown-name") && stderr.lines().count() < 1_000,
        "{}",
        stderr.lines().count()
    );
}
