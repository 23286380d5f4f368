//! Addresses of code: the module instance in them.

/// The module instance of an address: `module.a["x"].module.b` of `module.a["x"].module.b.aws_s3_bucket.c`; `None` in
/// the root module.
#[must_use]
pub fn module_of(address: &str) -> Option<&str> {
    let mut end = 0;
    while let Some(rest) = address.get(end..).and_then(|rest| step(rest, end == 0)) {
        end = address.len() - rest.len();
    }
    if end == 0 { None } else { address.get(..end) }
}

/// What follows one `module.NAME[KEY]` step.
fn step(text: &str, first: bool) -> Option<&str> {
    let text = if first { text } else { text.strip_prefix('.')? };
    let text = text.strip_prefix("module.")?;
    let name = text.find(['.', '[']).unwrap_or(text.len());
    let rest = text.get(name..)?;
    let Some(key) = rest.strip_prefix('[') else { return Some(rest) };
    let mut quoted = false;
    let mut escaped = false;
    for (at, character) in key.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ']' if !quoted => return key.get(at + 1..),
            _ => {}
        }
    }
    None
}
