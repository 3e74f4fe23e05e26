//! Who may do what, as one page that an officer can read and a reviewer can compare.

#[test]
fn the_policy_is_the_one_that_was_reviewed() {
    insta::with_settings!({ omit_expression => true, description => "What each office may do in a tenant where it is held. Everything else is denied. * takes a session that has shown a one-time code, ** one that has shown it within five minutes, where the installation insists." }, {
        insta::assert_snapshot!("policy", entity::policy::matrix());
    });
}

#[test]
fn the_scopes_are_those_that_were_reviewed() {
    insta::with_settings!({ omit_expression => true, description => "What each scope lets a service account do in a tenant that grants it. Everything else is denied; scopes without a line wait for their registers." }, {
        insta::assert_snapshot!("scopes", entity::policy::scope_matrix());
    });
}
