//! A URI that hands out credentials (facts section g, `CredentialsURI`).

use std::time::Duration;

use super::fetch::{Fetch, checked, handed_out};
use super::{Credentials, Why};

/// facts section g: 5 s for a connection, 10 s for an answer.
const CONNECT: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(10);

pub(super) async fn take(text: &str) -> Result<Credentials, Why> {
    let url = checked(text)?;
    let body = Fetch::new(&url, CONNECT, ANSWER)?.get(&url, None).await?;
    Ok(handed_out(&url, &body)?)
}
