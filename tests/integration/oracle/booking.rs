//! What a step books when it is reached: events and money.

use super::ledger::Flow;
use super::spec::{Cost, Spec, Step, What};
use super::walk::{State, Walk};

impl Spec {
    pub(super) fn discounted(&self, tick: usize) -> f64 {
        let years = tick as f64 * self.tick_days() / 365.0;
        self.discount.map_or(1.0, |rate| (1.0 + rate).powf(-years))
    }
}

impl Walk<'_> {
    pub(super) fn events(&mut self, step: &Step, state: &mut State, tick: usize, flow: &mut Flow) {
        let mut conversions = step.events.iter().filter(|it| **it == "conversion").count();
        if step.outcome == Some("converted") && !state.converted {
            conversions = 1;
        }
        for _ in 0..conversions {
            self.of_customer("conversions", tick, 1.0, 0.0, flow);
            self.metric("events.conversion", tick, 1.0, 0.0, flow);
            self.of_step(step, "conversions", 1.0, 0.0, flow);
            self.of_step(step, "events.conversion", 1.0, 0.0, flow);
            if !state.converted {
                state.converted = true;
                self.of_customer("won", tick, 1.0, 0.0, flow);
            }
        }
        for event in step.events.iter().filter(|it| **it != "conversion") {
            self.metric(&format!("events.{event}"), tick, 1.0, 0.0, flow);
            self.of_step(step, &format!("events.{event}"), 1.0, 0.0, flow);
        }
    }

    /// Amounts are sums of independent ones: revenue, units and named costs, each so many times.
    pub(super) fn money(&mut self, step: &Step, state: &State, tick: usize, flow: &mut Flow) {
        let spec = self.spec;
        let mut drawn: Vec<(f64, f64)> = Vec::new();
        let (mut revenue, mut cost) = (Vec::new(), Vec::new());
        let mut lines: Vec<(String, Vec<(usize, f64)>)> = Vec::new();
        if let Some(amount) = &step.revenue {
            let amount = self.by(amount, state);
            let factor = spec.factor(tick, |what| match what {
                What::Revenue(of, factor) if *of == state.step => Some(*factor),
                _ => None,
            });
            revenue.push((drawn.len(), 1.0));
            drawn.push((amount.mean * factor, (amount.sd * factor).powi(2)));
        }
        for (product, units) in &step.units {
            let (it, units) = (&spec.products[*product], self.by(units, state));
            let more: f64 = spec
                .changes_at(tick)
                .filter_map(|change| match change.what {
                    What::Price(of, more) if of == *product => Some(more),
                    _ => None,
                })
                .sum();
            revenue.push((drawn.len(), it.price + more));
            cost.push((drawn.len(), it.cost));
            lines.push((format!("units.{}", it.id), vec![(drawn.len(), 1.0)]));
            drawn.push((units.mean, units.sd.powi(2)));
        }
        for (name, part) in &step.costs {
            let of_part: Vec<(usize, f64)> = match part {
                Cost::Share(share) => revenue.iter().map(|it| (it.0, it.1 * share)).collect(),
                Cost::Amount(amount) => {
                    let amount = self.by(amount, state);
                    drawn.push((amount.mean, amount.sd.powi(2)));
                    vec![(drawn.len() - 1, 1.0)]
                }
            };
            if !name.is_empty() {
                lines.push((format!("costs.{name}"), of_part.clone()));
            }
            cost.extend(of_part);
        }
        let profit: Vec<(usize, f64)> = revenue
            .iter()
            .copied()
            .chain(cost.iter().map(|it| (it.0, -it.1)))
            .collect();
        let moments = |line: &[(usize, f64)]| {
            let times = |at: usize| line.iter().filter(|it| it.0 == at).map(|it| it.1).sum::<f64>();
            let parts = drawn
                .iter()
                .enumerate()
                .map(|(at, it)| (times(at) * it.0, times(at).powi(2) * it.1));
            parts.fold((0.0, 0.0), |sum, it| (sum.0 + it.0, sum.1 + it.1))
        };
        for (metric, line) in [("revenue", &revenue), ("cost", &cost), ("profit", &profit)] {
            let (mean, variance) = moments(line);
            if !line.is_empty() {
                self.of_customer(metric, tick, mean, variance, flow);
            }
            if !line.is_empty() && metric != "profit" {
                self.of_step(step, metric, mean, variance, flow);
            }
        }
        if spec.discount.is_some() && !profit.is_empty() {
            let ((mean, variance), factor) = (moments(&profit), spec.discounted(tick));
            self.metric("present_value", tick, mean * factor, variance * factor * factor, flow);
        }
        for (metric, line) in lines {
            let (mean, variance) = moments(&line);
            self.metric(&metric, tick, mean, variance, flow);
            if metric.starts_with("units") {
                self.of_step(step, &metric, mean, variance, flow);
            }
        }
    }
}
