//! Connections and edges, which are all alike.

/// Declares the connection and the edge of a node.
macro_rules! connection {
    ($connection:ident, $edge:ident, $node:ident, $what:literal) => {
        #[doc = concat!("A page of ", $what, ".")]
        #[derive(Clone)]
        pub struct $connection($crate::graphql::relay::Slice<$node>);

        impl From<$crate::graphql::relay::Slice<$node>> for $connection {
            fn from(slice: $crate::graphql::relay::Slice<$node>) -> Self {
                Self(slice)
            }
        }

        #[doc = concat!("A page of ", $what, ".")]
        #[async_graphql::Object]
        impl $connection {
            #[doc = concat!("The page's ", $what, " with their cursors.")]
            async fn edges(&self) -> Vec<$edge> {
                self.0.edges().into_iter().map(|(cursor, node)| $edge { cursor, node }).collect()
            }

            #[doc = concat!("The page's ", $what, " without cursors.")]
            async fn nodes(&self) -> Vec<$node> {
                self.0.nodes()
            }

            /// Where the page stands in the list.
            async fn page_info(&self) -> $crate::graphql::relay::PageInfo {
                self.0.page_info()
            }

            #[doc = concat!("How many ", $what, " there are on all pages.")]
            async fn total_count(&self) -> i32 {
                self.0.total_count()
            }
        }

        #[doc = concat!("An item among ", $what, ", with its place in the list.")]
        #[derive(Clone, async_graphql::SimpleObject)]
        pub struct $edge {
            /// The item's place, to be given as `after` or `before`.
            cursor: String,
            /// The item.
            node: $node,
        }
    };
}
pub(crate) use connection;
