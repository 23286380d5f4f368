//! Versions: dotted numbers, and the lowest TLS version behind the vendors' many spellings.

/// Up to four numbers, most significant first, so that versions compare as numbers do.
pub(crate) type Version = u128;

/// The version that dotted numbers spell: `1.29`, `14`, `8.0.35`.
pub(crate) fn dotted(text: &str) -> Option<Version> {
    let mut version = 0;
    let mut parts = 0;
    for part in text.split('.') {
        parts += 1;
        if parts > 4 || part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        version = version << 32 | Version::from(part.parse::<u32>().ok()?);
    }
    Some(version << (32 * (4 - parts)))
}

/// The lowest protocol that a setting accepts. SSL 3.0 counts as 0.3.
///
/// Spellings: Azure `TLS1_2`, `Tls12`, `1.2`, `TLSEnforcementDisabled`
/// (<https://learn.microsoft.com/azure/templates/microsoft.storage/storageaccounts>); `CloudFront` `TLSv1.2_2021`
/// (<https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html>);
/// API Gateway `TLS_1_2`; `OpenSearch` `Policy-Min-TLS-1-2-PFS-2023-10`; load balancers `ELBSecurityPolicy-…`
/// (<https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html>); application
/// gateways `AppGwSslPolicy20170401S`
/// (<https://learn.microsoft.com/azure/application-gateway/application-gateway-ssl-policy-overview>).
pub(crate) fn tls(text: &str) -> Option<Version> {
    let lower = text.to_ascii_lowercase();
    if let Some(name) = lower.strip_prefix("elbsecuritypolicy-") {
        return load_balancer(name);
    }
    if let Some(name) = lower.strip_prefix("appgwsslpolicy") {
        return match name {
            "20150501" => dotted("1.0"),
            "20170401" => dotted("1.1"),
            "20170401s" | "20220101" | "20220101s" => dotted("1.2"),
            _ => None,
        };
    }
    if lower == "tlsenforcementdisabled" {
        return dotted("1.0");
    }
    if lower.starts_with("sslv3") {
        return dotted("0.3");
    }
    let rest = ["policy-min-tls-", "tlsv", "tls_", "tls-", "tls"].into_iter().find_map(|p| lower.strip_prefix(p));
    protocol(rest.unwrap_or(&lower))
}

/// `1.2`, `1_2`, `1-2`, `12`, `1`, perhaps with a date or a suite behind.
fn protocol(text: &str) -> Option<Version> {
    let digits: Vec<u8> = text.bytes().take(4).collect();
    match digits.as_slice() {
        [b'1', b'.' | b'_' | b'-', minor @ b'0'..=b'3'] => minor_version(*minor),
        [b'1', b'.' | b'_' | b'-', minor @ b'0'..=b'3', next] if !next.is_ascii_digit() => minor_version(*minor),
        [b'1', minor @ b'0'..=b'3'] => minor_version(*minor),
        [b'1'] => minor_version(b'0'),
        [b'1', b'_' | b'-', ..] => minor_version(b'0'),
        _ => None,
    }
}

fn minor_version(minor: u8) -> Option<Version> {
    dotted(&format!("1.{}", char::from(minor)))
}

fn load_balancer(name: &str) -> Option<Version> {
    if let Some(minor) = name.find("1-").and_then(|at| name.as_bytes().get(at + 2)) {
        let dated = name.starts_with("20");
        if !dated && (b'0'..=b'3').contains(minor) {
            return minor_version(*minor);
        }
    }
    match name {
        "2016-08" | "2015-05" | "2015-03" | "2015-02" | "2014-10" | "2014-01" | "2011-08" | "fs-2018-06" => {
            dotted("1.0")
        }
        _ => None,
    }
}
