//! What every integration test stands on: a database of its own, on both engines.
//!
//! A test is written once, as `async fn name(app: TestApp)`, and [`both_dbs!`](crate::both_dbs) runs it on SQLite and on
//! PostgreSQL. From the ground up:
//!
//! * [`watchdog`] clears away what a test process leaves behind, however that process ends;
//! * [`place`] chooses where the databases lie;
//! * [`postgres`] starts one private PostgreSQL cluster per test process, when the first test asks for it;
//! * [`databases`] builds each template once per engine and copies it for each test;
//! * [`app`] starts the server over such a copy and plays the offices that call it;
//! * [`answer`] is what they get;
//! * [`post_office`] takes the letters that the server sends;
//! * [`probe`] looks at the database past the server.

pub mod answer;
pub mod app;
pub mod databases;
pub mod place;
pub mod post_office;
pub mod postgres;
pub mod probe;
pub mod watchdog;

use std::future::Future;

pub use answer::Answer;
pub use app::{Actor, TestApp, TestServer, Walls, day};
pub use databases::{Engine, Template, TestDatabase};
pub use post_office::MailServer;
pub use probe::Probe;

/// Runs each named test on SQLite and on PostgreSQL.
///
/// Takes the names of functions in the same module, of the shape `async fn name(app: TestApp)`, and generates
/// `name::sqlite` and `name::postgres`. Attributes may precede a name, such as `#[ignore = "reason"]`.
///
/// ```ignore
/// both_dbs!(a_suspended_partner_sees_nothing);
/// async fn a_suspended_partner_sees_nothing(app: TestApp) { /* ... */ }
/// ```
#[macro_export]
macro_rules! both_dbs {
    ($($(#[$attribute:meta])* $name:ident),+ $(,)?) => {
        $($crate::each_on!($(#[$attribute])* $name: sqlite = Sqlite, All; postgres = Postgres, All);)+
    };
}

/// Like [`both_dbs!`], and once more on PostgreSQL with row-level security bypassed: a leak in the application's own wall would
/// hide behind the database's.
#[macro_export]
macro_rules! each_wall_alone {
    ($($(#[$attribute:meta])* $name:ident),+ $(,)?) => {
        $($crate::each_on!(
            $(#[$attribute])* $name: sqlite = Sqlite, All; postgres = Postgres, All;
            postgres_bypassing_row_level_security = Postgres, FirstAlone
        );)+
    };
}

/// What the two above are made of: a test as a module, with one function for each database and set of walls.
#[macro_export]
macro_rules! each_on {
    ($(#[$attribute:meta])* $name:ident: $($on:ident = $engine:ident, $walls:ident);+) => {
        $crate::each_on!(@module [$(#[$attribute])*] $name: $($on = $engine, $walls);+);
    };
    (@module $attributes:tt $name:ident: $($on:ident = $engine:ident, $walls:ident);+) => {
        mod $name {
            $($crate::each_on!(@test $attributes $name, $on, $engine, $walls);)+
        }
    };
    (@test [$(#[$attribute:meta])*] $name:ident, $on:ident, $engine:ident, $walls:ident) => {
        #[test]
        $(#[$attribute])*
        fn $on() {
            $crate::support::run_on($crate::support::Engine::$engine, $crate::support::Walls::$walls, super::$name);
        }
    };
}

/// Starts the application on `engine` and gives it to `test`, inside an actix system of the test's own: the same
/// surroundings as `#[actix_web::test]`, so that the server can run in the test's process.
///
/// An engine left out by `CONCORDAT_TEST_DATABASES` (see [`Engine::is_wanted`]) is skipped with a line on stderr.
pub fn run_on<Test, Run>(engine: Engine, walls: Walls, test: Test)
where
    Test: FnOnce(TestApp) -> Run,
    Run: Future<Output = ()>,
{
    if !engine.is_wanted() {
        eprintln!("SKIPPED on {engine}: {} leaves it out", databases::WANTED_ENGINES);
        return;
    }
    actix_web::rt::System::new().block_on(async move {
        let server = TestServer::start(engine, walls).await;
        test(server.app()).await;
        server.stop().await;
    });
}
