//! Ways into networks of Azure that are no machine: application gateways, firewalls, inbound NAT rules, Bastion, and the
//! rules of network managers above all groups.

#![cfg(test)]

mod common;

use redan_model::{Engine, Estate, Subject, Value};
use redan_network::{EstateView, NetworkEngine, Spot};

type Resources = Vec<(&'static str, &'static str, String)>;

const NIC: &str = "Microsoft.Network/networkInterfaces";
const SUBNET: &str = "Microsoft.Network/virtualNetworks/subnets";
const GATEWAY: &str = "Microsoft.Network/applicationGateways";
const FIREWALL: &str = "Microsoft.Network/azureFirewalls";
const RULES: &str = "Microsoft.Network/networkManagers/securityAdminConfigurations/ruleCollections";

fn estate(more: Vec<(&'static str, &'static str, &str)>, more_parents: &[(&str, &str)]) -> Estate {
    let nic = r#"{"properties": {"ipConfigurations": [{"name": "x", "properties": {"privateIPAddress": "10.0.1.4", "subnet": {"id": {"$ref": "inner"}}}}]}}"#;
    let mut resources: Resources = vec![
        (
            "vnet",
            "Microsoft.Network/virtualNetworks",
            r#"{"properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}}"#.to_owned(),
        ),
        ("inner", SUBNET, r#"{"properties": {"addressPrefixes": ["10.0.1.0/24"]}}"#.to_owned()),
        ("outer", SUBNET, r#"{"properties": {"addressPrefixes": ["10.0.2.0/24"]}}"#.to_owned()),
        ("pip", "Microsoft.Network/publicIPAddresses", r#"{"sku": {"name": "Standard"}}"#.to_owned()),
        ("nic", NIC, nic.to_owned()),
        (
            "vm",
            "Microsoft.Compute/virtualMachines",
            r#"{"properties": {"networkProfile": {"networkInterfaces": [{"id": {"$ref": "nic"}}]}}}"#.to_owned(),
        ),
    ];
    for (address, kind, body) in more {
        resources.retain(|known| known.0 != address);
        resources.push((address, kind, body.to_owned()));
    }
    let resources: Vec<_> = resources.iter().map(|(address, kind, body)| (*address, *kind, body.as_str())).collect();
    let parents: Vec<_> = [("inner", "vnet"), ("outer", "vnet")].iter().chain(more_parents).copied().collect();
    common::estate_with_parents(&resources, &parents)
}

fn ask(estate: &Estate, address: &str, name: &str) -> Value {
    let engine = NetworkEngine::new();
    let question = engine.questions().iter().find(|question| question.name == *name).unwrap();
    engine.ask(estate, Subject::Resource(common::id(estate, address)), question, &[]).value
}

fn truth(estate: &Estate, address: &str, name: &str) -> Option<bool> {
    match ask(estate, address, name) {
        Value::Bool(found) => Some(found),
        Value::Unknown(_) => None,
        other => panic!("{other:?}"),
    }
}

/// An application gateway with a private and a public frontend; the listener takes one of them.
fn gateway(frontend: &str, pool: &str) -> String {
    format!(
        r#"{{"properties": {{
            "gatewayIPConfigurations": [{{"name": "g", "properties": {{"subnet": {{"id": {{"$ref": "outer"}}}}}}}}],
            "frontendIPConfigurations": [{{"name": "in", "properties": {{}}}}, {{"name": "out", "properties": {{"publicIPAddress": {{"id": {{"$ref": "pip"}}}}}}}}],
            "frontendPorts": [{{"name": "p", "properties": {{"port": 443}}}}],
            "httpListeners": [{{"name": "l", "properties": {{"frontendPort": {{"name": "p"}}, "frontendIPConfiguration": {{"id": "{frontend}"}}}}}}],
            "backendAddressPools": [{{"name": "b", "properties": {{"backendAddresses": [{{"ipAddress": "{pool}"}}]}}}}],
            "backendHttpSettingsCollection": [{{"name": "s", "properties": {{"port": 8080}}}}],
            "requestRoutingRules": [{{"name": "r", "properties": {{"httpListener": {{"id": "x/httpListeners/l"}}, "backendAddressPool": {{"id": "b"}}, "backendHttpSettings": {{"id": "s"}}}}}}]
        }}}}"#
    )
}

#[test]
fn an_application_gateway_leads_in_by_its_public_frontend() {
    let open = estate(vec![("gw", GATEWAY, &gateway("x/frontendIPConfigurations/out", "10.0.1.4"))], &[]);
    assert_eq!(truth(&open, "gw", "exposure.internet"), Some(true));
    assert_eq!(truth(&open, "vm", "exposure.internet"), Some(false), "not by itself");
    assert_eq!(truth(&open, "vm", "exposure.balanced"), Some(true));
    let private = estate(vec![("gw", GATEWAY, &gateway("in", "10.0.1.4"))], &[]);
    assert_eq!(truth(&private, "gw", "exposure.internet"), Some(false));
    assert_eq!(truth(&private, "vm", "exposure.balanced"), Some(false));
    let elsewhere = estate(vec![("gw", GATEWAY, &gateway("out", "10.0.1.9"))], &[]);
    assert_eq!(truth(&elsewhere, "vm", "exposure.balanced"), Some(false));
    let closed =
        r#"{"properties": {"addressPrefixes": ["10.0.2.0/24"], "networkSecurityGroup": {"id": {"$ref": "empty"}}}}"#;
    let nothing = r#"{"properties": {"securityRules": []}}"#;
    let group = ("empty", "Microsoft.Network/networkSecurityGroups", nothing);
    let shut = estate(vec![("gw", GATEWAY, &gateway("out", "10.0.1.4")), ("outer", SUBNET, closed), group], &[]);
    assert_eq!(truth(&shut, "gw", "exposure.internet"), Some(false), "the group of its subnet admits nobody");
}

fn firewall(source: &str) -> String {
    format!(
        r#"{{"properties": {{
            "ipConfigurations": [{{"name": "g", "properties": {{"subnet": {{"id": {{"$ref": "outer"}}}}, "publicIPAddress": {{"id": {{"$ref": "pip"}}}}}}}}],
            "natRuleCollections": [{{"name": "c", "properties": {{"rules": [{{"name": "r", "protocols": ["TCP"], "sourceAddresses": ["{source}"], "destinationPorts": ["2222"], "translatedAddress": "10.0.1.4", "translatedPort": "22"}}]}}}}]
        }}}}"#
    )
}

#[test]
fn a_firewall_leads_in_where_it_translates() {
    let open = estate(vec![("fw", FIREWALL, &firewall("*"))], &[]);
    assert_eq!(truth(&open, "fw", "exposure.internet"), Some(true));
    assert_eq!(truth(&open, "vm", "exposure.balanced"), Some(true));
    let some = estate(vec![("fw", FIREWALL, &firewall("8.8.8.8"))], &[]);
    assert_eq!(truth(&some, "fw", "exposure.internet"), Some(false), "one address is not the internet");
    assert_eq!(truth(&some, "vm", "exposure.balanced"), Some(false));
    let group = r#"{"properties": {"ruleCollections": [{"name": "c", "rules": [{"name": "r", "ipProtocols": ["TCP"], "sourceAddresses": ["*"], "destinationPorts": ["443"], "translatedAddress": "10.0.1.4", "translatedPort": "443"}]}]}}"#;
    let by_policy = r#"{"properties": {"firewallPolicy": {"id": {"$ref": "policy"}}, "ipConfigurations": [{"name": "g", "properties": {"subnet": {"id": {"$ref": "outer"}}}}]}}"#;
    let policy = vec![
        ("policy", "Microsoft.Network/firewallPolicies", "{}"),
        ("group", "Microsoft.Network/firewallPolicies/ruleCollectionGroups", group),
        ("fw", FIREWALL, by_policy),
    ];
    assert_eq!(truth(&estate(policy, &[("group", "policy")]), "vm", "exposure.balanced"), Some(true));
}

#[test]
fn an_inbound_nat_rule_leads_to_one_interface() {
    let balancer = r#"{"sku": {"name": "Standard"}, "properties": {"frontendIPConfigurations": [{"name": "f", "properties": {"publicIPAddress": {"id": {"$ref": "pip"}}}}]}}"#;
    let rule = r#"{"properties": {"protocol": "Tcp", "frontendPort": 50001, "backendPort": 22, "frontendIPConfiguration": {"id": "f"}}}"#;
    let nic = r#"{"properties": {"networkSecurityGroup": {"id": {"$ref": "nsg"}}, "ipConfigurations": [{"name": "x", "properties": {"privateIPAddress": "10.0.1.4", "subnet": {"id": {"$ref": "inner"}}, "loadBalancerInboundNatRules": [{"id": {"$ref": "rule"}}]}}]}}"#;
    let allow = |port: &str| {
        format!(
            r#"{{"properties": {{"securityRules": [{{"name": "a", "properties": {{"priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "Tcp", "sourceAddressPrefix": "Internet", "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "{port}"}}}}]}}}}"#
        )
    };
    let with = |port: &str| {
        let (lb, nat) = ("Microsoft.Network/loadBalancers", "Microsoft.Network/loadBalancers/inboundNatRules");
        let group = ("nsg", "Microsoft.Network/networkSecurityGroups", allow(port));
        let resources =
            vec![("lb", lb, balancer), ("rule", nat, rule), ("nic", NIC, nic), (group.0, group.1, group.2.as_str())];
        truth(&estate(resources, &[("rule", "lb")]), "vm", "exposure.internet")
    };
    assert_eq!(with("22"), Some(true));
    assert_eq!(with("50001"), Some(false), "groups see the port on the machine");
}

#[test]
fn rules_of_a_network_manager_come_first() {
    let public = r#"{"properties": {"ipConfigurations": [{"name": "x", "properties": {"subnet": {"id": {"$ref": "inner"}}, "publicIPAddress": {"id": {"$ref": "pip"}}}}], "networkSecurityGroup": {"id": {"$ref": "nsg"}}}}"#;
    let open = r#"{"properties": {"securityRules": [{"name": "a", "properties": {"priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "*", "sourceAddressPrefix": "*", "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "*"}}]}}"#;
    let deny = r#"{"properties": {"access": "Deny", "direction": "Inbound", "priority": 1, "protocol": "Any", "sources": [{"addressPrefix": "Internet", "addressPrefixType": "ServiceTag"}]}}"#;
    let applied = r#"{"properties": {"appliesToGroups": [{"networkGroupId": {"$ref": "networks"}}]}}"#;
    let with = |members: bool| {
        let mut resources = vec![
            ("nic", NIC, public),
            ("nsg", "Microsoft.Network/networkSecurityGroups", open),
            ("networks", "Microsoft.Network/networkManagers/networkGroups", "{}"),
            ("rules", RULES, applied),
            ("deny", "Microsoft.Network/networkManagers/securityAdminConfigurations/ruleCollections/rules", deny),
        ];
        let member = r#"{"properties": {"resourceId": {"$ref": "vnet"}}}"#;
        if members {
            resources.push(("member", "Microsoft.Network/networkManagers/networkGroups/staticMembers", member));
        }
        truth(&estate(resources, &[("deny", "rules"), ("member", "networks")]), "vm", "exposure.internet")
    };
    assert_eq!(with(true), Some(false));
    assert_eq!(with(false), None, "members that a policy adds are not known");
}

#[test]
fn endpoints_of_services_are_ways_in() {
    let of = |kind: &'static str, body: &str| truth(&estate(vec![("it", kind, body)], &[]), "it", "exposure.internet");
    let bastion = "Microsoft.Network/bastionHosts";
    let host = r#"{"properties": {"ipConfigurations": [{"name": "x", "properties": {"publicIPAddress": {"id": {"$ref": "pip"}}}}]}}"#;
    assert_eq!(of(bastion, host), Some(true));
    assert_eq!(of(bastion, r#"{"properties": {"ipConfigurations": []}}"#), Some(false));
    let of = |kind: &'static str, body: &str| truth(&common::estate(&[("it", kind, body)]), "it", "exposure.internet");
    let apim = "Microsoft.ApiManagement/service";
    let settings = |access: &str, network: &str| {
        format!(r#"{{"properties": {{"publicNetworkAccess": "{access}", "virtualNetworkType": "{network}"}}}}"#)
    };
    assert_eq!(of(apim, &settings("Enabled", "None")), Some(true));
    assert_eq!(of(apim, &settings("Enabled", "Internal")), Some(false));
    assert_eq!(of(apim, &settings("Disabled", "External")), Some(false));
    let front = "Microsoft.Cdn/profiles/afdEndpoints";
    assert_eq!(of(front, r#"{"properties": {"enabledState": "Enabled"}}"#), Some(true));
    assert_eq!(of(front, r#"{"properties": {"enabledState": "Disabled"}}"#), Some(false));
}

#[test]
fn subnets_have_tiers_by_fact() {
    let plain = estate(vec![], &[]);
    assert_eq!(ask(&plain, "inner", "tier"), Value::text("private"));
    let addressed = r#"{"properties": {"ipConfigurations": [{"name": "x", "properties": {"subnet": {"id": {"$ref": "inner"}}, "publicIPAddress": {"id": {"$ref": "pip"}}}}]}}"#;
    assert_eq!(ask(&estate(vec![("nic", NIC, addressed)], &[]), "inner", "tier"), Value::text("public"));
    let routed = r#"{"properties": {"addressPrefixes": ["10.0.1.0/24"], "routeTable": {"id": {"$ref": "table"}}}}"#;
    let table = |next: &str| {
        format!(
            r#"{{"properties": {{"routes": [{{"name": "all", "properties": {{"addressPrefix": "0.0.0.0/0", "nextHopType": "{next}"}}}}]}}}}"#
        )
    };
    for (next, tier) in [("None", "isolated"), ("VirtualNetworkGateway", "private")] {
        let table = ("table", "Microsoft.Network/routeTables", table(next));
        let resources = vec![("nic", NIC, addressed), ("inner", SUBNET, routed), (table.0, table.1, table.2.as_str())];
        assert_eq!(ask(&estate(resources, &[]), "inner", "tier"), Value::text(tier), "{next}");
    }
}

#[test]
fn a_gateway_is_an_end_of_questions() {
    let open = estate(vec![("gw", GATEWAY, &gateway("out", "10.0.1.4"))], &[]);
    let view = EstateView::new(&open);
    let to = Spot::Resource(common::id(&open, "gw"));
    let reached = |port| {
        let service = Some((redan_network::Protocol::TCP, port));
        view.reach(Spot::Internet, to, redan_network::aws::Version::V4, service).unwrap().reached
    };
    assert_eq!(reached(443), Some(true));
    assert_eq!(reached(22), Some(false));
}
