//! Where labs are raised, and a lab that was: what a world and the runner need of them. An engine is such a site; tests of the runner have one
//! that needs none.

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use relapse_lab::Lab;
use relapse_lab::engine::Engine;
use relapse_lab::lower::LowerError;
use relapse_lab::raise::{Plan, RaiseError};
use relapse_lab::recorder::Recorder;
use relapse_lab::watch::{Judgement, Watch};
use relapse_model::expect::Expectation;

/// Where labs are raised.
pub(crate) trait Site: std::fmt::Debug + Send + Sync {
    /// Raises one until it is steady, its lists read once. Whatever was made before an error is removed again.
    fn raise<'a>(&'a self, plan: &'a Plan) -> LocalBoxFuture<'a, Result<Box<dyn LabHandle>, RaiseError>>;
}

/// A lab that was raised.
pub(crate) trait LabHandle {
    /// What was done and seen in it.
    fn recorder(&self) -> &Recorder;
    /// How long it took to raise.
    fn raised_in(&self) -> Duration;
    /// Watches an expectation until it is decided.
    fn watch<'a>(&'a self, expectation: &'a dyn Expectation, watch: Watch) -> LocalBoxFuture<'a, Judgement>;
    /// Removes it.
    fn lower(self: Box<Self>) -> LocalBoxFuture<'static, Result<(), LowerError>>;
    /// Leaves it as it is; gives the run's id.
    fn keep(self: Box<Self>) -> LocalBoxFuture<'static, String>;
    /// What steps act on: services on an engine, if it has any.
    fn lab(&self) -> Option<&Lab>;
}

impl Site for Engine {
    fn raise<'a>(&'a self, plan: &'a Plan) -> LocalBoxFuture<'a, Result<Box<dyn LabHandle>, RaiseError>> {
        async move {
            let lab = Lab::raise(self, plan).await?;
            lab.read_lists().await;
            Ok(Box::new(lab) as Box<dyn LabHandle>)
        }
        .boxed_local()
    }
}

impl LabHandle for Lab {
    fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    fn raised_in(&self) -> Duration {
        self.raised_in
    }

    fn watch<'a>(&'a self, expectation: &'a dyn Expectation, watch: Watch) -> LocalBoxFuture<'a, Judgement> {
        self.watch(expectation, watch).boxed_local()
    }

    fn lower(self: Box<Self>) -> LocalBoxFuture<'static, Result<(), LowerError>> {
        (*self).lower().boxed_local()
    }

    fn keep(self: Box<Self>) -> LocalBoxFuture<'static, String> {
        (*self).keep().boxed_local()
    }

    fn lab(&self) -> Option<&Lab> {
        Some(self)
    }
}
