//! Records as text: their maximum length, and how broken ones are rejected.

use proptest::collection::btree_map;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use rolewright::gate::Record;
use std::collections::BTreeMap;

fn of(items: &[(&str, usize)]) -> Record {
    let text = |(word, count): &(&str, usize)| ((*word).to_owned(), Some("AAAAAAAA".repeat(*count)));
    let counts = items.iter().map(|(word, count)| ((*word).to_owned(), *count as u64)).collect();
    Record { version: 1, counts, items: items.iter().map(text).collect(), ..Record::default() }
}

#[test]
fn scenario_14_a_record_stays_within_what_a_check_run_takes() {
    for (items, by_count) in [
        (&[("adopt", 7_000)][..], &[][..]),
        (&[("adopt", 7_500)], &["adopt"]),
        (&[("adopt", 9_000), ("delete", 300)], &["adopt"]),
        (&[("adopt", 4_000), ("delete", 3_999)], &["adopt"]),
        (&[("adopt", 9_000), ("delete", 8_000), ("revoke", 7_900)], &["adopt", "delete", "revoke"]),
        (&[("adopt", 90_000), ("delete", 7_000), ("revoke", 1)], &["adopt"]),
    ] {
        let mut record = of(items);
        let text = record.text().unwrap();
        assert!(text.len() <= 60_000, "{} characters", text.len());
        assert_eq!(record.by_count().collect::<Vec<_>>(), by_count, "{items:?}");
        assert!(text.is_ascii() && text.lines().count() == 2);
        assert_eq!(Record::parse(&text), Ok(record));
    }
}

#[test]
fn scenario_14_what_is_just_too_long_is_counted() {
    let listed = |count: usize| {
        let mut record = of(&[("adopt", count)]);
        let text = record.text().unwrap();
        assert!(text.len() <= 60_000, "{} characters", text.len());
        (record.by_count().next().is_none(), text.len())
    };
    let most = (7_300..7_600).take_while(|count| listed(*count).0).last().unwrap();
    assert!(listed(most).1 > 60_000 - 8, "one item more does not fit: {most}");
}

fn anything() -> impl Strategy<Value = Record> {
    let word =
        select(&["delete", "archive", "deactivate", "revoke", "adopt", "grant", "update", "tomorrow"][..]);
    let items =
        weighted(0.8, prop::collection::vec("[A-Za-z0-9_-]{8}", 0..9).prop_map(|items| items.concat()));
    let counts = btree_map(word.clone().prop_map(ToOwned::to_owned), any::<u32>().prop_map(u64::from), 0..6);
    let items = btree_map(word.prop_map(ToOwned::to_owned), items, 0..6);
    let text = || prop_oneof!["[ -~]{0,12}", "\\PC{0,6}"];
    (text(), text(), weighted(0.5, text()), text(), counts, items).prop_map(
        |(instance, base, settled, head, counts, items)| Record {
            version: 1,
            instance,
            base,
            head,
            settled,
            data: "live".to_owned(),
            counts,
            items,
            ..Record::default()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_record_is_read_as_it_was_written(mut record in anything()) {
        let text = record.text().unwrap();
        prop_assert_eq!(Record::parse(&text), Ok(record));
    }

    #[test]
    fn a_record_with_a_changed_byte_is_rejected_or_equal(mut record in anything(), place in any::<prop::sample::Index>(), byte: u8) {
        let text = record.text().unwrap();
        let mut bytes = text.clone().into_bytes();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        let read = Record::parse(&String::from_utf8_lossy(&bytes));
        prop_assert!(read.is_err() || read == Ok(record.clone()), "{:?}", read);
        let cut = Record::parse(&String::from_utf8_lossy(&text.as_bytes()[..place]));
        prop_assert!(cut.is_err(), "{:?}", cut);
    }

    #[test]
    fn no_text_makes_a_reader_of_records_panic(text in "(rolewright-record/1 [0-9a-f]{0,64}\n)?\\PC{0,60}") {
        prop_assert!(Record::parse(&text).is_err());
    }
}

#[test]
fn every_bit_of_a_record_counts() {
    let text = BTreeMap::from([("delete", 3), ("grant", 2)]);
    let items: Vec<(&str, usize)> = text.into_iter().collect();
    let mut record = of(&items);
    let text = record.text().unwrap();
    for place in 0..text.len() {
        for bit in 0..8 {
            let mut bytes = text.clone().into_bytes();
            bytes[place] ^= 1 << bit;
            let read = Record::parse(&String::from_utf8_lossy(&bytes));
            assert!(read.is_err() || read == Ok(record.clone()), "byte {place}, bit {bit}: {read:?}");
        }
    }
}
