//! A synthetic event log as text, case by case: CSV in the common conventions, or XES.

use jiff::SignedDuration;
use jiff::civil::DateTime;

use crate::clock::Clock;
use crate::journey::{AttributeKind, Journey, Key, StepId, StreamId};

/// The notations of event logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventLogFormat {
    /// A line for every event.
    Csv,
    /// XML as in IEEE 1849.
    Xes,
}

/// A case of a log: a customer.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// How it came in.
    pub entry: Entry,
    /// Its number, from 0, among those who came in the same way at the same tick.
    pub number: u64,
    /// The values of all attributes with which it arrived, by their position.
    pub attributes: &'a [u32],
}

/// How a customer came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// With a stream of arrivals, at this tick.
    Stream(StreamId, u32),
    /// Under way when the horizon began: position in the pipeline.
    Pipeline(usize),
}

/// Renders an event log piece by piece, each into a buffer of the caller's.
///
/// The id of a case is its stream, its tick of arrival and its number there (its entry and its
/// number, if it was under way before), all from 1: the same customer in every variant.
#[derive(Debug)]
pub struct EventLogText {
    format: EventLogFormat,
    /// Names as they stand in the text, by position.
    activities: Vec<Vec<u8>>,
    streams: Vec<Vec<u8>>,
    /// Categories only: position, name, and values.
    attributes: Vec<(usize, Vec<u8>, Vec<Vec<u8>>)>,
    has_revenue: bool,
    moments: Moments,
    log_name: Vec<u8>,
    /// Of the case at hand: what stands before an activity and behind a moment, and behind revenue.
    head: Vec<u8>,
    middle: Vec<u8>,
    tail: Vec<u8>,
}

impl EventLogText {
    /// For logs of a journey. Activities are the ids of steps or, if they are to be `titled`, their
    /// titles; where two steps share a title, the id follows.
    #[must_use]
    pub fn new(journey: &Journey, format: EventLogFormat, titled: bool) -> Self {
        let plain = |text: &str| escaped(format, text);
        let is_shared = |title: &str| journey.steps().filter(|it| it.1.title == title).count() > 1;
        let activity = |(_, step): (_, &crate::journey::Step)| match titled {
            false => plain(&step.id),
            true if is_shared(&step.title) => plain(&format!("{} ({})", step.title, step.id)),
            true => plain(&step.title),
        };
        let attributes = journey.attributes.iter().enumerate();
        let category = |(at, it): (usize, &crate::journey::Attribute)| match &it.kind {
            AttributeKind::Category(values) => {
                let values = values.iter().map(|it| plain(it)).collect();
                Some((at, plain(&column(journey, &it.id)), values))
            }
            AttributeKind::Counter { .. } => None,
        };
        let earns = |step: &crate::journey::Step| {
            let priced = |it: &(crate::journey::ProductId, _)| journey.products[it.0.index()].price.is_some();
            step.revenue.is_some() || step.units.iter().any(priced)
        };
        let stream = |at: usize| plain(&journey.key_label(Key::Arrival, at as u32));
        Self {
            format,
            activities: journey.steps().map(activity).collect(),
            streams: (0..=journey.streams.len()).map(stream).collect(),
            attributes: attributes.filter_map(category).collect(),
            has_revenue: journey.steps().any(|it| earns(it.1)),
            moments: Moments::of(&journey.clock, format),
            log_name: plain(&journey.name),
            head: Vec::new(),
            middle: Vec::new(),
            tail: Vec::new(),
        }
    }

    /// What stands before the first case.
    pub fn begin(&self, out: &mut Vec<u8>) {
        match self.format {
            EventLogFormat::Csv => {
                out.extend_from_slice(b"case_id,activity,timestamp");
                for (_, name, _) in &self.attributes {
                    parts(out, &[b",", name]);
                }
                let revenue: &[u8] = if self.has_revenue { b",revenue" } else { b"" };
                parts(out, &[revenue, b",arrival\n"]);
            }
            EventLogFormat::Xes => parts(
                out,
                &[
                    XES_HEAD.as_bytes(),
                    b"\t<string key=\"concept:name\" value=\"",
                    &self.log_name,
                    b"\"/>\n",
                ],
            ),
        }
    }

    /// The events that follow are those of this customer.
    pub fn case(&mut self, case: &Case<'_>, out: &mut Vec<u8>) {
        let (stream, place) = match case.entry {
            Entry::Stream(stream, tick) => (stream.index(), u64::from(tick)),
            Entry::Pipeline(entry) => (self.streams.len() - 1, entry as u64),
        };
        let stream = &self.streams[stream];
        let id = format!("-{}-{}", place + 1, case.number + 1);
        for it in [&mut self.head, &mut self.middle, &mut self.tail] {
            it.clear();
        }
        let attributes = self.attributes.iter();
        let attributes = attributes.map(|(at, name, values)| (name, &values[case.attributes[*at] as usize]));
        match self.format {
            EventLogFormat::Csv => {
                parts(&mut self.head, &[stream, id.as_bytes(), b","]);
                for (_, value) in attributes {
                    parts(&mut self.middle, &[b",", value]);
                }
                parts(&mut self.tail, &[b",", stream, b"\n"]);
            }
            EventLogFormat::Xes => {
                parts(
                    out,
                    &[
                        b"\t<trace>\n",
                        STRING,
                        b"concept:name\" value=\"",
                        stream,
                        id.as_bytes(),
                        END,
                    ],
                );
                for (name, value) in attributes {
                    parts(out, &[STRING, name, b"\" value=\"", value, END]);
                }
                parts(out, &[STRING, b"arrival\" value=\"", stream, END]);
            }
        }
    }

    /// The customer comes to a step; ticks before the horizon are negative.
    pub fn event(&self, step: StepId, tick: i64, revenue: Option<i64>, out: &mut Vec<u8>) {
        let activity = &self.activities[step.index()];
        match self.format {
            EventLogFormat::Csv => {
                parts(out, &[&self.head, activity, b","]);
                self.moments.write(tick, out);
                out.extend_from_slice(&self.middle);
                if self.has_revenue {
                    out.push(b',');
                    if let Some(revenue) = revenue {
                        money(revenue, out);
                    }
                }
                out.extend_from_slice(&self.tail);
            }
            EventLogFormat::Xes => {
                parts(
                    out,
                    &[
                        b"\t\t<event>\n\t\t\t<string key=\"concept:name\" value=\"",
                        activity,
                        END,
                    ],
                );
                out.extend_from_slice(b"\t\t\t<date key=\"time:timestamp\" value=\"");
                self.moments.write(tick, out);
                out.extend_from_slice(b".000+00:00\"/>\n");
                if let Some(revenue) = revenue {
                    out.extend_from_slice(b"\t\t\t<float key=\"revenue\" value=\"");
                    money(revenue, out);
                    out.extend_from_slice(END);
                }
                out.extend_from_slice(b"\t\t</event>\n");
            }
        }
    }

    /// All events of the case have been told.
    pub fn case_ends(&self, out: &mut Vec<u8>) {
        if self.format == EventLogFormat::Xes {
            out.extend_from_slice(b"\t</trace>\n");
        }
    }

    /// What stands behind the last case.
    pub fn end(&self, out: &mut Vec<u8>) {
        if self.format == EventLogFormat::Xes {
            out.extend_from_slice(b"</log>\n");
        }
    }
}

const XES_HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<log xes.version=\"1849.2016\" xes.features=\"\" xmlns=\"http://www.xes-standard.org/\">
\t<extension name=\"Concept\" prefix=\"concept\" uri=\"http://www.xes-standard.org/concept.xesext\"/>
\t<extension name=\"Time\" prefix=\"time\" uri=\"http://www.xes-standard.org/time.xesext\"/>
\t<classifier name=\"Activity\" keys=\"concept:name\"/>
";
const STRING: &[u8] = b"\t\t<string key=\"";
const END: &[u8] = b"\"/>\n";

fn parts(out: &mut Vec<u8>, parts: &[&[u8]]) {
    for it in parts {
        out.extend_from_slice(it);
    }
}

/// The column of an attribute: its id, unless another column has that name.
fn column(journey: &Journey, id: &str) -> String {
    let mut name = id.to_owned();
    let is_taken = |name: &str| {
        ["case_id", "activity", "timestamp", "revenue", "arrival", "concept:name"].contains(&name)
            || name != id && journey.attributes.iter().any(|it| it.id == name)
    };
    while is_taken(&name) {
        name = format!("customer_{name}");
    }
    name
}

/// A text with whatever means something else in the notation written in its way.
fn escaped(format: EventLogFormat, text: &str) -> Vec<u8> {
    let quoted = match format {
        EventLogFormat::Csv if text.contains([',', '"', '\n', '\r', ';', '\t']) || text.trim() != text => {
            format!("\"{}\"", text.replace('"', "\"\""))
        }
        EventLogFormat::Csv => text.to_owned(),
        EventLogFormat::Xes => {
            let with = |letter: char| match letter {
                '&' => "&amp;".to_owned(),
                '<' => "&lt;".to_owned(),
                '>' => "&gt;".to_owned(),
                '"' => "&quot;".to_owned(),
                // Attribute values lose them otherwise; other controls are not allowed in XML.
                '\t' | '\n' | '\r' => format!("&#{};", letter as u32),
                it if it.is_control() => "\u{fffd}".to_owned(),
                it => it.to_string(),
            };
            text.chars().map(with).collect()
        }
    };
    quoted.into_bytes()
}

/// An amount in ten-thousandths with as many decimals as it takes.
fn money(amount: i64, out: &mut Vec<u8>) {
    if amount < 0 {
        out.push(b'-');
    }
    let size = amount.unsigned_abs();
    out.extend_from_slice((size / 10_000).to_string().as_bytes());
    let rest = format!("{:04}", size % 10_000);
    let rest = rest.trim_end_matches('0');
    if !rest.is_empty() {
        parts(out, &[b".", rest.as_bytes()]);
    }
}

/// Ticks as moments on the calendar: days if ticks are whole days, else dates with a time of day.
#[derive(Debug)]
struct Moments {
    begin: DateTime,
    tick_seconds: i64,
    with_time: bool,
    /// The ticks of the horizon, one text after the other, all of the same length.
    texts: Vec<u8>,
    length: usize,
}

impl Moments {
    fn of(clock: &Clock, format: EventLogFormat) -> Self {
        let mut moments = Self {
            begin: clock.begin.to_datetime(jiff::civil::Time::midnight()),
            tick_seconds: i64::from(clock.tick_seconds),
            with_time: format == EventLogFormat::Xes || !clock.tick_seconds.is_multiple_of(86_400),
            texts: Vec::new(),
            length: 1,
        };
        let first = moments.text(0);
        moments.length = first.len();
        let mut texts = Vec::with_capacity(first.len() * clock.ticks as usize);
        for tick in 0..i64::from(clock.ticks) {
            texts.extend_from_slice(moments.text(tick).as_bytes());
        }
        moments.texts = texts;
        moments
    }

    fn write(&self, tick: i64, out: &mut Vec<u8>) {
        let known = usize::try_from(tick).ok().and_then(|tick| {
            let from = tick * self.length;
            self.texts.get(from..from + self.length)
        });
        match known {
            Some(text) => out.extend_from_slice(text),
            None => out.extend_from_slice(self.text(tick).as_bytes()),
        }
    }

    fn text(&self, tick: i64) -> String {
        let since = SignedDuration::from_secs(tick.saturating_mul(self.tick_seconds));
        let moment = self.begin.saturating_add(since);
        if self.with_time {
            moment.strftime("%Y-%m-%dT%H:%M:%S").to_string()
        } else {
            moment.date().to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{FileFormat, Scenario, Selection};

    fn text(extra: &str, format: EventLogFormat, titled: bool) -> String {
        let text = format!(
            "format = 1\nbegin = 2026-02-27\nhorizon = \"30 days\"\n{extra}\n[arrivals.web]\nrate = \"1 per day\"\n\
             [customer]\nregion = {{ north = 1, south = 1 }}\nrevenue = {{ small = 1, large = 1 }}\nscore = {{ counter = [0, 3], start = 0 }}\n\
             [pipeline]\nask = {{ count = 3, waited = \"2d\" }}\n\
             [steps.ask]\ntitle = \"Asks \\\"how much\\\", <now>\"\nbranches = [{{ to = \"buy\", after = \"1d\" }}]\n\
             [steps.buy]\ntitle = \"Buys\"\nrevenue = 40\nbranches = [{{ to = \"more\" }}]\n\
             [steps.more]\ntitle = \"Buys\"\noutcome = \"converted\"\n"
        );
        let scenario = Scenario::read("t.toml", text.as_bytes(), FileFormat::Toml).expect("it is TOML");
        let (journey, _) = scenario
            .journey(&Selection::default())
            .unwrap_or_else(|it| panic!("{:?}", it.problems));
        let mut log = EventLogText::new(&journey, format, titled);
        let mut out = Vec::new();
        log.begin(&mut out);
        let waiting = Case {
            entry: Entry::Pipeline(0),
            number: 2,
            attributes: &[1, 0, 0],
        };
        log.case(&waiting, &mut out);
        log.event(StepId(0), -2, None, &mut out);
        log.event(StepId(1), 1, Some(399_950), &mut out);
        log.event(StepId(2), 1, None, &mut out);
        log.case_ends(&mut out);
        let arrived = Case {
            entry: Entry::Stream(StreamId(0), 6),
            number: 0,
            attributes: &[0, 1, 2],
        };
        log.case(&arrived, &mut out);
        log.event(StepId(0), 6, Some(-5), &mut out);
        log.case_ends(&mut out);
        log.end(&mut out);
        String::from_utf8(out).expect("names are UTF-8")
    }

    #[test]
    fn a_row_of_csv_says_who_what_and_when() {
        assert_eq!(
            text("", EventLogFormat::Csv, false),
            "case_id,activity,timestamp,region,customer_revenue,revenue,arrival\n\
             pipeline-1-3,ask,2026-02-25,south,small,,pipeline\n\
             pipeline-1-3,buy,2026-02-28,south,small,39.995,pipeline\n\
             pipeline-1-3,more,2026-02-28,south,small,,pipeline\n\
             web-7-1,ask,2026-03-05,north,large,-0.0005,web\n"
        );
    }

    #[test]
    fn titles_are_quoted_and_told_apart() {
        let text = text("tick = \"6 hours\"", EventLogFormat::Csv, true);
        let rows: Vec<&str> = text.lines().skip(1).collect();
        assert!(
            rows[0].starts_with("pipeline-1-3,\"Asks \"\"how much\"\", <now>\",2026-02-26T12:00:00,"),
            "{text}"
        );
        assert!(
            rows[1].starts_with("pipeline-1-3,Buys (buy),2026-02-27T06:00:00,"),
            "{text}"
        );
        assert!(rows[2].starts_with("pipeline-1-3,Buys (more),"), "{text}");
    }

    #[test]
    fn xes_is_sound_xml() {
        let text = text("", EventLogFormat::Xes, true);
        for part in [
            "<string key=\"concept:name\" value=\"web-7-1\"/>",
            "value=\"Asks &quot;how much&quot;, &lt;now&gt;\"",
            "<date key=\"time:timestamp\" value=\"2026-02-25T00:00:00.000+00:00\"/>",
            "<float key=\"revenue\" value=\"39.995\"/>",
            "</trace>\n</log>\n",
        ] {
            assert!(text.contains(part), "no {part} in\n{text}");
        }
        let opened = |tag: &str| text.matches(&format!("<{tag}>")).count();
        let closed = |tag: &str| text.matches(&format!("</{tag}>")).count();
        assert_eq!((opened("trace"), opened("event")), (2, 4));
        assert_eq!((closed("trace"), closed("event")), (2, 4));
    }
}
