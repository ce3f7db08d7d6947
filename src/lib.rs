//! forksight
pub mod clock;
pub mod problem;
pub mod random;
mod special;
pub mod journey {
    pub mod calendar_shares;
    pub mod delay;
    pub mod draft;
    pub mod law;
}
pub mod forecast;
