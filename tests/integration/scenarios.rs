//! Every shipped scenario is without mistakes or warnings, and runs with each of its what-ifs.

use forksight::scenario::{FileFormat, Scenario};

use super::cells::{How, run, told};
use super::journeys::conserves;

/// The shipped scenarios by name.
pub(crate) fn shipped() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios");
    let files = std::fs::read_dir(folder).expect("there are scenarios");
    let mut scenarios: Vec<(String, String)> = files
        .map(|it| it.expect("the folder can be read").path())
        .filter(|it| it.extension().is_some_and(|it| it == "toml"))
        .map(|path| {
            let name = path.file_stem().expect("it has a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).expect("it is text"))
        })
        .collect();
    scenarios.sort();
    assert!(scenarios.len() >= 6);
    scenarios
}

#[test]
fn shipped_scenarios_have_neither_mistakes_nor_warnings() {
    for (name, text) in shipped() {
        let scenario = Scenario::read(&name, text.as_bytes(), FileFormat::Toml).expect("it is TOML");
        let problems = scenario.check();
        assert!(problems.problems.is_empty(), "{name}\n{}", told(&problems));
    }
}

#[test]
fn shipped_scenarios_run_and_add_up_with_each_variant() {
    for (name, text) in shipped() {
        let scenario = Scenario::read(&name, text.as_bytes(), FileFormat::Toml).expect("it is TOML");
        let base = run(&text, &How::times(2));
        conserves(&base);
        assert!(base.mean("total won") > 0.0, "{name} wins somebody");
        for variant in scenario.variants() {
            let changed = run(&text, &How::times(1).variant(&variant.id));
            conserves(&changed);
            assert_ne!(
                changed.records[0], base.records[0],
                "{name}: {} changes something",
                variant.id
            );
        }
    }
}
