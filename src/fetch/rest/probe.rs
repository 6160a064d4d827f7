//! Looks whether an API can be read: one page of each list of accounts.

use super::{ReadRequest, Reader};
use crate::doctor::{ProbeReport, Step};
use crate::fetch::step::step_of;
use crate::http::{Service, SignIn};
use crate::wire::rest::{MEDIA_TYPE, decode_account};

/// Asks for the first page of each kind of record, with the sign-in of a read.
pub(in crate::fetch) async fn probe(request: &ReadRequest<'_>, sign_in: &SignIn, report: &mut ProbeReport) {
    let url = &request.connection.service.url;
    let service = Service::signed_in(url, sign_in, MEDIA_TYPE, request.limits, &request.addresses);
    let service = match service {
        Ok(service) => service,
        Err(error) => {
            report.note(Step::Connection, Err(error.to_string()));
            return;
        }
    };
    let reader = Reader::new(request, service);
    let wanted: Vec<&str> = request.attributes.iter().map(|attribute| attribute.name.as_str()).collect();
    let mut records = 0;
    for (number, kind) in request.connection.connector.accounts.iter().enumerate() {
        let answer = match reader.first_page(&kind.list).await {
            Ok(answer) => answer,
            Err(error) => {
                report.note(step_of(&error, number == 0), Err(error.to_string()));
                return;
            }
        };
        if number == 0 {
            report.skew = answer.skew;
            report.note(Step::Connection, Ok(format!("{} answers", reader.service.base())));
            report.note(Step::SignIn, Ok("the service accepts the credential".to_owned()));
        }
        let page = match reader.understood("accounts.list", &kind.list, &answer, 0) {
            Ok(page) => page,
            Err(incomplete) => {
                report.note(Step::Read, Err(incomplete.problem));
                return;
            }
        };
        for record in &page.records {
            if let Err(error) = decode_account(kind, record, &wanted) {
                report.note(Step::Read, Err(format!("accounts.list cannot be understood: {error}")));
                return;
            }
        }
        records += page.records.len();
    }
    report.note(Step::Read, Ok(format!("{records} accounts were requested")));
}
