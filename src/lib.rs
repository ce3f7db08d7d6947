//! forksight
pub mod clock;
pub mod problem;
pub mod journey {
    pub mod draft;
}
pub mod forecast;
pub mod report {
    pub mod chart;
}
