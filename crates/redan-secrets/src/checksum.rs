//! Checksums that issuers build into their credentials: what fails them was never issued.

/// Characters of base 62 in the order of GitHub and npm.
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// CRC-32 as in ISO 3309: <https://www.rfc-editor.org/rfc/rfc1952#section-8>.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

/// Whether the last six characters of a token are the CRC-32 of what stands between its prefix of four and them.
/// <https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/>,
/// <https://github.blog/changelog/2021-09-23-npm-has-a-new-access-token-format/>
pub(crate) fn base62_crc(token: &str) -> bool {
    let Some((head, sum)) = token.len().checked_sub(6).and_then(|at| token.split_at_checked(at)) else { return false };
    let Some(random) = head.get(4..) else { return false };
    let mut rest = crc32(random.as_bytes());
    sum.bytes().rev().all(|digit| {
        let expected = usize::try_from(rest % 62).ok().and_then(|at| BASE62.get(at));
        rest /= 62;
        expected == Some(&digit)
    }) && rest == 0
}

/// Whether an identifier of an AWS access key can hold an account number: its characters are base 32, and those that
/// were issued since 2019 hold the twelve digits in their first ten characters.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>
pub(crate) fn aws_key_id(id: &str) -> bool {
    let body = id.get(4..).unwrap_or_default();
    body.len() == 16 && body.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'7'))
}

/// Whether a text is the base 64 of exactly this many bytes.
pub(crate) fn base64_of(text: &str, bytes: usize) -> bool {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).is_ok_and(|decoded| decoded.len() == bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_and_expired_tokens_have_their_checksum() {
        // Expired samples, published at https://github.com/therootcompany/base62-token.js
        for token in ["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", "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"] {
            assert!(base62_crc(token));
            assert!(!base62_crc(&token.replace('Q', "R")));
        }
        assert!(!base62_crc("ghp_") && !base62_crc(""));
    }

    #[test]
    fn the_check_value_of_crc32() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }
}
