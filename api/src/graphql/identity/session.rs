//! Sessions, as their owner sees them.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::{Error, ProblemCode},
    tables::{Id, identity::session},
    tenancy::Actor,
    usecases::identity::sessions,
};

use super::{SessionEnd, SignInMethod};
use crate::graphql::{
    context::Asking,
    errors::{UserError, for_user},
    relay::{NodeId, NodeKind, connection},
    scalars::DateTime,
};

/// A signed-in session of the viewer.
#[derive(Clone)]
pub struct Session {
    row: session::Model,
    is_current: bool,
}

impl Session {
    /// A session as its owner sees it.
    #[must_use]
    pub fn new(row: session::Model, actor: &Actor) -> Self {
        Self { is_current: actor.person().is_some_and(|own| own.session == row.id), row }
    }
}

/// A signed-in session of the viewer, from a sign-in until it ends.
#[Object]
impl Session {
    /// The session's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::beyond(NodeKind::Session, self.row.id).to_id()
    }

    /// Whether this is the session that is asking.
    fn is_current(&self) -> bool {
        self.is_current
    }

    /// When it began.
    fn started_at(&self) -> DateTime {
        DateTime(self.row.started_at)
    }

    /// When its tokens were renewed last.
    fn last_used_at(&self) -> DateTime {
        DateTime(self.row.last_used_at)
    }

    /// With what it was signed in; showing a one-time code later counts, too.
    fn method(&self) -> SignInMethod {
        self.row.method.into()
    }

    /// When that was shown last: the code where there is one, else the password. What takes a fresh proof of identity takes one
    /// of less than five minutes ago.
    fn verified_at(&self) -> Option<DateTime> {
        self.row.shown_at.map(DateTime)
    }

    /// When it ends at the latest.
    fn expires_at(&self) -> DateTime {
        DateTime(self.row.expires_at)
    }

    /// When it was ended before its time; null while it is live.
    fn ended_at(&self) -> Option<DateTime> {
        self.row.ended_at.map(DateTime)
    }

    /// Why it was ended before its time.
    fn end_reason(&self) -> Option<SessionEnd> {
        self.row.end_reason.map(SessionEnd::from)
    }

    /// What the client said it is.
    fn user_agent(&self) -> Option<&str> {
        self.row.user_agent.as_deref()
    }

    /// The network address from which it began.
    fn address(&self) -> Option<&str> {
        self.row.address.as_deref()
    }
}

connection!(SessionConnection, SessionEdge, Session, "sessions");

/// Which session to end.
#[derive(InputObject)]
pub struct RevokeSessionInput {
    /// The session's global identifier; your own current one when left out, which signs you out.
    session: Option<ID>,
}

/// What ending a session gives.
#[derive(SimpleObject)]
pub struct RevokeSessionPayload {
    /// The identifier of the session that is over now.
    revoked: Option<ID>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Ending sessions.
#[derive(Default)]
pub struct IdentitySessionMutation;

#[Object]
impl IdentitySessionMutation {
    /// Ends one of your own sessions at once: its tokens stop working with the next request.
    async fn revoke_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which session to end.")] input: RevokeSessionInput,
    ) -> Result<RevokeSessionPayload> {
        let asking = Asking::of(ctx)?;
        let actor = asking.actor()?;
        let wanted = named(input.session.as_ref());
        let session = match wanted.and_then(|named| Ok(named.unwrap_or(actor.signed_in()?.session))) {
            Ok(session) => session,
            Err(error) => return Ok(RevokeSessionPayload { revoked: None, user_errors: for_user(error)? }),
        };
        match sessions::end(&asking.db, &actor, session).await {
            Ok(()) => Ok(RevokeSessionPayload {
                revoked: Some(NodeId::beyond(NodeKind::Session, session).to_id()),
                user_errors: Vec::new(),
            }),
            Err(error) => Ok(RevokeSessionPayload { revoked: None, user_errors: for_user(error)? }),
        }
    }
}

fn named(id: Option<&ID>) -> Result<Option<Id<session::Model>>, Error> {
    let Some(id) = id else { return Ok(None) };
    let parsed = NodeId::parse(id).filter(|parsed| parsed.kind == NodeKind::Session);
    let parsed = parsed.ok_or_else(|| Error::invalid("session", ProblemCode::NotFound, "You have no such session."))?;
    Ok(Some(Id::from_uuid(parsed.id)))
}
