//! Authenticators as people hold them in their hands.

use api::identity::{OneTimeSecret, totp::step_at};
use chrono::TimeDelta;
use entity::clock::Clock as _;
use serde_json::{Value, json};
use tests::support::{Actor, Answer, TestApp, app::PASSWORD};

/// Somebody with an authenticator and a list of recovery codes.
pub struct Enrolled {
    /// The account's name, such as `halton.psg-member`.
    pub office: String,
    /// The session in which the authenticator was enabled.
    pub actor: Actor,
    pub secret: OneTimeSecret,
    pub recovery_codes: Vec<String>,
}

/// Has a mutation done, or refused.
pub async fn mutate(actor: &Actor, mutation: &str, input: Value, fields: &str) -> Answer {
    let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let document =
        format!("mutation ($input: {kind}!) {{ {mutation}(input: $input) {{ {fields} userErrors {{ code field message }} }} }}");
    actor.ask(&document, json!({ "input": input })).await
}

/// The code of the first problem with a mutation's input; null when it was accepted.
pub fn problem<'a>(answer: &'a Answer, mutation: &str) -> &'a Value {
    answer.data(&format!("/{mutation}"));
    answer.value(&format!("/{mutation}/userErrors/0/code"))
}

pub async fn create(actor: &Actor) -> OneTimeSecret {
    let answer = mutate(actor, "createAuthenticator", json!({ "password": PASSWORD }), "secret uri").await;
    let secret = answer.text("/createAuthenticator/secret");
    assert!(answer.text("/createAuthenticator/uri").contains(secret), "{answer}");
    OneTimeSecret::from_base32(secret).unwrap()
}

/// The code that an authenticator shows so many steps from now.
pub fn code_in(app: &TestApp, secret: &OneTimeSecret, steps: i64) -> String {
    secret.code(step_at(app.clock().now()) + steps)
}

/// Lets half a minute pass, so that an authenticator shows its next code.
pub fn next_code(app: &TestApp, secret: &OneTimeSecret) -> String {
    app.clock().advance(TimeDelta::seconds(30));
    code_in(app, secret, 0)
}

/// Signs an account in and gives it an authenticator.
pub async fn enrol(app: &TestApp, office: &str) -> Enrolled {
    let actor = app.sign_in(office).await;
    let secret = create(&actor).await;
    let code = code_in(app, &secret, 0);
    let answer = mutate(&actor, "enableAuthenticator", json!({ "code": code }), "recoveryCodes").await;
    let codes = answer.list("/enableAuthenticator/recoveryCodes").iter().map(|code| code.as_str().unwrap().to_owned());
    Enrolled { office: office.to_owned(), recovery_codes: codes.collect(), actor, secret }
}

/// Tries to sign in with the right password and a code.
pub async fn sign_in_with(app: &TestApp, office: &str, code: Option<&str>) -> Answer {
    let input = json!({ "email": format!("{office}@concordat.example"), "password": PASSWORD, "code": code });
    mutate(&app.anonymous(), "signIn", input, "accessToken refreshToken recoveryCodesLeft").await
}

impl Enrolled {
    /// Signs in with the next code.
    pub async fn signed_in(&self, app: &TestApp) -> Actor {
        let answer = sign_in_with(app, &self.office, Some(&next_code(app, &self.secret))).await;
        app.bearing(answer.text("/signIn/accessToken"))
    }
}
