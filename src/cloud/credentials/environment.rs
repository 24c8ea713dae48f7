//! Keys in the environment.

use super::{Credentials, Places, Why};

const ID: &str = "ALIBABA_CLOUD_ACCESS_KEY_ID";
const SECRET: &str = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";

pub(super) fn take(places: &Places) -> Result<Credentials, Why> {
    match (&places.key_id, &places.key_secret) {
        (Some(id), Some(secret)) => Ok(Credentials {
            security_token: places.token.clone(),
            ..Credentials::permanent(id.clone(), secret.clone())
        }),
        (None, None) => Err(Why::Unset(vec![ID, SECRET])),
        (Some(_), None) => Err(Why::Half { missing: SECRET }),
        (None, Some(_)) => Err(Why::Half { missing: ID }),
    }
}
