//! Follows the flag: the percentage of requests that have it is the value of a key in Consul.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::site::Site;
use crate::consul::Index;
use crate::log;

/// While Consul does not answer.
const AGAIN: Duration = Duration::from_millis(500);

/// Follows it for ever. Without a key there is none.
pub async fn follow(site: Arc<Site>) {
    let Some(key) = site.options.flag_key.clone() else { return };
    let mut index = Index::default();
    let mut trouble = log::Once::default();
    loop {
        match site.consul.value(&key, index).await {
            Ok((next, value)) => {
                index = next;
                match value.as_deref().unwrap_or("0").trim().parse::<u32>().ok().filter(|percent| *percent <= 100) {
                    Some(percent) => {
                        if site.flag.swap(percent, Ordering::SeqCst) != percent {
                            log::action("flag", &key, "success", &format!("{percent} % of requests have it"));
                        }
                    }
                    None => log::action("flag", &key, "refused", &format!("{value:?} is no percentage, 0 to 100")),
                }
                trouble.clear();
            }
            Err(error) => {
                trouble.say(&format!("the flag {key} is not known"), &error);
                tokio::time::sleep(AGAIN).await;
            }
        }
    }
}
