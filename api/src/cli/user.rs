//! `concordat user`: adding people, and letting in those who have lost what they sign in with

use std::{io::BufRead as _, sync::Arc};

use clap::{Args, Subcommand};
use entity::{
    clock::RealClock,
    policy::Office,
    tenancy::{Db, Occasion},
    usecases::identity::{
        account::{NewAccount, add_account, disable, enable},
        authenticators, links,
    },
};

use super::{DatabaseAddress, said};
use crate::{
    config::Unfit,
    identity::{Argon2Cost, Passwords, check_new_password},
    mail::{LinkBase, new_link},
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
    /// Print a fresh link by which somebody sets their first password, or a new one. Earlier links stop working.
    Link(Link),
    /// Revoke the authenticator of somebody who lost it together with the recovery codes. Their sessions end.
    RevokeAuthenticator(Named),
    /// Disable the account of somebody who is to sign in no more. Their sessions end at once; what they did stays theirs.
    Disable(Named),
    /// Enable an account again.
    Enable(Named),
}

#[derive(Debug, Args)]
struct Named {
    #[command(flatten)]
    database: DatabaseAddress,
    /// With which the person signs in.
    #[arg(long)]
    email: String,
}

#[derive(Debug, Args)]
struct Link {
    #[command(flatten)]
    named: Named,
    /// The front end to which the link leads, such as https://concordat.example.
    #[arg(long, env = "CONCORDAT_LINK_BASE")]
    link_base: String,
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
        match self.command {
            UserCommand::Add(add) => add.run().await,
            UserCommand::Link(link) => link.run().await,
            UserCommand::RevokeAuthenticator(named) => named.revoke_authenticator().await,
            UserCommand::Disable(named) => named.disable().await,
            UserCommand::Enable(named) => named.enable().await,
        }
    }
}

impl Link {
    async fn run(self) -> Result<(), Unfit> {
        let (email, base) = (self.named.email.trim().to_lowercase(), LinkBase::new(&self.link_base)?);
        let db = opened(&self.named.database).await?;
        let purpose = links::purpose_for(&db, &email).await.map_err(|error| said(&error))?;
        let link = new_link(&db, &email, purpose, &base).await.map_err(|error| said(&error))?;
        // On standard output, for a pipe; nothing of it goes to a log.
        println!("{}", link.ok_or_else(|| Unfit("the account changed this very moment; please try again".to_owned()))?);
        db.close().await.map_err(|error| said(&error))
    }
}

/// The database, asked by an operator.
async fn opened(database: &DatabaseAddress) -> Result<Db, Unfit> {
    Ok(database.open_current(Arc::new(RealClock)).await?.on(Occasion::Operator))
}

impl Named {
    async fn disable(self) -> Result<(), Unfit> {
        let db = opened(&self.database).await?;
        disable(&db, &self.email).await.map_err(|error| said(&error))?;
        println!("The account is disabled.");
        db.close().await.map_err(|error| said(&error))
    }

    async fn enable(self) -> Result<(), Unfit> {
        let db = opened(&self.database).await?;
        enable(&db, &self.email).await.map_err(|error| said(&error))?;
        println!("The account is enabled.");
        db.close().await.map_err(|error| said(&error))
    }

    async fn revoke_authenticator(self) -> Result<(), Unfit> {
        let db = opened(&self.database).await?;
        authenticators::revoke_for(&db, &self.email).await.map_err(|error| said(&error))?;
        println!("The authenticator is revoked.");
        db.close().await.map_err(|error| said(&error))
    }
}

impl Add {
    async fn run(self) -> Result<(), Unfit> {
        let add = self;
        let mut password = String::new();
        std::io::stdin().lock().read_line(&mut password).map_err(Unfit::because)?;
        let password = password.trim_end_matches(['\r', '\n']).to_owned();
        check_new_password(&password, &add.email).map_err(Unfit::because)?;
        let db = opened(&add.database).await?;
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
