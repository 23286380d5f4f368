//! Where code is kept, built and released.

use super::{Check, Rule, back, checked, rule};

pub(super) const RULES: &[Rule] = &[
    // https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
    checked(
        rule("github-token", "GitHub token", &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], r"gh[pousr]_[0-9A-Za-z]{36}\b"),
        Check::Base62Crc,
    ),
    rule(
        "github-fine-grained-token",
        "GitHub fine-grained token",
        &["github_pat_"],
        r"github_pat_[0-9A-Za-z]{22}_[0-9A-Za-z]{59}",
    ),
    // https://docs.gitlab.com/security/tokens/#token-prefixes
    rule(
        "gitlab-token",
        "GitLab token",
        &[
            "glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-", "glimt-", "glagent-", "gloas-", "glsoat-",
            "glffct-",
        ],
        r"gl(?:pat|dt|rt|ptt|ft|imt|agent|oas|soat|ffct|cbt)-[0-9A-Za-z_.-]{20,300}",
    ),
    rule("gitlab-runner-token", "GitLab runner registration token", &["GR1348941"], r"GR1348941[\w-]{20}"),
    // https://github.blog/changelog/2021-09-23-npm-has-a-new-access-token-format/
    checked(rule("npm-token", "npm token", &["npm_"], r"npm_[0-9A-Za-z]{36}\b"), Check::Base62Crc),
    // https://pypi.org/help/#apitoken: a macaroon whose location is pypi.org
    rule(
        "pypi-token",
        "PyPI token",
        &["pypi-AgEIcHlwaS5vcmc", "pypi-AgENdGVzdC5weXBpLm9yZw"],
        r"pypi-Ag[\w-]{60,1000}",
    ),
    rule("rubygems-key", "RubyGems API key", &["rubygems_"], r"rubygems_[a-f0-9]{48}"),
    rule("crates-token", "crates.io token", &["cio"], r"cio[A-Za-z0-9]{32}\b"),
    rule("nuget-key", "NuGet API key", &["oy2"], r"oy2[a-z0-9]{43}\b"),
    rule("clojars-token", "Clojars token", &["CLOJARS_"], r"CLOJARS_[A-Za-z0-9]{60}"),
    rule("docker-token", "Docker Hub token", &["dckr_pat_", "dckr_oat_"], r"dckr_[po]at_[A-Za-z0-9_-]{27,}"),
    // https://developer.hashicorp.com/vault/docs/concepts/tokens#token-prefixes
    rule("vault-token", "Vault token", &["hvs.", "hvb.", "hvr."], r"hv[sbr]\.[A-Za-z0-9_-]{24,300}"),
    back(
        rule(
            "terraform-token",
            "HCP Terraform token",
            &[".atlasv1."],
            r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70}",
        ),
        14,
    ),
    rule("pulumi-token", "Pulumi token", &["pul-"], r"pul-[a-f0-9]{40}"),
    rule(
        "doppler-token",
        "Doppler token",
        &["dp.pt.", "dp.st.", "dp.ct.", "dp.sa."],
        r"dp\.(?:pt|ct|sa|st(?:\.[a-z0-9_-]+)?)\.[A-Za-z0-9]{40,44}",
    ),
    rule("databricks-token", "Databricks token", &["dapi"], r"dapi[a-f0-9]{32}(?:-\d)?\b"),
    rule("openshift-token", "OpenShift token", &["sha256~"], r"sha256~[\w-]{43}"),
    rule("artifactory-key", "Artifactory API key", &["AKCp"], r"AKCp[A-Za-z0-9]{69}\b"),
    rule("artifactory-token", "Artifactory reference token", &["cmVmd"], r"cmVmd[A-Za-z0-9]{59}\b"),
    rule(
        "atlassian-token",
        "Atlassian token",
        &["ATATT3", "ATCTT3", "ATBB"],
        r"(?:AT[AC]TT3[A-Za-z0-9_=-]{180,220}|ATBB[A-Za-z0-9]{32}\b)",
    ),
    rule("sonar-token", "SonarQube token", &["squ_", "sqp_", "sqa_"], r"sq[upa]_[a-f0-9]{40}"),
    rule("sourcegraph-token", "Sourcegraph token", &["sgp_"], r"sgp_(?:(?:[a-fA-F0-9]{16}|local)_)?[a-fA-F0-9]{40}"),
    rule("postman-key", "Postman API key", &["PMAK-"], r"PMAK-[a-f0-9]{24}-[a-f0-9]{34}"),
    rule("prefect-key", "Prefect API key", &["pnu_"], r"pnu_[a-zA-Z0-9]{36}\b"),
    rule("octopus-key", "Octopus Deploy API key", &["API-"], r"API-[A-Z0-9]{26}\b"),
    rule(
        "harness-token",
        "Harness token",
        &["pat.", "sat."],
        r"(?:pat|sat)\.[a-zA-Z0-9_-]{22}\.[a-zA-Z0-9]{24}\.[a-zA-Z0-9]{20}",
    ),
    rule("infracost-key", "Infracost API key", &["ico-"], r"ico-[a-zA-Z0-9]{32}\b"),
    rule("snyk-token", "Snyk token", &["snyk_uat.", "snyk_sat."], r"snyk_[us]at\.[a-z0-9]{8}\.[A-Za-z0-9_.-]{30,}"),
    rule("age-key", "age secret key", &["AGE-SECRET-KEY-1"], r"AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"),
    rule(
        "onepassword-key",
        "1Password secret key",
        &["A3-"],
        r"A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}\b",
    ),
    rule("onepassword-token", "1Password service account token", &["ops_eyJ"], r"ops_eyJ[a-zA-Z0-9+/]{250,}={0,3}"),
    rule(
        "planetscale-token",
        "PlanetScale token",
        &["pscale_tkn_", "pscale_pw_", "pscale_oauth_"],
        r"pscale_(?:tkn|pw|oauth)_[\w=.-]{32,64}",
    ),
    rule(
        "supabase-token",
        "Supabase token",
        &["sbp_", "sb_secret_"],
        r"(?:sbp_[a-f0-9]{40}|sb_secret_[A-Za-z0-9_-]{30,})",
    ),
    rule("netlify-token", "Netlify token", &["nfp_"], r"nfp_[A-Za-z0-9]{36,}"),
    rule("readme-key", "ReadMe API key", &["rdme_"], r"rdme_[a-z0-9]{70}"),
    rule("linear-key", "Linear API key", &["lin_api_"], r"lin_api_[A-Za-z0-9]{40}"),
    rule("notion-token", "Notion token", &["ntn_"], r"ntn_[0-9]{11}[A-Za-z0-9]{35}\b"),
    rule("figma-token", "Figma token", &["figd_"], r"figd_[A-Za-z0-9_-]{40,}"),
    rule("contentful-token", "Contentful token", &["CFPAT-"], r"CFPAT-[A-Za-z0-9_-]{43}"),
];
