//! Finds the known word that is nearest to an unknown one.

/// Longer words are not compared: they are not mistyped names.
const LONGEST: usize = 80;

/// The candidate that differs least from `word`, in at most a third of its letters; the first of equals. ASCII case is
/// ignored.
pub(super) fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let word = letters(word);
    let mut best: Option<(usize, &str)> = None;
    if word.len() > LONGEST {
        return None;
    }
    for candidate in candidates.into_iter().filter(|candidate| candidate.len() <= 4 * LONGEST) {
        let other = letters(candidate);
        let allowed = best.map_or(1 + word.len().max(other.len()) / 3, |(least, _)| least);
        if word.len().abs_diff(other.len()) < allowed {
            let distance = distance(&word, &other);
            if distance < allowed {
                best = Some((distance, candidate));
            }
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// "; did you mean `x`?", or empty.
pub(super) fn hint<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> String {
    nearest(word, candidates).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
}

fn letters(text: &str) -> Vec<char> {
    text.chars().map(|letter| letter.to_ascii_lowercase()).collect()
}

/// The number of letters to insert, remove, replace, or swap with a neighbour.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut before = vec![0; right.len() + 1];
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (row, letter) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let replaced = above[column] + usize::from(letter != other);
            let mut least = replaced.min(above[column + 1] + 1).min(current[column] + 1);
            let swapped = row > 0 && column > 0 && *letter == right[column - 1] && left[row - 1] == *other;
            if swapped {
                least = least.min(before[column - 1] + 1);
            }
            current.push(least);
        }
        before = std::mem::replace(&mut above, current);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn nearest_finds_only_similar_words() {
        let names = ["department", "displayName", "mail", "mobilePhone", "Telephony users"];
        let cases = [
            ("departmant", Some("department")),
            ("dispalyName", Some("displayName")),
            ("DisplayName", Some("displayName")),
            ("mial", Some("mail")),
            ("Telefony users", Some("Telephony users")),
            ("manager", None),
            ("x", None),
            ("", None),
        ];
        for (word, expected) in cases {
            assert_eq!(nearest(word, names), expected, "{word}");
        }
    }
}
