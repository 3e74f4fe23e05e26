//! What the request is called on whose behalf the database is asked, so that its log and `pg_stat_activity` can be read together with
//! ours.
//!
//! It travels with the task that carries the request out rather than through every signature between. On PostgreSQL it goes into
//! `application_name`, by the message in which a transaction declares its scope anyway: no round trip more, and, unlike a comment,
//! nothing that would make every statement a new one for the cache of prepared statements. SQLite has no log to read.

use std::future::Future;

tokio::task_local! {
    static REQUEST: String;
}

/// Carries something out as part of a request.
///
/// The name has to consist of ASCII letters, figures and hyphens, 64 at most; another isn't passed on.
pub async fn within_request<F: Future>(id: String, work: F) -> F::Output {
    let sensible = (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if sensible { REQUEST.scope(id, work).await } else { work.await }
}

/// How a transaction tells PostgreSQL what the request is called; nothing outside of requests. A name holds 63 bytes, so that the
/// longest lose their end.
pub(super) fn declaration() -> Option<String> {
    REQUEST.try_with(|id| format!("SET LOCAL application_name = 'concordat {}';", id.chars().take(53).collect::<String>())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_sensible_names_reach_the_database() {
        assert_eq!(declaration(), None);
        let named = within_request("0195-ab".to_owned(), async { declaration() }).await;
        assert_eq!(named.as_deref(), Some("SET LOCAL application_name = 'concordat 0195-ab';"));
        for foolish in ["", "x'; DROP TABLE tenant; --", "é", &"x".repeat(65)] {
            assert_eq!(within_request(foolish.to_owned(), async { declaration() }).await, None);
        }
        let long = within_request("x".repeat(64), async { declaration() }).await.unwrap();
        assert_eq!(long.split('\'').nth(1).unwrap().len(), 63);
    }
}
