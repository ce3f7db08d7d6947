//! Values, tables by attribute and changes.

use crate::journey::assumption::DrawKind;
use crate::journey::delay::DelayLaw;
use crate::journey::law::Bounds;
use crate::journey::{Journey, Key, Leaf, LeafValue, Op, Role, Tree};

use super::{delay, duration, is_percent, law, number, suffix};

/// Longer tables are not spelt out: their entries have paths of their own.
const TABLE_MAX: usize = 72;

/// One value, without what stands behind it.
pub(crate) fn leaf(journey: &Journey, leaf: &Leaf, percent: bool) -> String {
    match leaf.value {
        LeafValue::Known(value) => number(value, percent),
        LeafValue::Drawn(draw) => match journey.draws.draws[draw.index()].kind {
            DrawKind::Alone(it, bounds) => law(it, bounds, percent),
            DrawKind::Dirichlet(parameter) => number(parameter, false),
        },
        LeafValue::Each(it) => format!("{{ each = {} }}", quoted(&law(it, Bounds::NONE, false))),
        LeafValue::Value(id) => {
            let path = &journey.assumption(id).path;
            format!("${}", path.strip_prefix("values.").unwrap_or(path))
        }
    }
}

/// A value that may depend on the customer.
pub(crate) fn tree(journey: &Journey, it: &Tree<Leaf>, role: Role) -> String {
    let behind = suffix(role);
    let shown = |it: &Leaf| leaf(journey, it, is_percent(role)) + &behind;
    table(journey, it, &shown)
}

/// A delay that may depend on the customer.
pub(crate) fn delay_tree(journey: &Journey, it: &Tree<DelayLaw>) -> String {
    table(journey, it, &delay)
}

/// A value that may depend on the customer, each case as `shown` writes it.
pub(crate) fn table<T>(journey: &Journey, tree: &Tree<T>, shown: &impl Fn(&T) -> String) -> String {
    let text = whole(journey, tree, shown);
    match tree {
        Tree::By { key, .. } if text.chars().count() > TABLE_MAX => {
            format!("{{ by = \"{}\", … }}", key_name(journey, *key))
        }
        _ => text,
    }
}

fn whole<T>(journey: &Journey, tree: &Tree<T>, shown: &impl Fn(&T) -> String) -> String {
    match tree {
        Tree::Leaf(leaf) => shown(leaf),
        Tree::By { key, cases, otherwise } => {
            let mut entries = vec![format!("by = \"{}\"", key_name(journey, *key))];
            let mut entry = |label: &str, tree| {
                let label = match label.parse::<i64>() {
                    Ok(_) => format!("\"{label}\""),
                    Err(_) => label.to_owned(),
                };
                let value = quoted(&whole(journey, tree, shown));
                entries.push(format!("{label} = {value}"));
            };
            for (_, label, tree) in cases {
                entry(label, tree);
            }
            if let Some(tree) = otherwise {
                entry("else", tree);
            }
            format!("{{ {} }}", entries.join(", "))
        }
    }
}

/// As a value of a table: texts in quotes, numbers and tables bare.
fn quoted(text: &str) -> String {
    if text.starts_with('{') || text.parse::<f64>().is_ok() {
        text.to_owned()
    } else {
        format!("\"{text}\"")
    }
}

/// The name of what a table looks at.
pub(crate) fn key_name(journey: &Journey, key: Key) -> &str {
    match key {
        Key::Arrival => "arrival",
        Key::Attribute(id) => &journey.attributes[id.index()].id,
    }
}

/// What a change does to a value of this role (a delay if there is none): `x1.3`, `+5pp`.
pub(crate) fn operation(journey: &Journey, op: &Op, role: Option<Role>) -> String {
    match (op, role) {
        // Of a mix not the weight is changed but the share.
        (Op::To(it), Some(Role::Weight)) => table(journey, it, &|it: &Leaf| leaf(journey, it, true)),
        (Op::To(it), role) => tree(journey, it, role.unwrap_or(Role::Value)),
        (Op::ToDelay(it), _) => delay_tree(journey, it),
        (Op::Times(factor), _) => format!("x{}", number(*factor, false)),
        (Op::Add(days), None) if *days < 0.0 => duration(*days),
        (Op::Add(days), None) => format!("+{}", duration(*days)),
        (Op::Add(shift), Some(role)) => {
            let is_share = is_percent(role) || matches!(role, Role::Weight | Role::Count(_));
            let (shift, unit) = if is_share { (shift * 100.0, "pp") } else { (*shift, "") };
            let sign = if shift < 0.0 { "" } else { "+" };
            format!("{sign}{}{unit}", number(shift, false))
        }
    }
}
