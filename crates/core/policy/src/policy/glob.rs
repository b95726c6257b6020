//! Patterns of names: `*` stands for any characters, `?` for one.

/// Whether a name is as a pattern says. Takes their product in time at most.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut place) = (0, 0);
    // Where the last star stands, and what of the name it has taken.
    let mut star: Option<(usize, usize)> = None;
    while let Some(character) = name.get(place) {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, place));
                at += 1;
            }
            Some(wanted) if *wanted == '?' || wanted == character => {
                at += 1;
                place += 1;
            }
            _ => {
                let Some((before, taken)) = star else { return false };
                star = Some((before, taken + 1));
                at = before + 1;
                place = taken + 1;
            }
        }
    }
    pattern.get(at..).is_none_or(|rest| rest.iter().all(|character| *character == '*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_characters() {
        for (pattern, name, expected) in [
            ("host-*", "host-network", true),
            ("*", "", true),
            ("*-root", "container-writable-root", true),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "aXbY", false),
            ("host", "host-network", false),
            ("h?st", "host", true),
            ("", "a", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
