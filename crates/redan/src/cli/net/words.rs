//! What codes mean, in words.

/// An explanation code of AWS's Reachability Analyzer, or an issue type of Azure's Network Watcher, in words.
/// <https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html>
pub(super) fn of_code(code: &str) -> &'static str {
    match code {
        "ENI_SG_RULES_MISMATCH" => "no rule of the security groups admits it",
        "SUBNET_ACL_RESTRICTION" => "the network ACL drops it",
        "PROTOCOL_RESTRICTION" => "the gateway does not take this protocol",
        "FIREWALL_RULES_RESTRICTION" => "the firewall drops it",
        "NO_ROUTE_TO_DESTINATION" => "no route leads there",
        "BAD_STATE_ROUTE" => "the route leads to something that is gone or not attached",
        "TGW_ROUTE_AZ_RESTRICTION" => "the transit gateway has no attachment in the subnet's zone",
        "VPC_LOCAL_ROUTE_CIDR_RESTRICTION" => "no subnet of the VPC holds the address",
        "NO_POSSIBLE_DESTINATION" => "nothing holds the address",
        "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS" => "it has no public address to leave with",
        "IGW_PUBLIC_IP_ASSOCIATION_FOR_INGRESS" => "it has no public address",
        "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS" => "no internet gateway leads to it",
        "IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS" => "an internet gateway takes no private destination",
        "VPC_BLOCK_PUBLIC_ACCESS_ENABLED" => "VPC Block Public Access is on",
        "NGW_REQUIRES_SOURCE_IN_VPC" => "it accepts no new connections",
        "ENI_SOURCE_DEST_CHECK_RESTRICTION" => "the interface drops what is not addressed to it",
        "ELBV2_LISTENERS_MISMATCH" => "no listener takes it",
        "NetworkSecurityRule" => "the security rules drop it",
        "UserDefinedRoute" => "the route table sends it elsewhere",
        "Platform" => "the platform has no way there",
        _ => "there is no way",
    }
}
