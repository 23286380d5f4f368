//! `redan net`: questions about the network of an estate, be it code, plans or recorded answers.

mod args;
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
        Net::Tiers { estate, form } => questions::tiers(&estate, form),
    }
}
