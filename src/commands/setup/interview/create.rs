//! Making what is missing in the network: a question, or a row of a list. Nothing is made without a yes, and a no ends
//! nothing.

use crate::error::Error;
use crate::inventory::Inventory;
use crate::plan;
use crate::problem::{About, Candidate};
use crate::security_group::Reach;
use crate::ui::prompt::Reply;
use crate::ui::topic::Topic;
use crate::ui::words::wizard::Remark;

use super::{Ask, Interview};

impl Interview<'_> {
    /// What there is, for whoever does not want a vSwitch made.
    pub(super) fn note_vswitches(&mut self, inventory: &Inventory) {
        let network = inventory.network.as_ref();
        self.vswitches =
            network.map(|network| plan::vswitch_candidates(&network.vswitches)).unwrap_or_default();
    }

    /// Whether a vSwitch may be made. After a no the question stays.
    pub(super) async fn new_vswitch(
        &mut self,
        ask: &Ask,
        topic: Topic,
        back: bool,
    ) -> Result<Reply<()>, Error> {
        loop {
            let reply = self.permit(ask, topic.clone(), back, |permits| &mut permits.create_vswitch).await?;
            if reply == Reply::Back || self.answers.permits.create_vswitch {
                return Ok(reply);
            }
            let any = !self.vswitches.is_empty();
            self.refused(Remark::NoVSwitchServes { any }, &self.vswitches, back);
        }
    }

    /// Whether a security group may be made. After a no there is the list of those that exist, if any do.
    pub(super) async fn new_group(
        &mut self,
        ask: &Ask,
        topic: Topic,
        back: bool,
    ) -> Result<Reply<()>, Error> {
        loop {
            let reply =
                self.permit(ask, topic.clone(), back, |permits| &mut permits.create_security_group).await?;
            let is_settled = self.answers.permits.create_security_group || !self.groups.is_empty();
            if reply == Reply::Back || is_settled {
                return Ok(reply);
            }
            self.refused(Remark::NoGroup, &[], back);
        }
    }

    /// The row of a list that has it made.
    pub(super) fn to_create(&self, row: Remark) -> Candidate {
        Candidate { id: String::new(), about: vec![About::Text(self.wizard.words(row))] }
    }

    fn refused(&self, why: Remark, there: &[Candidate], back: bool) {
        self.wizard.remark(why);
        self.wizard.list(there);
        self.wizard.remark(Remark::NotCreated { back });
    }
}

/// Whether a security group lets every client in: then there is no need for another.
pub(super) fn serves(group: &Candidate) -> bool {
    group.about.iter().any(|about| matches!(about, About::Reach(Reach::Everyone, _)))
}
