//! Any bytes give records or errors, never a panic, and never lead to another host (threats F10, F12).

use proptest::prelude::*;
use rolewright::wire::graph::record::{Record, decode_changes};
use rolewright::wire::graph::refusal::{may_succeed_later, sign_in_help};
use rolewright::wire::graph::{
    Walk, decode_assignment, decode_batch, decode_identity, decode_listed_group, decode_listed_member,
    decode_page, decode_service_principal, decode_token, identity_target, query,
};

/// Bytes that are similar to Graph's answers.
fn answers() -> impl Strategy<Value = Vec<u8>> {
    let words = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"value\"",
        "\"id\"",
        "\"@odata.nextLink\"",
        "\"@odata.deltaLink\"",
        "\"responses\"",
        "\"status\"",
        "\"headers\"",
        "\"@removed\"",
        "\"members@delta\"",
        "null",
        "1",
        "-1",
        "1e999",
        "\"a\"",
        "\"\\ud800\"",
        "true",
    ]);
    let built = prop::collection::vec(words, 0..20).prop_map(|words| words.concat().into_bytes());
    prop_oneof![built, prop::collection::vec(any::<u8>(), 0..60)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn f_12_no_bytes_make_a_decoder_panic(bytes in answers()) {
        let _ = (decode_page(&bytes), decode_batch(&bytes, 3), decode_changes(&bytes), decode_token(&bytes));
        let _ = (decode_identity(&bytes), decode_listed_group(&bytes), decode_listed_member(&bytes));
        let _ = (decode_assignment(&bytes), decode_service_principal(&bytes), Record::decode(&bytes, "id", 0));
        let text = String::from_utf8_lossy(&bytes);
        let _ = (sign_in_help(&text, &text, &text, true), may_succeed_later(&text), identity_target(&text));
    }

    #[test]
    fn f_10_a_link_that_is_followed_leads_to_the_same_host(link in ".{0,40}", tail in ".{0,20}") {
        const HOST: &str = "https://graph.microsoft.com";
        for link in [link, format!("{HOST}{tail}"), format!("{HOST}/{tail}"), format!("{}/{tail}", HOST.to_uppercase())] {
            if let Ok(target) = Walk::new(HOST).follow(&link) {
                prop_assert!(target.starts_with('/'));
                let url = reqwest::Url::parse(&format!("{HOST}{target}")).expect("a URL");
                prop_assert_eq!(url.host_str(), Some("graph.microsoft.com"));
                prop_assert!(url.username().is_empty() && url.port().is_none() && url.fragment().is_none());
            }
        }
    }

    #[test]
    fn mg_16_any_text_stays_one_literal(text in ".{0,30}") {
        let targets: Vec<String> = query::groups_listed("displayName", std::slice::from_ref(&text), 5)
            .chain([query::groups_beginning(&text, 5), query::user(&text, "id"), query::members(&text, 5)])
            .collect();
        for target in &targets {
            prop_assert!(target.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#'), "{}", target);
        }
        let list = crate::support::http_server::decoded(targets[0].split("$filter=").nth(1).unwrap_or_default());
        prop_assert_eq!(list, format!("displayName in ('{}')", text.replace('\'', "''")));
    }
}
