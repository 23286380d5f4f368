//! Firewalls of managed services of Azure: the switch, the default action, address rules, and the rule for all of Azure.

#![cfg(test)]

use redan_network::azure::{ServiceAccess, ServiceFirewall, service_access};
use redan_network::{Action, Block, Known};

const NO: Option<bool> = Some(false);
const YES: Option<bool> = Some(true);

fn firewall(default_action: Action, allowed: &[&str]) -> ServiceFirewall {
    ServiceFirewall {
        public_access: Known::Is(true),
        default_action: Known::Is(default_action),
        allowed: allowed.iter().map(|text| Block::parse(text).map_or(Known::Unknown, Known::Is)).collect(),
        complete: true,
        subnets: 0,
        trusted_services: Known::Is(false),
    }
}

fn access(internet: Option<bool>, some_address: Option<bool>, any_azure_tenant: Option<bool>) -> ServiceAccess {
    ServiceAccess { internet, some_address, any_azure_tenant }
}

#[test]
fn the_switch_for_public_access_overrules_everything() {
    // <https://learn.microsoft.com/azure/storage/common/storage-network-security>
    let mut open = firewall(Action::Allow, &[]);
    assert_eq!(service_access(&open), access(YES, YES, YES));
    open.public_access = Known::Is(false);
    assert_eq!(service_access(&open), access(NO, NO, NO));
    open.public_access = Known::Unknown;
    assert_eq!(service_access(&open), access(None, None, None));
}

#[test]
fn address_rules_add_up() {
    assert_eq!(service_access(&firewall(Action::Deny, &[])), access(NO, NO, NO));
    assert_eq!(service_access(&firewall(Action::Deny, &["8.8.8.8"])), access(NO, YES, NO));
    assert_eq!(service_access(&firewall(Action::Deny, &["10.0.0.0/8"])), access(NO, NO, NO));
    assert_eq!(service_access(&firewall(Action::Deny, &["0.0.0.0/1", "128.0.0.0/1"])), access(YES, YES, NO));
    assert_eq!(service_access(&firewall(Action::Deny, &["0.0.0.0-255.255.255.255"])), access(YES, YES, NO));
    assert_eq!(service_access(&firewall(Action::Deny, &["1.0.0.0-120.0.0.0"])), access(YES, YES, NO));
}

#[test]
fn the_rule_from_zero_to_zero_is_all_of_azure_and_not_the_internet() {
    // <https://learn.microsoft.com/azure/azure-sql/database/firewall-configure#connections-from-inside-azure>
    assert_eq!(service_access(&firewall(Action::Deny, &["0.0.0.0-0.0.0.0"])), access(NO, NO, YES));
    assert_eq!(service_access(&firewall(Action::Deny, &["0.0.0.0", "8.8.8.8"])), access(NO, YES, YES));
}

#[test]
fn what_is_not_known_stays_unknown_unless_the_rest_opens() {
    assert_eq!(service_access(&firewall(Action::Deny, &["var.office"])), access(None, None, None));
    assert_eq!(service_access(&firewall(Action::Deny, &["var.office", "0.0.0.0/0"])), access(YES, YES, None));
    let mut incomplete = firewall(Action::Deny, &["8.8.8.8"]);
    incomplete.complete = false;
    assert_eq!(service_access(&incomplete), access(None, YES, None));
}
