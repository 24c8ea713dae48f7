//! A part of a document that is finished.

use serde::{Serialize, Serializer, ser};
use serde_json::Value;

/// A value kept as its JSON text: a thousand results of a check take a third of the room that way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed(Box<str>);

impl Packed {
    /// Packs `value`.
    pub fn of(value: &impl Serialize) -> Self {
        Self(serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned()).into())
    }
}

impl Serialize for Packed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value: Value = serde_json::from_slice(self.0.as_bytes()).map_err(ser::Error::custom)?;
        value.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_as_it_went_in() {
        let value = serde_json::json!({"b": [1, 2.5, null, "x\u{1b}\"y"], "a": {"ok": true}});
        assert_eq!(serde_json::to_value([Packed::of(&value)]).unwrap(), serde_json::json!([value]));
    }
}
