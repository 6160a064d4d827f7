//! How an application's own API is called (docs/reference/connector.md). Faults are reported by checks; what has one is
//! left out here.

use super::rate_limit::rate_limit;
use super::report::Report;
use crate::language::document::{
    self, AccountsObject, AtPlace, BodyValue, CallKeys, ConnectorDocument, HeldForm, Kind, ListObject,
    PagingForm, Piece, RightsObject, Shorthand, parse_template,
};
use crate::language::documents::{Documents, Placed};
use crate::model::{
    AccountCalls, ActiveField, AllRows, AnswerMeaning, AttributeKeeping, BodyTemplate, CallMethod,
    CallTemplate, Connector, CreateCall, EmptyAs, FieldType, HeldRights, IdField, IdType, KnownRights,
    ListCall, ListPaging, PageSize, ReadCall, RecordField, RightCalls, Sends, SentToken, SignInCall,
    SuccessSign, TemplatePiece, Total, UpdateCall, Value,
};
use crate::policy::{AccountSlot, ApplicationPolicy, UnkeptAttribute};
use crate::yaml::Spanned;
use std::collections::BTreeMap;

/// Statuses of what is not there, where the document says nothing.
const GONE: [u16; 2] = [404, 410];
/// How long a token is used whose life nobody tells, in seconds.
const LIFETIME: u32 = 300;

/// The document of this name.
pub(super) fn named<'d>(documents: &'d Documents, name: &str) -> Option<&'d Placed<ConnectorDocument>> {
    documents.connectors.iter().find(|connector| connector.name.value == name)
}

/// What a document says; none if it has a fault, which a check reports.
pub(super) fn connector(document: &ConnectorDocument) -> Option<Connector> {
    let authentication = document.authentication.as_ref().map(|written| &written.value);
    let header = authentication.and_then(|written| Spanned::value_of(&written.header));
    let header = header.unwrap_or_else(|| AUTHORIZATION.to_owned());
    let usual = if header.eq_ignore_ascii_case(AUTHORIZATION) { "Bearer " } else { "" };
    let prefix = authentication.and_then(|written| Spanned::value_of(&written.prefix));
    let prefix = prefix.unwrap_or_else(|| usual.to_owned());
    let sign_in = match authentication.and_then(|written| written.sign_in.as_ref()) {
        None => None,
        Some(written) => Some(sign_in(&written.value)?),
    };
    let headers = document.headers.iter().flat_map(|headers| headers.iter());
    let accounts: Option<Vec<_>> = document.accounts.iter().map(|written| accounts(&written.value)).collect();
    Some(Connector {
        authentication: SentToken { header, prefix },
        sign_in,
        headers: headers.map(|(name, value)| (name.value.clone(), value.value.clone())).collect(),
        answers: answers(document.answers.as_ref()),
        rate_limits: document.rate_limits.iter().flatten().map(rate_limit).collect(),
        etags: document.etags.unwrap_or(false),
        accounts: accounts?,
    })
}

/// The header that lets us in where nothing else is said.
const AUTHORIZATION: &str = "Authorization";

fn sign_in(written: &document::SignInObject) -> Option<SignInCall> {
    let body = match (&written.body, &written.form) {
        (Some(body), None) => self::body(&body.value)?,
        (None, Some(form)) => BodyTemplate::Object(table(&form.value)?),
        (None, None) | (Some(_), Some(_)) => return None,
    };
    Some(SignInCall {
        call: CallTemplate {
            method: CallMethod::Post,
            path: pieces(&written.path.value)?,
            query: BTreeMap::new(),
            body: Some(body),
        },
        form: written.form.is_some(),
        token: written.token.value.clone(),
        expires_in: Spanned::value_of(&written.expires_in),
        lifetime: written.lifetime.unwrap_or(LIFETIME),
    })
}

fn answers(written: Option<&document::MeaningObject>) -> AnswerMeaning {
    let sorted = |statuses: &[u16]| {
        let mut statuses = statuses.to_vec();
        statuses.sort_unstable();
        statuses
    };
    let success = written.and_then(|written| written.success.as_ref());
    AnswerMeaning {
        success: success.map(|sign| SuccessSign { at: sign.at.value.clone(), equals: sign.equals.0.clone() }),
        error: written.and_then(|written| Spanned::value_of(&written.error)),
        gone: sorted(written.and_then(|written| written.gone.as_deref()).unwrap_or(&GONE)),
        retry: sorted(written.and_then(|written| written.retry.as_deref()).unwrap_or_default()),
    }
}

fn accounts(written: &AccountsObject) -> Option<AccountCalls> {
    let optional = |written: &Option<Spanned<document::CallObject>>, method| {
        written
            .as_ref()
            .map(|written| call(written.value.keys(method)))
            .map_or(Some(None), |call| call.map(Some))
    };
    let fields = written.fields.iter();
    let mut fields: Vec<RecordField> = fields.map(|(name, field)| record_field(name, &field.value)).collect();
    fields.sort_by(|one, other| one.name.cmp(&other.name));
    let rights = written.rights.iter().flat_map(|rights| rights.iter());
    let rights: Option<Vec<_>> = rights.map(|(name, rights)| right_calls(&name.value, rights)).collect();
    let mut rights = rights?;
    rights.sort_by(|one, other| one.entitlement.cmp(&other.entitlement));
    let id = id_field(&written.id.value);
    Some(AccountCalls {
        account_type: Spanned::value_of(&written.account_type),
        list: list(&written.list.value)?,
        find: written.find.as_ref().map_or(Some(None), |find| list(&find.value).map(Some))?,
        read: written.read.as_ref().map_or(Some(None), |read| self::read(&read.value).map(Some))?,
        active: written.active.as_ref().map(|active| active_field(&active.value)),
        create: match &written.create {
            None => None,
            Some(create) => Some(CreateCall {
                call: call(create.value.keys())?,
                id: Spanned::value_of(&create.value.id).unwrap_or_else(|| id.at.clone()),
            }),
        },
        update: match &written.update {
            None => None,
            Some(update) => {
                let call = call(update.value.keys())?;
                let usual = if call.method == CallMethod::Patch { Sends::Changes } else { Sends::Whole };
                Some(UpdateCall { sends: update.value.sends.unwrap_or(usual), call })
            }
        },
        deactivate: optional(&written.deactivate, CallMethod::Post)?,
        reactivate: optional(&written.reactivate, CallMethod::Post)?,
        archive: optional(&written.archive, CallMethod::Post)?,
        delete: optional(&written.delete, CallMethod::Delete)?,
        id,
        fields,
        rights,
    })
}

fn read(written: &document::ReadObject) -> Option<ReadCall> {
    let record = Spanned::value_of(&written.record).unwrap_or_default();
    Some(ReadCall { call: call(written.keys())?, record })
}

fn id_field(written: &Shorthand<String, document::IdObject>) -> IdField {
    let kind = written.object().and_then(|object| object.r#type).unwrap_or(IdType::Text);
    IdField { at: written.at().to_owned(), kind }
}

fn active_field(written: &Shorthand<String, document::ActiveObject>) -> ActiveField {
    let values = |written: &[document::Constant]| written.iter().map(|value| value.0.clone()).collect();
    let (on, off) = match written {
        Shorthand::Text(_) => (vec![Value::Boolean(true)], vec![Value::Boolean(false)]),
        Shorthand::Object(object) => (values(&object.on), values(&object.off)),
    };
    ActiveField { at: written.at().to_owned(), on, off }
}

fn record_field(name: &Spanned<String>, written: &Shorthand<String, document::FieldObject>) -> RecordField {
    let object = written.object();
    RecordField {
        name: name.value.clone(),
        at: written.at().to_owned(),
        kind: object.and_then(|object| object.r#type).unwrap_or(FieldType::Text),
        empty: object.and_then(|object| object.empty).unwrap_or(EmptyAs::Null),
        keeps: object.and_then(|object| Spanned::value_of(&object.keeps)),
    }
}

fn right_calls(entitlement: &str, written: &Spanned<RightsObject>) -> Option<RightCalls> {
    let rights = &written.value;
    let held = match rights.held(written.span).ok()? {
        HeldForm::All(rows, account, of_account) => HeldRights::Rows {
            all: Some(Box::new(AllRows { list: list(rows)?, account: account.value.clone() })),
            of_account: of_account.map_or(Some(None), |rows| list(rows).map(|list| Some(Box::new(list))))?,
        },
        HeldForm::OfAccount(rows) => HeldRights::Rows { all: None, of_account: Some(Box::new(list(rows)?)) },
        HeldForm::Record(at) => HeldRights::Record(at.value.clone()),
    };
    let key = Spanned::value_of(&rights.key);
    let value = Spanned::value_of(&rights.value);
    let call_of = |written: &Option<Spanned<document::CallObject>>, method| {
        written.as_ref().map_or(Some(None), |written| call(written.value.keys(method)).map(Some))
    };
    Some(RightCalls {
        entitlement: entitlement.to_owned(),
        held,
        value: value.or_else(|| key.is_none().then(String::new)),
        key,
        scope: Spanned::value_of(&rights.scope),
        row: rights.row.as_ref().map(|row| id_field(&row.value)),
        known: match &rights.known {
            None => None,
            Some(known) => Some(KnownRights {
                list: list(&known.value.list.value)?,
                value: Spanned::value_of(&known.value.value).unwrap_or_default(),
                key: known.value.key.as_ref().map(|key| id_field(&key.value)),
                scope: Spanned::value_of(&known.value.scope),
            }),
        },
        grant: call_of(&rights.grant, CallMethod::Post)?,
        revoke: call_of(&rights.revoke, CallMethod::Post)?,
    })
}

fn list(written: &ListObject) -> Option<ListCall> {
    let total = written.total.as_ref().map(|total| match &total.value {
        Shorthand::Text(at) => Total::At(at.clone()),
        Shorthand::Object(object) => Total::Header(object.header.value.clone()),
    });
    let paging = match &written.paging {
        None => None,
        Some(paging) => {
            let size = paging.value.size.as_ref();
            let size = size.map(|size| PageSize { parameter: size.parameter.clone(), records: size.records });
            Some(match paging.value.form(paging.span).ok()? {
                PagingForm::Offset(offset) => ListPaging::Offset {
                    parameter: offset.parameter.clone(),
                    first: offset.first.unwrap_or(0),
                    size,
                },
                PagingForm::Page(page) => ListPaging::Page {
                    parameter: page.parameter.clone(),
                    first: page.first.unwrap_or(1),
                    size,
                },
                PagingForm::Cursor(cursor) => ListPaging::Cursor {
                    parameter: cursor.parameter.clone(),
                    next: cursor.next.value.clone(),
                    size,
                },
                PagingForm::Link(at) => {
                    ListPaging::Link { next: Some(at.value.clone()).filter(|at| at != "header"), size }
                }
            })
        }
    };
    let records = Spanned::value_of(&written.records).unwrap_or_default();
    Some(ListCall { call: call(written.keys())?, records, total, paging })
}

fn call(keys: CallKeys<'_>) -> Option<CallTemplate> {
    let query = keys.query.into_iter().flat_map(|query| query.iter());
    let query: Option<BTreeMap<_, _>> =
        query.map(|(name, value)| Some((name.value.clone(), single(&value.value.0.to_string())?))).collect();
    Some(CallTemplate {
        method: keys.method,
        path: pieces(&keys.path.value)?,
        query: query?,
        body: keys.body.map_or(Some(None), |written| body(&written.value).map(Some))?,
    })
}

/// A text, or one name.
fn single(text: &str) -> Option<TemplatePiece> {
    let mut all = pieces(text)?;
    match all.len() {
        0 => Some(TemplatePiece::Text(String::new())),
        1 => all.pop(),
        _ => None,
    }
}

fn body(written: &BodyValue) -> Option<BodyTemplate> {
    Some(match written {
        BodyValue::Constant(value) => BodyTemplate::Constant(value.clone()),
        BodyValue::Text(text) => BodyTemplate::Text(pieces(text)?),
        BodyValue::List(items) => {
            BodyTemplate::List(items.iter().map(|item| body(&item.value)).collect::<Option<_>>()?)
        }
        BodyValue::Object(entries) => BodyTemplate::Object(table(entries)?),
    })
}

fn table(entries: &document::Table<Spanned<BodyValue>>) -> Option<BTreeMap<String, BodyTemplate>> {
    entries.iter().map(|(name, value)| Some((name.value.clone(), body(&value.value)?))).collect()
}

fn pieces(text: &str) -> Option<Vec<TemplatePiece>> {
    let pieces = parse_template(text).ok()?.into_iter().map(|piece| match piece {
        Piece::Text(text) => TemplatePiece::Text(text),
        Piece::Name(name) => TemplatePiece::Name(name),
    });
    Some(pieces.collect())
}

/// The account attributes that the API does not keep as written, each with the line that says so. An error for what the
/// application needs to keep.
pub(super) fn unkept(
    report: &mut Report<'_>,
    policy: &ApplicationPolicy,
    document: &Placed<ConnectorDocument>,
) -> Vec<UnkeptAttribute> {
    let mut unkept: Vec<UnkeptAttribute> = Vec::new();
    let kinds = document.accounts.iter();
    for (name, field) in kinds.flat_map(|accounts| accounts.value.fields.iter()) {
        let keeps: Option<&Spanned<AttributeKeeping>> =
            field.value.object().and_then(|object| object.keeps.as_ref());
        let Some(keeps) = keeps else { continue };
        let at = document.place(keeps.span);
        for use_ in super::profile::needed(policy, keeps.value, &|path: &str| path == name.value) {
            let message =
                format!("`{}` is `{}`, but `{}` {use_}", name.value, keeps.value.word(), policy.name);
            report.error("check/profile-attribute", message, at, "not kept").help = Some(
                "use another attribute, or correct the connector if the application does keep it".to_owned(),
            );
        }
        let slot = policy.account_attributes.iter().position(|attribute| attribute.name == name.value);
        let told = slot.map(|slot| AccountSlot(slot as u16));
        if let Some(attribute) = told
            && unkept.iter().all(|known| known.attribute != attribute)
        {
            let origin = report.origin(Kind::Connector.word(), &name.value, at);
            unkept.push(UnkeptAttribute { attribute, keeps: keeps.value, origin });
        }
    }
    unkept.sort_by_key(|unkept| unkept.attribute);
    unkept
}
