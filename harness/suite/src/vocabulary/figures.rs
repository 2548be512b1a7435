//! What monitoring shows: a question in PromQL, asked of a real Prometheus.

use std::str::FromStr;

use cucumber::{Parameter, then};
use relapse_model::expect::queried::{self, Queried};

use super::parameters::{Deadline, Part, Should, Type};
use super::world::World;

/// `above 0.25`, `below 1`, `exactly 13`.
#[derive(Debug, Clone, Copy, Parameter)]
#[param(name = "figure", regex = r"(?:above|below|exactly) -?\d+(?:\.\d+)?")]
struct Figure(queried::Figure);

impl FromStr for Figure {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self)
    }
}

#[then(expr = "{string} in {part} {should} be {figure} {deadline}")]
async fn shows(world: &mut World, expression: String, part: Part, should: Should, figure: Figure, deadline: Deadline) {
    let expectation = Queried { expression: expression.clone(), part: part.0.clone(), figure: figure.0 };
    world.expect_probing(should.0, deadline.0, expectation, async |lab| lab.query(&part.0, &expression).await).await;
}

/// The parameter types of this file.
pub(super) const TYPES: &[Type] = &[Type::of::<Figure>()];
