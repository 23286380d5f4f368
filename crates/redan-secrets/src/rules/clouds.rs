//! AWS, Azure, Google Cloud and other clouds.

use super::{Check, Rule, back, checked, rule};

pub(super) const RULES: &[Rule] = &[
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
    checked(
        rule(
            "aws-access-key-id",
            "AWS access key id",
            &["AKIA", "ASIA", "ABIA", "ACCA"],
            r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b",
        ),
        Check::AwsKeyId,
    ),
    rule("aws-bedrock-key", "Amazon Bedrock API key", &["ABSK"], r"ABSK[A-Za-z0-9+/]{109,269}={0,2}"),
    rule(
        "aws-mws-token",
        "Amazon MWS token",
        &["amzn.mws."],
        r"amzn\.mws\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    ),
    // https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string
    checked(
        rule(
            "azure-storage-key",
            "Azure storage account key",
            &["AccountKey="],
            r"AccountKey=(?<s>[A-Za-z0-9+/]{86}==)",
        ),
        Check::Bytes(64),
    ),
    // https://learn.microsoft.com/azure/service-bus-messaging/service-bus-sas
    checked(
        rule(
            "azure-shared-access-key",
            "Azure shared access key",
            &["SharedAccessKey="],
            r"SharedAccessKey=(?<s>[A-Za-z0-9+/]{43}=)",
        ),
        Check::Bytes(32),
    ),
    // Keys since 2022 carry a signature of their service at a fixed place:
    // https://learn.microsoft.com/purview/sit-defn-azure-storage-account-key
    back(
        checked(
            rule(
                "azure-account-key",
                "Azure account key",
                &["+ASt", "+ABa", "+AMC", "ACDb"],
                r"[A-Za-z0-9+/]{76}(?:\+ASt|\+ABa|\+AMC|ACDb)[A-Za-z0-9+/]{5}[AQgw]==",
            ),
            Check::Bytes(64),
        ),
        76,
    ),
    back(
        checked(
            rule(
                "azure-service-key",
                "Azure service key",
                &["AIoT", "+ASb", "+AEh", "+ARm"],
                r"[A-Za-z0-9+/]{33}(?:AIoT|\+ASb|\+AEh|\+ARm)[A-Za-z0-9+/]{5}[AEIMQUYcgkosw048]=",
            ),
            Check::Bytes(32),
        ),
        33,
    ),
    back(
        rule(
            "azure-function-key",
            "Azure function or search key",
            &["AzFu", "AzSe"],
            r"[A-Za-z0-9_-]{40,44}Az(?:Fu|Se)[A-Za-z0-9_-]{5,10}={0,2}",
        ),
        44,
    ),
    back(
        rule(
            "azure-annotated-key",
            "Azure key",
            &["JQQJ99"],
            r"[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{18}[A-Za-z0-9]{4}[A-Za-z0-9]{4}",
        ),
        52,
    ),
    // https://learn.microsoft.com/rest/api/storageservices/create-service-sas
    rule("azure-sas", "Azure shared access signature", &["sig="], r"sig=(?<s>[A-Za-z0-9%+/]{40,70}(?:%3[Dd]|=))"),
    // https://learn.microsoft.com/purview/sit-defn-client-secret-api-key
    back(
        rule(
            "entra-client-secret",
            "Microsoft Entra client secret",
            &["0Q~", "1Q~", "2Q~", "3Q~", "4Q~", "5Q~", "6Q~", "7Q~", "8Q~", "9Q~"],
            r"[A-Za-z0-9_.~-]{3}\dQ~[A-Za-z0-9_.~-]{31,34}",
        ),
        3,
    ),
    // https://cloud.google.com/docs/authentication/api-keys
    rule("google-api-key", "Google API key", &["AIza"], r"AIza[0-9A-Za-z_-]{35}"),
    rule("google-oauth-secret", "Google OAuth client secret", &["GOCSPX-"], r"GOCSPX-[A-Za-z0-9_-]{28}"),
    rule("google-access-token", "Google access token", &["ya29."], r"ya29\.[0-9A-Za-z_-]{20,}"),
    rule("alibaba-key-id", "Alibaba Cloud access key id", &["LTAI"], r"LTAI[A-Za-z0-9]{20}\b"),
    rule("tencent-key-id", "Tencent Cloud secret id", &["AKID"], r"AKID[A-Za-z0-9]{32}\b"),
    rule("digitalocean-token", "DigitalOcean token", &["dop_v1_", "doo_v1_", "dor_v1_"], r"do[opr]_v1_[a-f0-9]{64}"),
    rule("heroku-key", "Heroku API key", &["HRKU-AA"], r"HRKU-AA[0-9a-zA-Z_-]{58}"),
    rule(
        "flyio-token",
        "Fly.io token",
        &["fo1_", "fm1a_", "fm1r_", "fm2_"],
        r"(?:fo1_[\w-]{43}|fm1[ar]_[a-zA-Z0-9+/]{100,}={0,3}|fm2_[a-zA-Z0-9+/]{100,}={0,3})",
    ),
    rule("scalingo-token", "Scalingo token", &["tk-us-"], r"tk-us-[\w-]{48}"),
    rule("cloudflare-origin-key", "Cloudflare origin CA key", &["v1.0-"], r"v1\.0-[a-f0-9]{24}-[a-f0-9]{146}"),
    rule("yandex-key", "Yandex Cloud API key", &["AQVN"], r"AQVN[A-Za-z0-9_-]{35,38}"),
];
