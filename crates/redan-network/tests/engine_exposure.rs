//! `self.exposure` and `self.tier` over canonical resources: what peers get wrong.

#![cfg(test)]

mod common;

use redan_model::{Answer, Engine, Node, Origin, Subject, Value};
use redan_network::NetworkEngine;

type Resources<'a> = Vec<(&'a str, &'a str, &'a str)>;

const OPEN: &str = r#"{"VpcId": {"$ref": "vpc"}, "SecurityGroupIngress": [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}]}"#;
const INSTANCE: &str =
    r#"{"SubnetId": {"$ref": "subnet"}, "SecurityGroupIds": [{"$ref": "sg"}], "AssociatePublicIpAddress": true}"#;

/// A VPC with a subnet that a table routes to the internet gateway, and an instance that admits SSH from everywhere.
fn public_instance() -> Resources<'static> {
    vec![
        ("vpc", "AWS::EC2::VPC", r#"{"CidrBlock": "10.0.0.0/16"}"#),
        ("igw", "AWS::EC2::InternetGateway", r#"{"VpcId": {"$ref": "vpc"}}"#),
        (
            "subnet",
            "AWS::EC2::Subnet",
            r#"{"VpcId": {"$ref": "vpc"}, "CidrBlock": "10.0.1.0/24", "MapPublicIpOnLaunch": false}"#,
        ),
        (
            "rtb",
            "AWS::EC2::RouteTable",
            r#"{"VpcId": {"$ref": "vpc"}, "Associations": [{"SubnetId": {"$ref": "subnet"}}]}"#,
        ),
        (
            "route",
            "AWS::EC2::Route",
            r#"{"RouteTableId": {"$ref": "rtb"}, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": {"$ref": "igw"}}"#,
        ),
        ("sg", "AWS::EC2::SecurityGroup", OPEN),
        ("i", "AWS::EC2::Instance", INSTANCE),
    ]
}

fn with<'a>(mut resources: Resources<'a>, changed: &[(&'a str, &'a str, &'a str)]) -> Resources<'a> {
    for change in changed {
        resources.retain(|known| known.0 != change.0);
        if !change.2.is_empty() {
            resources.push(*change);
        }
    }
    resources
}

fn ask(resources: &[(&str, &str, &str)], address: &str, name: &str, ports: &[i64]) -> Answer {
    let estate = common::estate(resources);
    let engine = NetworkEngine::new();
    let question = engine.questions().iter().find(|question| question.name == *name).unwrap();
    let ports: Vec<Node> = ports.iter().map(|port| Node::new(Value::Int(*port), Origin::NOWHERE)).collect();
    engine.ask(&estate, Subject::Resource(common::id(&estate, address)), question, &ports)
}

fn internet(resources: &[(&str, &str, &str)], address: &str) -> Option<bool> {
    match ask(resources, address, "exposure.internet", &[]).value {
        Value::Bool(reached) => Some(reached),
        Value::Unknown(_) => None,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_public_instance_is_reached_and_the_rule_that_opens_it_is_named() {
    let answer = ask(&public_instance(), "i", "exposure.open", &[22, 3389]);
    assert_eq!(answer.value, Value::Bool(true));
    assert_eq!(answer.witness.leaves[0].1.as_str(), "SecurityGroupIngress[0].CidrIp");
    assert!(answer.witness.text.contains("tcp/22"), "{}", answer.witness.text);
    assert_eq!(ask(&public_instance(), "i", "exposure.open", &[3389]).value, Value::Bool(false));
}

#[test]
fn a_public_address_behind_a_route_without_gateway_is_not_reached() {
    let no_route = with(public_instance(), &[("route", "", "")]);
    assert_eq!(internet(&no_route, "i"), Some(false));
    let nat =
        r#"{"RouteTableId": {"$ref": "rtb"}, "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": {"$ref": "nat"}}"#;
    let through_nat = with(
        public_instance(),
        &[("route", "AWS::EC2::Route", nat), ("nat", "AWS::EC2::NatGateway", r#"{"SubnetId": {"$ref": "subnet"}}"#)],
    );
    assert_eq!(internet(&through_nat, "i"), Some(false));
    let detached = with(public_instance(), &[("igw", "AWS::EC2::InternetGateway", "{\"Tags\": []}")]);
    assert_eq!(internet(&detached, "i"), Some(false));
}

#[test]
fn the_main_table_of_another_vpc_does_not_count() {
    let moved = r#"{"VpcId": {"$ref": "other"}, "IsMain": true}"#;
    let own = r#"{"VpcId": {"$ref": "vpc"}, "IsMain": true}"#;
    let other = ("other", "AWS::EC2::VPC", r#"{"CidrBlock": "10.1.0.0/16"}"#);
    let elsewhere = with(public_instance(), &[("rtb", "AWS::EC2::RouteTable", moved), other]);
    assert_eq!(internet(&elsewhere, "i"), Some(false));
    let here = with(public_instance(), &[("rtb", "AWS::EC2::RouteTable", own), other]);
    assert_eq!(internet(&here, "i"), Some(true));
}

#[test]
fn without_a_public_address_nothing_is_reached_and_the_subnet_may_give_one() {
    let silent = r#"{"SubnetId": {"$ref": "subnet"}, "SecurityGroupIds": [{"$ref": "sg"}]}"#;
    let private = with(public_instance(), &[("i", "AWS::EC2::Instance", silent)]);
    assert_eq!(internet(&private, "i"), Some(false));
    let mapping = r#"{"VpcId": {"$ref": "vpc"}, "CidrBlock": "10.0.1.0/24", "MapPublicIpOnLaunch": true}"#;
    let mapped = with(private.clone(), &[("subnet", "AWS::EC2::Subnet", mapping)]);
    assert_eq!(internet(&mapped, "i"), Some(true));
    let elastic = with(private.clone(), &[("eip", "AWS::EC2::EIP", r#"{"InstanceId": {"$ref": "i"}}"#)]);
    assert_eq!(internet(&elastic, "i"), Some(true));
    let unknown = r#"{"SubnetId": {"$ref": "subnet"}, "SecurityGroupIds": [{"$ref": "sg"}], "AssociatePublicIpAddress": {"$unknown": "var.public"}}"#;
    assert_eq!(internet(&with(private, &[("i", "AWS::EC2::Instance", unknown)]), "i"), None);
}

#[test]
fn a_network_acl_closes_the_subnet_there_or_back() {
    let acl = ("acl", "AWS::EC2::NetworkAcl", r#"{"VpcId": {"$ref": "vpc"}, "SubnetIds": [{"$ref": "subnet"}]}"#);
    let inbound = |number: u32, action: &str, to: u32| {
        format!(
            r#"{{"NetworkAclId": {{"$ref": "acl"}}, "RuleNumber": {number}, "RuleAction": "{action}", "Egress": false, "Protocol": "6", "PortRange": {{"From": 0, "To": {to}}}, "CidrBlock": "0.0.0.0/0"}}"#
        )
    };
    let outbound = |from: u32, to: u32| {
        format!(
            r#"{{"NetworkAclId": {{"$ref": "acl"}}, "RuleNumber": 100, "RuleAction": "allow", "Egress": true, "Protocol": "6", "PortRange": {{"From": {from}, "To": {to}}}, "CidrBlock": "0.0.0.0/0"}}"#
        )
    };
    let entry = "AWS::EC2::NetworkAclEntry";
    let (allow, deny, answers, no_answers) =
        (inbound(100, "allow", 65535), inbound(50, "deny", 1023), outbound(1024, 65535), outbound(0, 1023));
    assert_eq!(internet(&with(public_instance(), &[acl]), "i"), Some(false), "a new ACL denies everything");
    assert_eq!(
        internet(&with(public_instance(), &[acl, ("in", entry, &allow), ("out", entry, &answers)]), "i"),
        Some(true)
    );
    assert_eq!(
        internet(&with(public_instance(), &[acl, ("in", entry, &allow), ("out", entry, &no_answers)]), "i"),
        Some(false)
    );
    let denied =
        with(public_instance(), &[acl, ("in", entry, &allow), ("deny", entry, &deny), ("out", entry, &answers)]);
    assert_eq!(internet(&denied, "i"), Some(false));
}

#[test]
fn a_group_open_to_the_world_and_attached_to_nothing_exposes_nothing() {
    let closed =
        r#"{"VpcId": {"$ref": "vpc"}, "SecurityGroupIngress": [{"IpProtocol": "-1", "CidrIp": "10.0.0.0/8"}]}"#;
    let resources = with(
        public_instance(),
        &[("sg", "AWS::EC2::SecurityGroup", closed), ("open", "AWS::EC2::SecurityGroup", OPEN)],
    );
    assert_eq!(internet(&resources, "i"), Some(false));
    assert_eq!(ask(&resources, "open", "admits.internet", &[22]).value, Value::Bool(true));
}

#[test]
fn an_instance_without_groups_has_the_default_one_and_is_closed() {
    let bare = r#"{"SubnetId": {"$ref": "subnet"}, "AssociatePublicIpAddress": true}"#;
    assert_eq!(internet(&with(public_instance(), &[("i", "AWS::EC2::Instance", bare)]), "i"), Some(false));
}

#[test]
fn an_instance_in_a_subnet_that_was_not_read_is_unknown() {
    let lost = r#"{"SubnetId": {"$unknown": "var.subnet"}, "SecurityGroupIds": [{"$ref": "sg"}], "AssociatePublicIpAddress": true}"#;
    assert_eq!(internet(&with(public_instance(), &[("i", "AWS::EC2::Instance", lost)]), "i"), None);
    let closed = r#"{"SecurityGroupIngress": []}"#;
    let both = [("i", "AWS::EC2::Instance", lost), ("sg", "AWS::EC2::SecurityGroup", closed)];
    assert_eq!(internet(&with(public_instance(), &both), "i"), Some(false), "a closed group closes wherever it is");
}

#[test]
fn a_database_needs_its_switch_its_subnets_and_its_port() {
    let group = ("dbs", "AWS::RDS::DBSubnetGroup", r#"{"SubnetIds": [{"$ref": "subnet"}]}"#);
    let rules = r#"{"VpcId": {"$ref": "vpc"}, "SecurityGroupIngress": [{"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "CidrIp": "0.0.0.0/0"}]}"#;
    let sg = ("sg", "AWS::EC2::SecurityGroup", rules);
    let database = |public: &str, engine: &str| {
        format!(
            r#"{{"PubliclyAccessible": {public}, "Engine": "{engine}", "DBSubnetGroupName": {{"$ref": "dbs"}}, "VPCSecurityGroups": [{{"$ref": "sg"}}]}}"#
        )
    };
    let kind = "AWS::RDS::DBInstance";
    let (open, closed, mysql) =
        (database("true", "postgres"), database("false", "postgres"), database("true", "mysql"));
    assert_eq!(internet(&with(public_instance(), &[group, sg, ("db", kind, &open)]), "db"), Some(true));
    assert_eq!(internet(&with(public_instance(), &[group, sg, ("db", kind, &closed)]), "db"), Some(false));
    assert_eq!(
        internet(&with(public_instance(), &[group, sg, ("db", kind, &mysql)]), "db"),
        Some(false),
        "5432 is not its port"
    );
    assert_eq!(
        internet(&with(public_instance(), &[group, sg, ("db", kind, &open), ("route", "", "")]), "db"),
        Some(false)
    );
}

#[test]
fn a_load_balancer_is_reached_on_its_listeners() {
    let rules = r#"{"VpcId": {"$ref": "vpc"}, "SecurityGroupIngress": [{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}]}"#;
    let sg = ("sg", "AWS::EC2::SecurityGroup", rules);
    let lb = |scheme: &str| {
        format!(r#"{{"Scheme": "{scheme}", "Subnets": [{{"$ref": "subnet"}}], "SecurityGroups": [{{"$ref": "sg"}}]}}"#)
    };
    let listener = (
        "l",
        "AWS::ElasticLoadBalancingV2::Listener",
        r#"{"LoadBalancerArn": {"$ref": "lb"}, "Port": 443, "Protocol": "HTTPS"}"#,
    );
    let kind = "AWS::ElasticLoadBalancingV2::LoadBalancer";
    let (facing, internal) = (lb("internet-facing"), lb("internal"));
    let resources = with(public_instance(), &[sg, ("lb", kind, &facing), listener]);
    assert_eq!(internet(&resources, "lb"), Some(true));
    assert_eq!(ask(&resources, "lb", "exposure.open", &[443]).value, Value::Bool(true));
    assert_eq!(ask(&resources, "lb", "exposure.open", &[80]).value, Value::Bool(false));
    assert_eq!(internet(&with(public_instance(), &[sg, ("lb", kind, &internal), listener]), "lb"), Some(false));
}

#[test]
fn the_tier_of_a_subnet_follows_its_routes() {
    let tier = |resources: &[(&str, &str, &str)]| ask(resources, "subnet", "tier", &[]).value;
    assert_eq!(tier(&public_instance()), Value::text("public"));
    assert_eq!(tier(&with(public_instance(), &[("route", "", "")])), Value::text("isolated"));
    let nat =
        r#"{"RouteTableId": {"$ref": "rtb"}, "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": {"$ref": "nat"}}"#;
    let private = with(
        public_instance(),
        &[("route", "AWS::EC2::Route", nat), ("nat", "AWS::EC2::NatGateway", "{\"Tags\": []}")],
    );
    assert_eq!(tier(&private), Value::text("private"));
}

#[test]
fn an_estate_answers_who_reaches_whom() {
    use redan_network::aws::Version::V4;
    use redan_network::{EstateView, Protocol, Spot};
    let private = r#"{"SubnetId": {"$ref": "subnet"}, "SecurityGroupIds": [{"$ref": "db"}]}"#;
    let from_web = r#"{"VpcId": {"$ref": "vpc"}, "SecurityGroupEgress": [], "SecurityGroupIngress": [{"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "SourceSecurityGroupId": {"$ref": "sg"}}]}"#;
    let open = r#"{"VpcId": {"$ref": "vpc"}, "SecurityGroupIngress": [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}], "SecurityGroupEgress": [{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}]}"#;
    let resources = with(
        public_instance(),
        &[
            ("sg", "AWS::EC2::SecurityGroup", open),
            ("db", "AWS::EC2::SecurityGroup", from_web),
            ("data", "AWS::EC2::Instance", private),
        ],
    );
    let estate = common::estate(&resources);
    let view = EstateView::new(&estate);
    let (web, data) = (common::id(&estate, "i"), common::id(&estate, "data"));
    assert_eq!(view.who_reaches(data, V4, (Protocol::TCP, 5432)), [(web, true)]);
    assert_eq!(view.who_reaches(data, V4, (Protocol::TCP, 22)), []);
    assert_eq!(view.reached_from(data, V4, (Protocol::TCP, 22)), [], "nothing leaves the database's group");
    let ask = |from, to, port| view.reach(from, to, V4, Some((Protocol::TCP, port))).unwrap();
    let blocked = ask(Spot::Resource(data), Spot::Resource(web), 22);
    assert_eq!((blocked.reached, blocked.obstacles[0].code), (Some(false), "ENI_SG_RULES_MISMATCH"));
    assert_eq!(blocked.obstacles[0].settings[0].name, "db");
    let arrives = ask(Spot::Internet, Spot::Resource(web), 22);
    let names: Vec<_> = arrives.path.iter().map(|device| device.name.as_str()).collect();
    assert_eq!((arrives.reached, names), (Some(true), vec!["internet", "aws-backbone", "igw", "vpc", "subnet", "i"]));
    let closed = ask(Spot::Internet, Spot::Resource(web), 23);
    assert_eq!((closed.reached, closed.obstacles[0].code), (Some(false), "ENI_SG_RULES_MISMATCH"));
    let hidden = ask(Spot::Internet, Spot::Resource(data), 5432);
    assert_eq!((hidden.reached, hidden.obstacles[0].code), (Some(false), "IGW_PUBLIC_IP_ASSOCIATION_FOR_INGRESS"));
    let leaves = ask(Spot::Resource(web), Spot::Internet, 443);
    assert_eq!(leaves.reached, Some(true), "{leaves:?}");
    assert_eq!(ask(Spot::Resource(data), Spot::Internet, 443).reached, Some(false));
    let exposed: Vec<_> =
        view.exposed().into_iter().filter(|(_, e)| e.reached() == Some(true)).map(|(id, _)| id).collect();
    assert_eq!(exposed, [web]);
}

#[test]
fn what_stands_behind_a_load_balancer_is_reached_through_it() {
    let open = r#"{"VpcId": {"$ref": "vpc"}, "SecurityGroupIngress": [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0"}], "SecurityGroupEgress": [{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}]}"#;
    let behind = r#"{"VpcId": {"$ref": "vpc"}, "SecurityGroupIngress": [{"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "SourceSecurityGroupId": {"$ref": "front"}}]}"#;
    let lb = r#"{"Scheme": "internet-facing", "Subnets": [{"$ref": "subnet"}], "SecurityGroups": [{"$ref": "front"}]}"#;
    let internal = r#"{"Scheme": "internal", "Subnets": [{"$ref": "subnet"}], "SecurityGroups": [{"$ref": "front"}]}"#;
    let listener = r#"{"LoadBalancerArn": {"$ref": "lb"}, "Port": 443, "Protocol": "HTTPS", "DefaultActions": [{"Type": "forward", "TargetGroupArn": {"$ref": "tg"}}]}"#;
    let fixed = r#"{"LoadBalancerArn": {"$ref": "lb"}, "Port": 443, "Protocol": "HTTPS", "DefaultActions": [{"Type": "fixed-response"}]}"#;
    let group = |port: u16| format!(r#"{{"Port": {port}, "Targets": [{{"Id": {{"$ref": "app"}}}}]}}"#);
    let app = r#"{"SubnetId": {"$ref": "inner"}, "SecurityGroupIds": [{"$ref": "app-sg"}]}"#;
    let (right, wrong) = (group(8080), group(9090));
    let (lb_kind, listener_kind) =
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ElasticLoadBalancingV2::Listener");
    let base = with(
        public_instance(),
        &[
            ("front", "AWS::EC2::SecurityGroup", open),
            ("app-sg", "AWS::EC2::SecurityGroup", behind),
            ("inner", "AWS::EC2::Subnet", r#"{"VpcId": {"$ref": "vpc"}, "CidrBlock": "10.0.2.0/24"}"#),
            ("lb", lb_kind, lb),
            ("l", listener_kind, listener),
            ("tg", "AWS::ElasticLoadBalancingV2::TargetGroup", &right),
            ("app", "AWS::EC2::Instance", app),
        ],
    );
    let balanced = |resources: &[(&str, &str, &str)]| ask(resources, "app", "exposure.balanced", &[]);
    let answer = balanced(&base);
    assert_eq!(answer.value, Value::Bool(true));
    assert_eq!(answer.witness.text, "lb takes tcp/443 from the internet to its tcp/8080");
    assert_eq!(internet(&base, "app"), Some(false), "not directly");
    assert_eq!(balanced(&with(base.clone(), &[("lb", lb_kind, internal)])).value, Value::Bool(false));
    assert_eq!(balanced(&with(base.clone(), &[("l", listener_kind, fixed)])).value, Value::Bool(false));
    assert_eq!(balanced(&with(base.clone(), &[("route", "", "")])).value, Value::Bool(false));
    let tg = ("tg", "AWS::ElasticLoadBalancingV2::TargetGroup", wrong.as_str());
    assert_eq!(balanced(&with(base.clone(), &[tg])).value, Value::Bool(false), "its group does not admit 9090");
    let network = r#"{"Scheme": "internet-facing", "Type": "network", "Subnets": [{"$ref": "subnet"}]}"#;
    let tcp = listener.replace("HTTPS", "TCP");
    let preserving = with(base.clone(), &[("lb", lb_kind, network), ("l", listener_kind, &tcp)]);
    assert_eq!(
        balanced(&preserving).value,
        Value::Bool(false),
        "the client's address is kept, and its group admits no client"
    );
    let everyone = behind.replace(r#""SourceSecurityGroupId": {"$ref": "front"}"#, r#""CidrIp": "0.0.0.0/0""#);
    assert_eq!(
        balanced(&with(preserving, &[("app-sg", "AWS::EC2::SecurityGroup", &everyone)])).value,
        Value::Bool(true)
    );
}

/// An elastic address that names the instance must not hide which address the interface is known by.
#[test]
fn a_packet_finds_the_interface_behind_a_recorded_elastic_address() {
    use redan_network::aws::{Outcome, Packet, Start};
    use redan_network::{EstateView, Protocol};
    let interface = r#"{"SubnetId": {"$ref": "subnet"}, "GroupSet": [{"$ref": "sg"}], "Attachments": [{"InstanceId": {"$ref": "i"}}], "PrivateIpAddresses": [{"PrivateIpAddress": "10.0.1.5", "PublicIp": "18.1.1.1"}, {"PrivateIpAddress": "10.0.1.6"}]}"#;
    let address = r#"{"InstanceId": {"$ref": "i"}}"#;
    let more = [("eni", "AWS::EC2::NetworkInterface", interface), ("eip", "AWS::EC2::EIP", address)];
    let estate = common::estate(&with(public_instance(), &more));
    let packet = Packet {
        start: Start::Internet,
        source: Some("8.8.8.8".parse().unwrap()),
        destination: "18.1.1.1".parse().unwrap(),
        protocol: Protocol::TCP,
        port: 22,
    };
    let found = EstateView::new(&estate).trace(&packet);
    assert_eq!(found.outcome, Outcome::Accepted("eni".to_owned()), "{found:?}");
}
