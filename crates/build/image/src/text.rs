//! Texts out of an image, made fit to be shown.

use std::sync::Arc;

/// A text without control characters, which could rewrite a terminal, with runs of white space as one space, and cut to a
/// number of characters; an ellipsis shows the cut.
pub(crate) fn clean(text: &str, longest: usize) -> String {
    let mut cleaned = String::new();
    let mut length = 0;
    let is_gap = |character: char| character.is_whitespace() || character.is_control() || is_invisible(character);
    for word in text.split(is_gap).filter(|word| !word.is_empty()) {
        for character in std::iter::once(' ').skip(usize::from(length == 0)).chain(word.chars()) {
            if length == longest {
                cleaned.push('…');
                return cleaned;
            }
            cleaned.push(character);
            length += 1;
        }
    }
    cleaned
}

/// Characters that change the order or the presence of others on a screen.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// The instruction that a step of the history records, in the words of a Dockerfile.
///
/// The classic builder records shell commands (`/bin/sh -c …`, or `/bin/sh -c #(nop) …` for what is no command), BuildKit
/// records the instruction with the shell in it. Build arguments (`|1 A=b /bin/sh -c …`) stay as they are. It is not cut: a cut
/// within a secret would leave a beginning that nobody recognises as one.
pub(crate) fn instruction(created_by: &str) -> Option<Arc<str>> {
    const SHELL: &str = "/bin/sh -c ";
    let text = clean(created_by, usize::MAX);
    let text = text.strip_suffix("# buildkit").map_or(text.as_str(), str::trim_end);
    let shown = if let Some(instruction) = text.strip_prefix("/bin/sh -c #(nop)") {
        instruction.trim_start().to_owned()
    } else if let Some(command) = text.strip_prefix(SHELL) {
        format!("RUN {command}")
    } else if let Some(command) = text.strip_prefix("RUN ").and_then(|run| run.strip_prefix(SHELL)) {
        format!("RUN {command}")
    } else {
        text.to_owned()
    };
    (!shown.is_empty()).then(|| shown.into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn instructions_read_like_a_dockerfile() {
        for (created_by, shown) in [
            ("/bin/sh -c #(nop)  CMD [\"bash\"]", "CMD [\"bash\"]"),
            ("/bin/sh -c #(nop) ADD file:4eedf861fb567fff in / ", "ADD file:4eedf861fb567fff in /"),
            ("/bin/sh -c apt-get update", "RUN apt-get update"),
            ("RUN /bin/sh -c apt-get update &&\n\tapt-get upgrade # buildkit", "RUN apt-get update && apt-get upgrade"),
            ("COPY app /app # buildkit", "COPY app /app"),
            ("RUN |1 A=b /bin/sh -c make # buildkit", "RUN |1 A=b /bin/sh -c make"),
            ("|1 A=b /bin/sh -c make", "|1 A=b /bin/sh -c make"),
            ("bazel build ...", "bazel build ..."),
            ("\u{1b}[2Jevil\u{202e}", "[2Jevil"),
        ] {
            assert_eq!(instruction(created_by).as_deref(), Some(shown), "{created_by}");
        }
        assert_eq!(instruction(" \n"), None);
    }

    #[test]
    fn a_long_instruction_stays_whole() {
        assert_eq!(instruction(&"x".repeat(5_000)).unwrap().len(), 5_000);
    }

    proptest! {
        #[test]
        fn nothing_that_steers_a_terminal_is_left(text in any::<String>()) {
            let cleaned = clean(&text, 100);
            prop_assert!(!cleaned.chars().any(char::is_control));
            prop_assert!(cleaned.chars().count() <= 101);
        }
    }
}
