//! Names that say that what is assigned to them is a secret: `DB_PASSWORD`, `clientSecret`, `spring.datasource.password`.

/// What a name promises of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Promise {
    /// Chosen by a person, or as weak: anything may be one.
    Password,
    /// Made by a machine: it looks random.
    Key,
}

/// Ends that promise a password, in small letters.
const PASSWORDS: [&str; 8] = ["password", "passwd", "passwort", "passphrase", "pwd", "pass", "passw", "userpassword"];

/// Ends that promise a key.
const KEYS: [&str; 4] = ["secret", "token", "credential", "credentials"];

/// Words before `key` that make it a secret.
const BEFORE_KEY: [&str; 26] = [
    "api",
    "access",
    "private",
    "secret",
    "encryption",
    "account",
    "shared",
    "signing",
    "signature",
    "master",
    "auth",
    "primary",
    "secondary",
    "storage",
    "service",
    "license",
    "function",
    "webhook",
    "deploy",
    "application",
    "app",
    "subscription",
    "authorization",
    "instrumentation",
    "admin",
    "token",
];

/// Last words that say nothing: `password_value`, `secret_string`, `token2`.
const FILLERS: [&str; 24] = [
    "value",
    "string",
    "plain",
    "plaintext",
    "text",
    "base64",
    "b64",
    "content",
    "default",
    "prod",
    "production",
    "dev",
    "staging",
    "test",
    "qa",
    "old",
    "new",
    "current",
    "override",
    "raw",
    "primary",
    "secondary",
    "wo",
    "encoded",
];

/// Words before `token` that make it no secret.
const PUBLIC_TOKENS: [&str; 27] = [
    "next",
    "page",
    "continuation",
    "creation",
    "idempotency",
    "idempotent",
    "client",
    "request",
    "action",
    "result",
    "cancellation",
    "cancel",
    "id",
    "start",
    "pagination",
    "marker",
    "sync",
    "lifecycle",
    "heartbeat",
    "replace",
    "service",
    "caller",
    "public",
    "csrf",
    "xsrf",
    "authenticity",
    "antiforgery",
];

/// The words of a name in small letters: at separators, and where small letters turn into capitals.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in name.chars().take(256) {
        let starts =
            c.is_ascii_uppercase() && before.is_ascii_lowercase() || c.is_ascii_digit() != before.is_ascii_digit();
        if !c.is_ascii_alphanumeric() || starts && !before.is_whitespace() {
            words.push(String::new());
        }
        if c.is_ascii_alphanumeric()
            && let Some(last) = words.last_mut()
        {
            last.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// What a name promises of its value; nothing, if it does not speak of a secret.
pub(crate) fn promise(name: &str) -> Option<Promise> {
    let mut words = words(name);
    while words.len() > 1 && words.last().is_some_and(|last| is_filler(last)) {
        words.pop();
    }
    let last = words.pop()?;
    let before = words.last().map(String::as_str).unwrap_or_default();
    if PASSWORDS.contains(&last.as_str()) || last.ends_with("password") {
        return (!matches!(before, "no" | "reset" | "change" | "update" | "require" | "forgot" | "get" | "low"))
            .then_some(Promise::Password);
    }
    let key = last.strip_suffix("key").is_some_and(|glued| {
        let said = if glued.is_empty() { before } else { glued };
        BEFORE_KEY.iter().any(|word| said == *word || !glued.is_empty() && said.ends_with(word))
    });
    let glued = last.ends_with("secret") || last.ends_with("token");
    if key || KEYS.contains(&last.as_str()) || glued {
        let public = last.ends_with("token") && PUBLIC_TOKENS.contains(&before);
        let public_key = key && words.iter().any(|word| word == "public");
        return (!public && !public_key).then_some(Promise::Key);
    }
    None
}

fn is_filler(word: &str) -> bool {
    FILLERS.contains(&word) || word.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets() {
        for name in
            ["DB_PASSWORD", "password", "MasterUserPassword", "spring.datasource.password", "admin_pwd", "db-pass"]
        {
            assert_eq!(promise(name), Some(Promise::Password), "{name}");
        }
        for name in
            ["clientSecret", "API_KEY", "apikey", "AccountKey", "github_token", "AWS_SECRET_ACCESS_KEY", "token2"]
        {
            assert_eq!(promise(name), Some(Promise::Key), "{name}");
        }
    }

    #[test]
    fn names_that_only_speak_of_secrets() {
        for name in [
            "secret_id",
            "password_length",
            "NextToken",
            "http_tokens",
            "token_url",
            "key",
            "kms_key_id",
            "secrets",
            "passwordPolicy",
            "creation_token",
            "public_access_key",
            "bypass",
            "compass",
            "monkey",
            "KeyName",
            "",
        ] {
            assert_eq!(promise(name), None, "{name}");
        }
    }
}
