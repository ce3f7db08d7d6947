//! `new`: a commented scenario to start from.

use std::fmt::Write as _;

use crate::cli::args::New;
use crate::cli::failure::Failure;
use crate::cli::files::{self, Existing};
use crate::cli::templates::{TEMPLATES, Template};
use crate::cli::terminal::Terminal;

pub(super) fn new(args: &New, terminal: Terminal) -> Result<(), Failure> {
    let named = args.template.as_deref();
    let template = named.map_or(&TEMPLATES[0], |name| {
        let known = TEMPLATES.iter().find(|it| it.name == name);
        known.expect("only names of templates are accepted")
    });
    match &args.output {
        Some(path) if path.as_os_str() != "-" => {
            let existing = if args.force { Existing::Replace } else { Existing::Keep };
            files::write(path, template.text.as_bytes(), existing)?;
            let path = path.display();
            terminal.remark(&format!("wrote {path}; try: forksight run {path}"));
            Ok(())
        }
        None if named.is_none() => Terminal::page(&list(&TEMPLATES)),
        _ => Terminal::data(template.text.as_bytes()),
    }
}

fn list(templates: &[Template]) -> String {
    let width = templates.iter().map(|it| it.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for Template { name, about, .. } in templates {
        writeln!(text, "{name:width$}  {about}").expect("a string takes any text");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_template_is_listed_on_a_line() {
        let text = list(&TEMPLATES);
        assert_eq!(text.lines().count(), TEMPLATES.len());
        assert!(text.starts_with("fork-in-the-road    the smallest"), "{text}");
    }
}
