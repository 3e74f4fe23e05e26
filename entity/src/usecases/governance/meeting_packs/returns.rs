//! Lead members' quarterly returns in a pack, as they were handed in, and neighbourhood feedback as it was collated.
//!
//! A return stands in a pack with the hash of its own frozen content. Its words and indicators go to the meeting; what it tells of
//! registers of risks and of decisions within delegated powers is exempt, because not everybody who reads meetings reads those. Of
//! feedback there are the edited words of the summary: never what members wrote, nor how often in which unit, which would tell who did.

use chrono::NaiveDate;

use crate::{
    error::Result,
    rules::{
        blank::is_blank,
        money::Pence,
        pack::{Block, Part},
        period::Period,
        quarter_return::Answers,
        wording::LongDate,
    },
    tables::governance::quarterly_return_submission,
    tenancy::TenantTx,
    usecases::governance::{
        quarterly_return_contents::{feedback, frozen},
        quarterly_return_parts::{self as said, Contents, FeedbackPart, IndicatorPart},
        quarterly_returns::Return,
    },
};

/// Why what a return tells of risks and of delegated decisions isn't published.
const WORKING_RECORDS: &str =
    "registers of risks and decisions within delegated powers are read only by those who work with them";

/// What the part about returns is called.
pub(super) const HEADING: &str = "Lead members' quarterly returns";

/// The returns that go to the committee's meeting on a day: those for whose quarter it is the first, and those that it received.
pub(super) fn before(all: &[Return], met_on: NaiveDate) -> Vec<Return> {
    let received = |found: &Return| found.standing().is_some_and(|standing| standing.received_on == Some(met_on));
    all.iter().filter(|found| found.meeting_on == Some(met_on) || received(found)).cloned().collect()
}

/// The returns before a meeting: who handed in and when, and what those say that no item of the agenda is about; some of that may be exempt.
pub(super) fn part(
    before: &[Return],
    is_on_agenda: impl Fn(&Return) -> bool,
    exemption: impl Fn(&Return) -> Option<String>,
) -> Result<Option<Part>> {
    if before.is_empty() {
        return Ok(None);
    }
    let mut blocks = vec![overview(before)];
    for found in before.iter().filter(|found| !is_on_agenda(found)) {
        let said = of_return(found)?;
        match exemption(found) {
            Some(exemption) => blocks.push(Block::Exempt { exemption, blocks: said }),
            None => blocks.extend(said),
        }
    }
    Ok(Some(Part::new(HEADING, None, blocks)))
}

fn overview(before: &[Return]) -> Block {
    let row = |found: &Return| {
        let standing = found.standing();
        let handed_in = standing.map_or_else(|| "Not handed in".to_owned(), |row| LongDate(row.submitted_on).to_string());
        vec![found.area.name.clone(), found.quarter.label(), handed_in]
    };
    table("Returns before this meeting", &["Area", "Quarter", "Handed in"], before.iter().map(row))
}

/// One return as it was handed in; nothing of one that wasn't.
pub(super) fn of_return(found: &Return) -> Result<Vec<Block>> {
    let heading = Block::Heading(format!("{}, {}", found.area.name, found.quarter.label()));
    let Some(submission) = found.standing() else {
        return Ok(vec![heading, text("This return hasn't been handed in.")]);
    };
    let contents = frozen(submission)?;
    let mut blocks = vec![heading, Block::Text(standing(submission, &contents))];
    blocks.extend(filled(
        "What the lead member says",
        &["Question", "Answer"],
        answers(&contents.answers, |field| field != RISKS),
    ));
    blocks.extend(filled(
        "Indicators that the Constabulary or the Authority owns",
        &["Indicator", "Figure", "Status and why", "Direction", "The lead member"],
        contents.indicators.iter().map(indicator),
    ));
    let promised = contents.follow_ups.iter().map(|row| vec![row.text.clone(), LongDate(row.due_on).to_string()]);
    blocks.extend(filled("To be followed up", &["What", "By when"], promised));
    let open = contents.promises.iter().map(|row| {
        let late = if row.is_overdue { " (overdue)" } else { "" };
        vec![row.text.clone(), labelled(&row.quarter), format!("{}{late}", LongDate(row.due_on))]
    });
    blocks.extend(filled("Promised earlier and still open", &["What", "In the return for", "By when"], open));
    blocks.extend(missing(&contents, &[said::Part::Indicators, said::Part::Feedback]));
    // The hash is of all that was handed in, and would tell whether somebody guesses right what of it isn't published.
    let mut working = vec![Block::Text(format!("SHA-256 of what was handed in: {}", submission.content_hash))];
    working.extend(working_records(&contents));
    blocks.push(Block::Exempt { exemption: WORKING_RECORDS.to_owned(), blocks: working });
    Ok(blocks)
}

/// When a return came in and was received.
fn standing(row: &quarterly_return_submission::Model, contents: &Contents) -> String {
    let late = if row.is_late { ", late" } else { "" };
    let why = row.late_reason.as_deref().map(|why| format!(" ({why})")).unwrap_or_default();
    let received = row.received_on.map(|day| {
        let minute = row.minute_reference.as_deref().map(|number| format!(" (minute {number})")).unwrap_or_default();
        let note = row.receipt_note.as_deref().map(|note| format!(": {note}")).unwrap_or_default();
        format!("\n\nReceived on {}{minute}{note}", LongDate(day))
    });
    format!(
        "Handed in on {}{late}{why}, showing everything as at {}.{}",
        LongDate(row.submitted_on),
        LongDate(contents.as_at),
        received.unwrap_or_default(),
    )
}

/// The field of the question on risks.
const RISKS: &str = "answers.risks";

fn answers(answers: &Answers, wanted: impl Fn(&str) -> bool) -> Vec<Vec<String>> {
    let questions = answers.by_question().into_iter().filter(|(field, _, answer)| wanted(field) && !is_blank(answer));
    // The questions are put to the lead member; the committee reads about them.
    questions
        .map(|(_, topic, answer)| vec![capitalised(&topic.replace("for you", "for the lead member")), answer.to_owned()])
        .collect()
}

fn indicator(part: &IndicatorPart) -> Vec<String> {
    let made_up = if part.is_illustrative { " (illustrative)" } else { "" };
    let period = part.period.as_deref().map(|period| format!(", {period}")).unwrap_or_default();
    let figure =
        part.value.as_deref().map_or_else(|| "No figure".to_owned(), |value| format!("{value} {}{period}{made_up}", part.unit));
    let by = part.target_period.as_deref().map(|period| format!(" by {period}")).unwrap_or_default();
    let target = part.target.as_deref().map(|target| format!("; target {target}{by}")).unwrap_or_default();
    vec![
        format!("{} {} ({})", part.code, part.title, part.area),
        format!("{figure}{target}"),
        part.reason.clone(),
        part.direction.clone(),
        part.note.clone().unwrap_or_default(),
    ]
}

/// What only those read who work with it.
fn working_records(contents: &Contents) -> Vec<Block> {
    let mut blocks = Vec::new();
    blocks.extend(filled(
        "Risks, as the lead member sees them",
        &["Question", "Answer"],
        answers(&contents.answers, |field| field == RISKS),
    ));
    let risks = contents.risks.iter();
    let risks = risks.map(|risk| vec![risk.reference.clone(), risk.title.clone(), risk.score.to_string(), risk.standing.clone()]);
    blocks.extend(filled("Open risks", &["Number", "Risk", "Residual score", "Where it stands"], risks));
    let decisions = contents.decisions.iter().map(|row| {
        let amount = row.amount.as_deref().map(printed).unwrap_or_default();
        vec![row.reference.clone(), row.title.clone(), amount, LongDate(row.decided_on).to_string()]
    });
    blocks.extend(filled("Decided within delegated powers", &["Decision", "What", "Amount", "When"], decisions));
    blocks.extend(missing(contents, &[said::Part::Risks, said::Part::Decisions]));
    blocks
}

/// An amount as papers print it, from pounds as a return keeps them.
fn printed(pounds: &str) -> String {
    let amount = pounds.parse().ok().and_then(|pounds| Pence::of_pounds(pounds).ok());
    amount.map_or_else(|| format!("£{pounds}"), |amount| amount.to_string())
}

fn missing(contents: &Contents, of: &[said::Part]) -> Option<Block> {
    let why: Vec<_> = contents.missing.iter().filter(|row| of.contains(&row.part)).map(|row| row.why.as_str()).collect();
    (!why.is_empty()).then(|| Block::Text(format!("Missing when it was handed in: {}", why.join("\n\n"))))
}

/// What was collated of neighbourhood feedback for the areas and quarters of these returns, once it was sent.
pub(super) async fn feedback_part(tx: &TenantTx, before: &[Return]) -> Result<Option<Part>> {
    let mut blocks = Vec::new();
    for found in before {
        blocks.push(Block::Heading(format!("{}, {}", found.area.name, found.quarter.label())));
        match feedback(tx, found).await? {
            Some(summary) => blocks.extend(collated(&summary)),
            None => blocks.push(text("No summary has been sent.")),
        }
    }
    Ok((!blocks.is_empty()).then(|| Part::new("Neighbourhood feedback by council area", None, blocks)))
}

fn collated(summary: &FeedbackPart) -> Vec<Block> {
    let forms = match summary.forms {
        1 => "one form".to_owned(),
        forms => format!("{forms} forms"),
    };
    let awaited = match summary.units_awaited {
        0 => "every unit was heard".to_owned(),
        1 => "nothing was heard of one unit".to_owned(),
        units => format!("nothing was heard of {units} units"),
    };
    let sent = LongDate(summary.sent_on);
    let theme = |theme: &said::ThemePart| {
        let again = match (theme.recurs_in_units, theme.recurs_in_quarters) {
            (true, true) => "In several units and quarters",
            (true, false) => "In several units",
            (false, true) => "In several quarters",
            (false, false) => "Once",
        };
        let subject = capitalised(&theme.subject.as_str().replace('_', " ").to_lowercase());
        vec![theme.title.clone(), subject, theme.text.clone(), again.to_owned()]
    };
    let words = format!("{}\n\nFrom {forms}; {awaited}. Sent to the lead member on {sent}.", summary.text);
    let themes = filled("Themes", &["Theme", "About", "In edited words", "Came up"], summary.themes.iter().map(theme));
    std::iter::once(Block::Text(words)).chain(themes).collect()
}

/// A table, unless it has no rows.
pub(super) fn filled(caption: &str, columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Option<Block> {
    let mut rows = rows.into_iter().peekable();
    rows.peek().is_some().then_some(())?;
    Some(table(caption, columns, rows))
}

fn table(caption: &str, columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Block {
    let columns = columns.iter().map(|column| (*column).to_owned()).collect();
    Block::Table { caption: caption.to_owned(), columns, rows: rows.into_iter().collect() }
}

/// A text that is the same in every pack.
pub(super) fn text(words: &str) -> Block {
    Block::Text(words.to_owned())
}

/// A quarter as people say it, from its code.
fn labelled(code: &str) -> String {
    code.parse::<Period>().map_or_else(|_| code.to_owned(), Period::label)
}

fn capitalised(words: &str) -> String {
    let mut signs = words.chars();
    signs.next().map(|first| first.to_uppercase().chain(signs).collect()).unwrap_or_default()
}
