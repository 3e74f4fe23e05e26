//! Answers that are kept are never told from those made anew, but by what they cost.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use tests::{
    both_dbs,
    support::{Actor, TestApp, app::day},
};

use super::{
    busy_day::day_beside,
    walker::{Schema, Ways},
};
use crate::performance::fixtures::line;

both_dbs!(
    after_every_write_what_is_kept_is_what_is_there,
    the_same_question_asked_again_reads_nothing_but_versions,
    a_write_is_seen_at_once_and_one_elsewhere_replaces_nothing,
    nobody_is_given_what_was_kept_for_another,
    another_business_day_is_another_question,
    what_is_put_on_record_is_put_there_each_time,
    an_answer_with_an_error_is_not_kept,
);

/// Two servers over one database, one of which keeps answers, and the same people at both.
pub struct TwoServers {
    questions: Vec<(Actor, Actor, String)>,
    turn: AtomicUsize,
}

/// After a write so many of the questions are left for the next: there are many writes, and each question has its turns.
const TURNS: usize = 8;

impl TwoServers {
    /// Everything that can be asked of a tenant, field by field, as somebody at home there.
    async fn over(app: &TestApp) -> Self {
        let (fresh, mut questions) = (app.keeping_no_answers(), Vec::new());
        for (office, tenant) in [("halton.performance-officer", "halton"), ("authority.treasurer", "cheshire-police-authority")] {
            let (keeping, making) = (app.sign_in(office).await, fresh.sign_in(office).await);
            let schema = Schema::read(&keeping).await;
            for field in schema.fields("Tenant") {
                // Reading the record is itself on record, so no two answers are the same.
                for asked in schema.ways_to_ask("Tenant", field, 0, Ways::One).iter().filter(|_| field["name"] != "auditEvents") {
                    let question = format!("{{ tenant(by: {{ slug: \"{tenant}\" }}) {{ {asked} }} }}")
                        .replace("$slug", &format!("\"{tenant}\""));
                    questions.push((keeping.clone(), making.clone(), question));
                }
            }
        }
        Self { questions, turn: AtomicUsize::new(0) }
    }

    /// Asks both a part of everything, and compares.
    pub async fn agree(&self, after: &str) {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let asked = self.questions.iter().skip(turn % TURNS).step_by(TURNS);
        self.compare(after, asked).await;
    }

    async fn compare(&self, after: &str, asked: impl Iterator<Item = &(Actor, Actor, String)>) {
        for (keeping, making, question) in asked {
            let (kept, made) = (keeping.ask(question, json!({})).await, making.ask(question, json!({})).await);
            assert_eq!(kept.body, made.body, "after {after}: {question}");
        }
    }
}

/// How many answers a server has given from what it keeps.
async fn given(app: &TestApp) -> u64 {
    let text = app.http().get(format!("{}/metrics", app.url())).send().await.unwrap().text().await.unwrap();
    let line = text.lines().find(|line| line.starts_with("concordat_kept_answers_total{result=\"given\"}")).unwrap();
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

async fn after_every_write_what_is_kept_is_what_is_there(app: TestApp) {
    let servers = TwoServers::over(&app).await;
    for round in ["nothing", "nothing, again", "nothing, once more"] {
        servers.compare(round, servers.questions.iter()).await;
    }
    let before = given(&app).await;
    assert!(before >= 10, "{before} answers were given from what is kept: too few to show anything");
    day_beside(&app, servers).await;
    assert!(given(&app).await > before, "no answer outlived any write");
}

const STANDING: &str = "{ tenant(by: { slug: \"halton\" }) { agreement { indicators(first: 40) { nodes {
    code status { colour reason actual } outlook { judgement } } } } } }";

async fn the_same_question_asked_again_reads_nothing_but_versions(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let first = officer.ask(STANDING, json!({})).await;
    let second = officer.ask(STANDING, json!({})).await;
    let before = app.statements().await;
    let third = officer.ask(STANDING, json!({})).await;
    assert_eq!(app.statements().await - before, 2, "who asks, and whether it still stands");
    assert_eq!((&first.body, &second.body), (&third.body, &third.body));
    assert_eq!(third.headers["x-query-cost"], first.headers["x-query-cost"], "it draws on the budget as before");
}

async fn judgement(actor: &Actor, code: &str) -> Value {
    let answer = actor.ask(STANDING, json!({})).await;
    let lines = answer.list("/tenant/agreement/indicators/nodes");
    lines.iter().find(|line| line["code"] == code).expect("the line is there")["outlook"]["judgement"].clone()
}

async fn judged(actor: &Actor, line: &str, judgement: &str) {
    let mutation = "mutation ($input: RecordOutlookInput!) { recordOutlook(input: $input) { userErrors { code message } } }";
    let input = json!({ "line": line, "judgement": judgement, "rationale": "The winter was quiet.", "expiresOn": "2010-08-09" });
    let answer = actor.ask(mutation, json!({ "input": input })).await;
    assert_eq!(answer.user_errors("/recordOutlook"), &[] as &[Value], "{answer}");
}

async fn a_write_is_seen_at_once_and_one_elsewhere_replaces_nothing(app: TestApp) {
    let (halton, warrington) =
        (app.sign_in("halton.performance-officer").await, app.sign_in("warrington.performance-officer").await);
    for _ in 0..3 {
        assert_ne!(judgement(&halton, "NI 16").await, "UNLIKELY");
    }
    judged(&halton, &line(&halton, "halton", "halton-laa-2008", "NI 16", "halton").await, "UNLIKELY").await;
    for _ in 0..3 {
        assert_eq!(judgement(&halton, "NI 16").await, "UNLIKELY");
    }
    let before = given(&app).await;
    judged(&warrington, &line(&warrington, "warrington", "warrington-laa", "NI 16", "warrington").await, "UNLIKELY").await;
    judgement(&halton, "NI 16").await;
    assert_eq!(given(&app).await - before, 1, "what Warrington writes replaces nothing of Halton's");
}

async fn nobody_is_given_what_was_kept_for_another(app: TestApp) {
    let halton = app.sign_in("halton.performance-officer").await;
    for _ in 0..3 {
        assert_eq!(halton.ask(STANDING, json!({})).await.error_codes(), [] as [String; 0]);
    }
    let warrington = app.sign_in("warrington.performance-officer").await;
    for _ in 0..3 {
        let answer = warrington.ask(STANDING, json!({})).await;
        assert_eq!(answer.error_codes(), ["NOT_FOUND"]);
        assert!(!answer.body.to_string().contains("NI 17"));
    }
    assert_eq!(app.anonymous().ask(STANDING, json!({})).await.error_codes(), ["UNAUTHENTICATED"]);
}

async fn another_business_day_is_another_question(app: TestApp) {
    let officer = app.sign_in("halton.performance-officer").await;
    let asked = "{ tenant(by: { slug: \"halton\" }) { agreement { indicators(first: 40) { nodes { code status { period { code } } } } } } }";
    let mut bodies = Vec::new();
    for _ in 0..3 {
        bodies.push(officer.ask(asked, json!({})).await.body);
    }
    app.clock().set_business_date(day("2010-08-09"));
    let later = officer.ask(asked, json!({})).await.body;
    assert_ne!(later, bodies[2], "another quarter has ended meanwhile");
}

async fn what_is_put_on_record_is_put_there_each_time(app: TestApp) {
    let (chief, auditor) = (app.sign_in("authority.chief-executive").await, app.sign_in("halton.auditor").await);
    let asked = "{ tenant(by: { slug: \"halton\" }) { agreement { name } } }";
    let reads = async || {
        let record = "{ tenant(by: { slug: \"halton\" }) { auditEvents(filter: { deed: \"READ_SHARED\" }) { totalCount } } }";
        auditor.ask(record, json!({})).await.data("/tenant/auditEvents/totalCount").as_u64().unwrap()
    };
    let before = reads().await;
    for _ in 0..4 {
        assert_eq!(chief.ask(asked, json!({})).await.error_codes(), [] as [String; 0]);
    }
    assert_eq!(reads().await - before, 4);
}

async fn an_answer_with_an_error_is_not_kept(app: TestApp) {
    let member = app.sign_in("halton.scrutiny-member").await;
    let asked = "{ tenant(by: { slug: \"halton\" }) { name appointments(first: 3) { nodes { office } } } }";
    let before = given(&app).await;
    for _ in 0..4 {
        assert_eq!(member.ask(asked, json!({})).await.error_codes(), ["FORBIDDEN"]);
    }
    assert_eq!(given(&app).await, before);
}
