//! `concordat user add`

use std::{io::BufRead as _, sync::Arc};

use clap::{Args, Subcommand};
use entity::{
    clock::RealClock,
    policy::Office,
    usecases::identity::account::{NewAccount, add_account},
};

use super::{DatabaseAddress, said};
use crate::{
    config::Unfit,
    identity::{Argon2Cost, Passwords, check_new_password},
};

/// People who may sign in.
#[derive(Debug, Args)]
pub struct User {
    #[command(subcommand)]
    command: UserCommand,
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Add a person with an account and a first appointment. The password is read from standard input.
    Add(Add),
}

#[derive(Debug, Args)]
struct Add {
    #[command(flatten)]
    database: DatabaseAddress,
    /// With which the person signs in.
    #[arg(long)]
    email: String,
    /// How the person is known.
    #[arg(long)]
    name: String,
    /// The slug of the tenant in which the appointment is made, such as halton.
    #[arg(long)]
    tenant: String,
    /// The office, such as PERFORMANCE_OFFICER.
    #[arg(long)]
    office: Office,
    /// The minute by which the appointment was made.
    #[arg(long)]
    minute: Option<String>,
}

impl User {
    pub(super) async fn run(self) -> Result<(), Unfit> {
        let UserCommand::Add(add) = self.command;
        let mut password = String::new();
        std::io::stdin().lock().read_line(&mut password).map_err(Unfit::because)?;
        let password = password.trim_end_matches(['\r', '\n']).to_owned();
        check_new_password(&password, &add.email).map_err(Unfit::because)?;
        let db = add.database.open_current(Arc::new(RealClock)).await?;
        let passwords = Passwords::new(Argon2Cost::default()).map_err(Unfit::because)?;
        let password_hash = passwords.hash(password).await.map_err(Unfit::because)?;
        let new = NewAccount {
            name: add.name,
            email: add.email,
            password_hash,
            tenant: add.tenant,
            office: add.office,
            minute_reference: add.minute,
        };
        add_account(&db, new).await.map_err(|error| said(&error))?;
        println!("The account is there.");
        db.close().await.map_err(|error| said(&error))
    }
}
