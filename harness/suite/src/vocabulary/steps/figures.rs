//! What monitoring shows: a question in PromQL, asked of a real Prometheus.

use std::str::FromStr;

use cucumber::Parameter;
use relapse_lab::Lab;
use relapse_model::expect::queried::{self, Queried};

use crate::vocabulary::World;
use crate::vocabulary::parameters::{Deadline, Service, Should};
use crate::{parameter, step};

/// `above 0.25`, `below 1`, `exactly 13`.
#[derive(Debug, Clone, Copy, Parameter)]
#[param(name = "figure", regex = r"(?:above|below|exactly) -?\d+(?:\.\d+)?")]
struct Figure(queried::Figure);

parameter!(Figure);

impl FromStr for Figure {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self)
    }
}

step! {
    /// A question in PromQL with one number for an answer. Without data there is no verdict.
    Mechanism: "{string} in {service} {should} be {figure} {deadline}",
    example: "'rate(container_cpu_usage_seconds_total{name=\"traq\"}[5s])' in prometheus should be above 0.25 within 15s",
    rests_on: [Prometheus],
    async fn shows(world: &mut World, expression: String, service: Service, should: Should, figure: Figure, deadline: Deadline) {
        let expectation = Queried { expression: expression.clone(), service: service.0.clone(), figure: figure.0 };
        let probe = async |lab: &Lab| lab.query(&service.0, &expression).await;
        world.expect_probing(should.0, deadline.0, expectation, &service.0, probe).await;
    }
}
