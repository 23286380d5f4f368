//! Whose credentials sign: the vendor's chain behind one provider, kept until shortly before they expire.

use crate::transport::{chain, shared};
use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use std::time::{Duration, SystemTime};
use tokio::sync::Mutex;

/// Credentials are renewed when less than this is left of them.
const EARLY: Duration = Duration::from_secs(300);

/// Credentials with the provider that renews them.
pub struct Identity {
    provider: SharedCredentialsProvider,
    cached: Mutex<Option<Credentials>>,
}

impl Identity {
    /// Credentials of a provider.
    #[must_use]
    pub fn new(provider: SharedCredentialsProvider) -> Self {
        Self { provider, cached: Mutex::new(None) }
    }

    /// Credentials that are valid a while. The error says why there are none.
    pub(crate) async fn credentials(&self) -> Result<Credentials, String> {
        let mut cached = self.cached.lock().await;
        let late = SystemTime::now() + EARLY;
        if let Some(known) = cached.as_ref().filter(|known| known.expiry().is_none_or(|expiry| expiry > late)) {
            return Ok(known.clone());
        }
        let new = self.provider.provide_credentials().await.map_err(|error| chain(&error))?;
        *cached = Some(new.clone());
        Ok(new)
    }

    /// Forgets credentials that a service refused as expired.
    pub(crate) async fn renew(&self, refused: &Credentials) {
        let mut cached = self.cached.lock().await;
        if cached.as_ref().is_some_and(|known| known.access_key_id() == refused.access_key_id()) {
            *cached = None;
        }
    }
}

/// What the vendor's chain found: environment, profiles, SSO, web identity, processes, containers, instance roles.
pub(crate) struct Found {
    pub(crate) provider: Option<SharedCredentialsProvider>,
    pub(crate) region: Option<String>,
}

/// Asks the vendor's chain.
pub(crate) async fn found(profile: Option<&str>, bundle: Option<Vec<u8>>) -> Found {
    let mut loader = aws_config::defaults(BehaviorVersion::latest()).http_client(shared(bundle));
    if let Some(profile) = profile {
        loader = loader.profile_name(profile);
    }
    let config = loader.load().await;
    let region = config.region().map(Region::as_ref).map(str::to_owned);
    Found { provider: config.credentials_provider(), region }
}
