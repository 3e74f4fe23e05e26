//! Loading together what is asked for together, so that the number of statements doesn't grow with the rows.
//!
//! Every object remembers the rows that came with it. When one of them needs what lies below or beside it, that is loaded for
//! all of them in one statement; the others find it there. No timers, no guessing: as many statements as there are relations
//! in the question.

use std::{
    any::{Any, TypeId},
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, Mutex, PoisonError},
};

use chrono::NaiveDate;
use entity::{
    error::{Error, Result},
    tables::{Id, QuickMap, TenantId, TenantRow},
    tenancy::TenantTx,
};
use futures::FutureExt;
use tokio::sync::OnceCell;

/// What has been loaded already, by what it is and what was asked about it.
#[derive(Default)]
pub struct Loaded(Mutex<QuickMap<(TypeId, u64), Arc<dyn Any + Send + Sync>>>);

type Slot<V> = OnceCell<Arc<V>>;

impl Loaded {
    /// What `load` gives, loaded once for each type and `question`.
    ///
    /// A document has thousands of fields in the making at a time, each as large as what it may have to wait for. So loading
    /// only comes into being, in a box, for the one who does it; the others wait with next to nothing.
    ///
    /// # Errors
    /// When loading fails; then the next one to ask tries again.
    pub async fn once<V, Q, F>(&self, question: Q, load: impl FnOnce() -> F + Send) -> Result<Arc<V>>
    where
        V: Any + Send + Sync,
        Q: Hash + Send,
        F: Future<Output = Result<V>> + Send,
    {
        let slot = self.slot::<V>(&question)?;
        slot.get_or_try_init(move || load().map(|value| value.map(Arc::new)).boxed()).await.cloned()
    }

    fn slot<V: Any + Send + Sync>(&self, question: &impl Hash) -> Result<Arc<Slot<V>>> {
        let mut hasher = DefaultHasher::new();
        question.hash(&mut hasher);
        let key = (TypeId::of::<V>(), hasher.finish());
        let slot = {
            let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(slots.entry(key).or_insert_with(|| Arc::new(Slot::<V>::new())))
        };
        slot.downcast().map_err(|_| Error::internal("a slot holds another type"))
    }
}

impl Loaded {
    /// The same for what needs no waiting; `None` while somebody else is making it.
    pub fn ready<V, Q>(&self, question: Q, make: impl FnOnce() -> V + Send) -> Option<Arc<V>>
    where
        V: Any + Send + Sync,
        Q: Hash + Send,
    {
        // A future that never waits is done when it is asked for the first time.
        self.once(question, || async move { Ok(make()) }).now_or_never()?.ok()
    }
}

struct Viewed {
    tx: TenantTx,
    as_at: NaiveDate,
    loaded: Loaded,
}

/// One moment of the data, seen by one actor as at one day. Every object carries the view it was seen in.
#[derive(Clone)]
pub struct View(Arc<Viewed>, NaiveDate);

impl View {
    /// A view through a reading transaction, as at its business date.
    #[must_use]
    pub fn new(tx: TenantTx) -> Self {
        let as_at = tx.business_date();
        Self(Arc::new(Viewed { tx, as_at, loaded: Loaded::default() }), as_at)
    }

    /// The same moment of the data, as it stood at the end of an earlier day.
    #[must_use]
    pub fn as_at_day(&self, day: NaiveDate) -> Self {
        Self(Arc::clone(&self.0), day)
    }

    /// The transaction.
    #[must_use]
    pub fn tx(&self) -> &TenantTx {
        &self.0.tx
    }

    /// The day as at which things are shown.
    #[must_use]
    pub fn as_at(&self) -> NaiveDate {
        self.1
    }

    /// Today's business date.
    #[must_use]
    pub fn business_date(&self) -> NaiveDate {
        self.0.as_at
    }

    /// What has been loaded for the whole request.
    #[must_use]
    pub fn loaded(&self) -> &Loaded {
        &self.0.loaded
    }
}

struct Together<R> {
    view: View,
    tenant: TenantId,
    rows: Vec<Arc<R>>,
    loaded: Loaded,
}

/// A tenant's row among the rows that were loaded with it.
pub struct Member<R> {
    row: Arc<R>,
    together: Arc<Together<R>>,
}

impl<R> Clone for Member<R> {
    fn clone(&self) -> Self {
        Self { row: Arc::clone(&self.row), together: Arc::clone(&self.together) }
    }
}

impl<R: TenantRow> Member<R> {
    /// Rows of one tenant that were loaded together.
    #[must_use]
    pub fn gather(view: &View, tenant: TenantId, rows: Vec<R>) -> Vec<Self> {
        Self::gather_shared(view, tenant, rows.into_iter().map(Arc::new).collect())
    }

    /// The same for rows that others hold, too.
    #[must_use]
    pub fn gather_shared(view: &View, tenant: TenantId, rows: Vec<Arc<R>>) -> Vec<Self> {
        let together = Arc::new(Together { view: view.clone(), tenant, rows, loaded: Loaded::default() });
        together.rows.iter().map(|row| Self { row: Arc::clone(row), together: Arc::clone(&together) }).collect()
    }

    /// A row by itself.
    #[must_use]
    pub fn alone(view: &View, row: R) -> Self {
        let (tenant, row) = (row.tenant(), Arc::new(row));
        let rows = vec![Arc::clone(&row)];
        Self { row, together: Arc::new(Together { view: view.clone(), tenant, rows, loaded: Loaded::default() }) }
    }

    /// The row.
    #[must_use]
    pub fn row(&self) -> &R {
        &self.row
    }

    /// The row, to be held by others, too.
    #[must_use]
    pub fn shared(&self) -> Arc<R> {
        Arc::clone(&self.row)
    }

    /// The rows that it was loaded with, itself among them.
    #[must_use]
    pub fn rows(&self) -> &[Arc<R>] {
        &self.together.rows
    }

    /// The view in which it is seen.
    #[must_use]
    pub fn view(&self) -> &View {
        &self.together.view
    }

    /// The transaction.
    #[must_use]
    pub fn tx(&self) -> &TenantTx {
        self.together.view.tx()
    }

    /// The tenant.
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        self.together.tenant
    }

    /// The identifiers of the rows that it was loaded with.
    #[must_use]
    pub fn ids(&self) -> Vec<Id<R>> {
        self.together.rows.iter().map(|row| row.id()).collect()
    }

    /// What was loaded for these rows together.
    #[must_use]
    pub fn loaded(&self) -> &Loaded {
        &self.together.loaded
    }

    /// The rows below this one, loaded for all rows together; `parent` tells to which one a loaded row belongs.
    ///
    /// # Errors
    /// When loading fails.
    pub async fn below<C: TenantRow, F>(
        &self,
        relation: &'static str,
        load: impl FnOnce() -> F + Send,
        parent: impl Fn(&C) -> Option<Id<R>> + Send,
    ) -> Result<Vec<Member<C>>>
    where
        F: Future<Output = Result<Vec<C>>> + Send,
    {
        let gathered = || async move {
            let mut by_parent: QuickMap<Id<R>, Vec<Member<C>>> = QuickMap::default();
            for child in Member::gather(self.view(), self.tenant(), load().await?) {
                if let Some(id) = parent(child.row()) {
                    by_parent.entry(id).or_default().push(child);
                }
            }
            Ok(by_parent)
        };
        let by_parent = self.loaded().once(relation, gathered).await?;
        Ok(by_parent.get(&self.row.id()).cloned().unwrap_or_default())
    }

    /// A row of the same tenant that this one refers to, loaded for all rows together.
    ///
    /// # Errors
    /// When loading fails.
    pub async fn beside<C: TenantRow, F>(
        &self,
        relation: &'static str,
        id: Option<Id<C>>,
        load: impl FnOnce() -> F + Send,
    ) -> Result<Option<Member<C>>>
    where
        F: Future<Output = Result<Vec<C>>> + Send,
    {
        let Some(id) = id else { return Ok(None) };
        let gathered = || async move {
            let members = Member::gather(self.view(), self.tenant(), load().await?);
            Ok(members.into_iter().map(|member| (member.row().id(), member)).collect::<QuickMap<Id<C>, Member<C>>>())
        };
        Ok(self.loaded().once(relation, gathered).await?.get(&id).cloned())
    }
}
