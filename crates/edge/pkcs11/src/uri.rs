//! Names of keys in tokens as one text.

use std::path::PathBuf;
use std::str::FromStr;

use crate::KeyName;

/// A key in a token, and the module that it is reached through, as in `pkcs11:token=seal;object=release?module-path=/usr/lib/module.so`.
///
/// Source: RFC 7512, of whose attributes these three are understood. Bytes may be written as `%` and two hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUri {
    /// The library that came with the token.
    pub module: PathBuf,
    /// How the key is called.
    pub name: KeyName,
}

impl FromStr for KeyUri {
    type Err = ParseUriError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rest = text.strip_prefix("pkcs11:").ok_or(ParseUriError::Scheme)?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (mut token, mut key, mut module) = (None, None, None);
        let of = |part: &'_ str, separator| {
            part.split(separator).filter(|it| !it.is_empty()).map(str::to_owned).collect::<Vec<_>>()
        };
        for attribute in of(path, ';').into_iter().chain(of(query, '&')) {
            let (name, value) = attribute.split_once('=').unwrap_or((&attribute, ""));
            let place = match name {
                "token" => &mut token,
                "object" => &mut key,
                "module-path" => &mut module,
                // One that was passed over could have told two keys apart.
                other => return Err(ParseUriError::Attribute { name: other.chars().take(40).collect() }),
            };
            let value = decoded(value).filter(|value| !value.is_empty()).ok_or(ParseUriError::Value)?;
            if place.replace(value).is_some() {
                return Err(ParseUriError::Value);
            }
        }
        let lacks = |name| ParseUriError::Lacks { name };
        Ok(Self {
            module: module.ok_or(lacks("module-path"))?.into(),
            name: KeyName { token: token.ok_or(lacks("token"))?, key: key.ok_or(lacks("object"))? },
        })
    }
}

/// A value without its escapes; `None` if one of them is none, or the bytes are no text.
fn decoded(value: &str) -> Option<String> {
    let mut parts = value.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (escape, rest) = part.split_at_checked(2)?;
        let is_hexadecimal = escape.bytes().all(|byte| byte.is_ascii_hexdigit());
        bytes.push(u8::from_str_radix(escape, 16).ok().filter(|_| is_hexadecimal)?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

/// Why a text names no key in a token. The text is not repeated: people put PINs into such texts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseUriError {
    /// Something else.
    #[error("it does not begin with pkcs11:")]
    Scheme,
    /// An attribute that is not understood.
    #[error("the attribute {name} is not understood; there are token, object and module-path")]
    Attribute {
        /// Its name, cut short.
        name: String,
    },
    /// A value that is empty, given twice, or has a broken escape.
    #[error("a value is empty, given twice, or has a % without two hexadecimal digits behind it")]
    Value,
    /// An attribute that is needed.
    #[error("{name} is not given; write it as pkcs11:token=LABEL;object=LABEL?module-path=FILE")]
    Lacks {
        /// Its name.
        name: &'static str,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_key_and_module_are_read_in_any_order() {
        for text in [
            "pkcs11:token=my%20token;object=release?module-path=/usr/lib/module.so",
            "pkcs11:object=release;token=my%20token?module-path=%2Fusr%2flib/module.so",
        ] {
            let uri: KeyUri = text.parse().unwrap();
            assert_eq!((uri.name.token.as_str(), uri.name.key.as_str()), ("my token", "release"));
            assert_eq!(uri.module, PathBuf::from("/usr/lib/module.so"));
        }
    }

    #[test]
    fn what_would_name_another_key_is_refused() {
        let refused = |text: &str| text.parse::<KeyUri>().unwrap_err();
        assert_eq!(refused("token=a"), ParseUriError::Scheme);
        assert_eq!(refused("pkcs11:token=a;object=b"), ParseUriError::Lacks { name: "module-path" });
        assert_eq!(refused("pkcs11:object=b?module-path=/m"), ParseUriError::Lacks { name: "token" });
        assert_eq!(refused("pkcs11:token=a;id=%01?module-path=/m"), ParseUriError::Attribute { name: "id".into() });
        for value in ["", "a;token=b", "%", "%4", "%+1", "%é", "%ff"] {
            assert_eq!(
                refused(&format!("pkcs11:object=k;token={value}?module-path=/m")),
                ParseUriError::Value,
                "{value}"
            );
        }
        let secret = refused("pkcs11:token=a;object=b?module-path=/m&pin-value=1234");
        assert!(!secret.to_string().contains("1234"));
    }
}
