//! The `concordat` program. `concordat demo` is the place to begin.

use std::process::ExitCode;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[actix_web::main]
async fn main() -> ExitCode {
    match api::cli::Concordat::parse().run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("concordat: {error}");
            ExitCode::FAILURE
        }
    }
}
