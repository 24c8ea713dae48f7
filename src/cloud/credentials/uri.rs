//! A URI that hands out credentials (facts section g, `CredentialsURI`).

use super::fetch::{Fetch, checked, handed_out};
use super::{Chain, Credentials, Why};
use crate::cloud::notice::Service;

pub(super) async fn take(chain: &Chain, text: &str) -> Result<Credentials, Why> {
    let url = checked(text)?;
    let tuning = chain.tuning().brisk();
    let fetch = Fetch::new(chain, Service::CredentialsUri, &url, (tuning.connect, tuning.answer))?;
    let body = fetch.get(&url, None).await?;
    Ok(handed_out(&url, &body)?)
}
