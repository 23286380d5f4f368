//! The engine as pages ask it: questions about canonical resources, answered with witnesses.
//!
//! It reads canonical resources and nothing else: not the source they came from, nor the pages that ask.

mod admits;
mod azure_rules;
mod entries;
mod estate;
mod facts;
mod group_rules;
mod read;
mod services;
mod view;

pub use admits::{group_change, is_group};
pub use view::{Connection, Device, Entry, EstateView, Hindrance, Housing, Segment, Spot, Surface, Tiered};

use redan_model::{Answer, Engine, Estate, Kept, Node, On, Parameter, Question, Str, Subject, Type};

use services::Who;

/// AWS's security group.
const SECURITY_GROUP: &str = "AWS::EC2::SecurityGroup";
/// Azure's network security group.
const NETWORK_SECURITY_GROUP: &str = "Microsoft.Network/networkSecurityGroups";

/// Kinds of which the engine knows what the internet reaches.
const EXPOSED: [&str; 11] = [
    "AWS::EC2::Instance",
    "AWS::EC2::NetworkInterface",
    "AWS::ECS::Service",
    "AWS::ElasticLoadBalancing::LoadBalancer",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::RDS::DBInstance",
    "AWS::Redshift::Cluster",
    "Microsoft.Compute/virtualMachines",
    "Microsoft.Network/applicationGateways",
    "Microsoft.Network/azureFirewalls",
    "Microsoft.Network/networkInterfaces",
];

/// Answers what the network lets through.
pub struct NetworkEngine {
    questions: Vec<Question>,
    kept: Kept<estate::Facts>,
}

impl Default for NetworkEngine {
    fn default() -> Self {
        Self::new()
    }
}

impl NetworkEngine {
    /// The engine.
    #[must_use]
    pub fn new() -> Self {
        let questions = vec![
            admits_internet(),
            exposure_internet(),
            exposure_open(),
            exposure_balanced(),
            any_azure_tenant(),
            tier(),
        ];
        Self { questions, kept: Kept::default() }
    }
}

fn kinds(names: &[&str]) -> On {
    On::Resources(names.iter().map(|name| Str::new(name)).collect())
}

fn ports() -> Parameter {
    Parameter { name: Str::new("ports"), ty: Type::Integer, optional: false, repeated: true }
}

fn exposure_internet() -> Question {
    Question {
        name: Str::new("exposure.internet"),
        on: kinds(&EXPOSED.into_iter().chain(services::kinds()).chain(entries::kinds()).collect::<Vec<_>>()),
        parameters: Vec::new(),
        fact: true,
        result: Type::Bool,
        docs: Str::new(
            "whether the internet at large reaches some TCP or UDP port of it: public address, gateways, routes, network \
             ACLs, security groups and listeners taken together",
        ),
    }
}

fn exposure_open() -> Question {
    Question {
        name: Str::new("exposure.open"),
        on: kinds(&EXPOSED),
        parameters: vec![ports()],
        fact: false,
        result: Type::Bool,
        docs: Str::new("whether the internet at large reaches one of these ports of it over TCP or UDP"),
    }
}

fn exposure_balanced() -> Question {
    Question {
        name: Str::new("exposure.balanced"),
        on: kinds(&["AWS::EC2::Instance", "AWS::ECS::Service", "Microsoft.Compute/virtualMachines"]),
        parameters: Vec::new(),
        fact: true,
        result: Type::Bool,
        docs: Str::new("whether the internet at large reaches it through a load balancer that forwards to it"),
    }
}

fn any_azure_tenant() -> Question {
    Question {
        name: Str::new("exposure.any_azure_tenant"),
        on: kinds(&services::kinds().collect::<Vec<_>>()),
        parameters: Vec::new(),
        fact: true,
        result: Type::Bool,
        docs: Str::new(
            "whether every tenant of Azure may connect, by the rule from 0.0.0.0 to 0.0.0.0 or an open firewall",
        ),
    }
}

fn tier() -> Question {
    Question {
        name: Str::new("tier"),
        on: kinds(&["AWS::EC2::Subnet", "Microsoft.Network/virtualNetworks/subnets"]),
        parameters: Vec::new(),
        fact: true,
        result: Type::String,
        docs: Str::new(
            "`public` if a route leads to the internet gateway (on Azure: to the internet, and something there has a public \
             address), `private` if one leads out another way, `isolated` if none leads out",
        ),
    }
}

fn admits_internet() -> Question {
    Question {
        name: Str::new("admits.internet"),
        on: kinds(&[SECURITY_GROUP, NETWORK_SECURITY_GROUP]),
        parameters: vec![ports()],
        fact: false,
        result: Type::Bool,
        docs: Str::new(
            "whether one of the ports is open over TCP or UDP, after the union of all rules, priorities and denies, to \
             more than a /8 of the public IPv4 addresses or a /11 of the public IPv6 addresses",
        ),
    }
}

impl Engine for NetworkEngine {
    fn questions(&self) -> &[Question] {
        &self.questions
    }

    fn ask(&self, estate: &Estate, subject: Subject<'_>, question: &Question, arguments: &[Node]) -> Answer {
        let Subject::Resource(id) = subject else { return Answer::default() };
        let network = || self.kept.of(estate, estate::Facts::of);
        match question.name.as_str() {
            "admits.internet" => admits::internet(estate, id, arguments),
            "exposure.internet" => services::exposed(estate, id, Who::Internet)
                .or_else(|| entries::exposed(estate, id))
                .unwrap_or_else(|| facts::exposed(estate, &network(), id, None)),
            "exposure.any_azure_tenant" => services::exposed(estate, id, Who::AnyAzureTenant).unwrap_or_default(),
            "exposure.open" => facts::exposed(estate, &network(), id, Some(arguments)),
            "exposure.balanced" => facts::balanced(estate, &network(), id),
            "tier" => facts::tier(estate, &network(), id),
            _ => Answer::default(),
        }
    }
}
