//! The command line keeps data and talk apart, says in its exit code whose fault it is, and
//! leaves the disk as it was when something goes wrong.

use std::fs;

use crate::program::{TEMPLATES, check_one_line, code, forksight, names, output, scenario, text};

#[test]
fn help_and_version_are_data() {
    for arguments in [
        &["--help"][..],
        &["-h"],
        &["--version"],
        &["help", "run"],
        &["run", "--help"],
    ] {
        let output = output(arguments);
        assert_eq!(code(&output), Some(0), "{arguments:?}");
        assert_ne!(text(&output.stdout), "", "{arguments:?}");
        assert_eq!(text(&output.stderr), "", "{arguments:?}");
        assert!(!output.stdout.contains(&0x1b), "no colour in a pipe");
    }
}

#[test]
fn help_names_every_command_and_option() {
    let what_if = ["SCENARIO", "--variant", "--set", "--period", "--end"];
    let run = [
        "--replications",
        "--precision",
        "--seed",
        "--engine",
        "--threads",
        "--out",
        "--format",
        "--quiet",
    ];
    for (command, options) in [
        ("new", &["TEMPLATE", "--output", "-o", "--force"][..]),
        (
            "check",
            &[&what_if[..], &["--engines", "--replications", "--seed", "--threads"]].concat(),
        ),
        ("paths", &[&what_if[..], &["--format"]].concat()),
        ("run", &[&what_if[..], &run].concat()),
        (
            "graph",
            &[&what_if[..], &["--format", "mermaid", "dot", "svg", "-o"]].concat(),
        ),
        ("schema", &[]),
        ("completions", &["bash", "zsh", "fish", "powershell", "elvish"]),
    ] {
        assert!(text(&output(&["--help"]).stdout).contains(command), "{command}");
        let help = output(&[command, "--help"]);
        let help = text(&help.stdout);
        assert!(help.contains("Example"), "{command} has examples");
        for option in options {
            assert!(help.contains(option), "{command} {option}");
        }
    }
}

#[test]
fn wrong_usage_is_told_on_stderr() {
    let shop = scenario("web-shop");
    for arguments in [
        &[][..],
        &["simulate"],
        &["run"],
        &["run", &shop, "--replications", "0"],
        &["run", &shop, "--replications", "-3"],
        &["run", &shop, "--replications", "1000001"],
        &["run", &shop, "--replications", "1.5"],
        &["run", &shop, "--threads", "0"],
        &["run", &shop, "--threads", "100000"],
        &["run", &shop, "--seed", "-1"],
        &["run", &shop, "--engine", "quantum"],
        &["run", &shop, "--precision", "0.01"],
        &["run", &shop, "--precision", "0%"],
        &["check", &shop, "--replications", "100"],
        &["check", &shop, "--engines", "--replications", "49"],
        &["run", &shop, "--format", "yaml"],
        &["run", &shop, "--set", "products.kettle.price"],
        &["run", &shop, "--variant", "+"],
        &["run", &shop, "--period", "fortnight"],
        &["run", &shop, "--end", "2026-02-30"],
        &["graph", &shop, "--format", "png"],
        &["new", "no-such-template"],
        &["new", "--force"],
        &["completions", "tcsh"],
    ] {
        let output = output(arguments);
        assert_eq!(code(&output), Some(2), "{arguments:?}");
        assert_eq!(text(&output.stdout), "", "{arguments:?}");
        assert_ne!(text(&output.stderr), "", "{arguments:?}");
    }
}

#[test]
fn an_input_that_cannot_be_read_is_told_in_one_line() {
    let folder = tempfile::tempdir().expect("there is room");
    let missing = folder.path().join("no\nsuch.toml").display().to_string();
    for command in ["check", "paths", "run", "graph"] {
        check_one_line(&output(&[command, &missing]), 2, "such.toml: No such file");
        let folder = folder.path().display().to_string();
        check_one_line(&output(&[command, &folder]), 2, &folder);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn endless_input_is_not_read_to_the_end() {
    check_one_line(&output(&["check", "/dev/zero"]), 2, "larger than 64 MiB");
    let zero = fs::File::open("/dev/zero").expect("it is there");
    let output = forksight(&["run", "-"])
        .stdin(zero)
        .output()
        .expect("the program starts");
    check_one_line(&output, 2, "stdin");
}

#[test]
fn the_templates_are_listed_one_a_line() {
    let output = output(&["new"]);
    let lines: Vec<&str> = text(&output.stdout).lines().collect();
    assert_eq!(lines.len(), TEMPLATES.len());
    for (line, name) in lines.iter().zip(TEMPLATES) {
        assert!(line.starts_with(&format!("{name} ")), "{line}");
    }
}

#[test]
fn a_template_is_the_shipped_scenario() {
    let folder = tempfile::tempdir().expect("there is room");
    for name in TEMPLATES {
        let shipped = fs::read(scenario(name)).expect("it is there");
        assert_eq!(output(&["new", name]).stdout, shipped, "{name}");
        assert_eq!(output(&["new", name, "-o", "-"]).stdout, shipped, "{name}");
        let path = folder.path().join(name);
        let written = output(&["new", name, "-o", &path.display().to_string()]);
        assert_eq!(code(&written), Some(0));
        assert_eq!(text(&written.stdout), "");
        assert!(text(&written.stderr).contains(name));
        assert_eq!(fs::read(&path).expect("it was written"), shipped, "{name}");
    }
}

#[test]
fn without_a_name_the_smallest_template_is_written() {
    let folder = tempfile::tempdir().expect("there is room");
    let output = forksight(&["new", "-o", "shop.toml"]).current_dir(&folder).output();
    assert_eq!(code(&output.expect("the program starts")), Some(0));
    let written = fs::read(folder.path().join("shop.toml")).expect("it was written");
    assert_eq!(written, fs::read(scenario(TEMPLATES[0])).expect("it is there"));
}

#[test]
fn a_file_is_replaced_only_by_force() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("shop.toml");
    let shown = path.display().to_string();
    fs::write(&path, "mine").expect("there is room");
    check_one_line(&output(&["new", "web-shop", "-o", &shown]), 2, "shop.toml");
    assert_eq!(fs::read(&path).expect("it is there"), b"mine");
    let forced = output(&["new", "web-shop", "--force", "-o", &shown]);
    assert_eq!(code(&forced), Some(0));
    assert_ne!(fs::read(&path).expect("it is there"), b"mine");
    assert_eq!(names(folder.path()), ["shop.toml"]);
}

#[test]
fn what_cannot_be_written_is_told_in_one_line() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("missing").join("shop.toml").display().to_string();
    check_one_line(&output(&["new", "web-shop", "-o", &path]), 2, "shop.toml: No such file");
    if cfg!(target_os = "linux") {
        check_one_line(
            &output(&["new", "web-shop", "-o", "/proc/shop.toml"]),
            2,
            "/proc/shop.toml",
        );
        // Even by force: a renamed file would take the place of the device.
        check_one_line(&output(&["new", "--force", "-o", "/dev/null"]), 2, "/dev/null");
    }
}

#[test]
fn completions_know_commands_options_and_templates() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = output(&["completions", shell]);
        assert_eq!(code(&output), Some(0), "{shell}");
        assert_eq!(text(&output.stderr), "", "{shell}");
        for word in ["completions", "replications", "variant"] {
            assert!(text(&output.stdout).contains(word), "{shell}: {word}");
        }
        if ["bash", "zsh"].contains(&shell) {
            assert!(text(&output.stdout).contains("island-lodging"), "{shell}");
        }
    }
}

#[test]
fn a_reader_who_has_gone_ends_the_program_quietly() {
    for arguments in [
        &["new"][..],
        &["new", "web-shop"],
        &["completions", "bash"],
        &["--help"],
    ] {
        let (reader, writer) = std::io::pipe().expect("pipes are allowed");
        drop(reader);
        let output = forksight(arguments)
            .stdout(writer)
            .output()
            .expect("the program starts");
        assert_eq!(code(&output), Some(0), "{arguments:?}");
        assert_eq!(text(&output.stderr), "", "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_stdout_is_told() {
    for arguments in [
        &["new"][..],
        &["new", "web-shop"],
        &["completions", "bash"],
        &["--help"],
    ] {
        let full = fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .expect("it is there");
        let output = forksight(arguments).stdout(full).output().expect("the program starts");
        check_one_line(&output, 2, "stdout: No space left");
    }
}
