//! Who is asking: signing in, sessions and the viewer.

mod account;
mod authenticator;
mod enums;
mod invitation;
mod links;
mod one_time_code;
mod password;
mod session;
mod sign_in;
mod verify;
mod viewer;

pub use account::{Account, AccountConnection};
pub use authenticator::AuthenticatorMutation;
pub use enums::{SessionEnd, SignInMethod};
pub use invitation::InvitationMutation;
pub use links::LinkMutation;
pub use password::PasswordMutation;
pub use session::{IdentitySessionMutation, Session, SessionConnection};
pub use sign_in::SignInMutation;
pub use verify::VerifyIdentityMutation;
pub use viewer::{Viewer, ViewerQuery, may};
