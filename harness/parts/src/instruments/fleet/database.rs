//! The queries of a request, to a real database, over connections that instances share.

use anyhow::Context;
use mysql_async::prelude::Queryable;
use mysql_async::{Opts, OptsBuilder, Pool, PoolConstraints, PoolOpts, Row};

use super::shared::Options;

/// The connections of the whole fleet: fewer than a small database allows. Whoever waits for one keeps a worker busy, too.
const MOST_CONNECTIONS: usize = 40;

pub(super) struct Database {
    pool: Pool,
    query: String,
    flag_query: String,
}

impl Database {
    /// # Errors
    /// When that is no URL of a database.
    pub(super) fn new(url: &str, options: &Options) -> anyhow::Result<Self> {
        let opts = Opts::from_url(url).with_context(|| format!("DATABASE: {url}"))?;
        let constraints = PoolConstraints::new(1, MOST_CONNECTIONS).unwrap_or_default();
        let opts = OptsBuilder::from_opts(opts).pool_opts(PoolOpts::new().with_constraints(constraints));
        Ok(Self { pool: Pool::new(opts), query: options.query.clone(), flag_query: options.flag_query.clone() })
    }

    /// Runs what every request runs, and with the flag the other query as well.
    ///
    /// # Errors
    /// When the database is not reached or refuses.
    pub(super) async fn ask(&self, flagged: bool) -> anyhow::Result<()> {
        let mut connection = self.pool.get_conn().await.context("connecting to the database")?;
        let _: Option<Row> = connection.query_first(&self.query).await?;
        if flagged {
            let _: Option<Row> = connection.query_first(&self.flag_query).await?;
        }
        Ok(())
    }
}
