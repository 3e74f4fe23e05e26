//! What the policy's table says, in the words of those to whom it applies: for sentences, never for programs.

use super::{
    Action::{
        self, Admit, Agree, Approve, Collate, Define, Determine, Export, Import, Invite, Propose, Publish, Read, Record, Report,
        Resolve, Revise, Set, State, Submit, Verify, Withdraw,
    },
    RecordCategory,
    Resource::{
        self, Account, Act, Agreement, Appointment, Audit, Body, Budget, Decision, Delegation, ExemptBusiness, Feedback,
        FeedbackSummary, Indicator, Meeting, Obligation, Observation, Outlook, Period, PolicingPlan, QuarterlyReturn, Referral,
        Risk, ServiceAccount, Sharing, StoredQuery, Target,
    },
};

/// What somebody does who does it: "hand in quarterly returns".
#[must_use]
pub fn doing(action: Action, resource: Resource) -> String {
    if let Some(words) = own_words(action, resource) {
        return words.to_owned();
    }
    let verb = match action {
        Read => "read",
        Record => "record",
        Revise => "revise",
        Set => "set",
        Resolve => "settle",
        State => "state",
        Verify => "verify",
        Approve => "approve",
        Import => "import",
        Export => "export",
        Propose => "propose",
        Withdraw => "withdraw",
        Invite => "invite people to",
        Admit => "admit",
        Submit => "hand in",
        Report => "report",
        Collate => "collate",
        Determine => "determine",
        Agree => "agree",
        Define => "write",
        Publish => "publish",
    };
    format!("{verb} {}", things(resource))
}

/// Where verb and thing alone wouldn't say it.
const fn own_words(action: Action, resource: Resource) -> Option<&'static str> {
    Some(match (action, resource) {
        (Record, QuarterlyReturn) => "write quarterly returns",
        (Withdraw, QuarterlyReturn) => "take quarterly returns back",
        (Determine, QuarterlyReturn) => "receive quarterly returns for the committee",
        (Submit, Feedback) => "send feedback about neighbourhood policing units",
        (Report, FeedbackSummary) => "send collated feedback to a lead member",
        (Record, Referral) => "record what a committee made of reported risks",
        (Resolve, Referral) => "decide what is raised of reported risks, or say what came of them",
        (Report, Referral) => "report risks to the Authority",
        (Report, Resource::Action) => "tell what became of actions",
        (Submit, Resource::Action) => "submit action plans of specialist partnerships",
        (State, Resource::Action) => "give feedback on action plans",
        (Submit, Resource::Publication) => "publish Environmental Scans or Members' Bulletins",
        (Record, Resource::Interview) => "record interviews of members",
        (Submit, Meeting) => "publish what meetings came to",
        (Record, Meeting) => "call or minute meetings",
        (Set, Obligation) => "waive what is owed",
        (Agree, Decision) => "agree anything within delegated powers",
        (Withdraw, Decision) => "take back what was agreed within delegated powers",
        (State, Decision) => "declare interests",
        (Record, Decision) => "record what was paid",
        (State, PolicingPlan) => "judge how priorities answer to the Policing Plan",
        (Set, Budget) => "draw budgets up or close them",
        (Approve, Budget) => "agree budgets",
        (Set, Delegation) => "record instruments of delegation",
        (Withdraw, Delegation) => "revoke instruments of delegation",
        (Resolve, Target) => "settle how targets are read",
        (Invite, Account) => "invite people",
        (Admit, ServiceAccount) => "let service accounts in, change them or shut them out",
        (Define, StoredQuery) => "write stored queries down",
        (Withdraw, Sharing) => "withdraw from information-sharing agreements",
        _ => return None,
    })
}

/// Things of a kind: "quarterly returns".
#[must_use]
pub const fn things(resource: Resource) -> &'static str {
    match resource {
        Body => "bodies and their members",
        Appointment => "appointments",
        Act => "who did what",
        Audit => "the record",
        Agreement => "agreements",
        Indicator => "indicators",
        Target => "targets",
        Observation => "figures",
        Outlook => "outlooks",
        Period => "the figures of a period",
        Sharing => "information-sharing agreements",
        Account => "accounts",
        ServiceAccount => "service accounts",
        Risk => "risks",
        Referral => "reported risks",
        Delegation => "instruments of delegation",
        Budget => "budgets",
        Decision => "decisions within delegated powers",
        PolicingPlan => "the Policing Plan",
        QuarterlyReturn => "quarterly returns",
        Feedback => "neighbourhood feedback",
        FeedbackSummary => "collated neighbourhood feedback",
        Meeting => "meetings",
        ExemptBusiness => "exempt business",
        Resource::Publication => "Environmental Scans and Members' Bulletins",
        Resource::Trigger => "what publications tell lead members",
        Resource::Interview => "the chairman's interviews of members",
        Resource::Action => "actions",
        Obligation => "what is owed and by when",
        StoredQuery => "stored queries",
    }
}

/// A category of record inside a sentence: "priorities and indicators".
#[must_use]
pub fn category_name(category: RecordCategory) -> String {
    category.as_str().replace('_', " ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::doing;
    use crate::policy::TABLE;

    #[test]
    fn no_word_of_the_table_itself_is_shown() {
        for row in TABLE {
            let said = doing(row.action, row.resource);
            let is_code =
                |word: &str| word.contains('_') || (word.len() > 1 && word.chars().all(|sign| sign.is_ascii_uppercase()));
            assert!(!said.split(' ').any(is_code), "{} of {}: {said}", row.action, row.resource);
        }
    }
}
