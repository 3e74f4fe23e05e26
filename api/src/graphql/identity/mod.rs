//! Who is asking: signing in, sessions and the viewer.

mod account;
mod admitting;
mod authenticator;
mod calendar_feed;
mod enums;
mod invitation;
mod links;
mod one_time_code;
mod password;
mod service_account;
mod session;
mod sign_in;
mod verify;
mod viewer;

pub use account::{Account, AccountConnection};
pub use admitting::ServiceAccountMutation;
pub use authenticator::AuthenticatorMutation;
pub use calendar_feed::{CalendarFeed, CalendarFeedMutation};
pub use enums::{SessionEnd, SignInMethod};
pub use invitation::InvitationMutation;
pub use links::LinkMutation;
pub use password::PasswordMutation;
pub use service_account::{ServiceAccount, ServiceAccountConnection, ServiceScope};
pub use session::{IdentitySessionMutation, Session, SessionConnection};
pub use sign_in::SignInMutation;
pub use verify::VerifyIdentityMutation;
pub use viewer::{Viewer, ViewerQuery, may};
