//! How long hostile YAML is looked at, and how much memory that takes: each input in a process of its own.
#![expect(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a bench measures and prints"
)]

#[path = "hostile/inputs.rs"]
mod hostile;

use rolewright::model::FileId;
use rolewright::yaml::{Budget, read};
use std::process::Command;
use std::time::Instant;

/// The bars: milliseconds, and MiB of memory at its highest.
const BARS: (f64, u64) = (250.0, 64);

fn main() {
    let named = std::env::args().nth(1).filter(|argument| !argument.starts_with('-'));
    match named {
        Some(name) => one(&name),
        None => all(),
    }
}

fn all() {
    let binary = std::env::current_exe().expect("this program");
    println!("| input | ms | peak MiB | verdict |\n| --- | --- | --- | --- |");
    for (name, _) in hostile::inputs() {
        let output = Command::new(&binary).arg(name).output().expect("this program starts");
        print!("{}", String::from_utf8_lossy(&output.stdout));
    }
    println!("\nbars: {} ms, {} MiB", BARS.0, BARS.1);
}

fn one(name: &str) {
    let inputs = hostile::inputs();
    let Some((_, text)) = inputs.into_iter().find(|(other, _)| *other == name) else { return };
    let before = Instant::now();
    let refused = read(FileId(0), &text, &Budget::default()).err();
    let spent = before.elapsed().as_secs_f64() * 1000.0;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|line| line.trim().strip_suffix(" kB"));
    let peak: u64 = peak.and_then(|kib| kib.trim().parse().ok()).unwrap_or(0) / 1024;
    let code = refused.map_or("ACCEPTED", |finding| finding.code);
    let missed = if spent > BARS.0 || peak > BARS.1 { " MISSED" } else { "" };
    println!("| {name} | {spent:.1} | {peak} | {code}{missed} |");
}
