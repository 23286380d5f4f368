//! `self.exposure` over canonical resources of Azure: machines and managed services.

#![cfg(test)]

mod common;

use redan_model::{Answer, Engine, Estate, Node, Origin, ResourceId, Subject, Value};
use redan_network::NetworkEngine;

type Resources<'a> = Vec<(&'a str, &'a str, &'a str)>;

const VNET: &str = "Microsoft.Network/virtualNetworks";
const SUBNET: &str = "Microsoft.Network/virtualNetworks/subnets";
const NIC: &str = "Microsoft.Network/networkInterfaces";
const NSG: &str = "Microsoft.Network/networkSecurityGroups";
const VM: &str = "Microsoft.Compute/virtualMachines";

const ALLOW: &str = r#"{"properties": {"securityRules": [{"name": "ssh", "properties": {"priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "Tcp",
    "sourceAddressPrefix": "*", "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "22"}}]}}"#;

fn machine() -> Resources<'static> {
    vec![
        ("vnet", VNET, r#"{"properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}}"#),
        ("subnet", SUBNET, r#"{"properties": {"addressPrefixes": ["10.0.1.0/24"]}}"#),
        ("pip", "Microsoft.Network/publicIPAddresses", r#"{"sku": {"name": "Standard"}}"#),
        ("nsg", NSG, ALLOW),
        (
            "nic",
            NIC,
            r#"{"properties": {"networkSecurityGroup": {"id": {"$ref": "nsg"}}, "ipConfigurations": [{"name": "x", "properties": {"subnet": {"id": {"$ref": "subnet"}}, "publicIPAddress": {"id": {"$ref": "pip"}}}}]}}"#,
        ),
        ("vm", VM, r#"{"properties": {"networkProfile": {"networkInterfaces": [{"id": {"$ref": "nic"}}]}}}"#),
    ]
}

fn with<'a>(mut resources: Resources<'a>, address: &'a str, kind: &'a str, body: &'a str) -> Resources<'a> {
    resources.retain(|known| known.0 != address);
    resources.push((address, kind, body));
    resources
}

fn question(estate: &Estate, id: ResourceId, name: &str, ports: &[i64]) -> Answer {
    let engine = NetworkEngine::new();
    let question = engine.questions().iter().find(|question| question.name == *name).unwrap();
    let ports: Vec<Node> = ports.iter().map(|port| Node::new(Value::Int(*port), Origin::NOWHERE)).collect();
    engine.ask(estate, Subject::Resource(id), question, &ports)
}

fn internet(resources: &[(&str, &str, &str)], address: &str) -> Option<bool> {
    let parents = [("subnet", "vnet")];
    let estate = common::estate_with_parents(resources, &parents);
    truth(question(&estate, common::id(&estate, address), "exposure.internet", &[]))
}

fn truth(answer: Answer) -> Option<bool> {
    match answer.value {
        Value::Bool(reached) => Some(reached),
        Value::Unknown(_) => None,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_machine_with_a_public_address_and_an_open_rule_is_reached() {
    assert_eq!(internet(&machine(), "vm"), Some(true));
    assert_eq!(internet(&machine(), "nic"), Some(true));
    let estate = common::estate_with_parents(&machine(), &[("subnet", "vnet")]);
    let answer = question(&estate, common::id(&estate, "vm"), "exposure.open", &[22]);
    assert_eq!(answer.witness.leaves[0].1.as_str(), "properties.securityRules[0].properties.sourceAddressPrefix");
    assert_eq!(truth(question(&estate, common::id(&estate, "vm"), "exposure.open", &[3389])), Some(false));
}

#[test]
fn without_address_group_or_route_it_is_not() {
    let bare = r#"{"properties": {"networkSecurityGroup": {"id": {"$ref": "nsg"}}, "ipConfigurations": [{"name": "x", "properties": {"subnet": {"id": {"$ref": "subnet"}}}}]}}"#;
    assert_eq!(internet(&with(machine(), "nic", NIC, bare), "vm"), Some(false));
    let ungrouped = r#"{"properties": {"ipConfigurations": [{"name": "x", "properties": {"subnet": {"id": {"$ref": "subnet"}}, "publicIPAddress": {"id": {"$ref": "pip"}}}}]}}"#;
    assert_eq!(internet(&with(machine(), "nic", NIC, ungrouped), "vm"), Some(false), "standard addresses are closed");
    let closed =
        r#"{"properties": {"addressPrefixes": ["10.0.1.0/24"], "networkSecurityGroup": {"id": {"$ref": "empty"}}}}"#;
    let two = with(with(machine(), "subnet", SUBNET, closed), "empty", NSG, r#"{"properties": {"securityRules": []}}"#);
    assert_eq!(internet(&two, "vm"), Some(false), "both groups must admit");
    let routed = r#"{"properties": {"addressPrefixes": ["10.0.1.0/24"], "routeTable": {"id": {"$ref": "table"}}}}"#;
    let table = r#"{"properties": {"routes": [{"name": "all", "properties": {"addressPrefix": "0.0.0.0/0", "nextHopType": "None"}}]}}"#;
    let nowhere = with(with(machine(), "subnet", SUBNET, routed), "table", "Microsoft.Network/routeTables", table);
    assert_eq!(internet(&nowhere, "vm"), Some(false));
}

#[test]
fn what_is_not_known_of_a_machine_is_unknown() {
    let unknown = r#"{"properties": {"networkSecurityGroup": {"id": {"$ref": "nsg"}}, "ipConfigurations": [{"name": "x", "properties": {"subnet": {"id": {"$ref": "subnet"}}, "publicIPAddress": {"id": {"$unknown": "var.ip"}}}}]}}"#;
    assert_eq!(internet(&with(machine(), "nic", NIC, unknown), "vm"), None);
    let lost = r#"{"properties": {"networkProfile": {"networkInterfaces": [{"id": {"$unknown": "var.nic"}}]}}}"#;
    assert_eq!(internet(&with(machine(), "vm", VM, lost), "vm"), None);
}

#[test]
fn managed_services_are_as_open_as_their_firewalls() {
    let storage = |body: &str| {
        let estate = common::estate(&[("s", "Microsoft.Storage/storageAccounts", body)]);
        truth(question(&estate, common::id(&estate, "s"), "exposure.internet", &[]))
    };
    let settings = |public: &str, action: &str, rules: &str| {
        format!(
            r#"{{"properties": {{"publicNetworkAccess": "{public}", "networkAcls": {{"defaultAction": "{action}", "ipRules": [{rules}]}}}}}}"#
        )
    };
    assert_eq!(storage(&settings("Enabled", "Allow", "")), Some(true));
    assert_eq!(storage(&settings("Disabled", "Allow", "")), Some(false));
    assert_eq!(storage(&settings("Enabled", "Deny", "")), Some(false));
    assert_eq!(storage(&settings("Enabled", "Deny", r#"{"value": "0.0.0.0/1"}"#)), Some(true));
    assert_eq!(storage(&settings("Enabled", "Deny", r#"{"value": {"$unknown": "var.ip"}}"#)), None);
}

#[test]
fn the_endpoint_of_a_cluster_is_as_open_as_its_blocks() {
    let cluster = |body: &str| {
        let estate = common::estate(&[("c", "AWS::EKS::Cluster", body)]);
        truth(question(&estate, common::id(&estate, "c"), "exposure.internet", &[]))
    };
    assert_eq!(
        cluster(r#"{"ResourcesVpcConfig": {"SubnetIds": []}}"#),
        Some(true),
        "public and open unless it says so"
    );
    assert_eq!(cluster(r#"{"ResourcesVpcConfig": {"EndpointPublicAccess": false}}"#), Some(false));
    assert_eq!(cluster(r#"{"ResourcesVpcConfig": {"PublicAccessCidrs": ["8.8.8.8/32"]}}"#), Some(false));
    assert_eq!(cluster(r#"{"ResourcesVpcConfig": {"PublicAccessCidrs": ["0.0.0.0/1", "128.0.0.0/1"]}}"#), Some(true));
    assert_eq!(cluster(r#"{"ResourcesVpcConfig": {"PublicAccessCidrs": [{"$unknown": "var.cidr"}]}}"#), None);
}

#[test]
fn all_of_azure_is_a_verdict_of_its_own() {
    let server = r#"{"properties": {"publicNetworkAccess": "Enabled"}}"#;
    let rule = |start: &str, end: &str| {
        format!(r#"{{"properties": {{"startIpAddress": "{start}", "endIpAddress": "{end}"}}}}"#)
    };
    let ask = |body: &str, name: &str| {
        let resources = [("s", "Microsoft.Sql/servers", server), ("r", "Microsoft.Sql/servers/firewallRules", body)];
        let estate = common::estate_with_parents(&resources, &[("r", "s")]);
        truth(question(&estate, common::id(&estate, "s"), name, &[]))
    };
    assert_eq!(ask(&rule("0.0.0.0", "0.0.0.0"), "exposure.internet"), Some(false));
    assert_eq!(ask(&rule("0.0.0.0", "0.0.0.0"), "exposure.any_azure_tenant"), Some(true));
    assert_eq!(ask(&rule("0.0.0.0", "255.255.255.255"), "exposure.internet"), Some(true));
    assert_eq!(ask(&rule("8.8.8.8", "8.8.8.8"), "exposure.internet"), Some(false));
}
