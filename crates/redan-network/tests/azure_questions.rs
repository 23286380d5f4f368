//! Questions about small networks of Azure, labelled by hand, each with the vendor's page that settles it.
//!
//! The labels follow the vendor's documentation repository. Long pages were read as far as their questions needed; some
//! copies were years old.

#![cfg(test)]

#[path = "azure/estate.rs"]
mod estate;

const NSG: &str = "https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview";
const HOW: &str = "https://learn.microsoft.com/azure/virtual-network/network-security-group-how-it-works";
const TAGS: &str = "https://learn.microsoft.com/azure/virtual-network/service-tags-overview";
const ASG: &str = "https://learn.microsoft.com/azure/virtual-network/application-security-groups";
const UDR: &str = "https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview";
const PEER: &str = "https://learn.microsoft.com/azure/virtual-network/virtual-network-peering-overview";
const PIP: &str = "https://learn.microsoft.com/azure/virtual-network/ip-services/public-ip-addresses";
const LB: &str = "https://learn.microsoft.com/azure/load-balancer/components";
const LB_SKUS: &str = "https://learn.microsoft.com/azure/load-balancer/skus";
/// What `Allow virtual network access` does, at both ends.
const ACCESS: &str = "https://learn.microsoft.com/azure/virtual-network/virtual-network-manage-peering";
const AVNM: &str = "https://learn.microsoft.com/azure/virtual-network-manager/concept-security-admins";

const YES: Option<bool> = Some(true);
const NO: Option<bool> = Some(false);
const UNKNOWN: Option<bool> = None;

type Question = (&'static [&'static str], &'static str, Option<bool>, &'static str);

const PRIORITIES: &[Question] = &[
    (&["nw: in 100 allow tcp Internet * -> * 22"], "8.8.8.8 > web tcp/22", YES, NSG),
    (&["nw: in 100 allow tcp Internet * -> * 22"], "8.8.8.8 > web udp/22", NO, NSG),
    (&["nw: in 100 allow tcp Internet * -> * 22"], "8.8.8.8 > web tcp/23", NO, NSG),
    (&["nw: in 100 allow tcp * * -> * 22"], "8.8.8.8 > web tcp/22", YES, NSG),
    (&["nw: in 100 allow tcp 0.0.0.0/0 * -> * 22"], "8.8.8.8 > web tcp/22", YES, NSG),
    (&["nw: in 100 allow tcp Any * -> * 22"], "8.8.8.8 > web tcp/22", YES, NSG),
    (&["nw: in 200 allow tcp * * -> * 22", "nw: in 100 deny tcp * * -> * 22"], "8.8.8.8 > web tcp/22", NO, NSG),
    (&["nw: in 100 allow tcp * * -> * 22", "nw: in 200 deny tcp * * -> * 22"], "8.8.8.8 > web tcp/22", YES, NSG),
    (&["nw: in 200 allow * * * -> * *", "nw: in 100 deny tcp Internet * -> * 0-1023"], "8.8.8.8 > web tcp/22", NO, NSG),
    (
        &["nw: in 200 allow * * * -> * *", "nw: in 100 deny tcp Internet * -> * 0-1023"],
        "8.8.8.8 > web tcp/3389",
        YES,
        NSG,
    ),
    (
        &["nw: in 200 allow * * * -> * *", "nw: in 100 deny tcp Internet * -> * 0-1023"],
        "8.8.8.8 > web udp/53",
        YES,
        NSG,
    ),
    (&["nw: in 100 allow tcp 8.8.0.0/16 * -> * 22"], "8.8.8.8 > web tcp/22", YES, NSG),
    (&["nw: in 100 allow tcp 8.8.0.0/16 * -> * 22"], "9.9.9.9 > web tcp/22", NO, NSG),
    (&["nw: in 100 deny tcp 8.8.8.8 * -> * 22", "nw: in 110 allow tcp * * -> * 22"], "8.8.8.8 > web tcp/22", NO, NSG),
    (&["nw: in 100 deny tcp 8.8.8.8 * -> * 22", "nw: in 110 allow tcp * * -> * 22"], "8.8.8.9 > web tcp/22", YES, NSG),
    (&["nw: in 100 allow tcp 1.1.1.1,8.8.8.8 * -> * 22"], "8.8.8.8 > web tcp/22", YES, NSG),
    (&["nw: in 100 allow tcp * * -> * 80,443,20-25"], "8.8.8.8 > web tcp/22", YES, NSG),
    (&["nw: in 100 allow tcp * * -> * 80,443,20-25"], "8.8.8.8 > web tcp/443", YES, NSG),
    (&["nw: in 100 allow tcp * * -> * 80,443,20-25"], "8.8.8.8 > web tcp/26", NO, NSG),
    (&["nw: in 100 allow icmp * * -> * *"], "8.8.8.8 > web icmp/2048", YES, NSG),
    (&["nw: in 100 allow icmp * * -> * *"], "8.8.8.8 > web tcp/22", NO, NSG),
    (&["nw: in 100 allow tcp * 1024-65535 -> * 22"], "8.8.8.8 > web tcp/22", YES, NSG),
    (
        &["nw: in 100 deny tcp * 1024-65535 -> * 22", "nw: in 110 allow tcp * * -> * 22"],
        "8.8.8.8 > web tcp/22",
        YES,
        NSG,
    ),
    (&["nw: out 100 allow tcp * * -> * 22"], "8.8.8.8 > web tcp/22", NO, NSG),
];

const DEFAULTS: &[Question] = &[
    (&["nw: empty"], "8.8.8.8 > web tcp/443", NO, NSG),
    (&["nw: empty"], "app > web tcp/443", YES, NSG),
    (&["sb: empty"], "web > db tcp/1433", YES, NSG),
    (&["sb: empty"], "peer > db tcp/1433", YES, NSG),
    (&["nw: empty"], "web > 8.8.8.8 tcp/443", YES, NSG),
    (&["nw: out 4096 deny * * * -> Internet *"], "web > 8.8.8.8 tcp/443", NO, NSG),
    (&["nw: out 4096 deny * * * -> Internet *"], "web > db tcp/443", YES, NSG),
    (&["nw: out 4096 deny * * * -> * *"], "web > db tcp/443", NO, NSG),
    (&["nw: in 4096 deny * VirtualNetwork * -> * *"], "app > web tcp/443", NO, NSG),
    (&["nw: in 4096 deny * * * -> * *", "nw: in 100 allow tcp 10.0.1.5 * -> * 443"], "app > web tcp/443", YES, NSG),
    (&[], "app > web tcp/443", YES, NSG),
    (&["nw: in 100 deny tcp * * -> * 443"], "web > app tcp/443", YES, NSG),
];

const SERIES: &[Question] = &[
    (&["sa: in 100 allow tcp * * -> * 80", "nw: in 100 allow tcp * * -> * 80"], "8.8.8.8 > web tcp/80", YES, HOW),
    (&["sa: in 100 allow tcp * * -> * 80", "nw: empty"], "8.8.8.8 > web tcp/80", NO, HOW),
    (&["sa: empty", "nw: in 100 allow tcp * * -> * 80"], "8.8.8.8 > web tcp/80", NO, HOW),
    (&["sa: in 100 allow tcp * * -> * 80"], "8.8.8.8 > web tcp/80", YES, HOW),
    (&["nw: in 100 allow tcp * * -> * 80"], "8.8.8.8 > web tcp/80", YES, HOW),
    (&["sa: in 100 allow tcp * * -> * 80-90", "nw: in 100 allow tcp * * -> * 85-95"], "8.8.8.8 > web tcp/84", NO, HOW),
    (&["sa: in 100 allow tcp * * -> * 80-90", "nw: in 100 allow tcp * * -> * 85-95"], "8.8.8.8 > web tcp/88", YES, HOW),
    (&["sa: in 100 deny tcp 10.0.1.0/24 * -> * 443"], "app > web tcp/443", NO, HOW),
    (&["sa: out 100 deny tcp * * -> * 1433", "sb: in 100 allow tcp * * -> * 1433"], "web > db tcp/1433", NO, HOW),
    (&["sb: in 100 deny tcp * * -> * 1433", "nd: in 100 allow tcp * * -> * 1433"], "web > db tcp/1433", NO, HOW),
    (&["sa: in 100 allow tcp * * -> 10.0.1.4 80"], "8.8.8.8 > web tcp/80", YES, HOW),
    (&["sa: in 100 allow tcp * * -> 10.0.1.5 80"], "8.8.8.8 > web tcp/80", NO, HOW),
    (&["sa: in 100 allow tcp * * -> 10.0.1.0/24 80"], "8.8.8.8 > web tcp/80", YES, HOW),
];

const PUBLIC: &[Question] = &[
    (&[], "8.8.8.8 > web tcp/80", NO, PIP),
    (&["public web: basic"], "8.8.8.8 > web tcp/80", YES, PIP),
    (&["public web: basic", "nw: empty"], "8.8.8.8 > web tcp/80", NO, PIP),
    (&["public web: none", "nw: in 100 allow * * * -> * *"], "8.8.8.8 > web tcp/80", NO, PIP),
    (&["public web: unknown", "nw: in 100 allow * * * -> * *"], "8.8.8.8 > web tcp/80", UNKNOWN, PIP),
    (&["public web: unknown", "nw: empty"], "8.8.8.8 > web tcp/80", NO, PIP),
    (&["sa: in 100 allow * * * -> * *"], "8.8.8.8 > app tcp/80", NO, PIP),
];

const TAGGED: &[Question] = &[
    (&["nw: in 100 allow tcp VirtualNetwork * -> * 22"], "8.8.8.8 > web tcp/22", NO, TAGS),
    (&["nw: in 100 allow tcp internet * -> * 22"], "8.8.8.8 > web tcp/22", YES, TAGS),
    (&["nw: in 100 deny * Internet * -> * *", "nw: in 200 allow tcp * * -> * 22"], "app > web tcp/22", YES, TAGS),
    (&["nw: in 100 deny * Internet * -> * *", "nw: in 200 allow tcp * * -> * 22"], "8.8.8.8 > web tcp/22", NO, TAGS),
    (&["nw: in 100 allow tcp AzureLoadBalancer * -> * 22"], "8.8.8.8 > web tcp/22", NO, TAGS),
    (&["nw: in 100 allow tcp Storage * -> * 22"], "8.8.8.8 > web tcp/22", UNKNOWN, TAGS),
    (&["nw: in 100 allow tcp Storage * -> * 22", "tag Storage: 20.0.0.0/16"], "8.8.8.8 > web tcp/22", NO, TAGS),
    (&["nw: in 100 allow tcp storage * -> * 22", "tag Storage: 20.0.0.0/16"], "20.0.5.5 > web tcp/22", YES, TAGS),
    (
        &["nw: in 100 deny tcp Storage * -> * 22", "nw: in 200 allow tcp VirtualNetwork * -> * 22"],
        "app > web tcp/22",
        YES,
        TAGS,
    ),
    (&["sb: empty"], "far > db tcp/1433", NO, TAGS),
    (&["nw: empty", "table a: 0.0.0.0/0 internet"], "8.8.8.8 > web tcp/22", YES, TAGS),
    (&["nw: empty", "table a: 8.8.0.0/16 internet"], "8.8.8.8 > web tcp/22", YES, TAGS),
    (&["nw: empty", "table a: 8.8.0.0/16 internet"], "9.9.9.9 > web tcp/22", NO, TAGS),
    (&["nw: in 100 allow tcp Internet * -> * 22", "table a: 0.0.0.0/0 internet"], "8.8.8.8 > web tcp/23", YES, TAGS),
];

const GROUPED: &[Question] = &[
    (
        &["asg web: front", "sb: in 100 allow tcp asg:front * -> * 1433", "sb: in 200 deny * * * -> * *"],
        "web > db tcp/1433",
        YES,
        ASG,
    ),
    (
        &["asg web: front", "sb: in 100 allow tcp asg:front * -> * 1433", "sb: in 200 deny * * * -> * *"],
        "app > db tcp/1433",
        NO,
        ASG,
    ),
    (&["asg web: front", "sa: in 100 allow tcp Internet * -> asg:front 443"], "8.8.8.8 > web tcp/443", YES, ASG),
    (&["sa: in 100 allow tcp Internet * -> asg:front 443"], "8.8.8.8 > web tcp/443", NO, ASG),
    (&["asg web: other,front", "sa: in 100 allow tcp Internet * -> asg:front 443"], "8.8.8.8 > web tcp/443", NO, ASG),
    (&["asg db: data", "sb: in 100 deny tcp * * -> asg:data 1433"], "web > db tcp/1433", NO, ASG),
    (&["asg db: data", "sa: out 100 deny tcp * * -> asg:data 1433"], "web > db tcp/1433", NO, ASG),
];

const ROUTED: &[Question] = &[
    (&["nw: in 100 allow tcp * * -> * 22", "table a: 0.0.0.0/0 none"], "8.8.8.8 > web tcp/22", NO, UDR),
    (&["nw: in 100 allow tcp * * -> * 22", "table a: 0.0.0.0/0 gateway"], "8.8.8.8 > web tcp/22", NO, UDR),
    (&["nw: in 100 allow tcp * * -> * 22", "table a: 0.0.0.0/0 10.0.9.4"], "8.8.8.8 > web tcp/22", UNKNOWN, UDR),
    (&["nw: in 100 allow tcp * * -> * 22", "table a: 8.8.8.0/24 none"], "8.8.8.8 > web tcp/22", NO, UDR),
    (&["nw: in 100 allow tcp * * -> * 22", "table a: 8.8.8.0/24 none"], "8.8.4.4 > web tcp/22", YES, UDR),
    (
        &["nw: in 100 allow tcp * * -> * 22", "table a: 0.0.0.0/0 none", "table a: 8.0.0.0/8 internet"],
        "8.8.8.8 > web tcp/22",
        YES,
        UDR,
    ),
    (&["table a: 10.0.2.0/24 none"], "web > db tcp/1433", NO, UDR),
    (&["table a: 10.0.0.0/16 none"], "web > db tcp/1433", NO, UDR),
    (&["table a: 10.0.0.0/8 none"], "web > db tcp/1433", YES, UDR),
    (&["table a: 0.0.0.0/0 none"], "web > db tcp/1433", YES, UDR),
    (&["table b: 10.0.1.0/24 none"], "web > db tcp/1433", NO, UDR),
    (&["table a: 10.0.2.0/24 10.0.9.4"], "web > db tcp/1433", NO, UDR),
    (&["table a: 10.0.2.0/24 10.0.9.4", "forwards nva: yes"], "web > db tcp/1433", UNKNOWN, UDR),
    (&["table a: 10.1.0.0/16 none"], "web > peer tcp/443", NO, UDR),
    (&["table a: 0.0.0.0/0 none"], "web > 8.8.8.8 tcp/443", NO, UDR),
    (&[], "web > 8.8.8.8 tcp/443", YES, UDR),
    (&[], "web > 10.9.9.9 tcp/443", NO, UDR),
];

const PEERED: &[Question] = &[
    (&[], "web > peer tcp/443", YES, PEER),
    (&[], "web > far tcp/443", NO, PEER),
    (&["peering p: v no"], "web > peer tcp/443", NO, ACCESS),
    (&["peering v: p no"], "web > peer tcp/443", NO, ACCESS),
    (&["peering p: u yes", "peering u: p yes"], "web > far tcp/443", NO, PEER),
    (&["peering p: u yes", "peering u: p yes"], "peer > far tcp/443", YES, PEER),
    (&["np: in 100 deny tcp VirtualNetwork * -> * 443"], "web > peer tcp/443", NO, TAGS),
];

const BALANCED: &[Question] = &[
    (
        &["public web: none", "lb web: tcp 8080 standard", "nw: in 100 allow tcp Internet * -> * 8080"],
        "8.8.8.8 > web tcp/8080",
        YES,
        NSG,
    ),
    (
        &["public web: none", "lb web: tcp 8080 standard", "nw: in 100 allow tcp Internet * -> * *"],
        "8.8.8.8 > web tcp/22",
        NO,
        LB,
    ),
    (
        &["public web: none", "lb web: tcp 8080 standard", "nw: in 100 allow tcp AzureLoadBalancer * -> * 8080"],
        "8.8.8.8 > web tcp/8080",
        NO,
        TAGS,
    ),
    (&["public web: none", "lb web: tcp 8080 standard"], "8.8.8.8 > web tcp/8080", NO, LB_SKUS),
    (&["public web: none", "lb web: tcp 8080 basic"], "8.8.8.8 > web tcp/8080", YES, LB_SKUS),
];

const ADMIN: &[Question] = &[
    (
        &["admin v: in 10 deny tcp * * -> * 3389", "nw: in 100 allow tcp * * -> * 3389"],
        "8.8.8.8 > web tcp/3389",
        NO,
        AVNM,
    ),
    (
        &["admin v: in 10 allow tcp * * -> * 3389", "nw: in 100 allow tcp * * -> * 3389"],
        "8.8.8.8 > web tcp/3389",
        YES,
        AVNM,
    ),
    (&["admin v: in 10 allow tcp * * -> * 3389", "nw: empty"], "8.8.8.8 > web tcp/3389", NO, AVNM),
    (&["admin v: in 10 always tcp * * -> * 3389", "nw: empty"], "8.8.8.8 > web tcp/3389", YES, AVNM),
    (
        &["admin v: in 10 always tcp * * -> * 3389", "admin v: in 5 deny tcp * * -> * 3389", "nw: empty"],
        "8.8.8.8 > web tcp/3389",
        NO,
        AVNM,
    ),
    (
        &[
            "admin v: in 10 allow tcp * * -> * 22",
            "admin v: in 20 deny tcp * * -> * 0-1023",
            "nw: in 100 allow tcp * * -> * *",
        ],
        "8.8.8.8 > web tcp/22",
        YES,
        AVNM,
    ),
    (
        &[
            "admin v: in 10 allow tcp * * -> * 22",
            "admin v: in 20 deny tcp * * -> * 0-1023",
            "nw: in 100 allow tcp * * -> * *",
        ],
        "8.8.8.8 > web tcp/23",
        NO,
        AVNM,
    ),
    (
        &["admin u: in 10 deny tcp * * -> * 3389", "nw: in 100 allow tcp * * -> * 3389"],
        "8.8.8.8 > web tcp/3389",
        YES,
        AVNM,
    ),
];

const NOT_KNOWN: &[Question] = &[
    (&["nw: unknown"], "8.8.8.8 > web tcp/22", UNKNOWN, NSG),
    (&["nw: unknown", "sa: empty"], "8.8.8.8 > web tcp/22", NO, HOW),
    (&["nw: in 100 allow tcp ? * -> * 22"], "8.8.8.8 > web tcp/22", UNKNOWN, NSG),
    (
        &["nw: in 100 allow tcp ? * -> * 22", "nw: in 200 allow tcp Internet * -> * 22"],
        "8.8.8.8 > web tcp/22",
        YES,
        NSG,
    ),
    (
        &["nw: in 100 deny tcp ? * -> * 22", "nw: in 200 allow tcp Internet * -> * 22"],
        "8.8.8.8 > web tcp/22",
        UNKNOWN,
        NSG,
    ),
    (
        &["nw: in x deny tcp * * -> * 22", "nw: in 200 allow tcp Internet * -> * 22"],
        "8.8.8.8 > web tcp/22",
        UNKNOWN,
        NSG,
    ),
    (&["nw: in x deny tcp * * -> * 22", "nw: in 200 allow tcp Internet * -> * 80"], "8.8.8.8 > web tcp/80", YES, NSG),
];

fn check(questions: &[Question]) {
    for (lines, question, expected, page) in questions {
        assert!(page.starts_with("https://learn.microsoft.com/"));
        let found = estate::answer(&estate::build(lines), question);
        assert_eq!(found, *expected, "{question} with {lines:?}: see {page}");
    }
}

#[test]
fn the_first_match_by_priority_decides() {
    check(PRIORITIES);
}

#[test]
fn default_rules_come_last() {
    check(DEFAULTS);
}

#[test]
fn groups_of_subnet_and_interface_must_both_admit() {
    check(SERIES);
}

#[test]
fn standard_addresses_are_closed_and_basic_ones_open() {
    check(PUBLIC);
}

#[test]
fn service_tags_mean_what_the_network_makes_of_them() {
    check(TAGGED);
}

#[test]
fn application_groups_name_interfaces() {
    check(GROUPED);
}

#[test]
fn user_defined_routes_come_before_system_routes() {
    check(ROUTED);
}

#[test]
fn peering_needs_both_ends_and_leads_no_further() {
    check(PEERED);
}

#[test]
fn a_load_balancer_opens_the_ports_of_its_rules() {
    check(BALANCED);
}

#[test]
fn admin_rules_come_before_groups() {
    check(ADMIN);
}

#[test]
fn what_is_not_known_is_unknown_unless_the_rest_decides() {
    check(NOT_KNOWN);
}
