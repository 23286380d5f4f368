//! `redan pages new`: a page with every part in its place, to be written over.

use crate::cli::exit::Exit;
use crate::cli::output;
use redan::Error;
use std::path::Path;

pub(crate) fn write(name: &str, kind: &str, folder: &Path) -> Result<Exit, Error> {
    let name = name.strip_suffix(".md").unwrap_or(name);
    let plain =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !name.split('/').all(plain) || !name.contains('/') {
        return Err(Error::new(format!("`{name}` is no name of a page"))
            .help("write a folder and what is bad, in small letters and hyphens: network/admin-ports-open"));
    }
    let file = folder.join(format!("{name}.md"));
    if file.exists() {
        return Err(Error::new(format!("{} exists already", file.display())));
    }
    if let Some(parent) = file.parent() {
        let failed = |error| Error::new(format!("cannot make {}: {error}", parent.display()));
        std::fs::create_dir_all(parent).map_err(failed)?;
    }
    output::file(&file, |out| out.write_all(text(name, kind).as_bytes()))?;
    let shown = file.display();
    output::note(&format!("wrote {shown}; write it, and test it with `redan pages test {shown} --watch`"));
    Ok(Exit::Clean)
}

fn text(name: &str, kind: &str) -> String {
    let title = name.rsplit('/').next().unwrap_or(name).replace('-', " ");
    let title = title.get(..1).unwrap_or_default().to_uppercase() + title.get(1..).unwrap_or_default();
    format!(
        "---
title: {title}
severity: medium
mission: []
since: {version}
side: customer
aliases: []
links: []
---
Say why it matters, and what an attacker or an accident makes of it.

## Rule
```cel {kind}
self.Attribute == true
```

## Fix
Say what to change, what it costs and what it may break.

```patch {kind}
Attribute: true
```

## Cases
```hcl fail
# the resource, wrong; mark the line that must be reported with `# finding`
```
```hcl pass
# the resource, right
```
```hcl unknown
# the resource with a variable that has no value; mark the line with `# unknown`
```
",
        version = env!("CARGO_PKG_VERSION")
    )
}
