//! Names and values in an address or a body.

/// A form as `application/x-www-form-urlencoded`.
pub fn encoded(form: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (name, value) in form {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        for byte in value.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => text.push(char::from(byte)),
                _ => text.push_str(&format!("%{byte:02X}")),
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_scope_stays_within_its_value() {
        assert_eq!(encoded(&[("scope", "a&b=c d"), ("service", "ä")]), "scope=a%26b%3Dc%20d&service=%C3%A4");
    }
}
