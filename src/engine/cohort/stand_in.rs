//! Stand-in for the exact splits of `random`.

use rand_distr::{Binomial, Distribution as _};

use crate::random::{Key, Stream};

pub(super) struct Sequence(Stream);

pub(super) fn sequence(key: Key) -> Sequence {
    Sequence(key.stream())
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Split(f64);

impl Split {
    pub(super) fn new(p: f64) -> Self {
        Self(p.clamp(0.0, 1.0))
    }

    pub(super) fn draw(&self, n: u64, luck: &mut Sequence) -> u64 {
        Binomial::new(n, self.0).expect("a chance").sample(&mut luck.0)
    }
}

#[derive(Debug, Clone)]
pub(super) struct Shares(Vec<Split>);

impl Shares {
    pub(super) fn new(shares: &[f64]) -> Self {
        let mut left: f64 = shares.iter().sum();
        Self(
            shares
                .iter()
                .map(|it| {
                    let split = Split::new(it / left);
                    left -= it;
                    split
                })
                .collect(),
        )
    }

    pub(super) fn split(&self, n: u64, luck: &mut Sequence, mut tell: impl FnMut(usize, u64)) {
        let mut left = n;
        for (at, split) in self.0.iter().enumerate() {
            if left == 0 {
                return;
            }
            let count = if at + 1 == self.0.len() {
                left
            } else {
                split.draw(left, luck)
            };
            left -= count;
            if count > 0 {
                tell(at, count);
            }
        }
    }
}
