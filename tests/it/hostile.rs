//! Hostile text in every output: hundreds of values, each wherever data can stand.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

mod faces;
mod findings;
mod lines;
mod logs;
mod markdown;
mod tables;
mod values;

/// Checks every value, and shows the first few that fail.
fn every(values: &[String], look: impl Fn(&str) -> Result<(), String> + Sync) {
    let halves = values.chunks(values.len().div_ceil(2));
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let look = &look;
        let half = |part: &[String]| {
            let wrong = part.iter().filter_map(|value| Some(format!("{value:?}: {}", look(value).err()?)));
            wrong.collect::<Vec<_>>()
        };
        let running: Vec<_> = halves.map(|part| scope.spawn(move || half(part))).collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        values.len(),
        wrong[..wrong.len().min(5)].join("\n---\n")
    );
}
