//! How much of the record its reader sees. Who did what, when, to which row and to which of its columns stands there for every auditor;
//! the values only as far as the register that they are of would show them to the same reader. The sealed events stay as they are:
//! whoever follows the chain follows what was written, and nobody has to be shown it for that.

use serde_json::Value as Json;
use uuid::Uuid;

use super::{Change, TenantTx, Whose, part};
use crate::{
    policy::{Action, Resource},
    tables::{Id, TenantId, reserved, resource_of},
};

/// What became of one row, as somebody may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenChange {
    /// The register, by the name of its table.
    pub register: String,
    /// The row.
    pub row: Uuid,
    /// Whether it is new.
    pub is_new: bool,
    /// Its columns, by name.
    pub values: Vec<SeenValue>,
}

/// What became of one column, as somebody may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenValue {
    /// The column.
    pub column: String,
    /// What stood there; none for a new row, and when it is withheld.
    pub before: Option<Json>,
    /// What stands there now; none when it is withheld.
    pub after: Option<Json>,
    /// Whether the reader may not see it.
    pub is_withheld: bool,
}

impl TenantTx {
    /// A change in a tenant's record as the actor may see it. Values of a register that is known as no resource are seen by nobody;
    /// where reading is confined to one's own area or work, those of rows of which the change itself shows that they are that. What
    /// is shown of a restricted register counts as a reading of it.
    #[must_use]
    pub fn sight_of(&self, tenant: TenantId, change: Change) -> SeenChange {
        let mut values = Vec::with_capacity(change.after.len());
        for (column, after) in &change.after {
            let is_shown = self.shows(tenant, &change, column);
            let before = change.before.as_ref().and_then(|before| before.get(column));
            values.push(SeenValue {
                column: column.clone(),
                before: before.filter(|_| is_shown).cloned(),
                after: is_shown.then(|| after.clone()),
                is_withheld: !is_shown,
            });
        }
        let is_new = change.before.is_none_or(|before| before.is_empty());
        SeenChange { register: change.register, row: change.row, is_new, values }
    }

    fn shows(&self, tenant: TenantId, change: &Change, column: &str) -> bool {
        let Some(resource) = resource_of(&change.register) else { return false };
        let reads = self.reaches(tenant, change, (Action::Read, resource));
        let is_allowed = reads && reserved(&change.register, column).all(|needed| self.reaches(tenant, change, needed));
        // This also notes it for the record, where such things aren't read unseen.
        is_allowed && self.leave_to_read(tenant, resource).is_ok()
    }

    /// Whether something that the actor holds allows it of the row that changed.
    fn reaches(&self, tenant: TenantId, change: &Change, (action, resource): (Action, Resource)) -> bool {
        let actor = self.actor();
        let whose = Whose { organisation: None, area: identifier(change, "area_id").map(Id::from_uuid) };
        let is_in_reach = actor.allows(tenant, (action, resource), whose);
        if action != Action::Read {
            return is_in_reach;
        }
        let person = actor.confined(tenant, resource).and_then(|confined| confined.person);
        let is_own_work =
            person.is_some_and(|person| part::OWN.iter().any(|column| identifier(change, column) == Some(person.uuid())));
        (is_in_reach && actor.part_read(tenant, resource).is_none()) || is_own_work
    }
}

/// What a row has in a column before and after a change, if the change shows it and it stayed the same.
fn identifier(change: &Change, column: &str) -> Option<Uuid> {
    let of = |value: &Json| value.as_str()?.parse::<Uuid>().ok();
    let after = change.after.get(column).and_then(of)?;
    let before = change.before.as_ref().and_then(|before| before.get(column));
    before.is_none_or(|before| of(before) == Some(after)).then_some(after)
}
