#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rolewright_fuzz::editor::target(data));
