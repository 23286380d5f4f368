//! `self.admits.internet(ports)` over canonical resources of both clouds.

#![cfg(test)]

mod common;

use redan_model::{Answer, Engine, Node, Origin, Subject, Value};
use redan_network::NetworkEngine;

const GROUP: &str = "AWS::EC2::SecurityGroup";
const NSG: &str = "Microsoft.Network/networkSecurityGroups";

fn ask(resources: &[(&str, &str, &str)], ports: &[i64]) -> Answer {
    let estate = common::estate(resources);
    let engine = NetworkEngine::new();
    let question = engine.questions().iter().find(|question| question.name == *"admits.internet").unwrap();
    let ports: Vec<Node> = ports.iter().map(|port| Node::new(Value::Int(*port), Origin::NOWHERE)).collect();
    let one_list = [Node::list(ports, Origin::NOWHERE)];
    engine.ask(&estate, Subject::Resource(common::id(&estate, "g")), question, &one_list)
}

fn group(rules: &str) -> Answer {
    ask(&[("g", GROUP, &format!(r#"{{"SecurityGroupIngress": [{rules}]}}"#))], &[22, 3389])
}

fn nsg(rules: &str) -> Answer {
    ask(&[("g", NSG, &format!(r#"{{"properties": {{"securityRules": [{rules}]}}}}"#))], &[22, 3389])
}

fn leaves(answer: &Answer) -> Vec<String> {
    answer.witness.leaves.iter().map(|(_, path, _)| path.to_string()).collect()
}

#[test]
fn a_group_open_in_two_halves_names_both_rules() {
    let answer = group(
        r#"{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0"},
           {"IpProtocol": "tcp", "FromPort": 0, "ToPort": 1024, "CidrIp": "0.0.0.0/1"},
           {"IpProtocol": "6", "FromPort": "22", "ToPort": "22", "CidrIp": "128.0.0.0/1"}"#,
    );
    assert_eq!(answer.value, Value::Bool(true));
    assert_eq!(leaves(&answer), ["SecurityGroupIngress[1].CidrIp", "SecurityGroupIngress[2].CidrIp"]);
    assert!(answer.witness.text.starts_with("tcp/22 is open to"), "{}", answer.witness.text);
}

#[test]
fn a_group_that_admits_only_its_own_and_private_addresses_is_closed() {
    let answer = group(
        r#"{"IpProtocol": "-1", "SourceSecurityGroupId": {"$ref": "g"}},
           {"IpProtocol": "-1", "CidrIp": "10.0.0.0/8"},
           {"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, "CidrIp": "0.0.0.0/0"}"#,
    );
    assert_eq!(answer.value, Value::Bool(false));
}

#[test]
fn a_prefix_list_that_holds_everything_is_open() {
    let list = r#"{"PrefixListName": "all", "Entries": [{"Cidr": "0.0.0.0/0"}]}"#;
    let body = r#"{"SecurityGroupIngress": [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "SourcePrefixListId": {"$ref": "pl"}}]}"#;
    let answer = ask(&[("g", GROUP, body), ("pl", "AWS::EC2::PrefixList", list)], &[22]);
    assert_eq!(answer.value, Value::Bool(true));
    assert_eq!(leaves(&answer), ["SecurityGroupIngress[0].SourcePrefixListId"]);
    assert!(matches!(ask(&[("g", GROUP, body)], &[22]).value, Value::Unknown(_)));
}

#[test]
fn an_unknown_block_is_unknown_with_its_reason_until_another_rule_opens() {
    let unknown = r#"{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": {"$unknown": "var.office"}}"#;
    let answer = group(unknown);
    let Value::Unknown(why) = &answer.value else { panic!("{answer:?}") };
    assert_eq!(why.reasons()[0].what.as_str(), "var.office");
    let opened = group(&format!(r#"{unknown}, {{"IpProtocol": "-1", "CidrIpv6": "::/0"}}"#));
    assert_eq!(opened.value, Value::Bool(true));
    assert_eq!(leaves(&opened), ["SecurityGroupIngress[1].CidrIpv6"]);
}

#[test]
fn a_list_or_entry_that_is_unknown_is_unknown() {
    let list = r#"{"SecurityGroupIngress": {"$unknown": "var.rules"}}"#;
    assert!(matches!(ask(&[("g", GROUP, list)], &[22]).value, Value::Unknown(_)));
    assert!(matches!(group(r#"{"$unknown": "each.value"}"#).value, Value::Unknown(_)));
    assert_eq!(ask(&[("g", GROUP, "{}")], &[22]).value, Value::Bool(false));
}

#[test]
fn a_network_security_group_is_matched_by_priority() {
    let allow = r#"{"name": "a", "properties": {"priority": 200, "direction": "Inbound", "access": "Allow", "protocol": "*",
        "sourceAddressPrefix": "Internet", "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRanges": ["80", "20-30"]}}"#;
    let open = nsg(allow);
    assert_eq!(open.value, Value::Bool(true));
    assert_eq!(leaves(&open), ["properties.securityRules[0].properties.sourceAddressPrefix"]);
    let deny = |priority: u32, protocol: &str| {
        format!(
            r#"{{"name": "d", "properties": {{"priority": {priority}, "direction": "inbound", "access": "deny", "protocol": "{protocol}",
            "sourceAddressPrefixes": ["0.0.0.0/0", "::/0"], "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "*"}}}}"#
        )
    };
    assert_eq!(nsg(&format!("{allow}, {}", deny(100, "*"))).value, Value::Bool(false));
    assert_eq!(nsg(&format!("{allow}, {}", deny(100, "Tcp"))).value, Value::Bool(true), "udp is still open");
    assert_eq!(nsg(&format!("{allow}, {}", deny(300, "*"))).value, Value::Bool(true));
}

#[test]
fn outbound_rules_and_tags_of_the_provider_do_not_open() {
    let rule = |direction: &str, source: &str| {
        format!(
            r#"{{"properties": {{"priority": 100, "direction": "{direction}", "access": "Allow", "protocol": "Tcp",
            "sourceAddressPrefix": "{source}", "destinationAddressPrefix": "*", "destinationPortRange": "22"}}}}"#
        )
    };
    assert_eq!(nsg(&rule("Outbound", "*")).value, Value::Bool(false));
    assert_eq!(nsg(&rule("Inbound", "VirtualNetwork")).value, Value::Bool(false));
    assert_eq!(nsg(&rule("Inbound", "*")).value, Value::Bool(true));
}

#[test]
fn an_unknown_priority_or_action_leaves_an_allow_in_doubt() {
    let allow = r#"{"properties": {"priority": 200, "direction": "Inbound", "access": "Allow", "protocol": "Tcp",
        "sourceAddressPrefix": "*", "destinationAddressPrefix": "*", "destinationPortRange": "22"}}"#;
    let other = r#"{"properties": {"priority": {"$unknown": "var.p"}, "direction": "Inbound", "access": "Deny", "protocol": "*",
        "sourceAddressPrefix": "*", "destinationAddressPrefix": "*", "destinationPortRange": "*"}}"#;
    assert!(matches!(nsg(&format!("{allow}, {other}")).value, Value::Unknown(_)));
}
