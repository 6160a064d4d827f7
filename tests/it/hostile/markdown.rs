//! Pull requests and issues: a Markdown parser finds only our own nodes and code spans.

use super::faces::{in_markdown, planned};
use super::{every, values::values};
use crate::support::markdown::only_our_nodes;
use rolewright::render::escape::code_span;

#[test]
fn c1_to_c3_no_value_is_more_than_a_code_span_in_markdown() {
    every(&values(), |value| {
        let (_, plan) = planned(value);
        in_markdown(value, &plan).iter().try_for_each(|face| only_our_nodes(face))
    });
}

#[test]
fn a_code_span_in_a_list_holds_one_value() {
    every(&values(), |value| {
        let text = format!("- {}: {}\n- end\n", code_span(value), code_span(value));
        only_our_nodes(&text)?;
        let codes = pulldown_cmark::Parser::new(&text)
            .filter(|event| matches!(event, pulldown_cmark::Event::Code(_)))
            .count();
        if codes == 2 || codes == 0 && text.contains("*empty*") {
            Ok(())
        } else {
            Err(format!("{codes} code spans"))
        }
    });
}
