//! Connections and edges, which are all alike.

/// Declares the connection and the edge of a node; `straight` where the node is so and its pages are to be written straight to JSON.
macro_rules! connection {
    ($connection:ident, $edge:ident, $node:ident, $what:literal) => {
        $crate::graphql::relay::connection!(@ $connection, $edge, $node, $what, Vec<$node>, |_ctx, nodes| nodes);
    };
    ($connection:ident, $edge:ident, $node:ident, $what:literal, straight) => {
        $crate::graphql::relay::connection!(@ $connection, $edge, $node, $what, $crate::graphql::relay::Nodes<$node>, |ctx, nodes| $crate::graphql::relay::Nodes::of(ctx, nodes).await);
        $crate::graphql::relay::straight!($edge as this, ctx, asked { "cursor" => this.cursor, "node" => this.node });
        $crate::graphql::relay::straight!($connection as this, ctx, asked {
            "edges" => this.0.edges().into_iter().map(|(cursor, node)| $edge { cursor, node }).collect::<Vec<_>>(),
            "nodes" => this.0.nodes(),
            "pageInfo" => this.0.page_info(),
            "totalCount" => this.0.total_count(),
        });
    };
    (@ $connection:ident, $edge:ident, $node:ident, $what:literal, $nodes:ty, |$ctx:ident, $list:ident| $given:expr) => {
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
            async fn nodes(&self, $ctx: &async_graphql::Context<'_>) -> $nodes {
                let $list = self.0.nodes();
                $given
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
