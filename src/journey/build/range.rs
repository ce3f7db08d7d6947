//! What a number may be, by its use.

use crate::journey::draft::Distribution;
use crate::journey::law::Bounds;
use crate::journey::{BranchId, Role};
use crate::problem::At;

/// What a number may be, by its use.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Range {
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// Whether intervals are read as chances.
    pub(crate) is_chance: bool,
    pub(crate) grain: Grain,
    pub(crate) allows_each: bool,
    pub(crate) allows_by: bool,
    what: &'static str,
}

/// How finely a known number may be written.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub(crate) enum Grain {
    Any,
    /// Amounts are booked in these.
    TenThousandths,
    /// Customers are counted.
    Whole,
}

/// More than this is no amount of money or units; sums of 10^15 customers still fit.
const AMOUNT_MAX: f64 = 1e12;
/// More customers than this are refused.
const CUSTOMERS_MAX: f64 = 1e15;

impl Range {
    const ANY: Self = Self {
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
        is_chance: false,
        grain: Grain::Any,
        allows_each: true,
        allows_by: true,
        what: "a value",
    };

    pub(crate) fn of(role: Role) -> Self {
        let range = |what: &'static str, low: f64, high: f64| Self {
            low,
            high,
            what,
            ..Self::ANY
        };
        let for_all = Self {
            allows_each: false,
            ..Self::ANY
        };
        let alone = Self {
            allows_by: false,
            ..for_all
        };
        match role {
            Role::Chance(_) | Role::RevenueShare => Self {
                low: 0.0,
                high: 1.0,
                is_chance: true,
                what: match role {
                    Role::Chance(_) => "a chance",
                    _ => "a share of revenue",
                },
                ..for_all
            },
            Role::Count(_) => Self {
                low: 0.0,
                high: CUSTOMERS_MAX,
                what: "a count",
                ..for_all
            },
            Role::Money | Role::Units => Self {
                grain: Grain::TenThousandths,
                ..range(
                    match role {
                        Role::Money => "an amount of money",
                        _ => "a number of units",
                    },
                    -AMOUNT_MAX,
                    AMOUNT_MAX,
                )
            },
            Role::ProductMoney => Self {
                low: -AMOUNT_MAX,
                high: AMOUNT_MAX,
                grain: Grain::TenThousandths,
                what: "an amount of money",
                ..for_all
            },
            Role::ArrivalRate(_) | Role::ArrivalTotal => Self {
                low: 0.0,
                high: CUSTOMERS_MAX,
                what: "a number of arrivals",
                ..alone
            },
            Role::Customers => Self {
                low: 0.0,
                high: CUSTOMERS_MAX,
                grain: Grain::Whole,
                what: "a number of customers",
                ..alone
            },
            Role::Growth(_) => Self {
                low: -1.0,
                high: 1e6,
                what: "growth",
                ..alone
            },
            Role::Season => Self {
                low: 0.0,
                high: 1e9,
                what: "a factor",
                ..alone
            },
            Role::Weight => Self {
                low: 0.0,
                high: 1e12,
                is_chance: true,
                what: "a weight",
                ..alone
            },
            Role::BudgetRate(_) => Self {
                low: -AMOUNT_MAX,
                high: AMOUNT_MAX,
                what: "an amount of money",
                ..alone
            },
            Role::Value => Self::ANY,
        }
    }

    /// What a chance may be, whatever branch or share it is of.
    pub(crate) fn chance() -> Self {
        Self::of(Role::Chance(BranchId(0)))
    }

    /// What fits both uses.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            low: self.low.max(other.low),
            high: self.high.min(other.high),
            is_chance: self.is_chance || other.is_chance,
            grain: if self.grain < other.grain {
                other.grain
            } else {
                self.grain
            },
            allows_each: self.allows_each && other.allows_each,
            allows_by: self.allows_by && other.allows_by,
            what: if self.what == Self::ANY.what {
                other.what
            } else {
                self.what
            },
        }
    }

    /// In the user's words.
    pub(crate) fn what(self) -> &'static str {
        self.what
    }

    /// Where a law of such a number is cut off.
    pub(crate) fn bounds(self) -> Bounds {
        // The law of money is not cut off: what is too large to book is an error, not a redraw.
        let limit = |end: f64| {
            if end.abs() >= AMOUNT_MAX {
                f64::INFINITY.copysign(end)
            } else {
                end
            }
        };
        Bounds {
            low: limit(self.low),
            high: limit(self.high),
        }
    }

    /// Whether an interval or distribution is one of shares: weights may be shares (`20% to 30%`)
    /// or any positive numbers (`2 to 3`).
    pub(crate) fn reads_as_chance(self, distribution: Distribution) -> bool {
        self.is_chance
            && match distribution {
                Distribution::Interval { low, high } => low >= 0.0 && high <= 1.0,
                _ => true,
            }
    }
}

/// Why a number or distribution does not fit.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Misfit {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    /// Which part of a distribution is at fault.
    pub(crate) parameter: Parameter,
}

/// A part of a distribution as it is written in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parameter {
    /// All of it.
    Whole,
    /// The one value it has.
    Value,
    /// The item of the list at this position.
    Item(usize),
    /// One item of the item at this position.
    Inner(usize, usize),
    /// The entry with this key.
    Key(&'static str),
}

impl Misfit {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            help: None,
            parameter: Parameter::Whole,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn of(mut self, parameter: Parameter) -> Self {
        self.parameter = parameter;
        self
    }

    /// The place of the part at fault of the distribution `word` at `at`; written as a text it has
    /// no parts.
    pub(crate) fn at(&self, at: &At, word: Option<&str>) -> At {
        let Some(word) = word else {
            return at.clone();
        };
        match self.parameter {
            Parameter::Whole => at.clone(),
            Parameter::Value => at.key(word),
            Parameter::Item(item) => at.key(word).item(item),
            Parameter::Inner(item, inner) => at.key(word).item(item).item(inner),
            Parameter::Key(key) => at.key(word).key(key),
        }
    }
}

/// Whether a known number may stand here.
pub(crate) fn check_number(number: f64, range: Range) -> Result<(), Misfit> {
    check_inside(number, range)?;
    let in_ten_thousandths = number * 1e4;
    if range.grain == Grain::TenThousandths
        && (in_ten_thousandths - in_ten_thousandths.round()).abs() > 1e-9 * in_ten_thousandths.abs().max(1.0)
    {
        let message = format!("{number} has more than 4 decimals");
        return Err(Misfit::new("out-of-range", message).help("amounts are booked in ten-thousandths"));
    }
    if range.grain == Grain::Whole && number.fract() != 0.0 {
        let message = format!("{number} is not a whole number of customers");
        return Err(Misfit::new("out-of-range", message));
    }
    Ok(())
}

fn check_inside(number: f64, range: Range) -> Result<(), Misfit> {
    let what = range.what;
    let wrong = |message: String| Err(Misfit::new("out-of-range", message));
    if !number.is_finite() {
        return wrong(format!("{what} is a finite number"));
    }
    if (range.low..=range.high).contains(&number) {
        return Ok(());
    }
    if range.is_chance && range.high <= 1.0 {
        let percent = (number * 1e6).round() / 1e4;
        let message = format!("{what} is between 0 and 1 (100%), not {number} ({percent}%)");
        let misfit = Misfit::new("out-of-range", message);
        // A number just above 1 may be meant as such or in per cent.
        let is_meant_in_percent = (2.0..=100.0).contains(&number);
        return Err(if is_meant_in_percent {
            misfit.help(format!("per cent are written with `%`: `{number}%`"))
        } else {
            misfit
        });
    }
    if number < range.low && range.low == 0.0 {
        return wrong(format!("{what} cannot be negative"));
    }
    if number < range.low && range.low == -1.0 {
        return wrong(format!(
            "{what} is above -100%: nothing can shrink by more than all of it"
        ));
    }
    let (far, most) = if number < range.low {
        ("less", range.low)
    } else {
        ("more", range.high)
    };
    let message = format!("{} is {far} than fits: {what} goes to {}", shown(number), shown(most));
    Err(Misfit::new("too-large", message))
}

/// Large round numbers as powers of ten.
fn shown(number: f64) -> String {
    let power = number.abs().log10().round();
    if power >= 9.0 && number.abs() == 10_f64.powf(power) {
        let sign = if number < 0.0 { "-" } else { "" };
        return format!("{sign}10^{power}");
    }
    number.to_string()
}

/// Whether a distribution may stand here; `each` if it differs from customer to customer.
pub(crate) fn check_distribution(distribution: Distribution, range: Range, each: bool) -> Result<(), Misfit> {
    let wrong = |message: String| Err(Misfit::new("out-of-range", message));
    let finite = |value: f64| value.is_finite();
    let positive = |what: &str, value: f64, parameter: Parameter| {
        if value > 0.0 && finite(value) {
            return Ok(());
        }
        wrong(format!("{what} is more than 0, not {value}")).map_err(|it| it.of(parameter))
    };
    let inside = |value: f64, parameter: Parameter| check_inside(value, range).map_err(|it| it.of(parameter));
    let ordered = |low: f64, high: f64, parameter: Parameter| {
        if low <= high {
            return Ok(());
        }
        let misfit = Misfit::new("out-of-range", format!("this goes down from {low} to {high}"));
        Err(misfit.help("the lower number comes first").of(parameter))
    };
    if matches!(distribution, Distribution::Poisson { .. }) && !each {
        return Err(Misfit::new(
            "bad-notation",
            "`poisson` counts customers one by one, so it goes with `each`",
        ));
    }
    let (mean, sd) = (Parameter::Key("mean"), Parameter::Key("sd"));
    match distribution {
        Distribution::Interval { low, high } => {
            inside(low, Parameter::Whole)?;
            inside(high, Parameter::Whole)?;
            ordered(low, high, Parameter::Whole)
        }
        Distribution::Observed { hits, trials } => {
            if trials <= 0.0 || hits < 0.0 || hits > trials || !finite(hits) || !finite(trials) {
                return wrong(format!("there cannot be {hits} of {trials}"));
            }
            if trials > CUSTOMERS_MAX {
                let message = format!("{} is more than fits: {}", shown(trials), shown(CUSTOMERS_MAX));
                return Err(Misfit::new("too-large", message));
            }
            share_fits(range)
        }
        Distribution::Beta { a, b } => {
            positive("a shape", a, Parameter::Item(0))?;
            positive("a shape", b, Parameter::Item(1))?;
            share_fits(range)
        }
        Distribution::Uniform { low, high } => {
            inside(low, Parameter::Item(0))?;
            inside(high, Parameter::Item(1))?;
            ordered(low, high, Parameter::Item(0))
        }
        Distribution::Triangular { low, mode, high } => {
            inside(low, Parameter::Item(0))?;
            inside(mode, Parameter::Item(1))?;
            inside(high, Parameter::Item(2))?;
            ordered(low, mode, Parameter::Item(0))?;
            ordered(mode, high, Parameter::Item(1))
        }
        Distribution::Normal {
            mean: centre,
            sd: width,
        } => {
            inside(centre, mean)?;
            if width >= 0.0 && finite(width) {
                return Ok(());
            }
            wrong(format!("a standard deviation cannot be negative, as {width} is")).map_err(|it| it.of(sd))
        }
        Distribution::LognormalQuantiles { median, p90 } => {
            positive("the median", median, Parameter::Key("median"))?;
            inside(median, Parameter::Key("median"))?;
            inside(p90, Parameter::Key("p90"))?;
            if median <= p90 {
                return Ok(());
            }
            wrong(format!("the 90 % quantile {p90} is below the median {median}"))
                .map_err(|it| it.of(Parameter::Key("p90")))
        }
        Distribution::Lognormal {
            mean: centre,
            sd: width,
        }
        | Distribution::Gamma {
            mean: centre,
            sd: width,
        } => {
            positive("the mean", centre, mean)?;
            positive("the standard deviation", width, sd)?;
            inside(centre, mean)
        }
        Distribution::Poisson { mean: centre } => {
            inside(centre, Parameter::Value)?;
            if centre >= 0.0 {
                return Ok(());
            }
            wrong(format!(
                "the mean of a Poisson distribution cannot be negative, as {centre} is"
            ))
            .map_err(|it| it.of(Parameter::Value))
        }
    }
}

/// A distribution of shares fits what may lie between 0 and 1.
fn share_fits(range: Range) -> Result<(), Misfit> {
    if range.grain != Grain::Whole {
        return Ok(());
    }
    Err(Misfit::new("out-of-range", format!("a share is not {}", range.what)))
}

/// The key under which a distribution is written; `None` for those written as a text.
pub(crate) fn word(distribution: Distribution) -> Option<&'static str> {
    match distribution {
        Distribution::Interval { .. } | Distribution::Observed { .. } => None,
        Distribution::Beta { .. } => Some("beta"),
        Distribution::Uniform { .. } => Some("uniform"),
        Distribution::Triangular { .. } => Some("triangular"),
        Distribution::Normal { .. } => Some("normal"),
        Distribution::LognormalQuantiles { .. } | Distribution::Lognormal { .. } => Some("lognormal"),
        Distribution::Gamma { .. } => Some("gamma"),
        Distribution::Poisson { .. } => Some("poisson"),
    }
}
