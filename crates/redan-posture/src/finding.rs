//! A judgement into a finding: evidence with places, the address and line to look at, assumptions, the fingerprint.

use crate::secret::{HIDDEN, speaks_of_secret, tells_of_credentials, without_secrets};
use redan_expr::Leaf;
use redan_model::{
    Estate, Evidence, Existence, Finding, Origin, Place, Resource, ResourceId, Severity, Shown, Source, State, Stated,
    Str, fingerprint,
};
use redan_pages::{Judgement, Page};

/// What a page says about a resource, before it is told to people.
struct Said<'a> {
    page: &'a Page,
    resource: ResourceId,
    judgement: &'a Judgement,
}

/// The finding that tells people what a page says about a resource; `None` if the estate has no such resource. `root` is
/// the path of the resource's root in its repository, if it is another than people are shown: the fingerprint must not
/// depend on where the scan was started.
#[must_use]
pub fn tell(
    estate: &Estate,
    page: &Page,
    severity: Severity,
    resource: ResourceId,
    judgement: &Judgement,
    root: Option<Str>,
) -> Option<Finding> {
    let said = Said { page, resource, judgement };
    let resource = estate.get(said.resource)?;
    let teller = Teller { estate, resource, subject: said.resource };
    let leaves = said.judgement.leaves.iter().filter(|leaf| !leaf.path.is_empty() || leaf.note.is_some());
    let evidence: Vec<Evidence> = leaves.map(|leaf| teller.evidence(leaf)).collect();
    let block = teller.block(said.judgement.leaves.first());
    let reasons = said.judgement.reasons.iter().map(|reason| (reason.class, reason.what, teller.place(reason.origin)));
    let own = estate.sources().place(block.map_or(resource.origin, |block| block.origin));
    let place = evidence.first().and_then(|leaf| leaf.place.clone()).or_else(|| own.clone());
    let id = resource.identities.iter().copied().find(|text| is_global(text));
    Some(Finding {
        page: page.id,
        title: Str::new(&page.title),
        verdict: said.judgement.verdict,
        severity,
        kind: resource.kind,
        address: block.filter(|_| resource.partial).map_or(resource.address, |block| block.address),
        id,
        name: resource.name,
        root: resource.root,
        place,
        block: own,
        stated: resource.stated.iter().map(|block| (block.address, teller.place(block.origin))).collect(),
        calls: resource.calls.iter().filter_map(|call| teller.place(*call)).collect(),
        more_evidence: said.judgement.more,
        reasons: reasons.collect(),
        assumptions: teller.assumptions(&said),
        fingerprint: teller.fingerprint(&said, id, root),
        state: State::Open,
        evidence,
    })
}

/// Text in which no credential is shown.
fn harmless(text: &str) -> String {
    redan_secrets::redact(text).into_owned()
}

/// Whether a text names a resource without regard to where it stands: an ARN or an ARM id.
fn is_global(text: &str) -> bool {
    text.starts_with("arn:") || text.starts_with("/subscriptions/") || text.starts_with("/providers/")
}

struct Teller<'a> {
    estate: &'a Estate,
    resource: &'a Resource,
    subject: ResourceId,
}

impl<'a> Teller<'a> {
    fn place(&self, origin: Origin) -> Option<Place> {
        self.estate.sources().place(origin)
    }

    fn evidence(&self, leaf: &Leaf) -> Evidence {
        let sources = self.estate.sources();
        let own = self.place(leaf.origin);
        let written = if own.is_some() { self.place(sources.written_at(leaf.origin)) } else { None };
        let place = own.or_else(|| self.place(leaf.block)).or_else(|| self.place(self.resource.origin));
        let secret = leaf.secret || speaks_of_secret(&leaf.path);
        let credentials = tells_of_credentials(&leaf.path);
        let value = harmless(&Shown(&without_secrets(&leaf.value)).to_string());
        let said = (credentials && leaf.note.is_none()).then(|| value.clone());
        let note = leaf.note.as_deref().map(harmless).or(said);
        let other = self.estate.get(leaf.resource).filter(|_| leaf.resource != self.subject);
        Evidence {
            resource: other.map(|resource| resource.address),
            path: Str::new(&leaf.path),
            stable_path: Str::new(&leaf.stable),
            value: if secret { HIDDEN.to_owned() } else { value },
            written: written.filter(|written| place.as_ref() != Some(written)),
            place,
            from: self.from(leaf.origin),
            note,
            secret: secret || credentials,
        }
    }

    /// Where a value came from, if not from a file.
    fn from(&self, origin: Origin) -> Option<String> {
        let sources = self.estate.sources();
        match sources.get(sources.written_at(origin).source) {
            Source::Default { docs } => Some(format!("default: {docs}")),
            Source::Assumed { what } => Some(format!("assumed: {what}")),
            Source::Vendor { table } => Some(format!("vendor: {table}")),
            Source::Call { operation, scope } => Some(format!("call: {operation} in {scope}")),
            Source::Nowhere | Source::File { .. } | Source::Derived { .. } => None,
        }
    }

    /// The block that people are sent to: of a partial resource, the stating block that holds what decided.
    fn block(&self, leaf: Option<&Leaf>) -> Option<&'a Stated> {
        let stated = &self.resource.stated;
        let sources = self.estate.sources();
        let holds = |origin: Origin| {
            let origin = sources.used_at(origin);
            stated.iter().find(|block| origin.within(sources.used_at(block.origin)))
        };
        let leaf = leaf.filter(|leaf| leaf.resource == self.subject);
        leaf.and_then(|leaf| holds(leaf.origin).or_else(|| holds(leaf.block)))
            .or_else(|| stated.iter().find(|block| block.creates))
            .or(stated.first())
    }

    fn assumptions(&self, said: &Said<'_>) -> Vec<String> {
        let mut all = Vec::new();
        if let Existence::Uncertain(unknown) = &self.resource.existence {
            let why = unknown.reasons().first().map(|reason| format!(": {}", reason.what)).unwrap_or_default();
            all.push(format!("the resource exists, which is not known{why}"));
        }
        all.extend(said.judgement.assumptions.iter().map(|what| what.to_string()));
        for leaf in &said.judgement.leaves {
            let from = self.from(leaf.origin);
            all.extend(from.as_deref().and_then(|from| from.strip_prefix("assumed: ")).map(str::to_owned));
        }
        let mut seen: Vec<String> = Vec::new();
        for one in all {
            if !seen.contains(&one) {
                seen.push(one);
            }
        }
        seen
    }

    fn fingerprint(&self, said: &Said<'_>, id: Option<Str>, root: Option<Str>) -> redan_model::Fingerprint {
        let leaf = said.judgement.leaves.first().map(|leaf| {
            let holder = self.estate.get(leaf.resource).filter(|_| leaf.resource != self.subject);
            let holder = holder.map(|resource| format!("{}: ", resource.address)).unwrap_or_default();
            format!("{holder}{}", leaf.stable)
        });
        let leaf = leaf.unwrap_or_default();
        match id {
            Some(id) => fingerprint(&said.page.id, &[&id], &leaf),
            None => fingerprint(&said.page.id, &[&root.unwrap_or(self.resource.root), &self.resource.address], &leaf),
        }
    }
}
