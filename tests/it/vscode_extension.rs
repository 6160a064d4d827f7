//! The extension for Visual Studio Code: it builds, is packaged, loads, and sets what the server reads.
#![expect(clippy::disallowed_types, reason = "tests start tools")]
#![expect(clippy::disallowed_methods, reason = "tests look at files")]
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

fn said(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn the_extension_is_packaged_and_loads() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let package = said(&mut Command::new(root.join("tests/tools/vscode-extension.sh")));
    let inside = said(Command::new("python3").args(["-m", "zipfile", "-l", &package]));
    for file in ["extension/package.json", "extension/dist/extension.js", "extension/readme.md"] {
        assert!(inside.contains(file), "{file} is not in the package:\n{inside}");
    }
    assert!(!inside.contains("node_modules"), "{inside}");
    let bundle = Path::new(&package).with_file_name("dist").join("extension.js");
    let loader = root.join("tests/tools/load-extension.cjs");
    assert_eq!(said(Command::new("node").arg(loader).arg(bundle)), "function function");
}

/// Windows starts a program of the working folder rather than one of `PATH`.
#[test]
fn h26_the_program_is_not_looked_for_in_the_folder_that_is_opened() {
    let loader = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools/extension-program.cjs");
    let started = |path: &str| -> Value {
        serde_json::from_str(&said(Command::new("node").arg(&loader).arg(path))).unwrap()
    };
    assert_eq!(started("rolewright")["options"]["cwd"], "/the/extension");
    let named = started("bin/rolewright");
    assert_eq!((&named["command"], &named["options"]["cwd"]), (&"bin/rolewright".into(), &Value::Null));
    assert_eq!(named["args"], serde_json::json!(["lsp", "--stdio"]));
}

/// The folder's settings cannot choose the program that is started where the folder is not trusted.
#[test]
fn its_settings_are_those_of_the_server() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("docs/editors/vscode/package.json")).unwrap();
    let manifest: Value = serde_json::from_str(&text).unwrap();
    let settings = manifest["contributes"]["configuration"]["properties"].as_object().unwrap();
    let names: BTreeSet<&str> = settings.keys().map(String::as_str).collect();
    assert_eq!(names, BTreeSet::from(["rolewright.path", "rolewright.snapshot", "rolewright.workspace"]));
    let restricted =
        manifest["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"].as_array().unwrap();
    let restricted: BTreeSet<&str> = restricted.iter().map(|name| name.as_str().unwrap()).collect();
    assert_eq!(names, restricted);
    let guide = fs::read_to_string(root.join("docs/how-to/editors.md")).unwrap();
    assert!(names.iter().all(|name| guide.contains(&format!("`{name}`"))), "docs/how-to/editors.md");
    let version = manifest["version"].as_str().unwrap();
    assert_eq!(version, env!("CARGO_PKG_VERSION"));
}
