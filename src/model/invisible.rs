//! Invisible characters (threat B4).

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// The first character that is invisible or changes the direction of text, and its byte index: format and control
/// characters, line separators, and letters that render as nothing.
pub fn invisible_character(text: &str) -> Option<(usize, char)> {
    // Nearly every text is plain ASCII, and then no letter has to be looked up.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return None;
    }
    text.char_indices().find(|(_, letter)| is_invisible(*letter))
}

fn is_invisible(letter: char) -> bool {
    let blank_letter = matches!(letter, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{2800}');
    let category = matches!(
        letter.general_category(),
        GeneralCategory::Format
            | GeneralCategory::Control
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
            | GeneralCategory::Surrogate
    );
    blank_letter || (category && !matches!(letter, '\t' | '\n'))
}
