//! Who is asking: signing in, sessions and the viewer.

mod enums;
mod password;
mod session;
mod sign_in;
mod viewer;

pub use enums::SessionEnd;
pub use password::PasswordMutation;
pub use session::{IdentitySessionMutation, Session, SessionConnection};
pub use sign_in::SignInMutation;
pub use viewer::{Viewer, ViewerQuery, may};
