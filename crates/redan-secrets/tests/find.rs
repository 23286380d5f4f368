//! What is found in text, and what is not.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use redan_secrets::{Found, find, find_named, redact};
use std::io::Write as _;

fn kinds(text: &str) -> Vec<&'static str> {
    find(text).iter().map(|found| found.kind.id).collect()
}

/// Texts in parts, so that no scanner of this repository takes them for credentials.
fn joined(parts: &[&str]) -> String {
    parts.concat()
}

#[test]
fn shapes_of_issuers() {
    let key = joined(&["AKIA", "QYLPMN5HFIQR7XYA"]);
    assert_eq!(kinds(&format!("export A={key}")), ["aws-access-key-id"]);
    let github = joined(&["ghp_", "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17"]);
    assert_eq!(kinds(&format!("clone https://{github}@github.com/a/b")), ["github-token"]);
    assert_eq!(kinds(&joined(&["x = \"glpat-", "Ab1_cD2eF3gH4iJ5kL6m\""])), ["gitlab-token"]);
    assert_eq!(kinds(&joined(&["\"sk_", "live_4eC39HqLyjWDarjtT1zdp7dc\""])), ["stripe-key"]);
    assert_eq!(kinds(&joined(&["xoxb-", "210987654321-2109876543210-QbZdXfVhTjRlPnNpLrJtHvFx"])), ["slack-token"]);
    let storage = STANDARD.encode((0..64_u8).map(|byte| byte.wrapping_mul(37)).collect::<Vec<_>>());
    let connection =
        format!("DefaultEndpointsProtocol=https;AccountName=a;AccountKey={storage};EndpointSuffix=core.windows.net");
    assert_eq!(kinds(&connection), ["azure-storage-key"]);
    assert_eq!(kinds(&joined(&["abc", "8Q~", "Ab1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1w"])), ["entra-client-secret"]);
}

#[test]
fn what_fails_its_checksum_was_never_issued() {
    assert!(kinds(&joined(&["ghp_", "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq18"])).is_empty());
    assert!(kinds(&joined(&["AKIA", "QYLPMN5HFIQR1XY8"])).is_empty());
    assert!(
        kinds("AccountKey=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")
            .is_empty()
    );
}

#[test]
fn documented_examples_and_placeholders() {
    for text in [
        "AKIAIOSFODNN7EXAMPLE",
        "aws_secret_access_key = \"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\"",
        "password = \"changeme\"",
        "password: <your password>",
        "password = \"${var.password}\"",
        "password = var.password",
        "password = local.primary ? var.password : \"null\"",
        "token: {{ .Values.token }}",
        "postgres://user:${PASSWORD}@host/db",
        "postgres://user:password@host/db",
        "AuthToken: '{{resolve:secretsmanager:/a/b:SecretString:password}}'",
        "secret_arn = \"arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf\"",
        "curl -u admin:$PASSWORD https://db.internal",
        "curl -H \"Authorization: Bearer ${TOKEN}\" https://db.internal",
        "\"password\": \"Passord\"",
        "boot_diagnostics_storage_account_key = \"bootdiag1\"",
        "ssm_path_format_api_key = \"/grafana/%s/api_key\"",
        "password = can(var.password) ? var.password : random_password.a.0.result",
        "pass = \"oobeSystem\"",
        "# the password is kept in a vault: ask for it",
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
        "variable \"db_password\" {\n  type = string\n}\nvariable \"name\" {\n  default = \"a1b2c3d4e5\"\n}",
        "name = \"DB_PASSWORD\"\nvalueFrom = \"arn:aws:ssm:eu-west-1:111122223333:parameter/db1\"",
    ] {
        assert!(find(text).is_empty(), "{text}: {:?}", find(text));
    }
}

#[test]
fn names_beside_values() {
    for (text, kind) in [
        ("password = \"root\"", "password"),
        ("MasterUserPassword: root", "password"),
        ("export DB_PASSWORD=sw0rdfish", "password"),
        ("{\"password\": \"sw0rdfish\"}", "password"),
        (r#"{\"password\":\"sw0rdfish\"}"#, "password"),
        ("param adminPassword string = 'sw0rdfish!'", "password"),
        ("variable \"db_password\" {\n  type    = string\n  default = \"sw0rdfish\"\n}", "password"),
        ("{ name = \"DB_PASSWORD\", value = \"sw0rdfish\" }", "password"),
        ("- name: DB_PASSWORD\n  value: sw0rdfish", "password"),
        ("\"adminPassword\": {\"value\": \"sw0rdfish!\"}", "password"),
        ("api_key = \"1d2d2dewerdcxeee34c323c3223c223232c32\"", "secret"),
        ("mysql --password sw0rdfish2", "password"),
        ("Server=a;User ID=b;Password=sw0rd!fish;", "password"),
        ("http://bob:sekret@db.internal/path", "url-password"),
        ("curl -sS -u admin:sw0rdfish https://db.internal", "curl-password"),
        (
            "curl -H 'Authorization: Bearer cfcabd11c7ed9a41b1a3e063c32d5114' https://db.internal",
            "authorization-header",
        ),
        ("curl -H \"Authorization: Basic Ym9iOnN3MHJkZmlzaA==\" https://db.internal", "authorization-header"),
    ] {
        assert_eq!(kinds(text), [kind], "{text}");
    }
    let secret = joined(&["ZH6HDV/EolIbS2UTxbLp", "lGpukOdaGmlq9MtAg1Xv"]);
    assert_eq!(kinds(&format!("AWS_SECRET_ACCESS_KEY={secret}")), ["aws-secret-access-key"]);
    assert_eq!(kinds(&format!("key {}\n{secret}", joined(&["AKIA", "QYLPMN5HFIQR7XYA"]))).len(), 2, "near its key");
    assert_eq!(find_named("DB_PASSWORD", "sw0rdfish").len(), 1);
    assert!(find_named("DB_HOST", "sw0rdfish").is_empty());
}

#[test]
fn text_inside_text() {
    let inner = "#!/bin/sh\nexport DB_PASSWORD=sw0rdfish-and-more\n";
    let once = STANDARD.encode(inner);
    let twice = STANDARD.encode(format!("{{\"user_data\": \"{once}\"}}"));
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(inner.as_bytes()).unwrap();
    let packed = STANDARD.encode(packed.finish().unwrap());
    let lines: Vec<&str> = once.as_bytes().chunks(60).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let wide: Vec<u8> = inner.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for text in [&once, &twice, &packed, &lines.join("\n"), &STANDARD.encode(wide)] {
        let found = find(&format!("user_data = \"{text}\"\n"));
        assert!(matches!(found.as_slice(), [Found { encoded: true, .. }]), "{text}: {found:?}");
        assert!(!redact(text).contains(&text[8..16]));
    }
}

#[test]
fn private_keys_and_tokens_of_the_web() {
    let body: String = (0..4_u8)
        .map(|line| {
            STANDARD.encode([line.wrapping_mul(91) ^ 0x5a; 3]) + "Ab3dE5gH7jK9mN1pQ3sT5vX7zA9cE1gI3kM5oQ7sU9w\n"
        })
        .collect();
    let key = format!(
        "{}\n{body}{}",
        joined(&["-----BEGIN RSA PRIV", "ATE KEY-----"]),
        joined(&["-----END RSA PRIV", "ATE KEY-----"])
    );
    assert_eq!(kinds(&key), ["private-key"]);
    assert_eq!(kinds(&key.replace('\n', "\\n")), ["private-key"]);
    let part = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    let token =
        format!("{}.{}.{}", part("{\"alg\":\"HS256\"}"), part("{\"sub\":\"svc-7\"}"), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r");
    assert_eq!(kinds(&token), ["json-web-token"]);
}

#[test]
fn annotations_allow() {
    for text in [
        "password = \"sw0rdfish\" # redan:allow identity/credential-in-code a fixture",
        "# redan:allow identity/credential-in-code a fixture\npassword = \"sw0rdfish\"",
        "password = \"sw0rdfish\" # pragma: allowlist secret",
        "password = \"sw0rdfish\" # gitleaks:allow",
    ] {
        assert!(find(text).is_empty(), "{text}");
    }
    assert_eq!(kinds("# gitleaks:allow\na = 1\npassword = \"sw0rdfish\""), ["password"], "two lines above");
    assert_eq!(kinds("password = \"sw0rdfish\" # redan:allow storage/other x"), ["password"], "another page");
}

#[test]
fn nothing_prints_a_value() {
    let text = format!("password = \"sw0rdfish\"\nkey = \"{}\"", joined(&["AKIA", "QYLPMN5HFIQR7XYA"]));
    let shown = format!("{:?} {:#?}", find(&text), find(&text));
    assert!(!shown.contains("sw0rdfish") && !shown.contains("QYLPMN5HFIQR7XYA"), "{shown}");
    let redacted = redact(&text);
    assert!(!redacted.contains("sw0rdfish") && !redacted.contains("QYLPMN5HFIQR7XYA"), "{redacted}");
    assert!(redacted.contains("password = \"(hidden)\""));
}

#[test]
fn marks_join_and_tell_nothing_of_passwords() {
    let key = joined(&["AKIA", "QYLPMN5HFIQR7XYA"]);
    let (one, two) = (find(&format!("a {key}")), find(&format!("elsewhere: {key}")));
    assert!(one[0].mark.is_some() && one[0].mark == two[0].mark);
    assert_eq!(find("password = \"sw0rdfish\"")[0].mark, None);
}
