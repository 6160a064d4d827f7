//! How fast accounts are decoded, beside `serde_json` into a struct that is fixed for the same attributes.
//!
//! `cargo bench --no-default-features --bench scim_decode` prints megabytes a second of one core, the best of several
//! passes. The wanted figure is 350; the fixed struct says what this machine makes of it.
#![expect(clippy::disallowed_macros, reason = "a measurement prints")]
#![expect(clippy::disallowed_methods, reason = "a measurement has a clock")]

use rolewright::model::AttributePath;
use rolewright::wire::scim::{AccountDecoder, AccountRecord};
use serde::Deserialize;
use std::borrow::Cow;
use std::hint::black_box;
use std::time::Instant;

const RECORDS: usize = 50_000;
const PASSES: usize = 7;

const PATHS: [&str; 13] = [
    "userName",
    r#"emails[type eq "work"].value"#,
    "displayName",
    "name.givenName",
    "name.familyName",
    "title",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:organization",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber",
    "addresses[0].locality",
    "addresses[0].country",
    r#"phoneNumbers[type eq "mobile"].value"#,
    "name.formatted",
];

/// The same attributes, with their places fixed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fixed<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    external_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    user_name: Cow<'a, str>,
    #[serde(borrow)]
    display_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    title: Option<Cow<'a, str>>,
    active: Option<bool>,
    #[serde(borrow)]
    name: Option<Name<'a>>,
    #[serde(borrow, default)]
    emails: Vec<Typed<'a>>,
    #[serde(borrow, default)]
    phone_numbers: Vec<Typed<'a>>,
    #[serde(borrow, default)]
    addresses: Vec<Address<'a>>,
    #[serde(borrow, rename = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")]
    enterprise: Option<Enterprise<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Name<'a> {
    #[serde(borrow)]
    given_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    family_name: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Typed<'a> {
    #[serde(borrow)]
    value: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "type")]
    kind: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Address<'a> {
    #[serde(borrow)]
    locality: Option<Cow<'a, str>>,
    #[serde(borrow)]
    country: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Enterprise<'a> {
    #[serde(borrow)]
    employee_number: Option<Cow<'a, str>>,
    #[serde(borrow)]
    department: Option<Cow<'a, str>>,
    #[serde(borrow)]
    organization: Option<Cow<'a, str>>,
}

impl Fixed<'_> {
    fn bytes(&self) -> usize {
        let text = |text: &Option<Cow<'_, str>>| text.as_ref().map_or(0, |it| it.len());
        let typed = |list: &[Typed<'_>], kind: &str| {
            let found = list.iter().find(|it| it.kind.as_deref() == Some(kind));
            found.map_or(0, |it| text(&it.value))
        };
        let name = self.name.as_ref().map_or(0, |it| text(&it.given_name) + text(&it.family_name));
        let address = self.addresses.first().map_or(0, |it| text(&it.locality) + text(&it.country));
        let enterprise = self.enterprise.as_ref();
        let enterprise = enterprise
            .map_or(0, |it| text(&it.employee_number) + text(&it.department) + text(&it.organization));
        self.id.len()
            + self.user_name.len()
            + text(&self.external_id)
            + text(&self.display_name)
            + text(&self.title)
            + usize::from(self.active == Some(true))
            + name
            + typed(&self.emails, "work")
            + typed(&self.phone_numbers, "mobile")
            + address
            + enterprise
    }
}

fn bytes(record: &AccountRecord<'_>) -> usize {
    use rolewright::model::Field;
    let text = |field: &Field<'_>| match field {
        Field::Text(text) => text.len(),
        _ => 0,
    };
    record.id.len()
        + text(&record.link)
        + usize::from(record.active == Some(true))
        + record.fields.iter().map(text).sum::<usize>()
}

/// One record of about 770 bytes, as a generated tenant has them.
fn record(at: usize) -> String {
    let (first, last) = (["Lena", "Emma", "Søren", "Linda"][at % 4], ["Davis", "Smith", "Lindström"][at % 3]);
    let phone = if at.is_multiple_of(3) {
        String::new()
    } else {
        format!(r#""phoneNumbers":[{{"value":"+4617{at:07}","type":"mobile"}}],"#)
    };
    let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    format!(
        concat!(
            r#"{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","{enterprise}"],"id":"45c2fb2fe1da06a3{at:08x}","#,
            r#""externalId":"0ac0bede-4463-42db-a9e8-6595{at:08x}","userName":"u{at:07}@contoso.example","#,
            r#""name":{{"givenName":"{first}","familyName":"{last}"}},"displayName":"{first} {last}","#,
            r#""title":"Senior Engineer","active":true,"#,
            r#""emails":[{{"value":"u{at:07}@contoso.example","type":"work","primary":true}}],{phone}"#,
            r#""addresses":[{{"locality":"Stockholm","country":"Sweden"}}],"{enterprise}":{{"employeeNumber":"E{at:08}","#,
            r#""department":"Sales EMEA","organization":"Contoso Inc."}},"meta":{{"resourceType":"User","#,
            r#""created":"2024-03-01T00:00:00Z","lastModified":"2025-11-01T00:00:00Z"}}}}"#
        ),
        enterprise = enterprise,
        at = at,
        first = first,
        last = last,
        phone = phone
    )
}

/// Megabytes a second of the best pass, and what the passes added up.
fn measure(lines: &[String], mut run: impl FnMut(&[u8]) -> usize) -> (f64, usize) {
    let size: usize = lines.iter().map(String::len).sum();
    let (mut best, mut sum) = (f64::MAX, 0);
    for _ in 0..PASSES {
        let start = Instant::now();
        sum = lines.iter().map(|line| run(black_box(line.as_bytes()))).sum();
        best = best.min(start.elapsed().as_secs_f64());
    }
    (size as f64 / best / 1e6, sum)
}

fn main() {
    let path = |name: &str| AttributePath { name: name.into(), path: name.into(), case_exact: false };
    let decoder =
        AccountDecoder::new(Some(&path("externalId")), &PATHS.map(path)).expect("the paths are right");
    let lines: Vec<_> = (0..RECORDS).map(record).collect();
    let (ours, one) =
        measure(&lines, |line| bytes(&decoder.decode(line).expect("a record that this bench made")));
    let (fixed, other) = measure(&lines, |line| {
        serde_json::from_slice::<Fixed<'_>>(line).expect("a record that this bench made").bytes()
    });
    assert_eq!(one, other, "both read the same values");
    println!("decoder with compiled paths  {ours:6.0} MB/s");
    println!("serde_json, fixed struct     {fixed:6.0} MB/s   ratio {:.2}", ours / fixed);
}
