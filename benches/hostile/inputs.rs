//! Texts that ask a YAML reader for too much (threat B1). Shared by the bench and the test.

/// Name and text of each; every one must be refused.
pub(crate) fn inputs() -> Vec<(&'static str, String)> {
    let laughs: String =
        (1..12).map(|n| format!("a{n}: &a{n} [{}]\n", format!("*a{},", n - 1).repeat(10))).collect();
    let nested: String = (0..60).map(|n| format!("{}&n{n} [", " ".repeat(0))).collect();
    vec![
        ("200 kB of brackets", "[".repeat(200_000)),
        ("200 kB of braces", "{".repeat(200_000)),
        ("20,000 nested dashes", "- ".repeat(20_000)),
        ("20,000 nested question marks", "? ".repeat(20_000)),
        ("aliases by count", format!("a0: &a0 [x]\n{laughs}")),
        ("aliases by bytes", format!("a: &a '{}'\nb: [{}]\n", "x".repeat(100_000), "*a,".repeat(20_000))),
        ("nested anchors", format!("{nested}{}{}", "1,".repeat(190_000), "]".repeat(60))),
        ("1 MiB of quotes", "\"".repeat((1 << 20) - 1)),
        ("1 MiB of anchors", "&a ".repeat((1 << 20) / 3)),
        ("1 MiB of colons", "a: ".repeat((1 << 20) / 3)),
        ("1 MiB of noise", noise()),
        ("1 MiB and a byte", "# ".repeat(1 << 19) + "#"),
        ("300,000 items", "- a\n".repeat(250_000)),
    ]
}

/// The same bytes each time, from a small generator.
fn noise() -> String {
    let mut state = 7_u64;
    let mut text = String::new();
    while text.len() < (1 << 20) - 8 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        text.push(char::from_u32((state >> 33) as u32 % 0x3000).unwrap_or('x'));
    }
    text
}
