//! Base64 as it stands in armor and in lines of keys: nothing but its alphabet, padded.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// What other programs accept: bits left over at the end are not looked at.
const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical)
        .with_decode_allow_trailing_bits(true),
);

/// Decodes text without blanks; `None` where it is not base64.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    ENGINE.decode(text).ok()
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
