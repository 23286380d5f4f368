//! A small AWS that answers a few operations, and may answer badly on purpose; everything else it says it does not have.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// The first and third request of each operation and region are refused as too many.
    Throttled,
    /// The same requests fail with 500.
    Failing,
    /// The same connections are cut before an answer.
    Reset,
    /// The same answers end early.
    Truncated,
    /// Every answer of these operations ends inside an element, its length right.
    Malformed,
    /// The first request of each operation says that the credentials are old.
    Expired,
    /// These operations are refused for good.
    Denied,
    /// Pages of security groups without end.
    Endless,
    /// One region answers nothing but errors.
    RegionDown,
    /// Everything is refused as too many, always.
    AlwaysThrottled,
}

pub(crate) struct Fake {
    pub(crate) endpoint: String,
    pub(crate) seen: Arc<Mutex<Vec<String>>>,
}

impl Fake {
    /// Starts it on a free port; it lives as long as the test's process.
    pub(crate) fn start(fault: Fault) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let log = Arc::clone(&log);
                std::thread::spawn(move || while serve(&stream, fault, &log).is_some() {});
            }
        });
        Self { endpoint, seen }
    }
}

/// What a request asks: `service:Operation`, its region and the page.
struct Asked {
    operation: String,
    region: String,
    page: usize,
}

fn serve(mut stream: &TcpStream, fault: Fault, log: &Mutex<Vec<String>>) -> Option<()> {
    let asked = read(stream)?;
    let key = format!("{}@{}", asked.operation, asked.region);
    let nth = {
        let mut log = log.lock().unwrap();
        log.push(key.clone());
        log.iter().filter(|known| **known == key).count()
    };
    let odd = matches!(nth, 1 | 3);
    let identity = asked.operation.starts_with("sts:") || asked.operation == "ec2:DescribeRegions";
    let hit = ["ec2:DescribeSecurityGroups", "s3:GetBucketVersioning", "s3:GetBucketPolicy"]
        .contains(&asked.operation.as_str());
    let (mut status, mut body) = answer(&asked, fault);
    let mut cut = body.len();
    match fault {
        Fault::Throttled if odd => (status, body) = error(&asked, 400, "Throttling"),
        Fault::AlwaysThrottled if !identity => (status, body) = error(&asked, 503, "SlowDown"),
        Fault::Failing if odd => (status, body) = error(&asked, 500, "InternalError"),
        Fault::Reset if odd => return None,
        Fault::Truncated if odd => cut = body.len() / 2,
        Fault::Malformed if hit => body.truncate(body.len() * 2 / 3),
        Fault::Expired if nth == 1 => (status, body) = error(&asked, 400, "ExpiredToken"),
        Fault::Denied if hit => (status, body) = error(&asked, 403, "AccessDenied"),
        Fault::RegionDown if asked.region == "eu-west-1" && !identity => {
            (status, body) = error(&asked, 503, "ServiceUnavailable");
        }
        _ => {}
    }
    let length = body.len();
    let head = format!("HTTP/1.1 {status} X\r\nContent-Type: text/xml\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(&body.as_bytes()[..cut.min(length)]).ok()?;
    (cut >= length).then_some(())
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let target = line.split(' ').nth(1)?.to_owned();
    let (mut length, mut scope) = (0, String::new());
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok().filter(|read| *read > 0)?;
        let header = header.trim();
        if header.is_empty() {
            break;
        }
        let (name, value) = header.split_once(": ")?;
        match name.to_lowercase().as_str() {
            "content-length" => length = value.parse().ok()?,
            // Credential=ID/day/region/service/aws4_request
            "authorization" => scope = value.split("Credential=").nth(1)?.split(',').next()?.to_owned(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).ok()?;
    let scope: Vec<&str> = scope.split('/').collect();
    let (region, service) = (scope.get(2)?.to_string(), scope.get(3)?.to_string());
    let field = |name: &str| body.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")).map(str::to_owned));
    let operation = match (field("Action"), target.split_once('?')) {
        (Some(action), _) => action,
        (None, Some((path, query))) if path != "/" => {
            let asked = [("versioning", "GetBucketVersioning"), ("policy", "GetBucketPolicy")];
            let known = asked.iter().find(|(word, _)| query.split('&').any(|part| part == *word));
            known.map_or_else(|| "Unknown".to_owned(), |(_, name)| (*name).to_owned())
        }
        (None, _) if service == "s3" => "ListBuckets".to_owned(),
        _ => "Unknown".to_owned(),
    };
    let page = field("NextToken").and_then(|token| token.trim_start_matches("page").parse().ok()).unwrap_or(0);
    Some(Asked { operation: format!("{service}:{operation}"), region, page })
}

fn error(asked: &Asked, status: u16, code: &str) -> (u16, String) {
    let body = if asked.operation.starts_with("s3:") {
        format!("<Error><Code>{code}</Code><Message>no</Message></Error>")
    } else if asked.operation.starts_with("ec2:") {
        format!("<Response><Errors><Error><Code>{code}</Code><Message>no</Message></Error></Errors></Response>")
    } else {
        format!("<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>")
    };
    (status, body)
}

/// Answers as the API references show them, with two open things and two closed ones.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html>,
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html>
fn answer(asked: &Asked, fault: Fault) -> (u16, String) {
    let body = match asked.operation.as_str() {
        "sts:GetCallerIdentity" => {
            "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111122223333</Account>\
            </GetCallerIdentityResult></GetCallerIdentityResponse>"
                .to_owned()
        }
        "ec2:DescribeRegions" => "<DescribeRegionsResponse><regionInfo><item><regionName>us-east-1</regionName></item>\
            <item><regionName>eu-west-1</regionName></item></regionInfo></DescribeRegionsResponse>"
            .to_owned(),
        "ec2:DescribeSecurityGroups" => groups(asked, fault),
        "s3:ListBuckets" => {
            "<ListAllMyBucketsResult><Buckets><Bucket><Name>kept</Name></Bucket><Bucket><Name>loose</Name>\
            </Bucket></Buckets></ListAllMyBucketsResult>"
                .to_owned()
        }
        "s3:GetBucketVersioning" => {
            "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>".to_owned()
        }
        "s3:GetBucketPolicy" => {
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*",
            "Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}"#
                .to_owned()
        }
        _ => return error(asked, 501, "NotImplemented"),
    };
    (200, body)
}

fn groups(asked: &Asked, fault: Fault) -> String {
    let group = |id: &str, cidr: &str| {
        format!(
            "<item><groupId>{id}</groupId><groupName>{id}</groupName><ipPermissions><item><ipProtocol>tcp</ipProtocol>\
             <fromPort>22</fromPort><toPort>22</toPort><ipRanges><item><cidrIp>{cidr}</cidrIp></item></ipRanges></item>\
             </ipPermissions></item>"
        )
    };
    let last = 2;
    let next = if fault == Fault::Endless || asked.page < last {
        format!("<nextToken>page{}</nextToken>", asked.page + 1)
    } else {
        String::new()
    };
    let open = if asked.page == 0 { "0.0.0.0/0" } else { "10.0.0.0/8" };
    let one = group(&format!("sg-{}-{}", asked.region, if fault == Fault::Endless { 0 } else { asked.page }), open);
    format!(
        "<DescribeSecurityGroupsResponse><securityGroupInfo>{one}</securityGroupInfo>{next}</DescribeSecurityGroupsResponse>"
    )
}
