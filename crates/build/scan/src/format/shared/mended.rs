//! What mends a finding, in one line for people.

use boltseal_model::{Finding, TextEdit};

/// What its edits do, or why there are none; `None` where the rule knows none, or nobody asked.
pub fn mended(finding: &Finding) -> Option<String> {
    let fix = finding.fix.as_deref()?;
    match &fix.refused {
        Some(reason) => Some(format!("no patch: {reason}")),
        None => Some(format!("patch: {}", fix.edits.iter().map(done).collect::<Vec<_>>().join("; "))),
    }
}

fn done(edit: &TextEdit) -> String {
    let TextEdit { start_line, start_column, end_line, end_column, text } = edit;
    let place = format!("line {start_line}, column {start_column}");
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_insertion = (start_line, start_column) == (end_line, end_column);
    match (text.is_empty(), is_insertion) {
        (true, _) => {
            let lines = end_line.saturating_sub(*start_line);
            let what = match lines {
                0 => format!("{} characters", end_column.saturating_sub(*start_column)),
                1 => "a line".to_owned(),
                lines => format!("{lines} lines"),
            };
            format!("{place}: takes {what} away")
        }
        (false, true) => format!("{place}: puts in `{words}`"),
        (false, false) => format!("{place}: puts `{words}` in its place"),
    }
}

#[cfg(test)]
mod tests {
    use boltseal_model::Fix;

    use super::super::testing::finding;
    use super::*;

    #[test]
    fn a_line_says_what_an_edit_does() {
        let mut found = finding("");
        assert_eq!(mended(&found), None);
        let edit = |end: (u32, u32), text: &str| TextEdit {
            start_line: 3,
            start_column: 5,
            end_line: end.0,
            end_column: end.1,
            text: text.into(),
        };
        for (edit, expected) in [
            (edit((3, 9), "false"), "patch: line 3, column 5: puts `false` in its place"),
            (edit((3, 5), "\n  a:\n    b: 1"), "patch: line 3, column 5: puts in `a: b: 1`"),
            (edit((5, 1), ""), "patch: line 3, column 5: takes 2 lines away"),
            (edit((3, 8), ""), "patch: line 3, column 5: takes 3 characters away"),
        ] {
            found.fix = Some(Box::new(Fix { edits: vec![edit], refused: None }));
            assert_eq!(mended(&found).as_deref(), Some(expected));
        }
        found.fix = Some(Box::new(Fix { edits: Vec::new(), refused: Some("it is shared".into()) }));
        assert_eq!(mended(&found).as_deref(), Some("no patch: it is shared"));
    }
}
