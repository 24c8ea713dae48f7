//! What was pasted, taken into the answers: it fills gaps, and never overrules what was given.

use super::{Answers, Source, Sourced, bare_region};
use crate::cli::Connection;
use crate::paste::Pasted;
use crate::problem::Problem;

impl Answers {
    /// Fills what neither a flag nor a variable gave. `flags` tell which port and database are no defaults.
    pub fn fill_from_text(&mut self, pasted: Pasted, flags: &Connection) -> Result<(), Problem> {
        if self.service_name.is_none() && !pasted.service_names.is_empty() {
            return Err(Problem::SeveralPasted { flag: "--service-name", values: pasted.service_names });
        }
        if self.connection.user.is_none() && !pasted.users.is_empty() {
            return Err(Problem::SeveralPasted { flag: "--user", values: pasted.users });
        }
        if let (None, Some(text)) = (&self.service_name, pasted.service_name) {
            match text.parse() {
                Ok(name) => self.service_name = Some(Sourced::new(name, Source::Paste)),
                Err(why) => return Err(Problem::ServiceName { text, why }),
            }
        }
        let list = |items: Vec<String>| (!items.is_empty()).then(|| Sourced::new(items, Source::Paste));
        self.az_ids = self.az_ids.take().or_else(|| list(pasted.az_ids));
        let region = pasted.region_id.map(|text| Sourced::new(bare_region(&text).to_owned(), Source::Paste));
        self.region_id = self.region_id.take().or(region);
        let connection = &mut self.connection;
        if let (None, Some(user)) = (&connection.user, pasted.user) {
            (connection.user, connection.user_source) = (Some(user), Source::Paste);
        }
        connection.password = connection.password.take().or(pasted.password);
        if let (None, Some(database)) = (&flags.database, pasted.database) {
            connection.database = database;
        }
        if let (None, Some(port)) = (flags.port, pasted.port) {
            connection.port = port;
        }
        Ok(())
    }
}
