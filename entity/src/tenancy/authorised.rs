//! Leave to do a thing to a row. Only the policy check hands it out, so a use case that asks for it can't be reached past it.

use std::marker::PhantomData;

use super::{Held, TenantTx};
use crate::{
    error::{Error, Result},
    policy::{Action, Resource},
    tables::{
        Id, TenantId, TenantRow, TenantTable,
        organisation::organisation,
        performance::{agreement_indicator, indicator, observation, target},
    },
};

/// Something that a person does, known to the type system.
pub trait Deed {
    /// The action of the policy table.
    const ACTION: Action;
    /// The resource that it is done to.
    const RESOURCE: Resource;
}

/// The deeds there are.
pub mod deeds {
    use super::{Action, Deed, Resource};

    macro_rules! deeds {
        ($($(#[$about:meta])* $name:ident = $action:ident $resource:ident),+ $(,)?) => {
            $($(#[$about])*
            #[derive(Clone, Copy, Debug)]
            pub struct $name;

            impl Deed for $name {
                const ACTION: Action = Action::$action;
                const RESOURCE: Resource = Resource::$resource;
            })+
        };
    }

    deeds! {
        /// Recording observations of an indicator.
        RecordObservation = Record Observation,
        /// Revising an observation.
        ReviseObservation = Revise Observation,
        /// Setting the target of a line.
        SetTarget = Set Target,
        /// Settling how a target's words are read.
        ResolveTarget = Resolve Target,
        /// Stating an outlook for a line.
        StateOutlook = State Outlook,
        /// Verifying the figures of a period.
        VerifyPeriod = Verify Period,
        /// Approving the figures of a period.
        ApprovePeriod = Approve Period,
        /// Importing a file of observations.
        ImportObservations = Import Observation,
        /// Proposing an information-sharing agreement.
        ProposeSharing = Propose Sharing,
        /// Approving one for one's own tenant.
        ApproveSharing = Approve Sharing,
        /// Withdrawing from one.
        WithdrawSharing = Withdraw Sharing,
        /// Exporting observations.
        ExportObservations = Export Observation,
        /// Inviting somebody to an account.
        InviteAccount = Invite Account,
    }
}

/// A row that an organisation may own, so that an office can be confined to its own organisation's.
pub trait OwnedBy {
    /// The organisation that supplies it, if one is named.
    fn owner(&self) -> Option<Id<organisation::Model>>;
}

impl OwnedBy for indicator::Model {
    fn owner(&self) -> Option<Id<organisation::Model>> {
        self.data_owner_id
    }
}

macro_rules! owned_by_nobody {
    ($($row:ty),+) => { $(impl OwnedBy for $row {
        fn owner(&self) -> Option<Id<organisation::Model>> {
            None
        }
    })+ };
}

owned_by_nobody!(agreement_indicator::Model, observation::Model, target::Model);

/// A row, with leave to do `D` to it under one appointment.
#[derive(Debug)]
pub struct Authorised<T, D> {
    row: T,
    held: Held,
    deed: PhantomData<D>,
}

impl<T, D> Authorised<T, D> {
    /// The row.
    pub fn row(&self) -> &T {
        &self.row
    }

    /// The appointment under which it is done.
    pub fn held(&self) -> &Held {
        &self.held
    }
}

impl TenantTx {
    /// Finds the row in the acting tenant and checks that one of the actor's appointments allows the deed.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the acting tenant has no such row; [`Error::Denied`] when no appointment allows it.
    pub async fn authorise<E, D>(&self, id: Id<E::Model>) -> Result<Authorised<E::Model, D>>
    where
        E: TenantTable,
        E::Model: OwnedBy,
        D: Deed,
    {
        let tenant = self.acting_tenant()?;
        let row = self.get::<E>(tenant, id).await?;
        let owner = row.owner();
        let held = self.leave::<D>(owner)?;
        Ok(Authorised { row, held, deed: PhantomData })
    }

    /// The same for a row that was found already, so that many rows take no further statement.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the row is another tenant's; [`Error::Denied`] when no appointment allows the deed.
    pub fn authorise_found<T, D>(&self, row: T) -> Result<Authorised<T, D>>
    where
        T: TenantRow + OwnedBy,
        D: Deed,
    {
        if row.tenant() != self.acting_tenant()? {
            return Err(Error::NotFound("row"));
        }
        let held = self.leave::<D>(row.owner())?;
        Ok(Authorised { row, held, deed: PhantomData })
    }

    /// Checks that some appointment allows the deed in the acting tenant on at least a part of what is there.
    ///
    /// # Errors
    /// [`Error::Denied`] when none does.
    pub fn allows_some<D: Deed>(&self) -> Result<()> {
        let (tenant, actor) = (self.acting_tenant()?, self.actor());
        if actor.may(tenant, D::ACTION, D::RESOURCE) {
            return self.assured::<D>();
        }
        Err(Error::Denied { action: D::ACTION, resource: D::RESOURCE, on: actor.business_date })
    }

    /// Checks that some appointment allows the deed in a tenant that is only read, as exporting does.
    ///
    /// # Errors
    /// [`Error::Denied`] when none does; [`Error::Assurance`] when whoever asks has to show more.
    pub fn allows_reading_deed<D: Deed>(&self, tenant: TenantId) -> Result<()> {
        if !self.actor().may(tenant, D::ACTION, D::RESOURCE) {
            return Err(Error::Denied { action: D::ACTION, resource: D::RESOURCE, on: self.actor().business_date });
        }
        self.assured::<D>()?;
        self.note_restricted(tenant, D::ACTION, D::RESOURCE);
        Ok(())
    }

    /// Checks that one of the actor's appointments allows the deed in the acting tenant, on no row in particular.
    ///
    /// # Errors
    /// [`Error::Denied`] when no appointment allows it.
    pub fn authorise_tenant<D: Deed>(&self) -> Result<Authorised<(), D>> {
        let held = self.leave::<D>(None)?;
        Ok(Authorised { row: (), held, deed: PhantomData })
    }

    fn leave<D: Deed>(&self, owner: Option<Id<organisation::Model>>) -> Result<Held> {
        let tenant = self.acting_tenant()?;
        let actor = self.actor();
        let held = actor.held_for(tenant, D::ACTION, D::RESOURCE, owner).cloned().ok_or(Error::Denied {
            action: D::ACTION,
            resource: D::RESOURCE,
            on: actor.business_date,
        })?;
        self.assured::<D>()?;
        Ok(held)
    }

    /// Whether the session knows surely enough who it is; asked last, so that nobody shows a code for nothing.
    fn assured<D: Deed>(&self) -> Result<()> {
        Ok(self.actor().assurance.suffices_for(D::ACTION, self.now())?)
    }
}
