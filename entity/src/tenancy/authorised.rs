//! Leave to do a thing to a row. Only the policy check hands it out, so a use case that asks for it can't be reached past it.

use std::marker::PhantomData;

use super::{TenantTx, Warrant};
use crate::{
    error::{Error, Result},
    policy::{Action, Resource},
    tables::{
        Id, TenantId, TenantRow, TenantTable,
        dashboards::{stored_query, stored_query_version},
        organisation::{body, organisation, service_account_grant},
        performance::{agreement_indicator, area, indicator, observation, target},
        risk::{risk, risk_referral},
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
        /// Sending feedback about a neighbourhood policing unit.
        SubmitFeedback = Submit Feedback,
        /// Collating feedback by council area.
        CollateFeedback = Collate Feedback,
        /// Sending collated feedback to the area's lead member.
        ReportFeedbackSummary = Report FeedbackSummary,
        /// Saving a quarterly return, and closing what was promised in one.
        RecordReturn = Record QuarterlyReturn,
        /// Handing a quarterly return in.
        SubmitReturn = Submit QuarterlyReturn,
        /// Taking a quarterly return back.
        WithdrawReturn = Withdraw QuarterlyReturn,
        /// Receiving a quarterly return for the committee.
        DetermineReturn = Determine QuarterlyReturn,
        /// Exporting observations.
        ExportObservations = Export Observation,
        /// Recording an instrument of delegation.
        SetDelegation = Set Delegation,
        /// Revoking one.
        WithdrawDelegation = Withdraw Delegation,
        /// Drawing a budget up, and closing it or a line of it.
        SetBudget = Set Budget,
        /// Agreeing a budget for the body whose it is.
        ApproveBudget = Approve Budget,
        /// Agreeing expenditure, priorities or a plan within delegated powers.
        AgreeDecision = Agree Decision,
        /// Taking back what such a decision committed.
        WithdrawDecision = Withdraw Decision,
        /// Recording what was paid for a decision.
        RecordDecision = Record Decision,
        /// Declaring an interest of one's own.
        StateDecision = State Decision,
        /// Judging how a priority answers to the Policing Plan.
        StatePolicingPlan = State PolicingPlan,
        /// Inviting somebody to an account.
        InviteAccount = Invite Account,
        /// Putting a risk on a register, and what is tried and done about one.
        RecordRisk = Record Risk,
        /// Assessing a risk anew, or changing what its register says.
        ReviseRisk = Revise Risk,
        /// Settling a risk at source.
        ResolveRisk = Resolve Risk,
        /// Reporting a risk of one's own area, in the tenant where it arose.
        ReportRisk = Report Risk,
        /// Reporting it to the Authority.
        ReportReferral = Report Referral,
        /// Recording what a committee made of a reported risk.
        RecordReferral = Record Referral,
        /// Determining reported risks.
        DetermineReferral = Determine Referral,
        /// Deciding whether to raise one, and recording what came of that.
        ResolveReferral = Resolve Referral,
        /// Calling a meeting, and recording what came of it.
        RecordMeeting = Record Meeting,
        /// Publishing what a meeting came to: its summary, its pack.
        PublishMeeting = Submit Meeting,
        /// Carrying a meeting's key actions back to one's own organisation.
        CarryActionsBack = Report Action,
        /// Recording an action.
        RecordAction = Record Action,
        /// Telling what became of an action.
        ReportAction = Report Action,
        /// Submitting the action plan of a specialist strategic partnership.
        SubmitPlan = Submit Action,
        /// Giving feedback on one.
        GivePlanFeedback = State Action,
        /// Publishing an Environmental Scan or an issue of the Members' Bulletin.
        PublishPublication = Submit Publication,
        /// Recording the interview of a member.
        RecordInterview = Record Interview,
        /// Waiving an obligation.
        WaiveObligation = Set Obligation,
        /// Letting a service account in, changing what it may do, or shutting it out.
        AdmitServiceAccount = Admit ServiceAccount,
        /// Writing a stored query down.
        DefineStoredQuery = Define StoredQuery,
        /// Publishing a stored query, or giving it up.
        PublishStoredQuery = Publish StoredQuery,
    }
}

/// Whose a thing is, so that an office can be confined to its own organisation's things, or to those of its own area.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Whose {
    /// The organisation that supplies it, if one does.
    pub organisation: Option<Id<organisation::Model>>,
    /// The area that it is about, if it is about one.
    pub area: Option<Id<area::Model>>,
}

impl Whose {
    /// What is about an area.
    #[must_use]
    pub const fn about(area: Id<area::Model>) -> Self {
        Self { organisation: None, area: Some(area) }
    }
}

/// A row that says whose it is.
pub trait OwnedBy {
    /// Whose it is.
    fn whose(&self) -> Whose;
}

impl OwnedBy for indicator::Model {
    fn whose(&self) -> Whose {
        Whose { organisation: self.data_owner_id, area: None }
    }
}

impl OwnedBy for risk::Model {
    fn whose(&self) -> Whose {
        Whose::about(self.area_id)
    }
}

impl OwnedBy for risk_referral::Model {
    fn whose(&self) -> Whose {
        Whose::about(self.area_id)
    }
}

macro_rules! owned_by_nobody {
    ($($row:ty),+) => { $(impl OwnedBy for $row {
        fn whose(&self) -> Whose {
            Whose::default()
        }
    })+ };
}

owned_by_nobody!(
    agreement_indicator::Model,
    observation::Model,
    service_account_grant::Model,
    stored_query::Model,
    stored_query_version::Model,
    target::Model
);

/// A row, with leave to do `D` to it under one appointment or grant.
#[derive(Debug)]
pub struct Authorised<T, D> {
    row: T,
    warrant: Warrant,
    deed: PhantomData<D>,
}

impl<T, D> Authorised<T, D> {
    /// The row.
    pub fn row(&self) -> &T {
        &self.row
    }

    /// The appointment or the grant under which it is done.
    pub fn warrant(&self) -> &Warrant {
        &self.warrant
    }

    /// The office in which it is done, for what only people do.
    ///
    /// # Errors
    /// [`Error::ForPeople`] when it is a service account's.
    pub fn office(&self) -> Result<crate::policy::Office> {
        self.warrant.office().ok_or(Error::ForPeople)
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
        let warrant = self.leave::<D>(row.whose())?;
        Ok(Authorised { row, warrant, deed: PhantomData })
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
        let warrant = self.leave::<D>(row.whose())?;
        Ok(Authorised { row, warrant, deed: PhantomData })
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
        Err(actor.denied(D::ACTION, D::RESOURCE))
    }

    /// Checks that some appointment allows the deed in a tenant that is only read, as exporting does.
    ///
    /// # Errors
    /// [`Error::Denied`] when none does; [`Error::Assurance`] when whoever asks has to show more.
    pub fn allows_reading_deed<D: Deed>(&self, tenant: TenantId) -> Result<()> {
        if !self.actor().may(tenant, D::ACTION, D::RESOURCE) {
            return Err(self.actor().denied(D::ACTION, D::RESOURCE));
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
        self.authorise_new(Whose::default())
    }

    /// The same under an appointment that is held on this body; nothing when others of the actor's allow it, but none of those.
    ///
    /// # Errors
    /// [`Error::Denied`] when no appointment allows it at all; [`Error::Assurance`] when whoever asks has to show more.
    pub fn authorise_on<D: Deed>(&self, body: Id<body::Model>) -> Result<Option<Authorised<(), D>>> {
        self.allows_some::<D>()?;
        let held = self.actor().held_on(self.acting_tenant()?, D::ACTION, D::RESOURCE, body);
        Ok(held.map(|held| Authorised { row: (), warrant: Warrant::Appointment(held.clone()), deed: PhantomData }))
    }

    /// The same under an appointment to any office but this one, or to this one in the whole tenant; nothing when it is only held on some
    /// body.
    ///
    /// # Errors
    /// [`Error::Denied`] when no appointment allows it at all; [`Error::Assurance`] when whoever asks has to show more.
    pub fn authorise_other_than<D: Deed>(&self, office: crate::policy::Office) -> Result<Option<Authorised<(), D>>> {
        self.allows_some::<D>()?;
        let held = self.actor().held_other_than(self.acting_tenant()?, D::ACTION, D::RESOURCE, office);
        Ok(held.map(|held| Authorised { row: (), warrant: Warrant::Appointment(held.clone()), deed: PhantomData }))
    }

    /// The same for something that comes into being, of which it is known whose it will be.
    ///
    /// # Errors
    /// [`Error::Denied`] when no appointment allows it.
    pub fn authorise_new<D: Deed>(&self, whose: Whose) -> Result<Authorised<(), D>> {
        let warrant = self.leave::<D>(whose)?;
        Ok(Authorised { row: (), warrant, deed: PhantomData })
    }

    /// Checks that one of the actor's appointments allows the deed in another tenant than the acting one, which is only read: what is
    /// passed on from there.
    ///
    /// # Errors
    /// [`Error::Denied`] when none does.
    pub fn allows_there<D: Deed>(&self, tenant: TenantId, whose: Whose) -> Result<()> {
        let warrant = self.actor().warrant(tenant, D::ACTION, D::RESOURCE, whose);
        warrant.map(drop).ok_or_else(|| self.actor().denied_of(tenant, (D::ACTION, D::RESOURCE), whose))
    }

    fn leave<D: Deed>(&self, whose: Whose) -> Result<Warrant> {
        let (tenant, actor) = (self.acting_tenant()?, self.actor());
        let warrant = actor.warrant(tenant, D::ACTION, D::RESOURCE, whose);
        let warrant = warrant.ok_or_else(|| actor.denied_of(tenant, (D::ACTION, D::RESOURCE), whose))?;
        self.assured::<D>()?;
        Ok(warrant)
    }

    /// Whether the session knows surely enough who it is; asked last, so that nobody shows a code for nothing.
    fn assured<D: Deed>(&self) -> Result<()> {
        self.actor().assured(D::ACTION, self.now())
    }
}
