//! Answers that go on: sockets, events, what can be followed, and how they end.

mod between_servers;
mod client;
mod closing;
mod events;
mod following;
mod shutdown;
mod sockets;
