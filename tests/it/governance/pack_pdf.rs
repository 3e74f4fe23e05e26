//! A pack as PDF: the words of the page, marked for those who have it read to them, the same bytes each time, for the same readers.

use serde_json::{Value, json};
use tests::both_dbs;
use tests::support::{Actor, Answer, TestApp};

use super::{
    fixtures::{done as accepted, handed_in},
    meetings::body,
    packs::{meeting, published},
    pdf_text::Pdf,
};

both_dbs!(
    a_pack_s_pdf_says_what_its_page_says_and_is_the_same_each_time,
    a_pack_s_pdf_is_for_those_who_may_read_the_edition,
    a_pack_of_many_pages_and_unusual_signs_is_whole,
);

async fn got(app: &TestApp, actor: &Actor, path: &Value) -> (u16, String, Vec<u8>) {
    let request = app.http().get(format!("{}{}", app.url(), path.as_str().unwrap())).bearer_auth(actor.token());
    let answer = request.send().await.unwrap();
    let kind = answer.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned()).unwrap_or_default();
    (answer.status().as_u16(), kind, answer.bytes().await.unwrap().to_vec())
}

async fn a_pack_s_pdf_says_what_its_page_says_and_is_the_same_each_time(app: TestApp) {
    let clerk = app.sign_in("authority.clerk").await;
    let handed_in = handed_in(&app, "halton", "FY2009-Q3").await;
    let (committee, _) = meeting(&clerk).await;
    let pack = published(&clerk, &committee).await;
    let (status, kind, public) = got(&app, &clerk, &pack["publicPdfPath"]).await;
    assert_eq!((status, kind.as_str()), (200, "application/pdf"));
    assert_eq!(got(&app, &clerk, &pack["publicPdfPath"]).await.2, public, "a frozen pack is one file");
    let (_, _, exempt) = got(&app, &clerk, &pack["exemptPdfPath"]).await;
    let (public, exempt) = (Pdf::read(&public), Pdf::read(&exempt));
    for pdf in [&public, &exempt] {
        for mark in [
            "/MarkInfo<</Marked true",
            "/StructTreeRoot",
            "/Lang(en-GB)",
            "/DisplayDocTitle true",
            "/S/H1",
            "/S/H2",
            "/S/H3",
            "/S/Table",
            "/S/Caption",
            "/O/Table/Scope/Column",
            "/O/Table/Scope/Row",
            "/Title(Engagement Committee, 9 February 2010)",
            "pdfuaid:part",
            "/FontFile2",
        ] {
            assert!(pdf.has(mark), "{mark}");
        }
        let text = pdf.text();
        for words in [
            "Engagement Committee, 9 February 2010",
            "3. Information sharing protocols: update by the force",
            "Two of three indicators improved.",
            "Returns before this meeting",
            "Page 1 of ",
        ] {
            assert!(text.contains(words), "{words} in\n{text}");
        }
    }
    // A hash may be longer than its line. Those of what isn't all published stand in the edition for those who may read it.
    let closed_up = |pdf: &Pdf| pdf.text().split_whitespace().collect::<String>();
    let bears = |pdf: &Pdf, hash: &Value| closed_up(pdf).contains(hash.as_str().unwrap());
    assert!(bears(&public, &pack["contentHash"]));
    for hash in [&pack["exemptContentHash"], &handed_in["submission"]["contentHash"]] {
        assert!(bears(&exempt, hash) && !bears(&public, hash), "{hash}");
    }
    let (public, exempt) = (public.text(), exempt.text());
    for words in ["Partnership risks reported by lead members", "Funding of the marshals ends in March.", "One area only"] {
        assert!(exempt.contains(words), "{words} in\n{exempt}");
        assert!(!public.contains(words), "{words} in\n{public}");
    }
    assert!(public.contains("This part is exempt from publication") && public.contains("Public edition"));
    assert!(exempt.contains("not for publication"));
}

async fn a_pack_s_pdf_is_for_those_who_may_read_the_edition(app: TestApp) {
    let officer = app.sign_in("halton.policy-officer").await;
    let board = body(&officer, "halton", "hspb").await;
    let agenda = json!([{ "title": "In private", "exemption": "paragraph 3" }]);
    let input = json!({ "body": board, "title": "Board", "heldOn": "2010-02-09", "agenda": agenda });
    let made = accepted(&officer, "createMeeting", input, "meeting { id }").await;
    let pack = published(&officer, made["meeting"]["id"].as_str().unwrap()).await;
    let scrutiny = app.sign_in("halton.scrutiny-member").await;
    let clerk = app.sign_in("authority.clerk").await;
    for (actor, edition, status) in [
        (&scrutiny, "publicPdfPath", 200),
        (&scrutiny, "exemptPdfPath", 404),
        (&officer, "exemptPdfPath", 200),
        (&clerk, "publicPdfPath", 404),
        (&clerk, "exemptPdfPath", 404),
    ] {
        assert_eq!(got(&app, actor, &pack[edition]).await.0, status, "{edition}");
    }
    let public = Pdf::read(&got(&app, &scrutiny, &pack["publicPdfPath"]).await.2);
    assert!(!public.text().contains("In private") && !public.has("In private"), "nor in its bookmarks");
    // Whoever may not read exempt business isn't told where it is.
    let query =
        "query ($id: ID!) { node(id: $id) { ... on Meeting { packs { nodes { publicPdfPath exemptPdfPath exemptPath } } } } }";
    let told = scrutiny.ask(query, json!({ "id": made["meeting"]["id"] })).await;
    let told = told.data("/node/packs/nodes/0");
    assert_eq!((&told["publicPdfPath"], &told["exemptPdfPath"]), (&pack["publicPdfPath"], &Value::Null));
    let path = format!("{}{}", app.url(), pack["publicPdfPath"].as_str().unwrap());
    let nobody = Answer::of(app.http().get(&path).send().await.unwrap()).await;
    assert_eq!((nobody.status, nobody.error_codes()), (401, vec!["UNAUTHENTICATED".to_owned()]));
    let unknown = path.replace(".pdf", ".docx");
    let unknown = Answer::of(app.http().get(unknown).bearer_auth(officer.token()).send().await.unwrap()).await;
    assert_eq!((unknown.status, unknown.error_codes()), (404, vec!["NOT_FOUND".to_owned()]));
}

async fn a_pack_of_many_pages_and_unusual_signs_is_whole(app: TestApp) {
    let officer = app.sign_in("halton.policy-officer").await;
    let board = body(&officer, "halton", "hspb").await;
    let papers: Vec<Value> = (0..20)
        .map(|number| json!({ "title": format!("Paper {number} \u{6f22}\u{1f600} Caf\u{e9}"), "address": format!("https://papers.example/{}{number}", "a".repeat(600)) }))
        .collect();
    let agenda: Vec<Value> = (0..3).map(|number| json!({ "title": format!("Item {number}"), "papers": papers })).collect();
    let input = json!({ "body": board, "title": "Board", "heldOn": "2010-02-09", "agenda": agenda });
    let made = accepted(&officer, "createMeeting", input, "meeting { id }").await;
    let pack = published(&officer, made["meeting"]["id"].as_str().unwrap()).await;
    let (status, _, bytes) = got(&app, &officer, &pack["publicPdfPath"]).await;
    assert_eq!(status, 200);
    let pdf = Pdf::read(&bytes);
    let text = pdf.text();
    assert!(pdf.pages() > 5, "{}", pdf.pages());
    assert_eq!(text.matches("Paper: Paper 19 ").count(), 3, "{text}");
    assert!(text.contains("Caf\u{e9}") && !text.contains('\u{6f22}'), "what has no glyph is replaced");
    assert!(text.contains(&format!("Page {0} of {0}", pdf.pages())));
    assert!(pdf.has("/S/Link") && pdf.has("/URI(https://papers.example/"));
}
