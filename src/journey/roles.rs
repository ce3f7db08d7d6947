//! What every number of a journey is used for, entries of `[values]` included.

use super::{AssumptionId, Journey, LeafValue, Role};

/// What each number is used for, in their order.
#[derive(Debug)]
pub(crate) struct Roles(Vec<Role>);

impl Roles {
    pub(crate) fn of(journey: &Journey) -> Self {
        let mut roles: Vec<Role> = journey.assumptions.iter().map(|it| it.role).collect();
        // A value may be used by way of another: each round goes one further.
        let mut is_settled = false;
        while !is_settled {
            is_settled = true;
            for (at, assumption) in journey.assumptions.iter().enumerate() {
                if roles[at] == Role::Value {
                    continue;
                }
                for (_, leaf) in assumption.tree.leaves() {
                    if let LeafValue::Value(id) = leaf.value
                        && roles[id.index()] == Role::Value
                    {
                        roles[id.index()] = roles[at];
                        is_settled = false;
                    }
                }
            }
        }
        Self(roles)
    }

    /// What a number is used for; `Role::Value` only if nothing refers to it.
    pub(crate) fn role(&self, id: AssumptionId) -> Role {
        self.0[id.index()]
    }
}
