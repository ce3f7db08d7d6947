//! The kinds of charts, and the word for each.

/// What a chart shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChartKind {
    /// How many customers reach each stage, and how many leave on the way.
    Funnel,
    /// A metric by period: its median and the intervals around it.
    Fan,
    /// How every fork parts customers, and where each branch ends up.
    Forks,
    /// How customers flow from entry to outcome, as wide as they are many.
    Flow,
    /// The journey itself: steps, forks and their shares, and where customers are lost.
    Journey,
    /// How many have converted, by time since arrival.
    Time,
    /// Arrivals by period and age: the share that has converted.
    Cohorts,
    /// The total of a metric over replications.
    Distribution,
    /// From what is there over new business to the forecast and the target.
    Bridge,
    /// Units of products by period, and what covers the demand.
    Demand,
    /// Of a comparison: a metric of every option, and how far each is from the base.
    Variants,
    /// Of a comparison: differences to the base by period.
    Difference,
    /// Of a comparison with sweeps: a metric over the values that were tried.
    Sweep,
    /// Of a backtest: what came, and what had been said of it.
    Backtest,
    /// Of a sensitivity: the metric at both ends of every assumption.
    Tornado,
    /// Of a sensitivity: how much of the variance comes from which assumption.
    Shares,
    /// Of a sensitivity: the metric by two assumptions.
    By,
}

impl ChartKind {
    /// All of them with the word that stands for each on the command line.
    pub const ALL: [(&'static str, Self); 17] = [
        ("funnel", Self::Funnel),
        ("fan", Self::Fan),
        ("forks", Self::Forks),
        ("flow", Self::Flow),
        ("journey", Self::Journey),
        ("time", Self::Time),
        ("cohorts", Self::Cohorts),
        ("distribution", Self::Distribution),
        ("bridge", Self::Bridge),
        ("demand", Self::Demand),
        ("variants", Self::Variants),
        ("difference", Self::Difference),
        ("sweep", Self::Sweep),
        ("backtest", Self::Backtest),
        ("tornado", Self::Tornado),
        ("shares", Self::Shares),
        ("by", Self::By),
    ];

    /// The word for it on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, kind)| *kind == self)
            .map_or("", |(word, _)| word)
    }

    /// What it shows, in a few words.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Self::Funnel => "who reaches each stage, and where most are lost",
            Self::Fan => "a metric by period, with ranges and targets",
            Self::Forks => "how each fork parts customers, and where they end up",
            Self::Flow => "customers from entry to outcome, as wide as they are many",
            Self::Journey => "the journey itself, with shares and losses",
            Self::Time => "how many have converted, by time since arrival",
            Self::Cohorts => "what share of each period's arrivals has converted",
            Self::Distribution => "the total of a metric over replications",
            Self::Bridge => "from what is there over new business to the target",
            Self::Demand => "units of a product, and what covers the demand",
            Self::Variants => "of a comparison: what each option comes to, and how sure it is better",
            Self::Difference => "of a comparison: differences to the base by period",
            Self::Sweep => "of a comparison: a metric over the values that were tried",
            Self::Backtest => "of a backtest: what came, and what had been said of it",
            Self::Tornado => "of a sensitivity: what each assumption does to the metric",
            Self::Shares => "of a sensitivity: where the variance comes from",
            Self::By => "of a sensitivity: the metric by two assumptions",
        }
    }
}
