//! What the integration tests stand on; the tests themselves are in `it`.

pub mod support;
