//! Secrets and ConfigMaps in the form in which client-go sends them: Kubernetes' envelope around protobuf.

use data_encoding::BASE64;
use serde_json::{Map, Value, json};

const MAGIC: &[u8] = b"k8s\0";

/// A field of a message: its number, and its bytes. Numbers (varint) have none.
type Field<'m> = (u64, &'m [u8]);

/// The object of a body; none where it is something else.
pub(super) fn object(body: &[u8]) -> Option<Value> {
    let envelope = fields(body.strip_prefix(MAGIC)?)?;
    let kinds = fields(bytes(&envelope, 1)?)?;
    let (api_version, kind) = (text(&kinds, 1), text(&kinds, 2));
    let object = fields(bytes(&envelope, 2)?)?;
    let metadata = fields(bytes(&object, 1)?)?;
    let mut data = Map::new();
    for entry in all(&object, 2) {
        let entry = fields(entry)?;
        let value = match &*kind {
            "Secret" => BASE64.encode(bytes(&entry, 2).unwrap_or_default()),
            _ => text(&entry, 2),
        };
        data.insert(text(&entry, 1), value.into());
    }
    let mut labels = Map::new();
    for entry in all(&metadata, 11) {
        let entry = fields(entry)?;
        labels.insert(text(&entry, 1), text(&entry, 2).into());
    }
    labels.sort_keys();
    let mut object_json = json!({
        "kind": kind,
        "apiVersion": api_version,
        "metadata": {"name": text(&metadata, 1), "labels": labels},
        "data": data,
    });
    if kind == "Secret" {
        object_json["type"] = text(&object, 3).into();
    }
    Some(object_json)
}

fn bytes<'m>(message: &[Field<'m>], number: u64) -> Option<&'m [u8]> {
    all(message, number).next()
}

fn all<'m>(message: &[Field<'m>], number: u64) -> impl Iterator<Item = &'m [u8]> {
    let of_number = message.iter().filter(move |field| field.0 == number);
    of_number.map(|field| field.1)
}

fn text(message: &[Field<'_>], number: u64) -> String {
    let bytes = bytes(message, number).unwrap_or_default();
    String::from_utf8_lossy(bytes).into_owned()
}

fn fields(mut rest: &[u8]) -> Option<Vec<Field<'_>>> {
    let mut fields = Vec::new();
    while !rest.is_empty() {
        let key = varint(&mut rest)?;
        let content = match key & 7 {
            0 => {
                varint(&mut rest)?;
                &[]
            }
            2 => {
                let length = usize::try_from(varint(&mut rest)?).ok()?;
                let (content, after) = rest.split_at_checked(length)?;
                rest = after;
                content
            }
            _ => return None,
        };
        fields.push((key >> 3, content));
    }
    Some(fields)
}

fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
