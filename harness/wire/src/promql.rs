//! `relapse-agent promql URL EXPRESSION`: a question in PromQL, asked of a Prometheus over its HTTP API.

use serde::{Deserialize, Serialize};

/// The answer at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// What was asked.
    pub expression: String,
    /// One value for each series; of a scalar, one without labels. A value is as Prometheus wrote it, since JSON has no `NaN`.
    pub values: Vec<Value>,
    /// Why there is no answer, in Prometheus' own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// One series at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Value {
    /// `name="traq"`, joined by commas.
    pub labels: String,
    /// For example `0.25`, `1e+06`, `NaN`, `+Inf`.
    pub value: String,
}
