//! A server that is known by an address says so wherever it names one.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tests::support::{Engine, TestDatabase, app::DEMONSTRATION, app::PASSWORD};

use crate::faults::process::{Server, command, signing_key};

const ADDRESS: &str = "https://concordat.example";

#[test]
fn links_and_tokens_bear_the_address_by_which_the_server_is_known() {
    if Engine::Sqlite.is_wanted() {
        actix_web::rt::System::new().block_on(addressed());
    }
}

async fn addressed() {
    let database = TestDatabase::fresh(Engine::Sqlite, &DEMONSTRATION).await;
    let folder = tempfile::tempdir().unwrap();
    let key = signing_key(folder.path());
    let mut command = command();
    command.env("CONCORDAT_PUBLIC_URL", format!("{ADDRESS}/"));
    let server = Server::start_by(command, &database.server_url, &key).await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();

    let query = "mutation ($input: SignInInput!) { signIn(input: $input) { accessToken } }";
    let input = json!({ "email": "halton.performance-officer@concordat.example", "password": PASSWORD });
    let body = json!({ "query": query, "variables": { "input": input } });
    let answer: Value = http.post(format!("{}/graphql", server.url())).json(&body).send().await.unwrap().json().await.unwrap();
    let token = answer["data"]["signIn"]["accessToken"].as_str().unwrap();
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    let get = async |path: &str| -> Value {
        http.get(format!("{}{path}", server.url())).bearer_auth(token).send().await.unwrap().json().await.unwrap()
    };
    let about = get("/.well-known/oauth-authorization-server").await;
    assert_eq!((&about["issuer"], &claims["iss"]), (&json!(ADDRESS), &json!(ADDRESS)));
    let rows = get("/v1/halton/queries/agreement-lines?asAt=2010-02-09&limit=3").await;
    assert!(rows["next"].as_str().unwrap().starts_with(&format!("{ADDRESS}/v1/halton/queries/agreement-lines?")), "{rows}");
    let set = get("/odata/halton/agreement_lines?asAt=2010-02-09&$top=1").await;
    assert!(set["@odata.context"].as_str().unwrap().starts_with(&format!("{ADDRESS}/odata/halton/$metadata")), "{set}");
}
