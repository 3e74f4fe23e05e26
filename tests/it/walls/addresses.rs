//! The addresses of stored queries are walled as the schema is: whatever a tenant has stored, in every shape, by no other tenant.
//! Found from what is stored, so that a new query is covered the day it comes.

use serde_json::json;
use tests::each_wall_alone;
use tests::support::{Actor, TestApp};

use super::{busy_day::busy_day, isolation::HALTON_S_OWN_WORDS};
use crate::dashboards::fixtures::get;

each_wall_alone!(what_halton_has_stored_is_there_for_halton_alone, no_stored_query_of_others_tells_of_halton);

/// Every address of what a tenant has stored, as somebody of the tenant knows them.
async fn addresses(actor: &Actor, slug: &str) -> Vec<String> {
    let shelf = "query ($slug: String!) { tenant(by: { slug: $slug }) { storedQueries { nodes { name versions { nodes { number } } } } } }";
    let answer = actor.ask(shelf, json!({ "slug": slug })).await;
    let mut all = vec![format!("/v1/{slug}/queries"), format!("/odata/{slug}"), format!("/odata/{slug}/$metadata")];
    for query in answer.list("/tenant/storedQueries/nodes") {
        let name = query["name"].as_str().unwrap();
        let numbers = query["versions"]["nodes"].as_array().unwrap().iter().map(|version| format!("/v{}", version["number"]));
        for version in numbers.chain([String::new()]) {
            let endings = ["", ".json", ".rows.json", ".csv", ".csv-metadata.json", ".html"];
            all.extend(endings.map(|ending| format!("/v1/{slug}/queries/{name}{version}{ending}")));
        }
        let set = name.replace('-', "_");
        all.extend(["", "/$count", "?$top=1"].map(|part| format!("/odata/{slug}/{set}{part}")));
    }
    all
}

async fn what_halton_has_stored_is_there_for_halton_alone(app: TestApp) {
    busy_day(&app).await;
    let officer = app.sign_in("halton.performance-officer").await;
    let all = addresses(&officer, "halton").await;
    assert!(all.len() > 80, "only {} addresses", all.len());
    for address in &all {
        let got = get(&app, &officer, address).await;
        assert_eq!(got.status, 200, "{address}: {}", got.text);
    }
    for office in ["warrington.performance-officer", "authority.research-officer", "former.lead-member"] {
        let stranger = app.sign_in(office).await;
        for address in &all {
            let (got, nowhere) =
                (get(&app, &stranger, address).await, get(&app, &stranger, &address.replace("halton", "atlantis")).await);
            assert_eq!(got.status, 404, "{office} {address}: {}", got.text);
            // But for the request's own identifier, as for a tenant that never was.
            let said = |got: &crate::dashboards::fixtures::Got| got.text.replace(got.header("x-request-id"), "");
            assert_eq!(said(&got), said(&nowhere), "{office} {address}");
        }
    }
}

async fn no_stored_query_of_others_tells_of_halton(app: TestApp) {
    busy_day(&app).await;
    let officer = app.sign_in("halton.performance-officer").await;
    let mut heard = String::new();
    for address in addresses(&officer, "halton").await {
        heard.push_str(&get(&app, &officer, &address).await.text);
    }
    assert!(HALTON_S_OWN_WORDS.iter().any(|words| heard.contains(words)), "the words would be heard");
    let stranger = app.sign_in("warrington.performance-officer").await;
    for address in addresses(&stranger, "warrington").await {
        let got = get(&app, &stranger, &address).await;
        assert_eq!(got.status, 200, "{address}: {}", got.text);
        for words in HALTON_S_OWN_WORDS {
            assert!(!got.text.contains(words), "{address} told of {words}: {}", got.text);
        }
    }
}
