//! The README is true: its scenario loads and its commands work.

use std::fs;
use std::path::Path;

use assert_cmd::Command;

const README: &str = include_str!("../../README.md");

/// The blocks of the README in a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let opening = format!("```{language}\n");
    let parts = README.split(opening.as_str()).skip(1);
    parts
        .map(|it| it.split("```").next().expect("a split has a first part"))
        .collect()
}

fn forksight(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_forksight"));
    command.current_dir(folder).args(arguments);
    command
}

#[test]
fn the_scenario_of_the_readme_runs() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let [scenario] = blocks("toml")[..] else {
        panic!("the README has one scenario")
    };
    fs::write(folder.path().join("shop.toml"), scenario).expect("there is room for a file");
    forksight(folder.path(), &["run", "shop.toml", "--replications", "50"])
        .assert()
        .success();
}

#[test]
fn the_commands_of_the_readme_work() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let lines = blocks("sh")
        .into_iter()
        .flat_map(str::lines)
        .filter(|it| it.starts_with("forksight "));
    let mut count = 0;
    for line in lines {
        let command = line.split(" # ").next().unwrap_or(line).trim_end().replace('\'', "");
        let mut arguments: Vec<&str> = command.split(' ').skip(1).collect();
        if ["run", "compare"].contains(&arguments[0]) || arguments.starts_with(&["chart", "shop.toml"]) {
            // What is tested is that they work, not the ranges of a thousand replications.
            arguments.extend(["--replications", "3"]);
        }
        forksight(folder.path(), &arguments).assert().success();
        count += 1;
    }
    assert!(count >= 10, "the README shows how to use the program");
}

#[test]
fn the_readme_names_the_two_commands() {
    let blocks = blocks("sh");
    assert_eq!(
        blocks[0].trim(),
        "cargo run --release -- run scenarios/saas-trial.toml --out forecast"
    );
    assert_eq!(blocks[1].trim(), "cargo test");
    assert!(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("scenarios/saas-trial.toml")
            .exists()
    );
}

/// With `FORKSIGHT_PICTURES=update` the picture is drawn anew.
#[test]
fn the_picture_of_the_readme_is_what_is_drawn() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let arguments = ["chart", "scenarios/saas-trial.toml", "flow", "--replications", "200"];
    let drawn = forksight(folder, &arguments).assert().success();
    let picture = folder.join("docs/pictures/flow.svg");
    if std::env::var("FORKSIGHT_PICTURES").is_ok_and(|it| it == "update") {
        fs::write(&picture, &drawn.get_output().stdout).expect("there is room for a file");
    }
    assert!(README.contains("](docs/pictures/flow.svg)"));
    let shown = fs::read(&picture).expect("the picture is there");
    assert!(
        shown == drawn.get_output().stdout,
        "the program draws another picture now: look at it, then run this test with FORKSIGHT_PICTURES=update"
    );
}
