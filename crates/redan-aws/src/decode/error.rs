//! Which error an answer is: its code, wherever the protocol puts it.
//! <https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html#operation-error-serialization>

use super::{Message, json, xml};
use crate::table::Protocol;
use redan_model::Str;

/// An error that a service answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) code: String,
    pub(crate) message: String,
}

/// The error in an answer whose status says that it is one.
pub(crate) fn fault(protocol: Protocol, message: &Message<'_>) -> Fault {
    let text = std::str::from_utf8(message.body).unwrap_or_default();
    let found = match protocol {
        Protocol::Json | Protocol::RestJson => of_json(message, text),
        Protocol::Query | Protocol::Ec2 | Protocol::RestXml => of_xml(text),
    };
    found.unwrap_or_else(|| Fault { code: format!("Http{}", message.status), message: String::new() })
}

fn of_json(message: &Message<'_>, text: &str) -> Option<Fault> {
    let body = json::parse(text).ok();
    let member = |name: &str| body.as_ref()?.get(Str::new(name))?.value.as_text();
    let said = member("message").or_else(|| member("Message")).map(|text| text.to_string()).unwrap_or_default();
    // `AWS.SimpleQueueService.NonExistentQueue;Sender` of services that once spoke query.
    let old = message.header("x-amzn-query-error").and_then(|header| header.split(';').next());
    let header = message.header("x-amzn-errortype");
    let inside = member("__type").or_else(|| member("code")).or_else(|| member("Code"));
    let code = old.or(header).or(inside.as_ref().map(|code| code.as_str())).map(plain)?;
    Some(Fault { code, message: said })
}

/// `aws.protocoltests#FooError:http://internal/` is `FooError`.
fn plain(code: &str) -> String {
    let code = code.split(':').next().unwrap_or_default();
    code.rsplit('#').next().unwrap_or_default().trim().to_owned()
}

fn of_xml(text: &str) -> Option<Fault> {
    let root = xml::parse(text).ok()?;
    let error = match root.name() {
        "Error" => &root,
        _ => root.child("Error").or_else(|| root.child("Errors")?.child("Error"))?,
    };
    let text = |name: &str| error.child(name).map(|child| child.text().trim().to_owned()).unwrap_or_default();
    let code = text("Code");
    (!code.is_empty()).then(|| Fault { code, message: text("Message") })
}
