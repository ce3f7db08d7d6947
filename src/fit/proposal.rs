//! Which activities seem to convert customers, and with which they seem to leave, where nobody has
//! said: by what they are called, and by the money that comes with them.

use super::event_log::EventLog;

/// Words of the name of an activity that converts.
const CONVERT: &str = "booked books bought buy buys conversion convert converted converts order ordered orders paid \
    pay payment pays purchase purchased purchases renew renewed renews sale signed sold subscribe \
    subscribed subscribes subscription upgrade upgraded upgrades win wins won";
/// Words of the name of an activity with which customers leave.
const CHURN: &str = "cancel canceled cancellation cancelled cancels churn churned churns expired expires gone lapsed \
    lapses leave leaves left lost quit quits terminated terminates termination unsubscribe \
    unsubscribed unsubscribes withdrawn withdraws";
/// Words that say that it is only about to happen, did not happen, or happened to somebody else.
const ABOUT: &str = "abandon abandoned attempt back begin begins cart click clicked competitor confirm declined demo \
    detail details due elsewhere error fail failed fails failure form history info intent list \
    meeting method no not open opened option options page pending plan refund refunded reminder \
    request requested review start started status tried try view";
/// At least this share of an activity's events come with money if it converts.
const WITH_MONEY_MIN: f64 = 0.5;
/// Money tells something if it comes with no more than this share of the activities.
const SHARE_MAX: f64 = 1.0 / 3.0;

/// Why an activity seems to end a journey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    /// It is called so.
    Name,
    /// It brings money.
    Money,
}

impl Sign {
    /// Its word in results.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Money => "money",
        }
    }
}

/// What activities seem to be, by activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proposal {
    pub(crate) converts: Vec<Option<Sign>>,
    pub(crate) churns: Vec<Option<Sign>>,
}

/// What the activities of a log seem to be. Money comes first, since it needs no language.
pub(crate) fn propose(log: &EventLog) -> Proposal {
    let activities = log.activities();
    let by_name = |words: &str| -> Vec<Option<Sign>> {
        let signs = activities.iter().map(|it| is_called(it, words).then_some(Sign::Name));
        signs.collect()
    };
    let mut converts = by_money(log);
    if converts.iter().all(Option::is_none) {
        converts = by_name(CONVERT);
    }
    let mut churns = by_name(CHURN);
    for (churns, converts) in churns.iter_mut().zip(&mut converts) {
        // `cancelled_order` is no order.
        match *converts {
            Some(Sign::Name) if churns.is_some() => *converts = None,
            Some(_) => *churns = None,
            None => {}
        }
    }
    Proposal { converts, churns }
}

fn is_called(activity: &str, words: &str) -> bool {
    let parts = parts(activity);
    let has = |words: &str| words.split_whitespace().any(|it| parts.iter().any(|part| part == it));
    has(words) && !has(ABOUT)
}

/// The words of a name, in small letters: `OrderPaid`, `order-paid` and `order_paid` have the same.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut before_is_small = false;
    for letter in name.chars() {
        let begins = letter.is_uppercase() && before_is_small;
        if begins || !letter.is_alphanumeric() {
            parts.push(String::new());
        }
        if letter.is_alphanumeric() {
            let last = parts.last_mut().expect("there is always one");
            last.extend(letter.to_lowercase());
        }
        before_is_small = letter.is_lowercase();
    }
    parts.retain(|it| !it.is_empty());
    parts
}

/// The activities that come with money, if these are few.
fn by_money(log: &EventLog) -> Vec<Option<Sign>> {
    let mut counts = vec![(0_u64, 0_u64); log.activities().len()];
    log.visit(0..log.cases(), |_, events| {
        for event in events {
            let (all, with_money) = &mut counts[event.activity as usize];
            *all += 1;
            *with_money += u64::from(event.value.is_some_and(|it| it > 0));
        }
    });
    let earns: Vec<bool> = counts
        .iter()
        .map(|&(all, with_money)| with_money > 0 && with_money as f64 >= WITH_MONEY_MIN * all as f64)
        .collect();
    let many = earns.iter().filter(|it| **it).count();
    let tells = many == 1 || many as f64 <= SHARE_MAX * earns.len() as f64;
    earns.iter().map(|it| (*it && tells).then_some(Sign::Money)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::event_log::EventLogBuilder;

    fn log(activities: &[(&str, Option<i64>)]) -> EventLog {
        let mut log = EventLogBuilder::new(&[]);
        for (at, (activity, value)) in activities.iter().enumerate() {
            log.add("a", activity, at as i64, *value, &[]);
        }
        log.build()
    }

    fn proposed(activities: &[(&str, Option<i64>)]) -> (Vec<String>, Vec<String>) {
        let log = log(activities);
        let proposal = propose(&log);
        let named = |signs: &[Option<Sign>]| {
            let named = log.activities().iter().zip(signs).filter(|it| it.1.is_some());
            named.map(|it| it.0.clone()).collect()
        };
        (named(&proposal.converts), named(&proposal.churns))
    }

    #[test]
    fn names_tell_what_converts_and_what_only_sounds_so() {
        let bare = |names: &[&'static str]| names.iter().map(|it| (*it, None)).collect::<Vec<_>>();
        let names = bare(&[
            "Payment",
            "payment_error",
            "payment_details",
            "OrderPaid",
            "closed-won",
            "closed-lost",
            "order cancelled",
            "bought_elsewhere",
            "renewal_due",
            "catalog",
        ]);
        let (converts, churns) = proposed(&names);
        assert_eq!(converts, ["Payment", "OrderPaid", "closed-won"]);
        assert_eq!(churns, ["closed-lost", "order cancelled"]);
        assert_eq!(proposed(&bare(&["visit", "Kauf"])), (Vec::new(), Vec::new()));
    }

    #[test]
    fn money_tells_in_every_language_unless_it_comes_with_everything() {
        let (converts, _) = proposed(&[("Besuch", None), ("Kauf", Some(5)), ("order", None)]);
        assert_eq!(converts, ["Kauf"]);
        let (converts, _) = proposed(&[("order", Some(5)), ("visit", Some(5)), ("view", None)]);
        assert_eq!(converts, ["order"], "money comes with most, so names tell");
    }
}
