//! Signature version 4, by the vendor's implementation.

use crate::encode::Request;
use crate::endpoint::Endpoint;
use crate::table::Service;
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings, UriPathNormalizationMode,
    sign,
};
use aws_sigv4::sign::v4;
use std::time::SystemTime;

/// A request ready to be sent.
pub(crate) fn signed(
    service: &Service,
    endpoint: &Endpoint,
    request: &Request,
    prefix: &str,
    credentials: &Credentials,
    now: SystemTime,
) -> Result<http::Request<Vec<u8>>, String> {
    let url = if prefix.is_empty() || endpoint.custom {
        format!("{}{}", endpoint.url, request.path)
    } else {
        format!("{}{}", endpoint.url.replacen("://", &format!("://{prefix}"), 1), request.path)
    };
    let mut settings = SigningSettings::default();
    if matches!(service.name, "s3" | "s3control") {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    let identity = credentials.clone().into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(&endpoint.region)
        .name(&service.signing)
        .time(now)
        .settings(settings)
        .build()
        .map_err(|error| error.to_string())?
        .into();
    let headers = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let body = SignableBody::Bytes(request.body.as_bytes());
    let signable = SignableRequest::new(&request.method, &url, headers, body).map_err(|error| error.to_string())?;
    let (instructions, _) = sign(signable, &parameters).map_err(|error| error.to_string())?.into_parts();
    let mut builder = http::Request::builder().method(request.method.as_str()).uri(&url);
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    let mut whole = builder.body(request.body.clone().into_bytes()).map_err(|error| error.to_string())?;
    instructions.apply_to_request_http1x(&mut whole);
    Ok(whole)
}
