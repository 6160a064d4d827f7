//! Reads all users, including disabled ones and guests, with the attributes that policies need.

use super::changes::raw_user;
use super::session::BatchPart;
use super::{Fault, Reader, UnlistedUser};
use crate::fetch::progress::count;
use crate::model::Field;
use crate::wire::graph::{BATCH, query};

const ROUTE: &str = "/users";
/// How many users Graph may count but not list, since its index lags (MG6).
const COUNT_LAG: u64 = 20;

impl Reader<'_, '_> {
    pub(super) async fn users(&mut self) -> Result<(), Fault> {
        let enabled =
            self.request.attributes.iter().position(|attribute| attribute.source == "accountEnabled");
        let mut unknown = true;
        let target = query::users(&self.select, self.request.page_size);
        self.walk(ROUTE, &target, &mut |reader, json| {
            let Self { decoder, builder, record, .. } = reader;
            let user = decoder.decode(json).map_err(|error| reader_error(&error))?;
            if builder.has_user(&user.id) {
                return Err(Fault::Drift(format!("{ROUTE} lists the user `{}` twice", user.id)));
            }
            unknown &= enabled.is_some_and(|at| user.fields[at] == Field::Empty);
            count();
            builder.user(&user.id, &user.fields)?;
            if let Some(record) = record {
                record.users.insert(user.id.into_owned(), raw_user(json)?);
            }
            Ok(())
        })
        .await?;
        match self.builder.user_count() {
            0 => Err(Fault::Error(format!(
                "{ROUTE} lists no users, but every tenant has at least one; the answer is not used"
            ))),
            _ if unknown && enabled.is_some() => Err(Fault::Error(
                "no user returned `accountEnabled`: grant the application permission `User.Read.All` (a smaller one, \
                such as `User.ReadBasic.All`, does not show it)"
                    .to_owned(),
            )),
            _ => self.count().await,
        }
    }

    /// Compares with Graph's count of users. A small difference is the index's lag; a large one means lost pages
    /// (threats E1, E6).
    pub(super) async fn count(&mut self) -> Result<(), Fault> {
        const ROUTE: &str = "/users/$count";
        let read = self.builder.user_count() as u64;
        let target = format!("{}{}", query::VERSION, query::USER_COUNT);
        let answer = self.session.get_count(ROUTE, &target).await;
        let answer = answer.map_err(|error| Fault::Error(self.session.explain(&error)))?;
        let text = String::from_utf8_lossy(&answer.body);
        let counted: u64 = text
            .trim_start_matches('\u{feff}')
            .trim()
            .parse()
            .map_err(|_| Fault::Error(format!("{ROUTE} did not answer with a number")))?;
        if counted > read + (read / 100).max(COUNT_LAG) {
            return Err(Fault::Drift(format!(
                "{counted} users are counted, but {read} were listed: some are missing"
            )));
        }
        Ok(())
    }

    /// Reads the users who occurred in groups or roles but were not listed: they were created during the read, or are
    /// gone.
    pub(super) async fn unlisted_users(&mut self) -> Result<(), Fault> {
        const ROUTE: &str = "/users/{id}";
        let unlisted_users = std::mem::take(&mut self.unlisted_users);
        let mut ids: Vec<String> = unlisted_users.iter().map(|(id, _)| id.clone()).collect();
        ids.sort();
        ids.dedup();
        for ids in ids.chunks(BATCH) {
            let targets: Vec<String> = ids.iter().map(|id| query::user(id, &self.select)).collect();
            for part in self.session.batch(ROUTE, &targets).await.map_err(Fault::Error)? {
                let BatchPart::Body(body) = part else { continue };
                let user = self.decoder.decode(&body).map_err(|error| reader_error(&error))?;
                self.builder.user(&user.id, &user.fields)?;
                if let Some(record) = &mut self.record {
                    record.users.insert(user.id.into_owned(), raw_user(&body)?);
                }
            }
        }
        for (id, occurrence) in
            unlisted_users.into_iter().filter(|(id, _)| self.builder.has_user(id)).collect::<Vec<_>>()
        {
            match occurrence {
                UnlistedUser::Member { group } => self.builder.member(&group, &id)?,
                UnlistedUser::Assigned { application, role } => {
                    self.builder.assignment(&application, &role, &id)?
                }
            }
        }
        Ok(())
    }
}

fn reader_error(error: &crate::wire::graph::DecodeError) -> Fault {
    Fault::Error(format!("{ROUTE} cannot be understood: {error}"))
}
