//! One client for all operations of the table: asks, asks again where that may help, reads all pages.
//!
//! Must not know kinds. Everything ends as an [`Outcome`]; nothing is guessed from an answer that could not be read.

use crate::decode::{self, Fault, Message};
use crate::encode::{self, Request};
use crate::endpoint::Endpoints;
use crate::identity::Identity;
use crate::pace::Pace;
use crate::pages::{Joined, Next};
use crate::sign::signed;
use crate::table::{self, Operation, Service};
use crate::transport::{Reply, Transport};
use redan_model::{Node, Str, Value};
use rustc_hash::FxHashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::sync::Semaphore;

/// How calls are made.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How often a call is made at most.
    pub attempts: u32,
    /// The pause before the second attempt; it doubles.
    pub pause: Duration,
    /// How long one exchange may take.
    pub timeout: Duration,
    /// Calls in flight, over all services and regions.
    pub at_once: usize,
    /// Certificates (PEM) to trust instead of the system's.
    pub bundle: Option<Vec<u8>>,
    /// Endpoints that the user set.
    pub endpoints: Endpoints,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            attempts: 6,
            pause: Duration::from_millis(200),
            timeout: Duration::from_secs(45),
            at_once: 96,
            bundle: None,
            endpoints: Endpoints::default(),
        }
    }
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The answer, with all its pages, in botocore's shape.
    Answer(Node),
    /// An error of the service: its code and what it said.
    Error(String, String),
    /// No answer that could be read: a word for it, and why.
    Failed(&'static str, String),
}

/// Asks services in the name of one identity.
pub struct Client {
    identity: Identity,
    transport: Transport,
    settings: Settings,
    account: Mutex<String>,
    paces: Mutex<FxHashMap<(&'static str, String), Arc<Pace>>>,
    buckets: Mutex<FxHashMap<String, String>>,
    in_flight: Semaphore,
    skew: AtomicI64,
    calls: AtomicU64,
    throttled: AtomicU64,
}

const LONGEST_PAUSE: Duration = Duration::from_secs(20);

impl Client {
    /// A client; nothing is asked yet.
    ///
    /// # Errors
    /// If the certificates cannot be used.
    pub fn new(identity: Identity, settings: Settings) -> Result<Self, String> {
        Ok(Self {
            identity,
            transport: Transport::new(settings.timeout, settings.bundle.clone())?,
            in_flight: Semaphore::new(settings.at_once),
            settings,
            account: Mutex::default(),
            paces: Mutex::default(),
            buckets: Mutex::default(),
            skew: AtomicI64::new(0),
            calls: AtomicU64::new(0),
            throttled: AtomicU64::new(0),
        })
    }

    /// Requests sent so far, and how many of them were refused as too many.
    #[must_use]
    pub fn counts(&self) -> (u64, u64) {
        (self.calls.load(Ordering::Relaxed), self.throttled.load(Ordering::Relaxed))
    }

    /// The account that demands of services for its number are answered with.
    pub fn set_account(&self, account: &str) {
        account.clone_into(&mut self.account.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn account(&self) -> String {
        self.account.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes a call and reads all pages of its answer.
    pub async fn call(&self, name: &str, parameters: &[(Str, Value)], region: &str) -> Outcome {
        let Some((service, operation)) = table::operation(name) else {
            return Outcome::Failed("NotInTable", format!("{name} is not in the table of operations"));
        };
        let name = name.rsplit(':').next().unwrap_or(name);
        let mut parameters = parameters.to_vec();
        if let Some(member) = &operation.account {
            parameters.push((Str::new(member), Value::text(&self.account())));
        }
        if let Some((limit, most)) = operation.pages.as_ref().and_then(|pages| pages.limit.as_ref())
            && parameters.iter().all(|(_, value)| !matches!(value, Value::Text(_)))
        {
            parameters.push((Str::new(limit), Value::Int(i64::try_from(*most).unwrap_or(i64::MAX))));
        }
        let mut joined = Joined::default();
        loop {
            let request = match encode::request(service, name, operation, &parameters) {
                Ok(request) => request,
                Err(why) => return Outcome::Failed("BadRequest", why),
            };
            let bucket = parameters.iter().find(|(member, _)| member.as_str() == "Bucket" && service.name == "s3");
            let bucket = bucket.map(|(_, value)| encode::plain(value));
            let page = match self.page(service, operation, &request, bucket, region).await {
                Outcome::Answer(page) => page,
                other => return other,
            };
            match joined.add(operation, page, parameters) {
                Next::Page(next) => parameters = next,
                Next::Whole(answer) => return Outcome::Answer(answer),
                Next::Endless(why) => return Outcome::Failed("EndlessPages", why.to_owned()),
            }
        }
    }

    fn pace(&self, service: &Service, region: &str, published: bool) -> Arc<Pace> {
        let mut paces = self.paces.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Pace::new(service.name, published));
        Arc::clone(paces.entry((service.name, region.to_owned())).or_insert_with(new))
    }

    /// One page: asks until there is an answer, an error that stays, or no attempt left.
    async fn page(
        &self,
        service: &Service,
        operation: &Operation,
        request: &Request,
        bucket: Option<String>,
        region: &str,
    ) -> Outcome {
        let mut attempt = Attempt { left: self.settings.attempts, pause: self.settings.pause, ..Attempt::default() };
        let mut region = bucket.as_ref().and_then(|bucket| self.bucket(bucket)).unwrap_or_else(|| region.to_owned());
        loop {
            let endpoint = self.settings.endpoints.find(service, &region);
            let pace = self.pace(service, &endpoint.region, !endpoint.custom);
            let Ok(_slot) = pace.slots.acquire().await else { return closed() };
            if pace.is_down() {
                return Outcome::Failed("Unreachable", "the service did not answer calls before this one".to_owned());
            }
            pace.turn().await;
            if pace.is_refused() {
                return Outcome::Failed("Throttled", "the service refuses every call as too many".to_owned());
            }
            let Ok(_flight) = self.in_flight.acquire().await else { return closed() };
            let credentials = match self.identity.credentials().await {
                Ok(credentials) => credentials,
                Err(why) => return Outcome::Failed("NoCredentials", why),
            };
            let prefix = operation.host.replace("{AccountId}", &self.account());
            let ready = match signed(service, &endpoint, request, &prefix, &credentials, self.now()) {
                Ok(ready) => ready,
                Err(why) => return Outcome::Failed("BadRequest", why),
            };
            self.calls.fetch_add(1, Ordering::Relaxed);
            attempt.left = attempt.left.saturating_sub(1);
            let ended = match self.transport.send(ready).await {
                Ok(reply) => read(service, operation, &reply),
                Err(why) if is_unknown_host(&why) && self.settings.endpoints.is_unlisted(service, &region) => {
                    return Outcome::Error(redan_kinds::NOT_OFFERED.to_owned(), why);
                }
                Err(why) => Ended::Again("Unreachable", why),
            };
            match ended {
                Ended::Answer(node) => {
                    pace.answered();
                    return Outcome::Answer(node);
                }
                Ended::Elsewhere(other) if other != region && !attempt.moved => {
                    attempt.moved = true;
                    if let Some(bucket) = &bucket {
                        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
                        buckets.insert(bucket.clone(), other.clone());
                    }
                    region = other;
                    continue;
                }
                Ended::Elsewhere(other) => return Outcome::Error("PermanentRedirect".to_owned(), other),
                Ended::Expired(_) if !attempt.renewed => {
                    attempt.renewed = true;
                    self.identity.renew(&credentials).await;
                    continue;
                }
                Ended::Skewed(_, there) if !attempt.skewed && there.is_some() => {
                    attempt.skewed = true;
                    let here = seconds(SystemTime::now());
                    self.skew.store(there.unwrap_or(here) - here, Ordering::Relaxed);
                    continue;
                }
                Ended::Expired(fault) | Ended::Skewed(fault, _) | Ended::Error(fault) => {
                    pace.answered();
                    return Outcome::Error(fault.code, fault.message);
                }
                Ended::Throttled(fault) => {
                    pace.throttled();
                    self.throttled.fetch_add(1, Ordering::Relaxed);
                    if attempt.left == 0 {
                        return Outcome::Error(fault.code, fault.message);
                    }
                }
                Ended::Again(word, why) if attempt.left == 0 => {
                    if word == "Unreachable" {
                        pace.unreachable();
                    }
                    return Outcome::Failed(word, why);
                }
                Ended::Again(..) => {}
            }
            drop((_slot, _flight));
            tokio::time::sleep(attempt.wait()).await;
        }
    }

    fn bucket(&self, bucket: &str) -> Option<String> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner).get(bucket).cloned()
    }

    /// The time as the services see it.
    fn now(&self) -> SystemTime {
        let skew = self.skew.load(Ordering::Relaxed);
        let by = Duration::from_secs(skew.unsigned_abs());
        if skew < 0 { SystemTime::now() - by } else { SystemTime::now() + by }
    }
}

fn closed() -> Outcome {
    Outcome::Failed("Stopped", "the client was closed".to_owned())
}

#[derive(Default)]
struct Attempt {
    left: u32,
    pause: Duration,
    moved: bool,
    renewed: bool,
    skewed: bool,
    count: u64,
}

impl Attempt {
    /// The next pause: it doubles, and part of it is left to chance so that calls do not come in step.
    fn wait(&mut self) -> Duration {
        let pause = self.pause.min(LONGEST_PAUSE);
        self.pause = pause * 2;
        self.count += 1;
        let nanos = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |now| now.subsec_nanos());
        pause / 2 + pause.mul_f64(f64::from(nanos % 1000) / 2000.0)
    }
}

/// How one exchange ended.
enum Ended {
    Answer(Node),
    /// The bucket is in this region.
    Elsewhere(String),
    Expired(Fault),
    /// The clocks differ; the service's time, if it says it.
    Skewed(Fault, Option<i64>),
    Throttled(Fault),
    Error(Fault),
    /// Asking again may help.
    Again(&'static str, String),
}

fn read(service: &Service, operation: &Operation, reply: &Reply) -> Ended {
    let message = Message { status: reply.status, headers: &reply.headers, body: &reply.body };
    if (200..300).contains(&reply.status) {
        return match decode::answer(service, operation, &message) {
            Ok(node) => Ended::Answer(node),
            Err(why) => Ended::Again("Unreadable", why),
        };
    }
    let fault = decode::fault(service.protocol, &message);
    if let Some(region) = reply.header("x-amz-bucket-region").filter(|_| matches!(reply.status, 301 | 307 | 400)) {
        return Ended::Elsewhere(region.to_owned());
    }
    let is = |codes: &[&str]| codes.contains(&fault.code.as_str());
    if is(&["ExpiredToken", "ExpiredTokenException", "RequestExpired"]) {
        return Ended::Expired(fault);
    }
    let late =
        is(&["InvalidSignatureException", "SignatureDoesNotMatch"]) && fault.message.contains("Signature expired");
    if late || is(&["RequestTimeTooSkewed", "SignatureExpired"]) {
        let there = reply.header("date").and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
        return Ended::Skewed(fault, there.map(|moment| moment.timestamp().as_second()));
    }
    if is_throttle(&fault.code) || reply.status == 429 {
        return Ended::Throttled(fault);
    }
    if reply.status >= 500 && reply.status != 501 {
        return Ended::Again("ServiceFailed", format!("{} {} {}", reply.status, fault.code, fault.message));
    }
    Ended::Error(fault)
}

/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>
fn is_throttle(code: &str) -> bool {
    // The last is the credential report that is still being made: ask again.
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetCredentialReport.html
    const CODES: [&str; 14] = [
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottled",
        "RequestThrottledException",
        "TooManyRequestsException",
        "ProvisionedThroughputExceededException",
        "TransactionInProgressException",
        "RequestLimitExceeded",
        "BandwidthLimitExceeded",
        "LimitExceededException",
        "SlowDown",
        "PriorRequestNotComplete",
        "ReportInProgress",
    ];
    CODES.contains(&code)
}

fn is_unknown_host(why: &str) -> bool {
    why.contains("dns error")
}

fn seconds(time: SystemTime) -> i64 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_secs()).ok())
        .unwrap_or_default()
}
