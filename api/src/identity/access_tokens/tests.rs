//! Tokens as an honest client, a late one and a forger would present them.

use jsonwebtoken::EncodingKey;
use serde_json::{Value, json};

use super::*;

const ISSUER: &str = "https://concordat.example";
const AUDIENCE: &str = "concordat";
const ACCOUNT: Uuid = Uuid::from_u128(0xacc0);
const SESSION: Uuid = Uuid::from_u128(0x5e55);

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_265_716_800 + seconds, 0).unwrap()
}

fn tokens() -> AccessTokens {
    AccessTokens::new(SigningKeys::generate().unwrap(), ISSUER, AUDIENCE)
}

fn issue(tokens: &AccessTokens) -> String {
    tokens.issue(ACCOUNT, SESSION, at(0)).unwrap().token
}

fn remembered(tokens: &AccessTokens) -> usize {
    tokens.verified.lock().unwrap().len()
}

fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": ACCOUNT, "sid": SESSION,
        "iat": at(0).timestamp(), "nbf": at(0).timestamp(), "exp": at(600).timestamp(), "jti": Uuid::nil(),
    })
}

/// The proper claims with one changed.
fn claims_with(name: &str, value: impl Into<Value>) -> Value {
    let mut claims = claims();
    claims[name] = value.into();
    claims
}

fn claims_without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

fn encoded(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

/// Signs any header and claims properly with the issuer's own key.
fn signed(tokens: &AccessTokens, header: &Value, claims: &Value) -> String {
    let message = format!("{}.{}", encoded(header), encoded(claims));
    let key = tokens.keys.encoding();
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, Algorithm::EdDSA).unwrap();
    format!("{message}.{signature}")
}

fn header(tokens: &AccessTokens) -> Value {
    json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": tokens.keys.kid() })
}

/// How the issuer answers to its own signature under these claims.
fn answer_to(claims: &Value) -> Result<AccessClaims, TokenError> {
    let tokens = tokens();
    tokens.verify(&signed(&tokens, &header(&tokens), claims), at(1))
}

#[test]
fn a_token_says_who_asks_in_which_session_and_for_how_long() {
    let tokens = tokens();
    let issued = tokens.issue(ACCOUNT, SESSION, at(0)).unwrap();
    let claims = tokens.verify(&issued.token, at(1)).unwrap();
    assert_eq!((claims.sub, claims.sid), (ACCOUNT, SESSION));
    assert_eq!((claims.iss.as_str(), claims.aud.as_str()), (ISSUER, AUDIENCE));
    assert_eq!((claims.iat, claims.nbf, claims.exp), (at(0).timestamp(), at(0).timestamp(), at(600).timestamp()));
    assert_eq!(issued.expires_at, at(600));
    assert_eq!(claims.jti.get_timestamp().unwrap().to_unix().0, at(0).timestamp() as u64);
}

#[test]
fn the_header_names_the_algorithm_the_type_and_the_key_and_nothing_else() {
    let tokens = tokens();
    let token = issue(&tokens);
    let decoded = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&decoded).unwrap(), header(&tokens));
    assert!(token.len() < 600, "{}", token.len());
}

#[test]
fn two_tokens_of_one_moment_have_different_names() {
    let tokens = tokens();
    assert_ne!(issue(&tokens), issue(&tokens));
}

#[test]
fn it_is_good_for_ten_minutes_and_the_leeway() {
    let tokens = tokens();
    let token = issue(&tokens);
    assert!(tokens.verify(&token, at(604)).is_ok());
    assert_eq!(tokens.verify(&token, at(605)), Err(TokenError::Expired));
}

#[test]
fn a_remembered_token_expires_all_the_same_and_is_forgotten() {
    let tokens = tokens();
    let token = issue(&tokens);
    assert_eq!(tokens.verify(&token, at(1)), tokens.verify(&token, at(2)));
    assert_eq!(remembered(&tokens), 1);
    assert_eq!(tokens.verify(&token, at(605)), Err(TokenError::Expired));
    assert_eq!(remembered(&tokens), 0);
    assert_eq!(tokens.verify(&token, at(605)), Err(TokenError::Expired));
}

#[test]
fn a_token_from_the_future_waits_for_its_time() {
    let tokens = tokens();
    let token = issue(&tokens);
    assert_eq!(tokens.verify(&token, at(-6)), Err(TokenError::NotYetValid));
    assert!(tokens.verify(&token, at(-5)).is_ok());
}

#[test]
fn the_memory_starts_afresh_when_it_is_full() {
    let tokens = tokens();
    let claims = tokens.verify(&issue(&tokens), at(1)).unwrap();
    for n in 0..REMEMBERED {
        let mut digest = [0; 32];
        digest[..8].copy_from_slice(&n.to_be_bytes());
        tokens.remember(digest, claims.clone());
        assert!(remembered(&tokens) <= REMEMBERED);
    }
    assert_eq!(remembered(&tokens), 1);
}

#[test]
fn one_changed_character_anywhere_is_noticed_even_when_the_original_is_remembered() {
    let tokens = tokens();
    let token = issue(&tokens);
    tokens.verify(&token, at(1)).unwrap();
    for place in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(tokens.verify(&changed, at(1)).is_err(), "{place}");
    }
}

#[test]
fn anothers_claims_under_an_honest_signature_are_a_bad_signature() {
    let tokens = tokens();
    let token = issue(&tokens);
    let parts: Vec<_> = token.split('.').collect();
    let forged = claims_with("sub", Uuid::from_u128(0xbad).to_string());
    let forged = format!("{}.{}.{}", parts[0], encoded(&forged), parts[2]);
    assert_eq!(tokens.verify(&forged, at(1)), Err(TokenError::BadSignature));
}

#[test]
fn a_stranger_who_names_our_key_is_a_bad_signature() {
    let (ours, stranger) = (tokens(), tokens());
    let forged = signed(&stranger, &header(&ours), &claims());
    assert_eq!(ours.verify(&forged, at(1)), Err(TokenError::BadSignature));
}

#[test]
fn no_algorithm_but_eddsa_is_looked_at() {
    let tokens = tokens();
    for alg in ["none", "None", "HS256", "RS256", "ES256", "eddsa", ""] {
        let header = json!({ "alg": alg, "typ": "at+jwt", "kid": tokens.keys.kid() });
        let unsigned = format!("{}.{}.", encoded(&header), encoded(&claims()));
        assert_eq!(tokens.verify(&unsigned, at(1)), Err(TokenError::WrongAlgorithm), "{alg}");
    }
}

#[test]
fn the_public_key_is_no_secret_to_sign_with() {
    let tokens = tokens();
    let jwks = tokens.keys.jwks();
    let raw = URL_SAFE_NO_PAD.decode(jwks["keys"][0]["x"].as_str().unwrap()).unwrap();
    let pem = tokens.keys.public_pem().unwrap();
    for secret in [raw.as_slice(), pem.as_bytes()] {
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some("at+jwt".to_owned());
        header.kid = Some(tokens.keys.kid().to_owned());
        let forged = jsonwebtoken::encode(&header, &claims(), &EncodingKey::from_secret(secret)).unwrap();
        assert_eq!(tokens.verify(&forged, at(1)), Err(TokenError::WrongAlgorithm));
    }
}

#[test]
fn a_key_that_is_missing_or_unknown_is_refused() {
    let tokens = tokens();
    let missing = json!({ "alg": "EdDSA", "typ": "at+jwt" });
    let unknown = json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k" });
    for header in [missing, unknown] {
        let token = signed(&tokens, &header, &claims());
        assert_eq!(tokens.verify(&token, at(1)), Err(TokenError::UnknownKey));
    }
}

#[test]
fn a_key_that_was_replaced_is_accepted_for_as_long_as_it_is_kept() {
    let before = tokens();
    let token = issue(&before);
    let public = before.keys.public_pem().unwrap();
    let rotated = SigningKeys::generate().unwrap().with_previous(&public).unwrap();
    let after = AccessTokens::new(rotated, ISSUER, AUDIENCE);
    assert_eq!(after.verify(&token, at(1)).unwrap().sub, ACCOUNT);
    assert_eq!(tokens().verify(&token, at(1)), Err(TokenError::UnknownKey));
}

#[test]
fn other_types_and_extended_headers_are_foreign() {
    let tokens = tokens();
    let mut other_type = header(&tokens);
    other_type["typ"] = json!("JWT");
    let mut no_type = header(&tokens);
    no_type.as_object_mut().unwrap().remove("typ");
    let mut critical = header(&tokens);
    critical["crit"] = json!(["b64"]);
    let mut own_key = header(&tokens);
    own_key["jwk"] = json!({ "kty": "OKP" });
    for header in [other_type, no_type, critical, own_key] {
        let token = signed(&tokens, &header, &claims());
        assert_eq!(tokens.verify(&token, at(1)), Err(TokenError::Malformed), "{header}");
    }
}

#[test]
fn tokens_of_other_issuers_and_for_other_audiences_are_refused() {
    assert_eq!(answer_to(&claims()).unwrap().sub, ACCOUNT);
    assert_eq!(answer_to(&claims_with("iss", "https://elsewhere.example")), Err(TokenError::WrongIssuer));
    assert_eq!(answer_to(&claims_with("aud", "elsewhere")), Err(TokenError::WrongAudience));
    assert_eq!(answer_to(&claims_with("aud", json!([AUDIENCE, "elsewhere"]))), Err(TokenError::Malformed));
}

#[test]
fn every_claim_is_required_in_its_own_form() {
    for name in ["iss", "aud", "sub", "sid", "iat", "nbf", "exp", "jti"] {
        assert_eq!(answer_to(&claims_without(name)), Err(TokenError::Malformed), "{name}");
        assert_eq!(answer_to(&claims_with(name, Value::Null)), Err(TokenError::Malformed), "{name}");
    }
    for (name, value) in [("sub", json!("nobody")), ("exp", json!("tomorrow")), ("exp", json!(1e300))] {
        assert_eq!(answer_to(&claims_with(name, value)), Err(TokenError::Malformed), "{name}");
    }
}

#[test]
fn the_latest_imaginable_expiry_does_not_overflow() {
    assert!(answer_to(&claims_with("exp", i64::MAX)).is_ok());
    assert_eq!(answer_to(&claims_with("nbf", i64::MAX)), Err(TokenError::NotYetValid));
}

#[test]
fn what_is_no_token_is_malformed_and_never_remembered() {
    let tokens = tokens();
    let long = format!("{}{}", issue(&tokens), "A".repeat(LONGEST_BYTES));
    for text in ["", ".", "..", "...", "a.b.c", "Bearer x", "é.é.é", "e30.e30.e30", &long] {
        assert_eq!(tokens.verify(text, at(1)), Err(TokenError::Malformed), "{text}");
    }
    assert_eq!(remembered(&tokens), 0);
}

#[test]
fn nothing_secret_is_shown_for_debugging() {
    let tokens = tokens();
    let issued = tokens.issue(ACCOUNT, SESSION, at(0)).unwrap();
    let shown = format!("{tokens:?} {issued:?}");
    assert!(!shown.contains(&issued.token) && shown.contains(tokens.keys.kid()), "{shown}");
}
