//! From a past to a journey: event logs, what they say of forks, delays and arrivals.

pub mod event_log;
mod parallel;
pub mod transitions;
