//! `redan net`: questions about the network of an estate, be it code, plans or recorded answers.

mod args;
mod diff;
mod map;
mod names;
mod questions;
mod show;
mod words;

pub(crate) use args::Net;

use crate::cli::exit::Exit;
use redan::Error;

pub(crate) fn run(command: Net) -> Result<Exit, Error> {
    match command {
        Net::Reach { from, to, service, ip, estate, form } => questions::reach(&from, &to, service, ip, &estate, form),
        Net::Exposed { estate, form } => questions::exposed(&estate, form),
        Net::WhoReaches { to, service, ip, estate, form } => questions::who_reaches(&to, service, ip, &estate, form),
        Net::From { from, service, ip, estate, form } => questions::from(&from, service, ip, &estate, form),
        Net::Diff { old, new, groups: false, values, form, .. } => diff::estates(&old, &new, &values, form),
        Net::Diff { old, new, groups: true, paths, values, form } => {
            diff::groups(&old, &new, &values.input(&paths)?, form)
        }
        Net::Map { estate, out } => map::draw(&estate, out.as_deref()),
        Net::Tiers { estate, form } => questions::tiers(&estate, form),
    }
}
