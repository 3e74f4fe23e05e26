//! Documents that a client names instead of sending them.
//!
//! **Automatic persisted queries** (Apollo's protocol, version 1): a client sends the SHA-256 hash of its document; when it isn't known
//! here it sends hash and document once. A document is kept once it has passed validation, and only when somebody who is signed in
//! has sent it, so that strangers can't fill the shelf. It is kept for everybody: a document holds nothing of a tenant's (values go
//! in variables), whoever names it by hash must have known its text, and what it gives depends on who asks, as ever.
//!
//! **Trusted documents**: an operator's list, written by a client's compiler. Where there is one, these documents are executed and
//! no others, whether they come by name or by text; introspection is one of the others. Stored queries are executed all the same:
//! their documents come from no client.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use data_encoding::HEXLOWER;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{
    document::Document,
    limits::Limits,
    refusal::Refusal,
    request::{Call, Carrier},
    shelf::{Key, Shelf},
    validity::Contract,
};

/// Documents kept by their hash.
#[derive(Debug)]
pub struct PersistedQueries(Shelf<Arc<str>>);

impl Default for PersistedQueries {
    /// 1,000 documents, 8 MiB.
    fn default() -> Self {
        Self(Shelf::new(1_000, 8 * 1024 * 1024))
    }
}

/// What is to be kept once the document is known to be good.
#[derive(Debug)]
pub struct ToKeep(Option<(Key, Arc<str>)>);

impl PersistedQueries {
    /// Keeps the document of a call that was admitted.
    pub fn keep(&self, ToKeep(document): ToKeep) {
        if let Some((key, text)) = document {
            let bytes = text.len() as u64 + 128;
            self.0.put(key, text, bytes);
        }
    }

    /// How many documents are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The member `persistedQuery` of a request's extensions.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    version: u64,
    sha256_hash: String,
}

/// Gives a call the document that it names, and says what to keep.
///
/// # Errors
/// What the protocol has for documents that aren't known, and [`Refusal::NotTrusted`].
pub fn resolve(call: &mut Call, kept: &PersistedQueries, trusted: Option<&TrustedDocuments>) -> Result<ToKeep, Refusal> {
    if call.carrier == Carrier::Stored {
        // No client wrote it: an office of the tenant did, and it was held against the contract then.
        return Ok(ToKeep(None));
    }
    let named = named(call)?;
    if let Some(trusted) = trusted {
        trusted.resolve(call, named.map(|(text, _)| text))?;
        return Ok(ToKeep(None));
    }
    let Some((_, key)) = named else {
        return if call.query.is_empty() && call.document_id.is_some() {
            Err(Refusal::PersistedNotFound)
        } else {
            Ok(ToKeep(None))
        };
    };
    if call.query.is_empty() {
        call.query = kept.0.take(&key).ok_or(Refusal::PersistedNotFound)?.to_string();
        return Ok(ToKeep(None));
    }
    if hash(&call.query) != key {
        return Err(Refusal::PersistedMismatch);
    }
    Ok(ToKeep(Some((key, call.query.as_str().into()))))
}

/// The hash by which a call names its document, as text and as bytes.
fn named(call: &Call) -> Result<Option<(String, Key)>, Refusal> {
    const MALFORMED: Refusal = Refusal::Member("extensions.persistedQuery", "{ version: 1, sha256Hash: 64 hexadecimal figures }");
    let text = match (call.extensions.get("persistedQuery"), &call.document_id) {
        (Some(given), _) => {
            let named: Named = Deserialize::deserialize(given).map_err(|_| MALFORMED)?;
            if named.version != 1 {
                return Err(Refusal::PersistedNotSupported(named.version));
            }
            named.sha256_hash
        }
        (None, Some(id)) => match id.strip_prefix("sha256:") {
            Some(hash) => hash.to_owned(),
            None => return Ok(None),
        },
        (None, None) => return Ok(None),
    };
    let key = HEXLOWER.decode(text.to_ascii_lowercase().as_bytes()).ok().and_then(|bytes| Key::try_from(bytes).ok());
    Ok(Some((text, key.ok_or(MALFORMED)?)))
}

fn hash(text: &str) -> Key {
    Sha256::digest(text).into()
}

/// The documents that an operator trusts.
#[derive(Clone, Debug, Default)]
pub struct TrustedDocuments {
    by_id: HashMap<String, Arc<str>>,
    texts: HashSet<Key>,
}

/// A manifest, in the form of Relay's compiler (identifiers and texts) or of Apollo's tools.
#[derive(Deserialize)]
#[serde(untagged)]
enum Manifest {
    Apollo { format: String, version: u64, operations: Vec<Operation> },
    Relay(HashMap<String, String>),
}

#[derive(Deserialize)]
struct Operation {
    id: String,
    body: String,
}

impl TrustedDocuments {
    /// Reads a manifest and holds every document in it against the contract.
    ///
    /// # Errors
    /// A sentence for the operator, naming the document that isn't good.
    pub fn of(manifest: &str, limits: &Limits, contract: &Contract) -> Result<Self, String> {
        let manifest: Manifest = serde_json::from_str(manifest)
            .map_err(|_| "the manifest is neither Relay's (an object of identifiers and documents) nor Apollo's".to_owned())?;
        let documents: Vec<(String, String)> = match manifest {
            Manifest::Relay(documents) => documents.into_iter().collect(),
            Manifest::Apollo { format, version: 1, operations } if format == "apollo-persisted-query-manifest" => {
                operations.into_iter().map(|operation| (operation.id, operation.body)).collect()
            }
            Manifest::Apollo { format, version, .. } => return Err(format!("manifests of {format} {version} aren't known")),
        };
        let mut trusted = Self::default();
        for (id, text) in documents {
            Document::admit(&text, None, limits, contract).map_err(|refusal| {
                let faults: Vec<String> = refusal.to_errors().into_iter().map(|error| error.message).collect();
                format!("the document {id} can't be executed: {}", faults.join(" "))
            })?;
            trusted.texts.insert(hash(&text));
            trusted.by_id.insert(id, text.into());
        }
        Ok(trusted)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    fn resolve(&self, call: &mut Call, hash_given: Option<String>) -> Result<(), Refusal> {
        if !call.query.is_empty() {
            return if self.texts.contains(&hash(&call.query)) { Ok(()) } else { Err(Refusal::NotTrusted) };
        }
        let id = call.document_id.clone().or(hash_given).ok_or(Refusal::NotTrusted)?;
        let bare = id.strip_prefix("sha256:").unwrap_or(&id);
        let document = self.by_id.get(&id).or_else(|| self.by_id.get(bare)).ok_or(Refusal::NotTrusted)?;
        call.query = document.to_string();
        Ok(())
    }
}
