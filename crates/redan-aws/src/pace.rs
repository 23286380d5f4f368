//! How fast a service is asked in a region: as fast as it answers, slower when it throttles, faster again slowly.
//!
//! Limits are the vendor's per account, region and service. <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html>

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// Calls of one service and region in flight.
const AT_ONCE: usize = 10;
/// What is asked after the first refusal, in calls a second.
const FIRST: f64 = 20.0;
const SLOWEST: f64 = 1.0;
const SLOWER: f64 = 0.7;
/// What each answer adds, in calls a second.
const FASTER: f64 = 0.5;
/// Refusals within this time are one.
const AT_A_TIME: Duration = Duration::from_secs(1);
/// So many refusals in a row, not counted by the call but by the moment, at an ever slower pace, and it is no use to go on.
const REFUSED: u32 = 10;
/// So many calls in a row without an answer, each with all its attempts, and a service counts as down.
const DOWN: u32 = 3;
/// Above this nothing need be held back.
const FREE: f64 = 200.0;

/// Services with published low limits, in calls a second.
/// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html#limits-api-requests>
const KNOWN: &[(&str, f64)] = &[("route53", 5.0), ("cloudfront", 5.0), ("wafv2", 5.0), ("organizations", 10.0)];

/// The pace of one service in one region.
pub(crate) struct Pace {
    pub(crate) slots: Arc<Semaphore>,
    state: Mutex<State>,
}

struct State {
    /// Calls a second; none while nothing holds back.
    rate: Option<f64>,
    next: Instant,
    /// When it was last slowed down.
    slowed: Option<Instant>,
    /// Refusals in a row.
    refused: u32,
    /// Calls in a row that got no answer.
    unanswered: u32,
}

impl Pace {
    /// `published`: whether the vendor's limits hold (not for endpoints of the user's own).
    pub(crate) fn new(service: &str, published: bool) -> Self {
        let known = KNOWN.iter().find(|(name, _)| published && *name == service).map(|(_, rate)| *rate);
        let state = State { rate: known, next: Instant::now(), slowed: None, refused: 0, unanswered: 0 };
        Self { slots: Arc::new(Semaphore::new(AT_ONCE)), state: Mutex::new(state) }
    }

    /// Waits for this call's turn.
    pub(crate) async fn turn(&self) {
        let at = {
            let mut state = self.lock();
            let now = Instant::now();
            let at = state.next.max(now);
            state.next = at + state.rate.map_or(Duration::ZERO, |rate| Duration::from_secs_f64(1.0 / rate));
            at
        };
        tokio::time::sleep_until(at).await;
    }

    pub(crate) fn throttled(&self) {
        let mut state = self.lock();
        let now = Instant::now();
        if state.slowed.is_none_or(|last| now.duration_since(last) >= AT_A_TIME) {
            state.slowed = Some(now);
            state.refused += 1;
            state.rate = Some(state.rate.map_or(FIRST, |rate| (rate * SLOWER).max(SLOWEST)));
        }
    }

    pub(crate) fn answered(&self) {
        let mut state = self.lock();
        (state.unanswered, state.refused) = (0, 0);
        if state.slowed.is_some() {
            state.rate = state.rate.map(|rate| rate + FASTER).filter(|rate| *rate < FREE);
        }
    }

    /// Whether everything was refused for so long that it is no use to go on.
    pub(crate) fn is_refused(&self) -> bool {
        self.lock().refused >= REFUSED
    }

    /// A call got no answer in all its attempts.
    pub(crate) fn unreachable(&self) {
        self.lock().unanswered += 1;
    }

    /// Whether it is no use to ask: several calls in a row got no answer.
    pub(crate) fn is_down(&self) -> bool {
        self.lock().unanswered >= DOWN
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
