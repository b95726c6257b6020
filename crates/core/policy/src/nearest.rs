//! What somebody may have meant.

/// The name that is nearest to what was written, if one is near.
pub(crate) fn nearest<'n>(written: &str, known: &[&'n str]) -> Option<&'n str> {
    // Longer texts are no misspelt names, and comparing them takes their product in time.
    if written.len() > 100 {
        return None;
    }
    let lower = written.to_lowercase();
    known
        .iter()
        .map(|name| (strsim::damerau_levenshtein(&lower, &name.to_lowercase()), *name))
        .filter(|(distance, name)| *distance <= (name.len().max(written.len()) + 1) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// The end of an error: the name that may have been meant, or what there is if that is little.
pub(crate) fn hint(written: &str, known: &[&str]) -> String {
    const FEW: usize = 12;
    match nearest(written, known) {
        Some(name) => format!("; did you mean `{name}`?"),
        None if !known.is_empty() && known.len() <= FEW => format!("; there is `{}`", known.join("`, `")),
        None => String::new(),
    }
}
