//! Lenient reading of answers: numbers as strings, strings as numbers, nulls and wrapped lists (facts section 0). Strict
//! only in what ids are made of, since they end up in commands, file names and host names.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// The longest text that is kept: no name, id or status that the API promises has more than half of it.
const LONGEST: usize = 256;

/// Text; a number or a bool is taken as its text, null as empty. What is longer than any real one is cut, and it is one
/// line: a sentence with it in the middle stays one.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    whole(deserializer).map(|text| one_line(&text, LONGEST))
}

/// An id, or nothing: letters, digits, dots, dashes and underscores.
pub(crate) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = text(deserializer)?;
    if text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)) {
        Ok(text)
    } else {
        Err(D::Error::custom("an id holds what no id does"))
    }
}

/// A list of ids.
pub(crate) fn ids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    struct Id(#[serde(deserialize_with = "id")] String);
    Ok(list(deserializer)?.into_iter().map(|Id(id)| id).collect())
}

/// A host name that can be dialled; anything else is as good as none.
pub(crate) fn host<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = text(deserializer)?;
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
    Ok(if plain { text } else { String::new() })
}

/// An IP address; anything else counts as none.
pub(crate) fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = text(deserializer)?;
    let is_address = text.parse::<std::net::IpAddr>().is_ok();
    Ok(if is_address { text } else { String::new() })
}

/// The beginning of a text, with spaces in place of control characters.
pub(crate) fn one_line(text: &str, longest: usize) -> String {
    let mut chars = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut line: String = chars.by_ref().take(longest).collect();
    if chars.next().is_some() {
        line.push('…');
    }
    line
}

/// Text of any length, as page tokens are.
pub(crate) fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::String(s) => Ok(s),
        Value::Number(n) => Ok(n.to_string()),
        Value::Bool(b) => Ok(b.to_string()),
        Value::Null => Ok(String::new()),
        other => Err(D::Error::custom(format!("expected text, found {}", kind(&other)))),
    }
}

/// A whole number, also as a string; null or an empty string is `None`.
pub(crate) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Number(n) => Ok(n.as_u64()),
        Value::String(s) => Ok(s.trim().parse().ok()),
        _ => Ok(None),
    }
}

/// A bool, also as `"true"`/`"True"`; anything else is `None`.
pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Bool(b) => Some(b),
        Value::String(s) if s.eq_ignore_ascii_case("true") => Some(true),
        Value::String(s) if s.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    })
}

/// A list: plain (`[…]`, PrivateLink), wrapped (`{"Vpc": […]}`, VPC and ECS) or null.
pub(crate) fn list<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let items = match Value::deserialize(deserializer)? {
        Value::Null => Vec::new(),
        Value::Array(items) => items,
        Value::Object(map) => match map.into_iter().next() {
            None | Some((_, Value::Null)) => Vec::new(),
            Some((_, Value::Array(items))) => items,
            Some((key, other)) => {
                return Err(D::Error::custom(format!("expected a list in `{key}`, found {}", kind(&other))));
            }
        },
        other => return Err(D::Error::custom(format!("expected a list, found {}", kind(&other)))),
    };
    items.into_iter().map(|item| T::deserialize(item).map_err(D::Error::custom)).collect()
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a bool",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Declares an enum for a wire value whose set of names may grow: unknown names are kept in `Other`.
macro_rules! open_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum $name {
            $($(#[$vmeta])* $variant,)+
            /// A value this version does not know; empty when the field was absent.
            Other(String),
        }

        impl $name {
            /// The name as the API writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => stringify!($variant),)+
                    Self::Other(text) => text,
                }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::Other(String::new())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                match text.as_str() {
                    $(stringify!($variant) => Self::$variant,)+
                    _ => Self::Other(text),
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::cloud::de::text(deserializer).map(Self::from)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}
pub(crate) use open_enum;

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Row {
        #[serde(default, deserialize_with = "text")]
        a: String,
        #[serde(default, deserialize_with = "number")]
        n: Option<u64>,
        #[serde(default, deserialize_with = "flag")]
        f: Option<bool>,
        #[serde(deserialize_with = "list")]
        l: Vec<String>,
    }

    #[test]
    fn reads_what_the_products_really_send() {
        let row = |json| serde_json::from_str::<Row>(json).unwrap();
        assert_eq!(
            row(r#"{"a":7,"n":"29","f":"True","l":{"X":["p","q"]},"unknown":{}}"#),
            Row { a: "7".into(), n: Some(29), f: Some(true), l: vec!["p".into(), "q".into()] }
        );
        assert_eq!(row(r#"{"a":null,"n":12,"f":false,"l":[]}"#).n, Some(12));
        assert_eq!(row(r#"{"l":null}"#), Row { a: String::new(), n: None, f: None, l: vec![] });
    }

    #[test]
    fn what_is_no_address_counts_as_none() {
        let read = |text: &str| address(&serde_json::json!(text)).unwrap();
        assert_eq!((read("10.0.0.10"), read("fd00::1")), ("10.0.0.10".to_owned(), "fd00::1".to_owned()));
        for text in ["", "10.0.0.999", "10.0.0.10:4000", "ep-1.example.com", "10.0.0.10; true"] {
            assert_eq!(read(text), "", "{text}");
        }
    }

    #[test]
    fn a_missing_list_is_not_an_empty_one() {
        assert!(serde_json::from_str::<Row>("{}").is_err());
    }
}
