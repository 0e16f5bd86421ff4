//! Base64 as it stands in armor and in lines of keys: nothing but its alphabet, padded.

/// Decodes text without blanks; `None` where it is not base64.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    if !text.len().is_multiple_of(4) || padding > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut bits) = (0_u32, 0);
    for digit in digits.bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        held = held << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xFF).ok()?);
            held &= (1 << bits) - 1;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn text_is_decoded_or_refused() {
        assert_eq!(decode("").as_deref(), Some(&b""[..]));
        assert_eq!(decode("U1NIU0lH").as_deref(), Some(&b"SSHSIG"[..]));
        assert_eq!(decode("/+8=").as_deref(), Some(&[0xFF, 0xEF][..]));
        for bad in ["A", "AA", "AAA", "A===", "AA=A", "A A=", "ä==="] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
