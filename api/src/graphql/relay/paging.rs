//! Pages: the arguments, the cursors and what a page is made of.
//!
//! A cursor is bound to the list it came from: the field, the tenant, the parent, the filter and the order. Given to any other
//! list it is refused, so it can neither leak a place in another tenant's list nor silently start at the wrong one.

use async_graphql::{Context, SimpleObject};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::{
    error::{Error, ProblemCode, Result},
    tables::{TenantId, TenantRow},
    tenancy::{Ends, Page, PageKey, PageRequest},
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    straight::straight,
    together::{Member, View},
};

/// Items on a page where none are asked for.
const USUAL: u64 = 50;
/// Items on a page at most.
const MOST: u64 = 100;

/// Whether the total of a connection is asked for; counting costs a statement.
#[must_use]
pub fn is_counted(ctx: &Context<'_>) -> bool {
    ctx.look_ahead().field("totalCount").exists()
}

/// Where a page stands in its list.
#[derive(Clone, Debug, SimpleObject)]
pub struct PageInfo {
    /// Whether items follow this page.
    pub has_next_page: bool,
    /// Whether items precede this page.
    pub has_previous_page: bool,
    /// The cursor of the first item on this page.
    pub start_cursor: Option<String>,
    /// The cursor of the last item on this page.
    pub end_cursor: Option<String>,
}

straight!(PageInfo as this, ctx, asked {
    "hasNextPage" => this.has_next_page,
    "hasPreviousPage" => this.has_previous_page,
    "startCursor" => this.start_cursor,
    "endCursor" => this.end_cursor,
});

/// The arguments of a page, checked, and the list that they are about.
#[derive(Clone, Debug)]
pub struct Paging {
    scope: [u8; 8],
    ends: Ends,
    after: Option<Vec<String>>,
    before: Option<Vec<String>>,
}

/// The four arguments of a connection as a client gave them.
pub type PageArguments = (Option<i32>, Option<String>, Option<i32>, Option<String>);

impl Paging {
    /// Checks `(first, after, last, before)`; `list` says what list it is: field, tenant, parent, filter and order.
    ///
    /// # Errors
    /// [`Error::Invalid`] when both ends are asked for, a number is out of range, or a cursor comes from another list.
    pub fn new(list: &str, (first, after, last, before): PageArguments) -> Result<Self> {
        let digest = Sha256::digest(list.as_bytes());
        let mut scope = [0; 8];
        scope.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        let ends = match (first, last) {
            (Some(_), Some(_)) => {
                let message = "Ask for the first or the last so many, not for both.";
                return Err(Error::invalid("last", ProblemCode::Malformed, message));
            }
            (Some(first), None) => Ends::First(size("first", first)?),
            (None, Some(last)) => Ends::Last(size("last", last)?),
            (None, None) => Ends::First(USUAL),
        };
        let after = after.map(|cursor| open("after", &cursor, scope)).transpose()?;
        let before = before.map(|cursor| open("before", &cursor, scope)).transpose()?;
        Ok(Self { scope, ends, after, before })
    }

    /// The same for a list that is paged by the database; `counted` when the total is asked for.
    ///
    /// # Errors
    /// [`Error::Invalid`] when a cursor's key can't be read.
    pub fn request(&self, counted: bool) -> Result<PageRequest> {
        let key = |field: &str, parts: &Option<Vec<String>>| {
            parts.as_ref().map(|parts| PageKey::from_parts(parts).ok_or_else(|| bad_cursor(field))).transpose()
        };
        Ok(PageRequest { ends: self.ends, after: key("after", &self.after)?, before: key("before", &self.before)?, counted })
    }

    /// Which end is asked for, and how many.
    #[must_use]
    pub fn ends(&self) -> Ends {
        self.ends
    }

    /// Whether the page is counted from an end of the list instead of from a cursor.
    #[must_use]
    pub fn is_unanchored(&self) -> bool {
        self.after.is_none() && self.before.is_none()
    }

    /// The page of a list that is held whole, with each item's own identifier as its key.
    ///
    /// # Errors
    /// [`Error::Invalid`] when a cursor names an item that is no longer in the list.
    pub fn slice<N>(&self, items: Vec<(Uuid, N)>) -> Result<Slice<N>> {
        let total = items.len();
        let place = |field: &str, parts: &Option<Vec<String>>| -> Result<Option<usize>> {
            let Some(parts) = parts else { return Ok(None) };
            let key = parts.first().and_then(|part| part.parse::<Uuid>().ok()).ok_or_else(|| bad_cursor(field))?;
            items.iter().position(|(id, _)| *id == key).map(Some).ok_or_else(|| bad_cursor(field))
        };
        let mut start = place("after", &self.after)?.map_or(0, |at| at + 1);
        let mut end = place("before", &self.before)?.unwrap_or(total).max(start);
        match self.ends {
            Ends::First(count) => end = end.min(start.saturating_add(usize::try_from(count).unwrap_or(usize::MAX))),
            Ends::Last(count) => start = start.max(end.saturating_sub(usize::try_from(count).unwrap_or(usize::MAX))),
        }
        let items = items.into_iter().skip(start).take(end - start).map(|(id, item)| (Key::Of(id), item)).collect();
        Ok(Slice { scope: self.scope, items, has_previous: start > 0, has_next: end < total, total: Some(total as u64) })
    }

    /// The page that the database gave, of a tenant's rows that are loaded together from now on.
    #[must_use]
    pub fn together<R: TenantRow, N>(
        &self,
        page: Page<R>,
        view: &View,
        tenant: TenantId,
        mut node: impl FnMut(Member<R>) -> N,
    ) -> Slice<N> {
        let (keys, rows): (Vec<_>, Vec<_>) = page.rows.into_iter().unzip();
        let members = Member::gather(view, tenant, rows);
        let items = keys.into_iter().zip(members).map(|(key, row)| (Key::Parts(key.to_parts()), node(row))).collect();
        Slice { scope: self.scope, items, has_previous: page.has_previous, has_next: page.has_next, total: page.total }
    }
}

fn size(field: &str, asked: i32) -> Result<u64> {
    let size = u64::try_from(asked).ok().filter(|size| (1..=MOST).contains(size));
    size.ok_or_else(|| Error::invalid(field, ProblemCode::OutOfRange, format!("Ask for 1 to {MOST} at a time, not for {asked}.")))
}

fn bad_cursor(field: &str) -> Error {
    let message = "This cursor doesn't belong to this list. Take cursors from the same field with the same filter and order.";
    Error::invalid(field, ProblemCode::Malformed, message)
}

fn open(field: &str, cursor: &str, scope: [u8; 8]) -> Result<Vec<String>> {
    let opened = || {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (own, key) = bytes.split_at_checked(8)?;
        if own != scope {
            return None;
        }
        serde_json::from_slice(key).ok()
    };
    if cursor.len() > 2048 { None } else { opened() }.ok_or_else(|| bad_cursor(field))
}

/// An item's place, of which a cursor is made when one is asked for.
#[derive(Clone, Debug)]
enum Key {
    /// The item's own identifier.
    Of(Uuid),
    /// What the database orders by.
    Parts(Vec<String>),
}

/// One page of a list, ready to be shown.
#[derive(Clone, Debug)]
pub struct Slice<N> {
    scope: [u8; 8],
    items: Vec<(Key, N)>,
    has_previous: bool,
    has_next: bool,
    total: Option<u64>,
}

impl<N> Slice<N> {
    /// The same page of what is made of its items, all at once.
    pub fn made<T>(self, make: impl FnOnce(Vec<N>) -> Vec<T>) -> Slice<T> {
        let Self { scope, items, has_previous, has_next, total } = self;
        let (keys, items): (Vec<_>, Vec<_>) = items.into_iter().unzip();
        Slice { scope, items: keys.into_iter().zip(make(items)).collect(), has_previous, has_next, total }
    }
}

impl<N: Clone> Slice<N> {
    /// The items of the page.
    pub fn nodes(&self) -> Vec<N> {
        self.items.iter().map(|(_, item)| item.clone()).collect()
    }

    /// The items of the page with their cursors.
    pub fn edges(&self) -> Vec<(String, N)> {
        self.items.iter().map(|(key, item)| (self.cursor(key), item.clone())).collect()
    }

    /// Where the page stands.
    pub fn page_info(&self) -> PageInfo {
        PageInfo {
            has_next_page: self.has_next,
            has_previous_page: self.has_previous,
            start_cursor: self.items.first().map(|(key, _)| self.cursor(key)),
            end_cursor: self.items.last().map(|(key, _)| self.cursor(key)),
        }
    }

    /// Items on all pages.
    pub fn total_count(&self) -> i32 {
        self.total.and_then(|total| i32::try_from(total).ok()).unwrap_or(i32::MAX)
    }

    fn cursor(&self, key: &Key) -> String {
        let mut bytes = self.scope.to_vec();
        let parts = match key {
            Key::Of(id) => serde_json::to_vec(&[id]),
            Key::Parts(parts) => serde_json::to_vec(parts),
        };
        bytes.extend(parts.unwrap_or_default());
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> Vec<(Uuid, usize)> {
        (0..5).map(|number| (Uuid::from_u128(number as u128 + 1), number)).collect()
    }

    #[test]
    fn pages_follow_each_other_without_gaps() {
        let first = Paging::new("a list", (Some(2), None, None, None)).expect("a page").slice(list()).expect("a slice");
        assert_eq!(first.nodes(), [0, 1]);
        assert!(first.page_info().has_next_page);
        let after = first.page_info().end_cursor;
        let second = Paging::new("a list", (Some(9), after, None, None)).expect("a page").slice(list()).expect("a slice");
        assert_eq!(second.nodes(), [2, 3, 4]);
        assert!(second.page_info().has_previous_page && !second.page_info().has_next_page);
        let last = Paging::new("a list", (None, None, Some(2), None)).expect("a page").slice(list()).expect("a slice");
        assert_eq!(last.nodes(), [3, 4]);
    }

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        let slice = Paging::new("a list", (Some(2), None, None, None)).expect("a page").slice(list()).expect("a slice");
        let cursor = slice.page_info().end_cursor;
        assert!(Paging::new("another list", (None, cursor, None, None)).is_err());
        assert!(Paging::new("a list", (None, Some("nonsense".into()), None, None)).is_err());
    }

    #[test]
    fn sizes_out_of_range_are_refused() {
        for size in [0, -1, 101] {
            assert!(Paging::new("a list", (Some(size), None, None, None)).is_err(), "{size}");
        }
        assert!(Paging::new("a list", (Some(1), None, Some(1), None)).is_err());
    }
}
