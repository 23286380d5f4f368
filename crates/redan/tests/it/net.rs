//! `redan net` over code: who reaches whom, what is exposed, which subnet is what.

use crate::common::{Folder, Said};
use serde_json::Value;

const NETWORK: &str = r#"
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
resource "aws_internet_gateway" "main" { vpc_id = aws_vpc.main.id }
resource "aws_subnet" "public" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_subnet" "data" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.2.0/24"
}
resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }
}
resource "aws_route_table_association" "public" {
  subnet_id      = aws_subnet.public.id
  route_table_id = aws_route_table.public.id
}
resource "aws_security_group" "web" {
  vpc_id = aws_vpc.main.id
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/1", "128.0.0.0/1"]
  }
  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_security_group" "data" {
  vpc_id = aws_vpc.main.id
  ingress {
    protocol        = "tcp"
    from_port       = 5432
    to_port         = 5432
    security_groups = [aws_security_group.web.id]
  }
}
resource "aws_instance" "web" {
  ami                         = "ami-1"
  instance_type               = "t3.micro"
  subnet_id                   = aws_subnet.public.id
  vpc_security_group_ids      = [aws_security_group.web.id]
  associate_public_ip_address = true
}
resource "aws_instance" "data" {
  ami                    = "ami-1"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.data.id
  vpc_security_group_ids = [aws_security_group.data.id]
}
"#;

fn ask(folder: &Folder, arguments: &[&str]) -> (i32, Value) {
    let Said { code, out, err } = folder.run(&[&["net"], arguments, &["--json"]].concat());
    let answer: Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"));
    let schema = include_str!("../../../../docs/json-schema/net.schema.json");
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let errors: Vec<String> = validator.iter_errors(&answer).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}\n{answer:#}");
    (code, answer)
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|entry| entry["name"].as_str().unwrap()).collect()
}

#[test]
fn the_way_is_shown_device_by_device() {
    let folder = Folder::new("net-reach").write("main.tf", NETWORK);
    let (code, found) = ask(&folder, &["reach", "internet", "aws_instance.web", "--port", "443"]);
    assert_eq!((code, found["verdict"].as_str()), (0, Some("reachable")));
    assert_eq!(
        names(&found["path"]),
        [
            "internet",
            "aws-backbone",
            "aws_internet_gateway.main",
            "aws_vpc.main",
            "aws_subnet.public",
            "aws_instance.web"
        ]
    );
    assert_eq!(found["path"][5]["place"], "main.tf:47");
    let (code, found) = ask(&folder, &["reach", "web", "aws_instance.data", "--port", "5432"]);
    assert_eq!((code, found["verdict"].as_str()), (0, Some("reachable")));
    let said = folder.run(&["net", "reach", "aws_instance.web", "internet", "--port", "tcp/443"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(
        said.out.starts_with("aws_instance.web → internet: reachable on tcp/443\n   1 aws_instance.web (main.tf:47)\n")
    );
}

#[test]
fn every_setting_in_the_way_is_named_with_its_code() {
    let folder = Folder::new("net-blocked").write("main.tf", NETWORK);
    let (code, found) = ask(&folder, &["reach", "aws_instance.data", "aws_instance.web", "--port", "22"]);
    assert_eq!((code, found["verdict"].as_str()), (1, Some("not-reachable")));
    let codes: Vec<_> = found["obstacles"].as_array().unwrap().iter().map(|entry| &entry["code"]).collect();
    assert_eq!(codes, ["ENI_SG_RULES_MISMATCH", "ENI_SG_RULES_MISMATCH"], "out of one group and into the other");
    assert_eq!(names(&found["obstacles"][0]["settings"]), ["aws_security_group.data"]);
    let (code, found) = ask(&folder, &["reach", "internet", "aws_instance.data"]);
    assert_eq!((code, &found["obstacles"][0]["code"]), (1, &"IGW_PUBLIC_IP_ASSOCIATION_FOR_INGRESS".into()));
    let open = NETWORK.replace("associate_public_ip_address = true", "associate_public_ip_address = var.public");
    let folder = folder.write("main.tf", &(open + "variable \"public\" {}\n"));
    let (code, found) = ask(&folder, &["reach", "internet", "aws_instance.web"]);
    assert_eq!((code, found["verdict"].as_str()), (3, Some("unknown")));
    assert_eq!(found["services"][0]["certain"], false);
}

#[test]
fn what_is_exposed_and_who_reaches_whom() {
    let folder = Folder::new("net-exposed").write("main.tf", NETWORK);
    let (_, found) = ask(&folder, &["exposed"]);
    let exposed = found["exposed"].as_array().unwrap();
    assert_eq!(exposed.len(), 1, "{found:#}");
    assert_eq!(exposed[0]["resource"]["name"], "aws_instance.web");
    assert_eq!(exposed[0]["entry"]["device"]["name"], "aws_internet_gateway.main");
    assert_eq!(exposed[0]["services"][0]["ports"]["from"], 443);
    let (_, found) = ask(&folder, &["who-reaches", "aws_instance.data", "--port", "5432"]);
    assert_eq!(
        found["ends"],
        serde_json::json!([{"end": {"name": "aws_instance.web", "kind": "AWS::EC2::Instance", "place": "main.tf:47"}, "certain": true}])
    );
    let (_, found) = ask(&folder, &["from", "aws_instance.web", "--port", "5432"]);
    let ends: Vec<_> =
        found["ends"].as_array().unwrap().iter().map(|end| end["end"]["name"].as_str().unwrap()).collect();
    assert_eq!(ends, ["internet", "aws_instance.data"]);
    let (_, found) = ask(&folder, &["tiers"]);
    assert_eq!((&found["subnets"][0]["tier"], &found["subnets"][1]["tier"]), (&"public".into(), &"isolated".into()));
    assert_eq!(names(&found["subnets"][0]["misplaced"]), ["aws_instance.web"]);
}

#[test]
fn ends_that_are_not_there_are_explained() {
    let folder = Folder::new("net-names").write("main.tf", NETWORK);
    let said = folder.run(&["net", "reach", "internet", "aws_instance.wbe"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("did you mean `aws_instance.web`?"), "{}", said.err);
    let said = folder.run(&["net", "reach", "internet", "aws_vpc.main"]);
    assert!(said.err.contains("has no place in the network"), "{}", said.err);
    assert_eq!(folder.run(&["net", "from", "aws_instance.web", "--port", "tcp"]).code, 2);
}

#[test]
fn what_a_change_opens_and_closes() {
    let ssh = NETWORK.replacen("443", "22", 2);
    let folder = Folder::new("net-diff").write("old/main.tf", NETWORK).write("new/main.tf", &ssh);
    let (code, found) = ask(&folder, &["diff", "old", "new"]);
    assert_eq!((code, &found["changes"][0]["name"]), (1, &"aws_instance.web".into()));
    assert_eq!(found["changes"][0]["opened"][0]["ports"], serde_json::json!({"from": 22, "to": 22}));
    assert_eq!(found["changes"][0]["closed"][0]["ports"], serde_json::json!({"from": 443, "to": 443}));
    let halves = NETWORK.replace(r#"["0.0.0.0/1", "128.0.0.0/1"]"#, r#"["0.0.0.0/0"]"#);
    let folder = folder.write("same/main.tf", &halves);
    let said = folder.run(&["net", "diff", "old", "same"]);
    assert_eq!((said.code, said.out.as_str()), (0, "nothing opens and nothing closes\n"));
    let (code, found) = ask(&folder, &["diff", "--groups", "aws_security_group.data", "aws_security_group.web", "old"]);
    assert_eq!((code, found["changes"][0]["opened"].as_array().map(Vec::len)), (1, Some(1)), "{found:#}");
}

#[test]
fn recorded_answers_are_an_estate() {
    let answers = serde_json::json!({
        "Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}]})
    .to_string();
    let subnets = serde_json::json!({
        "Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.1.0/24", "AvailabilityZone": "eu-west-1a"}]});
    let gateways = serde_json::json!({
        "InternetGateways": [{"InternetGatewayId": "igw-1", "Attachments": [{"VpcId": "vpc-1", "State": "available"}]}]});
    let tables = serde_json::json!({"RouteTables": [{
        "RouteTableId": "rtb-1", "VpcId": "vpc-1", "Associations": [{"Main": true, "RouteTableId": "rtb-1"}],
        "Routes": [{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"},
                   {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}]}]});
    let acls = serde_json::json!({"NetworkAcls": [{
        "NetworkAclId": "acl-1", "VpcId": "vpc-1", "IsDefault": true, "Associations": [{"SubnetId": "subnet-1"}],
        "Entries": [{"RuleNumber": 100, "Protocol": "-1", "RuleAction": "allow", "Egress": false, "CidrBlock": "0.0.0.0/0"},
                    {"RuleNumber": 100, "Protocol": "-1", "RuleAction": "allow", "Egress": true, "CidrBlock": "0.0.0.0/0"}]}]});
    let groups = serde_json::json!({"SecurityGroups": [{
        "GroupId": "sg-1", "GroupName": "web", "VpcId": "vpc-1",
        "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
        "IpPermissionsEgress": []}]});
    let interfaces = serde_json::json!({"NetworkInterfaces": [{
        "NetworkInterfaceId": "eni-1", "SubnetId": "subnet-1", "Groups": [{"GroupId": "sg-1"}], "SourceDestCheck": true,
        "Attachment": {"InstanceId": "i-1"}, "Ipv6Addresses": [],
        "PrivateIpAddresses": [{"PrivateIpAddress": "10.0.1.5", "Primary": true, "Association": {"PublicIp": "18.1.1.1"}}]}]});
    let instances = serde_json::json!({"Reservations": [{"Instances": [{
        "InstanceId": "i-1", "SubnetId": "subnet-1", "NetworkInterfaces": [{"NetworkInterfaceId": "eni-1"}]}]}]});
    let at = |name: &str| format!("answers/123456789012/eu-west-1/{name}.json");
    let folder = Folder::new("net-recorded")
        .write(&at("vpcs"), &answers)
        .write(&at("subnets"), &subnets.to_string())
        .write(&at("gateways"), &gateways.to_string())
        .write(&at("tables"), &tables.to_string())
        .write(&at("acls"), &acls.to_string())
        .write(&at("groups"), &groups.to_string())
        .write(&at("interfaces"), &interfaces.to_string())
        .write(&at("instances"), &instances.to_string());
    let (_, found) = ask(&folder, &["exposed", "answers"]);
    let exposed = found["exposed"].as_array().unwrap();
    assert_eq!((exposed.len(), &exposed[0]["resource"]["name"]), (1, &"i-1".into()), "{found:#}");
    assert_eq!(exposed[0]["services"][0]["certain"], true);
    let (code, found) = ask(&folder, &["reach", "internet", "i-1", "--port", "22", "answers"]);
    assert_eq!((code, found["path"][2]["name"].as_str()), (0, Some("igw-1")));
    std::fs::remove_file(folder.path().join(at("gateways"))).unwrap();
    let (code, found) = ask(&folder, &["reach", "internet", "i-1", "--port", "22", "answers"]);
    assert_eq!((code, found["verdict"].as_str()), (3, Some("unknown")), "the list of gateways was not collected");
}

#[test]
fn the_map_is_a_drawing_that_never_changes_by_itself() {
    let folder = Folder::new("net-map").write("main.tf", NETWORK);
    let first = folder.run(&["net", "map"]);
    assert_eq!((first.code, first.out.matches("<path").count()), (0, 1), "{}", first.err);
    assert!(first.out.starts_with("<svg ") && first.out.contains("aws_instance.web"));
    assert_eq!(folder.run(&["net", "map", "--out", "map.svg"]).code, 0);
    assert_eq!(std::fs::read_to_string(folder.path().join("map.svg")).unwrap(), first.out);
}
