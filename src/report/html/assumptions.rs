//! Every assumption with what is known of it, as tables: the least sure first.

use super::markup::{Ids, code, each, escaped, path};
use crate::journey::Journey;
use crate::report::number::several;
use crate::report::words::{Assumed, Certainty, assumptions};

/// What each table says of what stands in it.
const TABLES: [(Certainty, &str, &str); 3] = [
    (
        Certainty::Uncertain,
        "Not known for sure",
        "Drawn once for every replication, the same for all customers in it. Ranges of the forecast are mostly made \
         here: a better source for one of these makes the forecast sharper.",
    ),
    (
        Certainty::Varies,
        "Different from customer to customer",
        "Drawn for every customer, every time.",
    ),
    (Certainty::Known, "Taken as known", "The same in every replication."),
];

pub(super) fn render(journey: &Journey, ids: &mut Ids) -> String {
    let all = assumptions(journey);
    let of = |certainty: Certainty| -> Vec<&Assumed> { all.iter().filter(|it| it.certainty == certainty).collect() };
    let mut text = format!(
        "<p>The scenario makes {}: {} not known for sure, {} different from customer to customer, {} taken as known. \
         The path of each is the name by which <code>--set</code> changes it.</p>\n",
        several(all.len(), "assumption"),
        of(Certainty::Uncertain).len(),
        of(Certainty::Varies).len(),
        of(Certainty::Known).len(),
    );
    for (certainty, caption, about) in TABLES {
        let rows = of(certainty);
        if !rows.is_empty() {
            text.push_str(&table(&rows, caption, about, ids));
        }
    }
    text
}

fn table(rows: &[&Assumed], caption: &str, about: &str, ids: &mut Ids) -> String {
    let id = ids.take(caption);
    let columns: [Column; 6] = [
        ("assumption", |it| path(&it.path)),
        ("kind", |it| escaped(&it.kind)),
        ("what is assumed", |it| code(&it.words)),
        ("as written", |it| format!("<code>{}</code>", escaped(&it.notation))),
        ("changed by", |it| {
            it.changes
                .iter()
                .map(|it| escaped(it))
                .collect::<Vec<_>>()
                .join("<br />")
        }),
        ("source and note", source),
    ];
    // Columns in which nothing stands would only take room.
    let is_used = |column: &&Column| {
        let (name, cell) = **column;
        match name {
            "changed by" | "source and note" => rows.iter().any(|it| !cell(it).is_empty()),
            "as written" => rows.iter().any(|it| it.certainty != Certainty::Known),
            _ => true,
        }
    };
    let columns: Vec<&Column> = columns.iter().filter(is_used).collect();
    let heads = each(&columns, |(head, _)| {
        format!("<th scope=\"col\" class=\"words\">{head}</th>")
    });
    let lines = rows.iter().map(|row| {
        let cells = columns.iter().enumerate().map(|(at, (_, cell))| {
            let text = cell(row);
            if at == 0 {
                format!("<th scope=\"row\" class=\"words\">{text}</th>")
            } else {
                format!("<td class=\"words\">{text}</td>")
            }
        });
        format!("<tr>{}</tr>\n", cells.collect::<String>())
    });
    format!(
        "<div class=\"scroll prose\" role=\"group\" aria-labelledby=\"{id}\" tabindex=\"0\">\n\
         <table class=\"sortable\">\n<caption id=\"{id}\">{caption} <span class=\"about\">{about}</span></caption>\n\
         <thead>\n<tr>{heads}</tr>\n</thead>\n<tbody>\n{}</tbody>\n</table>\n</div>\n",
        lines.collect::<String>()
    )
}

/// The head of a column and its cell, as markup.
type Column = (&'static str, fn(&Assumed) -> String);

fn source(it: &Assumed) -> String {
    let parts = it.source.iter().chain(&it.note).map(|it| escaped(it));
    parts.collect::<Vec<_>>().join("<br />")
}
