//! One answer for both clouds: whether one end reaches another, the way there, and every setting in the way.

use redan_model::ResourceId;

use super::EstateView;
use crate::address::Block;
use crate::aws::{Reach, Service, Setting};
use crate::azure::Passage;
use crate::exposure::{Exposure, Opening};

/// A device or a setting: the name that the network gives it, and its resource where it is one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Device {
    /// Its address in code, its id in the cloud, or what it is (`internet`).
    pub name: String,
    /// Its resource.
    pub resource: Option<ResourceId>,
}

/// Something that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hindrance {
    /// The vendor's code: of AWS's Reachability Analyzer, or the issue type of Azure's Network Watcher.
    pub code: &'static str,
    /// The device that drops.
    pub at: Option<Device>,
    /// The settings to change.
    pub settings: Vec<Device>,
    /// Whether it is the answer that is dropped.
    pub answer: bool,
}

/// Whether one end reaches another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connection {
    /// Yes, no, or not known.
    pub reached: Option<bool>,
    /// The devices on the way there.
    pub path: Vec<Device>,
    /// The devices on the way back, where that is a way of its own.
    pub answer_path: Vec<Device>,
    /// What gets through: for certain, and depending on what is not known.
    pub carried: Exposure,
    /// Everything that drops all packets (or, of one service, its packets).
    pub obstacles: Vec<Hindrance>,
    /// What was not known.
    pub unknown: Vec<String>,
}

impl Connection {
    /// Better answers first: what is reached, then what may be.
    pub(super) fn rank(&self) -> u8 {
        match self.reached {
            Some(true) => 0,
            None => 1,
            Some(false) => 2,
        }
    }

    /// What is reached only if one of several things holds.
    pub(super) fn doubted(mut self, why: String) -> Self {
        self.reached = None;
        let sure = std::mem::take(&mut self.carried.sure);
        self.carried.possible.extend(sure);
        self.unknown.push(why);
        self
    }
}

fn openings(services: &[Service], sources: &[Block]) -> Vec<Opening> {
    let opening = |service: &Service| Opening {
        protocol: service.protocol,
        last_protocol: service.last_protocol,
        ports: service.ports,
        sources: sources.to_vec(),
    };
    services.iter().map(opening).collect()
}

/// The services that are sure, and those that are merely possible.
fn carried(sure: &[Service], possible: &[Service], sources: &[Block]) -> Exposure {
    let rest: Vec<Service> = possible.iter().filter(|service| !sure.contains(service)).copied().collect();
    Exposure { sure: openings(sure, sources), possible: openings(&rest, sources) }
}

impl EstateView {
    pub(super) fn device(&self, name: &str) -> Device {
        let shown = name.split_once(" [").map_or(name, |(owner, _)| owner);
        Device { name: shown.to_owned(), resource: self.networks.resource(shown) }
    }

    fn devices<'s>(&self, names: impl IntoIterator<Item = &'s String>) -> Vec<Device> {
        names.into_iter().map(|name| self.device(name)).collect()
    }

    pub(super) fn of_aws(&self, reach: &Reach, sources: &[Block]) -> Connection {
        let hops = |hops: &[crate::aws::Hop]| hops.iter().map(|hop| self.device(&hop.to_string())).collect();
        let hindrance = |obstacle: &crate::aws::Obstacle| Hindrance {
            code: obstacle.code,
            at: obstacle.at.as_ref().map(|hop| self.device(&hop.to_string())),
            settings: obstacle.setting.as_ref().map(|setting| self.settings(setting)).unwrap_or_default(),
            answer: obstacle.answer,
        };
        let reached = reach.reached();
        let certain = reached == Some(true);
        Connection {
            reached,
            path: hops(&reach.hops),
            answer_path: hops(&reach.answer_hops),
            carried: carried(&reach.sure, &reach.possible, sources),
            obstacles: if certain { Vec::new() } else { reach.obstacles.iter().map(hindrance).collect() },
            unknown: if certain { Vec::new() } else { reach.unknown.clone() },
        }
    }

    fn settings(&self, setting: &Setting) -> Vec<Device> {
        match setting {
            Setting::Groups { groups, .. } => self.devices(groups),
            Setting::Acl { acl: Some(acl), .. } => vec![self.device(acl)],
            Setting::Acl { acl: None, .. } => Vec::new(),
            Setting::Protocols(id) | Setting::Inspection(id) => vec![self.device(id)],
        }
    }

    pub(super) fn of_azure(&self, passage: &Passage, sources: &[Block]) -> Connection {
        let hindrance = |obstacle: &crate::azure::Obstacle| Hindrance {
            code: obstacle.code,
            at: Some(self.device(&obstacle.at)),
            settings: self.devices(&obstacle.settings),
            answer: false,
        };
        let reached = passage.reached();
        let obstacles = if reached == Some(true) { &[][..] } else { &passage.obstacles };
        let doubt = "a rule, a route or an address on the way is not fully known".to_owned();
        Connection {
            reached,
            path: self.devices(&passage.hops),
            answer_path: Vec::new(),
            carried: carried(&passage.sure, &passage.possible, sources),
            obstacles: obstacles.iter().map(hindrance).collect(),
            unknown: if reached.is_none() { vec![doubt] } else { Vec::new() },
        }
    }
}
