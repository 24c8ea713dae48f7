//! One endpoint, looked at again and again with as few requests as show everything that changes.

use std::cell::Cell;

use super::{Look, is_connected};
use crate::cloud::Error;
use crate::cloud::privatelink::{Endpoint, Zone};

/// While its zones are waited for, its own states are asked for at every third look: with one look a second that is 80
/// requests in a minute instead of 120.
const STATES_EVERY: usize = 3;

/// Looks at an endpoint. Its zones are asked for only once it is Active and Connected; from then on they are what changes,
/// and whenever they do, its own states are asked for as well.
pub struct Lookout<S, Z> {
    states: S,
    zones: Z,
    /// The last look, and how many looks ago it asked for the endpoint's own states.
    last: Cell<Option<(Look, usize)>>,
}

impl<S, Z> Lookout<S, Z>
where
    S: AsyncFn() -> Result<Endpoint, Error>,
    Z: AsyncFn() -> Result<Vec<Zone>, Error>,
{
    /// Asks for the endpoint's own states with `states`, and for its zones with `zones`.
    pub fn new(states: S, zones: Z) -> Self {
        Self { states, zones, last: Cell::default() }
    }

    /// The endpoint as it is now. After a failure, everything is asked for again.
    pub async fn look(&self) -> Result<Look, Error> {
        let (look, age) = match self.last.take() {
            Some((last, age)) if last.zones.is_some() && age + 1 < STATES_EVERY => {
                self.zones_again(last, age + 1).await?
            }
            _ => (self.everything().await?, 0),
        };
        self.last.set(Some((look.clone(), age)));
        Ok(look)
    }

    async fn everything(&self) -> Result<Look, Error> {
        let endpoint = (self.states)().await?;
        let zones = if is_connected(&endpoint) { Some((self.zones)().await?) } else { None };
        Ok(Look { endpoint, zones })
    }

    async fn zones_again(&self, last: Look, age: usize) -> Result<(Look, usize), Error> {
        let zones = Some((self.zones)().await?);
        if last.zones == zones {
            return Ok((last, age));
        }
        let endpoint = (self.states)().await?;
        let zones = zones.filter(|_| is_connected(&endpoint));
        Ok((Look { endpoint, zones }, 0))
    }
}
