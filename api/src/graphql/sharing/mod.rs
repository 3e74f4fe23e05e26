//! What tenants share: agreements, why a thing may be read or not, figures side by side, and the record of what was read.

mod access;
mod agreement;
mod comparison;
mod deciding;
mod enums;
mod on_record;

pub use access::AccessQuery;
pub use agreement::{SharingAgreement, SharingAgreementConnection};
pub use comparison::ComparisonQuery;
pub use deciding::SharingMutation;
pub use enums::{RecordCategory, SharingStanding};
pub use on_record::OnRecord;
