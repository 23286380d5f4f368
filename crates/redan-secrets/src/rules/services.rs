//! Payment, messages, mail, models, monitoring.

use super::{Check, Rule, back, checked, rule};

pub(super) const RULES: &[Rule] = &[
    // https://api.slack.com/concepts/token-types
    checked(
        rule(
            "slack-token",
            "Slack token",
            &["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxo-", "xoxs-", "xoxe", "xapp-"],
            r"(?:xox[bpos]-\d{8,14}-[0-9A-Za-z-]{16,100}|xox[ar]-(?:\d-)?[0-9a-zA-Z]{24,48}|xoxe(?:\.xox[bp])?-\d-[A-Za-z0-9]{140,170}|xapp-\d-[A-Z0-9]+-\d+-[a-z0-9]{20,100})",
        ),
        Check::Entropy(20),
    ),
    rule(
        "slack-webhook",
        "Slack webhook",
        &["hooks.slack.com/"],
        r"hooks\.slack\.com/(?<s>(?:services|workflows|triggers)/[A-Za-z0-9+/_]{40,60})",
    ),
    rule(
        "teams-webhook",
        "Microsoft Teams webhook",
        &[".webhook.office.com/"],
        r"\.webhook\.office\.com/(?<s>webhook(?:b2)?/[0-9a-f-]{36}@[0-9a-f-]{36}/IncomingWebhook/[0-9a-z]{32}/[0-9a-f-]{36})",
    ),
    rule(
        "discord-webhook",
        "Discord webhook",
        &["/api/webhooks/"],
        r"/api/webhooks/(?<s>\d{17,20}/[A-Za-z0-9_-]{60,80})",
    ),
    back(rule("telegram-token", "Telegram bot token", &[":AA"], r"\d{8,10}:AA[A-Za-z0-9_-]{33}\b"), 10),
    // https://docs.stripe.com/keys
    rule(
        "stripe-key",
        "Stripe secret key",
        &["sk_live_", "rk_live_", "sk_test_", "rk_test_"],
        r"[sr]k_(?:live|test)_[0-9a-zA-Z]{20,247}",
    ),
    rule("stripe-webhook-secret", "Stripe webhook secret", &["whsec_"], r"whsec_[A-Za-z0-9+/]{32,}={0,2}"),
    rule(
        "square-token",
        "Square token",
        &["sq0atp-", "sq0csp-", "EAAA"],
        r"(?:sq0(?:atp|csp)-[0-9A-Za-z_-]{22,60}|EAAA[A-Za-z0-9_-]{60})",
    ),
    rule(
        "paypal-token",
        "Braintree access token",
        &["access_token$production$"],
        r"access_token\$production\$[0-9a-z]{16}\$[0-9a-f]{32}",
    ),
    rule(
        "shopify-token",
        "Shopify token",
        &["shpat_", "shpca_", "shppa_", "shpss_"],
        r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b",
    ),
    rule("shippo-token", "Shippo token", &["shippo_"], r"shippo_(?:live|test)_[a-fA-F0-9]{40}"),
    rule("easypost-key", "EasyPost API key", &["EZAK", "EZTK"], r"EZ[AT]K[A-Za-z0-9]{54}\b"),
    rule("flutterwave-key", "Flutterwave key", &["FLWSECK"], r"FLWSECK(?:_TEST)?-[a-h0-9]{12,32}(?:-X)?"),
    rule("duffel-token", "Duffel token", &["duffel_"], r"duffel_(?:test|live)_[A-Za-z0-9_=-]{43}"),
    rule("facebook-token", "Facebook token", &["EAAC", "EAAM", "EAAB"], r"EAA[BCM][A-Za-z0-9]{17,}"),
    // https://www.twilio.com/docs/glossary/what-is-a-sid: what names a key is of no use alone; that of API keys is told beside its secret.
    rule("sendgrid-key", "SendGrid API key", &["SG."], r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    rule("mailgun-key", "Mailgun API key", &["key-"], r"key-[0-9a-f]{32}\b"),
    back(rule("mailchimp-key", "Mailchimp API key", &["-us"], r"[0-9a-f]{32}-us\d{1,2}\b"), 32),
    rule("brevo-key", "Brevo API key", &["xkeysib-"], r"xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}"),
    rule(
        "openai-key",
        "OpenAI API key",
        &["sk-proj-", "sk-svcacct-", "sk-admin-"],
        r"sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{40,200}",
    ),
    back(rule("openai-legacy-key", "OpenAI API key", &["T3BlbkFJ"], r"sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}"), 23),
    rule("anthropic-key", "Anthropic API key", &["sk-ant-"], r"sk-ant-(?:api|admin)\d{2}-[A-Za-z0-9_-]{93}AA"),
    rule(
        "huggingface-token",
        "Hugging Face token",
        &["hf_", "api_org_"],
        r"(?:hf_[A-Za-z]{34}|api_org_[A-Za-z]{34})\b",
    ),
    rule("groq-key", "Groq API key", &["gsk_"], r"gsk_[A-Za-z0-9]{52}\b"),
    rule("xai-key", "xAI API key", &["xai-"], r"xai-[A-Za-z0-9]{80}\b"),
    rule("perplexity-key", "Perplexity API key", &["pplx-"], r"pplx-[a-zA-Z0-9]{48}\b"),
    rule("replicate-token", "Replicate token", &["r8_"], r"r8_[A-Za-z0-9]{37}\b"),
    rule(
        "newrelic-key",
        "New Relic key",
        &["NRAK-", "NRII-", "NRJS-"],
        r"NR(?:AK-[A-Z0-9]{27}|II-[A-Za-z0-9_-]{32}|JS-[a-f0-9]{19})\b",
    ),
    // https://grafana.com/docs/grafana/latest/administration/service-accounts/
    rule(
        "grafana-token",
        "Grafana token",
        &["glsa_", "glc_"],
        r"(?:glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}|glc_[A-Za-z0-9+/]{32,400}={0,3})",
    ),
    rule(
        "sentry-token",
        "Sentry token",
        &["sntryu_", "sntrys_"],
        r"(?:sntryu_[a-f0-9]{64}|sntrys_eyJ[a-zA-Z0-9+/=_-]{80,400})",
    ),
    rule("dynatrace-token", "Dynatrace token", &["dt0c01.", "dt0s01."], r"dt0[cs]01\.[A-Z0-9]{24}\.[A-Z0-9]{64}"),
    rule("typeform-token", "Typeform token", &["tfp_"], r"tfp_[A-Za-z0-9_.=-]{40,}"),
    rule("adobe-secret", "Adobe client secret", &["p8e-"], r"p8e-[A-Za-z0-9]{32}\b"),
    back(rule("maxmind-key", "MaxMind licence key", &["_mmk"], r"[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk\b"), 36),
    checked(
        rule("mapbox-token", "Mapbox secret token", &["sk.eyJ"], r"sk\.eyJ[A-Za-z0-9_-]{50,200}\.[A-Za-z0-9_-]{20,30}"),
        Check::Entropy(35),
    ),
];
