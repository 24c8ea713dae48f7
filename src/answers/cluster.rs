//! What the TiDB Cloud API says, taken into the answers: it fills gaps, and never overrules what was given.

use super::{Answers, Source, Sourced};
use crate::problem::Problem;
use crate::service_name::ServiceName;
use crate::tidb_cloud::Facts;

impl Answers {
    /// Fills Service Name, zones, region, port and user from `facts`. `port_given`: the port here is no default.
    ///
    /// A Service Name that was given and is another one is refused: one of the two is a mistake.
    pub fn fill_from(&mut self, facts: Facts, port_given: bool) -> Result<(), Problem> {
        let name: ServiceName = match facts.service_name.parse() {
            Ok(name) => name,
            Err(why) => return Err(Problem::ServiceName { text: facts.service_name, why }),
        };
        let given = self.service_name.as_ref().filter(|name| name.source != Source::Sandbox);
        if let Some(given) = given.filter(|given| given.value != name) {
            return Err(Problem::OtherInstance { given: given.value.to_string(), told: name.to_string() });
        }
        if given.is_none() {
            self.service_name = Some(Sourced::new(name, Source::TidbCloud));
        }
        if self.az_ids.is_none() && !facts.zones.is_empty() {
            self.az_ids = Some(Sourced::new(facts.zones, Source::TidbCloud));
        }
        if let (None, Some(region)) = (&self.region_id, facts.region_id) {
            self.region_id = Some(Sourced::new(region, Source::TidbCloud));
        }
        if let (false, Some(port)) = (port_given, facts.port) {
            self.connection.port = port;
        }
        if self.connection.user.is_none() {
            self.connection.user = facts.user;
            self.connection.user_source = Source::TidbCloud;
        }
        Ok(())
    }
}
