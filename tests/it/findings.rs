//! Output formats of findings, through `validate`, with hostile text in the policies.

use crate::support::playground::Playground;
use serde_json::Value;

const HOSTILE: &str = "apiVersion: rolewright/v1\nkind: Exclusions\napplication: dstny\nexclude:\n  - id: bad\n    \
    when: { accountGroup: x }\n    reason: 1\n    \"::error::\\u202e%0Aowned, y\": x\n";

fn hostile() -> Playground {
    let playground = Playground::new();
    playground.write("policies/dstny/hostile.yaml", HOSTILE);
    let many: String = (0..12)
        .map(|number| format!("  - {{ id: e{number}, when: {{ always: true }}, raeson: x }}\n"))
        .collect();
    playground.write(
        "policies/dstny/many.yaml",
        &HOSTILE.replace(HOSTILE.split_once("exclude:\n").expect("a list").1, &many),
    );
    playground
}

#[test]
fn json_is_one_document_with_places() {
    let text = hostile().run(&["validate", "--format", "json"]).ends(1).stdout;
    let document: Value = serde_json::from_str(&text).expect("one document");
    let first = &document["findings"][0];
    for key in ["severity", "code", "message", "path", "line", "column"] {
        assert!(!first[key].is_null(), "{key} of {first}");
    }
    assert!(document["summary"]["errors"].as_u64().is_some_and(|errors| errors >= 12));
}

#[test]
fn sarif_has_what_its_readers_need() {
    let text = hostile().run(&["validate", "--format", "sarif"]).ends(1).stdout;
    let document: Value = serde_json::from_str(&text).expect("one document");
    assert_eq!(document["version"], "2.1.0");
    let run = &document["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "rolewright");
    let rules: Vec<&str> = run["tool"]["driver"]["rules"]
        .as_array()
        .expect("rules")
        .iter()
        .filter_map(|rule| rule["id"].as_str())
        .collect();
    for rule in run["tool"]["driver"]["rules"].as_array().expect("rules") {
        let help = rule["help"]["text"].as_str().expect("a help");
        assert!(help.contains("What to do: ") && rule["help"]["markdown"].is_string(), "{rule}");
    }
    for result in run["results"].as_array().expect("results") {
        assert!(rules.contains(&result["ruleId"].as_str().expect("a rule")));
        assert!(result["message"]["text"].is_string());
        assert!(
            result["locations"][0]["physicalLocation"]["region"]["startLine"]
                .as_u64()
                .is_some_and(|line| line > 0)
        );
    }
}

#[test]
fn c5_no_text_begins_another_workflow_command_and_the_rest_is_counted() {
    let text = hostile().run(&["validate", "--format", "github"]).ends(1).stdout;
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines.iter().all(|line| line.starts_with("::error ")), "{text}");
    assert_eq!(lines.len(), 10);
    assert!(lines[9].contains("more)"), "{text}");
    assert!(!text.contains('\u{202e}'));
}

#[test]
fn c4_no_control_or_direction_character_reaches_a_terminal() {
    let playground = hostile();
    playground
        .write("policies/dstny/bidi.yaml", "apiVersion: rolewright/v1\nkind: Exclusions\u{202e}\u{1b}[31m\n");
    let text = playground.run(&["validate"]).ends(1).stdout;
    assert!(text.chars().all(|letter| letter == '\n' || !letter.is_control()), "{text:?}");
    assert!(!text.contains('\u{202e}'));
}

/// GitLab shows no further items after an item that lacks a field.
#[test]
fn gitlab_has_every_field_of_every_finding() {
    let text = hostile().run(&["validate", "--format", "gitlab"]).ends(1).stdout;
    let items: Vec<Value> = serde_json::from_str(&text).expect("one array");
    assert!(items.len() >= 12, "{text}");
    let mut fingerprints = std::collections::BTreeSet::new();
    for item in &items {
        for key in ["description", "check_name", "fingerprint", "severity"] {
            assert!(item[key].as_str().is_some_and(|text| !text.is_empty()), "{key} of {item}");
        }
        let severities = ["info", "minor", "major", "critical", "blocker"];
        assert!(severities.contains(&item["severity"].as_str().expect("a severity")));
        assert!(
            item["location"]["path"].as_str().is_some_and(|path| path.starts_with("policies/")),
            "{item}"
        );
        assert!(item["location"]["lines"]["begin"].as_u64().is_some_and(|line| line > 0), "{item}");
        assert!(fingerprints.insert(item["fingerprint"].to_string()), "{item}");
    }
    assert!(!text.contains('\u{202e}'));
}

#[test]
fn gitlab_knows_a_finding_that_moved() {
    let playground = hostile();
    let told = |playground: &Playground| -> Vec<(String, u64)> {
        let text = playground.run(&["validate", "--format", "gitlab"]).ends(1).stdout;
        let items: Vec<Value> = serde_json::from_str(&text).expect("one array");
        items
            .iter()
            .filter(|item| item["location"]["path"] == "policies/dstny/many.yaml")
            .map(|item| {
                (item["fingerprint"].to_string(), item["location"]["lines"]["begin"].as_u64().unwrap_or(0))
            })
            .collect()
    };
    let before = told(&playground);
    playground.write(
        "policies/dstny/many.yaml",
        &format!("# one\n# two\n{}", playground.read("policies/dstny/many.yaml")),
    );
    let after = told(&playground);
    assert!(before.len() >= 12);
    assert_eq!(
        before.iter().map(|(_, line)| line + 2).collect::<Vec<_>>(),
        after.iter().map(|(_, line)| *line).collect::<Vec<_>>()
    );
    assert_eq!(
        before.iter().map(|(id, _)| id).collect::<Vec<_>>(),
        after.iter().map(|(id, _)| id).collect::<Vec<_>>()
    );
    assert_eq!(Playground::new().run(&["validate", "--format", "gitlab"]).ends(0).stdout, "[]\n");
}
