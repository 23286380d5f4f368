//! One HTTP exchange: the vendor's connector (proxies, CA bundles, TLS), a bounded answer, a bounded time.
//!
//! Must not know services.

use aws_smithy_http_client::{Builder, Connector, proxy::ProxyConfig, tls};
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpClient};
use aws_smithy_types::body::SdkBody;
use http_body::Body;
use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

const CONNECT: Duration = Duration::from_secs(5);
/// No answer of one page is as large.
const MAX_BODY: usize = 128 << 20;

/// What came back.
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// Names in small letters.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Sends requests.
pub(crate) struct Transport {
    connector: Connector,
    timeout: Duration,
}

impl Transport {
    /// `bundle` holds certificates (PEM) that are trusted instead of the system's.
    pub(crate) fn new(timeout: Duration, bundle: Option<Vec<u8>>) -> Result<Self, String> {
        Ok(Self { connector: connector(bundle)?, timeout })
    }

    /// Sends a request once. The error says why there is no answer.
    pub(crate) async fn send(&self, request: http::Request<Vec<u8>>) -> Result<Reply, String> {
        let request = request.map(SdkBody::from);
        let request = aws_smithy_runtime_api::http::Request::try_from(request).map_err(|error| error.to_string())?;
        let exchange = async {
            let reply = self.connector.call(request).await.map_err(|error| chain(&error))?;
            let status = reply.status().as_u16();
            let header = |(name, value): (&str, &str)| (name.to_lowercase(), value.to_owned());
            let headers = reply.headers().iter().map(header).collect();
            let body = whole(reply.into_body()).await?;
            Ok(Reply { status, headers, body })
        };
        match tokio::time::timeout(self.timeout, exchange).await {
            Ok(reply) => reply,
            Err(_) => Err(format!("no answer within {} s", self.timeout.as_secs_f32())),
        }
    }
}

fn connector(bundle: Option<Vec<u8>>) -> Result<Connector, String> {
    let settings =
        aws_smithy_runtime_api::client::http::HttpConnectorSettings::builder().connect_timeout(CONNECT).build();
    let mut store = tls::TrustStore::default();
    if let Some(bundle) = bundle {
        store = tls::TrustStore::empty().with_pem_certificate(bundle);
    }
    let context = tls::TlsContext::builder().with_trust_store(store).build().map_err(|error| chain(&error))?;
    Ok(Connector::builder()
        .connector_settings(settings)
        .enable_tcp_nodelay(true)
        .proxy_config(ProxyConfig::from_env())
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
        .tls_context(context)
        .build())
}

/// The same connector for the credential chain.
pub(crate) fn shared(bundle: Option<Vec<u8>>) -> SharedHttpClient {
    let mut store = tls::TrustStore::default();
    if let Some(bundle) = bundle {
        store = tls::TrustStore::empty().with_pem_certificate(bundle);
    }
    let context = tls::TlsContext::builder().with_trust_store(store).build().unwrap_or_default();
    Builder::new().build_with_connector_fn(move |settings, _| {
        let mut builder = Connector::builder();
        builder.set_connector_settings(settings.cloned());
        builder
            .proxy_config(ProxyConfig::from_env())
            .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
            .tls_context(context.clone())
            .build()
    })
}

async fn whole(mut body: SdkBody) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let frame = frame.map_err(|error| error.to_string())?;
        if let Ok(data) = frame.into_data() {
            if bytes.len() + data.len() > MAX_BODY {
                return Err(format!("the answer is larger than {} MB", MAX_BODY >> 20));
            }
            bytes.extend_from_slice(&data);
        }
    }
    Ok(bytes)
}

/// An error with its causes.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let said = cause.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        next = cause.source();
    }
    text
}
