//! What is asked, and what a hand-written statement takes to answer the same: the F1 floor.
//!
//! A statement takes the tenant's short name, the person and the business date, checks the person's appointment, and gives the
//! whole JSON `data` object. Its arithmetic is that of the rules for the figures that [`super::data`] makes, and no more: a
//! straight line to a yearly target, five per cent of the expected value, one decimal place.

/// A question with its floor on either database.
pub struct Question {
    /// What it is called, in the table and as the floor's path.
    pub name: &'static str,
    /// The GraphQL document; it takes `$slug`.
    pub document: &'static str,
    /// The statement on PostgreSQL.
    pub postgres: &'static str,
    /// The statement on SQLite.
    pub sqlite: &'static str,
}

/// The one write: a figure for one of the areas that no agreement is about.
pub const WRITE: Write = Write { name: "write", document: include_str!("write.graphql") };

/// A write; its floor is in [`super::floor_write`].
pub struct Write {
    /// What it is called, in the table and as the floor's path.
    pub name: &'static str,
    /// The GraphQL document; it takes `$input`.
    pub document: &'static str,
}

/// The dashboard again, from the address of a stored query and with the tag of an answer that still holds. Its floor knows of no tags
/// and answers the dashboard.
pub const POLL: &str = "poll";

/// The questions.
pub const QUESTIONS: &[Question] = &[
    Question {
        name: "dashboard",
        document: include_str!("dashboard.graphql"),
        postgres: include_str!("dashboard.postgres.sql"),
        sqlite: include_str!("dashboard.sqlite.sql"),
    },
    Question {
        name: "small",
        document: include_str!("small.graphql"),
        postgres: include_str!("small.postgres.sql"),
        sqlite: include_str!("small.sqlite.sql"),
    },
];
