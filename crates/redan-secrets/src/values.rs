//! Whether a value is a secret, given what its name promises: not a reference, not a placeholder, random enough.

use crate::names::{Promise, promise};

/// Values longer than this are no passwords or keys by their name alone.
const LONGEST: usize = 4096;

/// What stands where the value comes from elsewhere: interpolation of many languages, references of the clouds.
const REFERENCES: &[&str] = &[
    "${",
    "{{",
    "$(",
    "%{",
    "<%",
    "#{",
    "}}",
    "@Microsoft.KeyVault(",
    "resolve:",
    "!Ref",
    "!Sub",
    "!GetAtt",
    "Fn::",
    "[parameters(",
    "[variables(",
    "[concat(",
    "reference(",
    "listKeys(",
    "arn:aws",
    "vault:",
    "secretref:",
    "ssm:",
    "keyvault",
];

/// Parts of placeholders and of documented examples (AWS's own keys for examples end in EXAMPLE).
const PLACEHOLDERS: &[&str] = &[
    "example",
    "changeme",
    "change_me",
    "change-me",
    "changeit",
    "placeholder",
    "replace",
    "your_",
    "your-",
    "yourpass",
    "yoursecret",
    "yourtoken",
    "xxxx",
    "****",
    "....",
    "dummy",
    "redacted",
    "masked",
    "hidden",
    "insert",
    "fixme",
    "todo",
    "enter_",
    "my_secret",
    "mysecret",
    "my-secret",
    "fake",
    "notreal",
    "not-real",
    "not_a_",
    "not-a-",
    "sensitive",
    "1234567890abcdef",
    "abcdefghijklm",
];

/// Whole values that are words of a language or a format, in small letters.
const WORDS: &[&str] = &[
    "value",
    "test",
    "dynamic",
    "null",
    "none",
    "nil",
    "undefined",
    "true",
    "false",
    "yes",
    "no",
    "string",
    "securestring",
    "str",
    "text",
    "number",
    "int",
    "bool",
    "boolean",
    "object",
    "any",
    "bytes",
    "optional",
    "required",
    "default",
    "enabled",
    "disabled",
    "password",
    "passwd",
    "secret",
    "token",
    "username",
    "user",
    "admin_password",
    "auto",
    "generated",
    "random",
    "empty",
    "plain",
    "plaintext",
    "basic",
    "bearer",
    "n/a",
    "tbd",
    "aws_iam",
    "pass",
];

/// Whether a value that goes by such a name is a secret.
pub(crate) fn is_secret(promised: Promise, name: &str, value: &str) -> bool {
    let value = value.trim();
    let shortest = if promised == Promise::Password { 4 } else { 8 };
    if value.len() < shortest || value.len() > LONGEST || value.contains(['\n', '\0']) {
        return false;
    }
    if is_reference(value) || is_placeholder(value) || value.eq_ignore_ascii_case(name) {
        return false;
    }
    match promised {
        Promise::Password => is_password(value),
        Promise::Key => is_random(value),
    }
}

/// Whether a value points to where the secret is kept.
pub(crate) fn is_reference(value: &str) -> bool {
    let starts = value.starts_with(['$', '/', '~', '*', '&', '!', '<', '[', '{', '@'])
        && !value
            .bytes()
            .skip(1)
            .any(|byte| byte.is_ascii_punctuation() && !b"$/~_-.*&!<>[]{}():@,\"' ".contains(&byte));
    let path =
        value.starts_with("./") || value.starts_with("../") || value.starts_with('/') && value.matches('/').count() > 1;
    let address = ["http://", "https://", "s3://", "gs://", "file://"].iter().any(|scheme| value.starts_with(scheme));
    starts && !is_random(value.trim_matches(|c: char| c.is_ascii_punctuation()))
        || path && (!is_random(value) || value.split(['/', '-', '_', '.', '%', ':']).all(is_word))
        || address
        || value.starts_with("${")
        || REFERENCES.iter().any(|reference| value.contains(reference))
        || value.starts_with('%') && value.ends_with('%')
        || is_expression(value)
}

/// Whether a value is code: `var.password`, `data.x.y[0].secret`, `getPassword()`, `process.env.TOKEN`.
fn is_expression(value: &str) -> bool {
    let call = value.ends_with(')') && value.contains('(') && value.starts_with(|c: char| c.is_ascii_alphabetic());
    let known =
        ["var.", "local.", "data.", "module.", "each.", "self.", "process.env", "os.environ", "env.", "secrets."];
    call && !value.contains(' ') || known.iter().any(|root| value.starts_with(root))
}

/// Whether a value stands for one that a person fills in, or is a documented example.
pub(crate) fn is_placeholder(value: &str) -> bool {
    let small = value.to_ascii_lowercase();
    let mut bytes = small.bytes();
    let first = bytes.next();
    let same = first.is_some_and(|first| bytes.all(|byte| byte == first));
    let marked = small.starts_with('<') && small.ends_with('>');
    same || marked || WORDS.contains(&small.as_str()) || PLACEHOLDERS.iter().any(|part| small.contains(part))
}

/// Whether a token is one that somebody wrote down to show what tokens look like.
pub(crate) fn is_example(value: &str) -> bool {
    let small = value.to_ascii_lowercase();
    let mut bytes = small.bytes();
    let first = bytes.next();
    let same = first.is_some_and(|first| bytes.all(|byte| byte == first));
    let shown = [
        "example",
        "xxxxxx",
        "****",
        "....",
        "placeholder",
        "your_",
        "your-",
        "redacted",
        "abcdefghijklm",
        "1234567890abcdef",
        "tokenhere",
    ];
    same || shown.iter().any(|part| small.contains(part))
}

/// Whether a value can be a password: not prose, not the name of a place where one is kept.
fn is_password(value: &str) -> bool {
    let spaces = value.bytes().filter(|byte| *byte == b' ').count();
    let is_spelled = |word: &&str| word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    if spaces > 5 || value.split(' ').filter(is_spelled).count() > 1 {
        return false;
    }
    let plain = value.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-' | b'.' | b'/'));
    let small = value.to_ascii_lowercase();
    let mut letters = value.chars();
    let label = letters.next().is_some_and(char::is_uppercase) && letters.all(|c| c.is_lowercase() || c == ':');
    let named = label || plain && (speaks(&small) || small.contains(['/', '.']) || promise(value).is_some());
    let count = value.bytes().all(|byte| byte.is_ascii_digit()) && value.len() < 6;
    !named && !count && !is_screaming(value)
}

/// Whether a plain name is made of words about secrets.
fn speaks(small: &str) -> bool {
    ["passw", "secret", "token", "key", "cred", "param", "vault", "env", "auth"].iter().any(|word| small.contains(word))
}

/// `DB_PASSWORD`: the name of a variable.
fn is_screaming(value: &str) -> bool {
    value.contains('_') && value.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// Whether a value looks as if a machine had made it: letters and digits mixed, no words.
pub(crate) fn is_random(value: &str) -> bool {
    if value.len() < 8 || value.contains(' ') {
        return false;
    }
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let signs = value.bytes().any(|byte| b"!#$%^&*+=?~@".contains(&byte));
    if letters == 0 || digits == 0 && !signs && !(value.len() >= 16 && mixed(value) && entropy(value) > 3.8) {
        return false;
    }
    let parts = value.split(['-', '_', '.', '/', ':']).filter(|part| !part.is_empty());
    let wordy = parts.clone().all(is_word) && !signs;
    !wordy && !is_uuid_like_name(value) && entropy(value) >= threshold(value.len())
}

/// Capitals and small letters in turn, as in no word.
fn mixed(value: &str) -> bool {
    let turns = value
        .as_bytes()
        .windows(2)
        .filter(|pair| matches!(pair, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()));
    turns.count() >= 3
}

/// A word, a word with a number behind it, or a short number.
fn is_word(part: &str) -> bool {
    let letters = part.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = part.len() - letters.len();
    letters.bytes().all(|byte| byte.is_ascii_alphabetic()) && letters.len() <= 20 && !mixed(letters) && digits <= 4
}

/// Names of Kubernetes: `app-secret-7f9c`; short hexadecimal ends do not make a name random.
fn is_uuid_like_name(value: &str) -> bool {
    let Some((words, end)) = value.rsplit_once('-') else { return false };
    end.len() <= 5 && !words.contains(|c: char| c.is_ascii_digit()) && words.contains('-')
}

/// How random a text of this length must look.
fn threshold(length: usize) -> f64 {
    match length {
        0..=11 => 2.5,
        12..=19 => 2.7,
        _ => 2.8,
    }
}

/// Shannon's entropy in bits a byte.
pub(crate) fn entropy(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in text.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    let length = f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX).max(1));
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| f64::from(*count) / length)
        .map(|share| -share * share.log2())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(name: &str, value: &str) -> bool {
        promise(name).is_some_and(|promised| is_secret(promised, name, value))
    }

    #[test]
    fn secrets() {
        for (name, value) in [
            ("password", "root"),
            ("password", "pass!1213Fs"),
            ("password", "Aa12345678"),
            ("secret", "3gzcGokilvtw2HmCLuPx"),
            ("api_key", "1d2d2dewerdcxeee34c323c3223c223232c32"),
            ("token", "b@d0@u7H70K3n"),
            ("DB_PASSWORD", "hunter2"),
            ("client_secret", "F-oS9Su%}[];#"),
            ("password", "abcd    s"),
        ] {
            assert!(judged(name, value), "{name} {value}");
        }
    }

    #[test]
    fn no_secrets() {
        for (name, value) in [
            ("password", "${var.password}"),
            ("password", "var.password"),
            ("password", "changeme"),
            ("password", "<PASSWORD>"),
            ("secret", "my-app-secret"),
            ("secret", "prod/db/password"),
            ("token", "/run/secrets/token"),
            ("token", "string"),
            ("password", "DB_PASSWORD"),
            ("password", "The password of the administrator"),
            ("secret", "app-tls-v1"),
            ("secret", "arn:aws:secretsmanager:us-east-1:123456789012:secret:x-AbCdEf"),
            ("password", "xxxxxxxx"),
            ("password", "{{resolve:secretsmanager:a:SecretString:b}}"),
            ("token", "https://example.com/token"),
            ("secret_key", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            ("password", "random_password.db.result"),
        ] {
            assert!(!judged(name, value), "{name} {value}");
        }
    }
}
