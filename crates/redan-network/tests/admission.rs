//! What one group admits: union, priorities, denies, both IP versions, unknown parts.

#![cfg(test)]

use redan_network::admission::{self, Admission, Destination, InboundRule, azure_destination, azure_remote};
use redan_network::{Action, Block, Known, Ports, Protocol, Protocols, Remote, Rule};

const TCP: Protocols = Protocols::One(Protocol::TCP);

fn block(text: &str) -> Remote {
    Remote::Block(Block::parse(text).unwrap())
}

fn allow(ports: Ports, sources: &[&str]) -> InboundRule {
    Rule::allow(TCP, ports, sources.iter().map(|s| block(s)).collect()).into()
}

fn ranked(priority: u32, action: Action, protocol: &str, ports: &[&str], source: &str) -> InboundRule {
    Rule {
        action: Known::Is(action),
        priority: Known::Is(priority),
        protocols: Known::Is(Protocols::parse(protocol).unwrap()),
        ports: ports.iter().map(|p| Known::Is(Ports::parse(p).unwrap())).collect(),
        remotes: vec![azure_remote(source)],
        partial: false,
    }
    .into()
}

fn ssh(rules: &[InboundRule]) -> Admission {
    admission::internet(rules, true, &[22])
}

#[test]
fn halves_of_the_address_space_add_up() {
    let halves = [allow(Ports::one(22), &["0.0.0.0/1"]), allow(Ports::one(22), &["128.0.0.0/1"])];
    let answer = ssh(&halves);
    assert_eq!(answer.open, Some(true));
    assert_eq!(answer.rules, [0, 1]);
}

#[test]
fn sixteen_ninths_that_are_open_only_together() {
    let slices: Vec<_> = (0..4).map(|i| allow(Ports::one(22), &[&format!("{}.0.0.0/9", 50 + i)])).collect();
    assert_eq!(ssh(&slices[..1]).open, Some(false));
    assert_eq!(ssh(&slices[..2]).open, Some(false), "two halves of a /8 are a /8, not more");
    assert_eq!(ssh(&slices).open, Some(true));
}

#[test]
fn private_space_is_not_the_internet() {
    let rules = [allow(Ports::ALL, &["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"])];
    assert_eq!(ssh(&rules).open, Some(false));
}

#[test]
fn global_unicast_of_the_sixth_version_is_the_internet() {
    let answer = ssh(&[allow(Ports::one(22), &["2000::/3"])]);
    assert_eq!(answer.open, Some(true));
    let opening = answer.opening.unwrap();
    assert!(opening.address.is_ipv6());
    assert_eq!(ssh(&[allow(Ports::one(22), &["2001:db8::/32"])]).open, Some(false));
}

#[test]
fn all_protocols_have_every_port() {
    let rule = Rule::allow(Protocols::All, Ports::ALL, vec![block("0.0.0.0/0")]);
    assert_eq!(ssh(&[rule.into()]).open, Some(true));
    let icmp = Rule::allow(Protocols::One(Protocol::ICMP), Ports::ALL, vec![block("0.0.0.0/0")]);
    assert_eq!(ssh(&[icmp.into()]).open, Some(false));
}

#[test]
fn only_the_ports_asked_about_count() {
    let rules = [allow(Ports::new(80, 443), &["0.0.0.0/0"])];
    assert_eq!(ssh(&rules).open, Some(false));
    let answer = admission::internet(&rules, true, &[22, 443]);
    assert_eq!(answer.open, Some(true));
    assert_eq!(answer.opening.unwrap().port, 443);
}

#[test]
fn an_unknown_source_does_not_remove_what_others_admit() {
    let mut rules = vec![Rule::allow(TCP, Ports::one(22), vec![Remote::Unknown]).into()];
    let doubt = ssh(&rules);
    assert_eq!(doubt.open, None);
    assert_eq!(doubt.rules, [0]);
    rules.push(allow(Ports::one(22), &["0.0.0.0/0"]));
    let open = ssh(&rules);
    assert_eq!(open.open, Some(true));
    assert_eq!(open.rules, [1]);
}

#[test]
fn an_unknown_port_may_be_the_one_asked_about() {
    let rule = Rule { ports: vec![Known::Unknown], ..Rule::allow(TCP, Ports::ALL, vec![block("0.0.0.0/0")]) };
    assert_eq!(ssh(&[rule.into()]).open, None);
    let narrow = Rule { ports: vec![Known::Unknown], ..Rule::allow(TCP, Ports::ALL, vec![block("10.0.0.0/8")]) };
    assert_eq!(ssh(&[narrow.into()]).open, Some(false));
}

#[test]
fn a_list_that_was_not_read_to_its_end_is_unknown_unless_it_opens() {
    assert_eq!(admission::internet(&[], false, &[22]).open, None);
    assert_eq!(admission::internet(&[], true, &[22]).open, Some(false));
    assert_eq!(admission::internet(&[allow(Ports::one(22), &["0.0.0.0/0"])], false, &[22]).open, Some(true));
    let ranked = [ranked(100, Action::Allow, "Tcp", &["22"], "*")];
    assert_eq!(admission::internet(&ranked, false, &[22]).open, None, "an unseen deny could come first");
}

#[test]
fn any_internet_and_the_whole_space_are_the_same() {
    for source in ["*", "Internet", "0.0.0.0/0", "Any", "internet"] {
        assert_eq!(ssh(&[ranked(100, Action::Allow, "Tcp", &["22"], source)]).open, Some(true), "{source}");
    }
    for source in ["VirtualNetwork", "AzureLoadBalancer", "10.0.0.0/8", "Storage.WestEurope"] {
        assert_eq!(ssh(&[ranked(100, Action::Allow, "Tcp", &["22"], source)]).open, Some(false), "{source}");
    }
}

#[test]
fn a_deny_of_higher_rank_closes_and_one_of_lower_rank_does_not() {
    let allow = ranked(200, Action::Allow, "*", &["*"], "*");
    assert_eq!(ssh(&[allow.clone(), ranked(100, Action::Deny, "*", &["0-1023"], "Internet")]).open, Some(false));
    assert_eq!(ssh(&[allow.clone(), ranked(300, Action::Deny, "*", &["*"], "*")]).open, Some(true));
    assert_eq!(ssh(&[allow, ranked(100, Action::Deny, "Tcp", &["80", "443"], "*")]).open, Some(true));
}

#[test]
fn udp_stays_open_when_only_tcp_is_denied() {
    let rules = [ranked(200, Action::Allow, "*", &["22"], "*"), ranked(100, Action::Deny, "Tcp", &["22"], "*")];
    let answer = ssh(&rules);
    assert_eq!(answer.open, Some(true));
    assert_eq!(answer.opening.unwrap().protocol, Protocol::UDP);
}

#[test]
fn lists_of_ports_and_ranges_count_each() {
    let rule = ranked(100, Action::Allow, "Tcp", &["80", "20-25", "3389"], "*");
    assert_eq!(ssh(std::slice::from_ref(&rule)).open, Some(true));
    assert_eq!(admission::internet(&[rule], true, &[26]).open, Some(false));
}

#[test]
fn an_unknown_deny_of_higher_rank_leaves_the_allow_unknown() {
    let allow = ranked(200, Action::Allow, "Tcp", &["22"], "*");
    let mut deny = ranked(100, Action::Deny, "Tcp", &["22"], "*");
    deny.rule.remotes = vec![Remote::Unknown];
    let answer = ssh(&[allow.clone(), deny.clone()]);
    assert_eq!(answer.open, None);
    assert_eq!(answer.rules, [1]);
    deny.rule.priority = Known::Is(300);
    assert_eq!(ssh(&[allow.clone(), deny.clone()]).open, Some(true));
    deny.rule.priority = Known::Unknown;
    assert_eq!(ssh(&[allow, deny]).open, None);
}

#[test]
fn a_deny_for_some_destinations_or_source_ports_leaves_the_rest_open() {
    let allow = ranked(200, Action::Allow, "Tcp", &["22"], "*");
    let mut deny = ranked(100, Action::Deny, "Tcp", &["22"], "*");
    deny.destination = azure_destination(["10.0.0.4"]);
    assert_eq!(ssh(&[allow.clone(), deny.clone()]).open, Some(true));
    let mut narrow = allow.clone();
    narrow.destination = azure_destination(["10.0.0.4/32"]);
    assert_eq!(ssh(&[narrow.clone(), deny.clone()]).open, Some(false));
    narrow.destination = Destination::Named("web".to_owned());
    assert_eq!(ssh(&[narrow, deny.clone()]).open, Some(true));
    deny.destination = azure_destination(["VirtualNetwork"]);
    assert_eq!(ssh(&[allow.clone(), deny.clone()]).open, Some(false));
    deny.rule.partial = true;
    assert_eq!(ssh(&[allow, deny]).open, None);
}

#[test]
fn the_difference_of_two_groups_is_in_what_they_admit_and_not_in_how() {
    let whole = [allow(Ports::new(20, 30), &["0.0.0.0/0"])];
    let halves = [allow(Ports::new(20, 25), &["0.0.0.0/0"]), allow(Ports::new(24, 30), &["0.0.0.0/1", "128.0.0.0/1"])];
    assert_eq!(admission::difference(&whole, &halves), admission::Change::default());
    let wider = [allow(Ports::new(20, 31), &["0.0.0.0/0"])];
    let change = admission::difference(&whole, &wider);
    assert_eq!(change.opened.sure.len(), 1);
    assert_eq!(change.opened.sure[0].ports, Ports::one(31));
    assert_eq!(change.opened.sure[0].sources, [Block::ALL_V4]);
    assert_eq!(change.closed.sure, []);
    let back = admission::difference(&wider, &whole);
    assert_eq!((back.opened, back.closed), (change.closed, change.opened));
    let denied =
        [ranked(100, Action::Deny, "Tcp", &["443"], "8.8.8.8"), ranked(200, Action::Allow, "Tcp", &["443"], "*")];
    let closed = admission::difference(&denied[1..], &denied).closed.sure;
    assert_eq!(closed[0].sources, [Block::parse("8.8.8.8").unwrap()]);
}

#[test]
fn endless_lists_end_and_are_not_called_closed() {
    let block = |i: u32| format!("10.{}.{}.{}/32", i >> 16, (i >> 8) & 255, i & 255);
    let many: Vec<InboundRule> =
        (0..50_000).map(|i| allow(Ports::one(u16::try_from(i % 60_000).unwrap()), &[&block(i)])).collect();
    assert_eq!(ssh(&many).open, None, "rules that were not looked at could open");
    let mut open = many.clone();
    open.insert(0, allow(Ports::one(22), &["0.0.0.0/0"]));
    assert_eq!(ssh(&open).open, Some(true));
}
