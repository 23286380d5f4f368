//! A drawing of networks as SVG: what lives where, and the ways in from the internet.
//!
//! Knows boxes and lines, and not what they stand for. Same drawing, same bytes; everything shown is escaped.

use std::fmt::Write as _;

/// How open a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Openness {
    /// The internet reaches it.
    Open,
    /// The internet may reach it.
    Perhaps,
    /// The internet does not reach it.
    Closed,
}

/// A thing in a subnet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapItem {
    /// Its name.
    pub name: String,
    /// What it is, and what reaches it: shown when pointed at.
    pub note: String,
    /// How open it is.
    pub openness: Openness,
    /// The name of the thing through which the internet reaches it; none if directly.
    pub through: Option<String>,
}

/// A subnet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapLane {
    /// Its name.
    pub name: String,
    /// Its tier: `public`, `private`, `isolated`, or nothing.
    pub tier: String,
    /// What lives in it.
    pub items: Vec<MapItem>,
}

/// A network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapNetwork {
    /// Its name.
    pub name: String,
    /// Its subnets.
    pub lanes: Vec<MapLane>,
}

const ITEM_WIDTH: usize = 168;
const ITEM_HEIGHT: usize = 26;
const GAP: usize = 8;
const COLUMNS: usize = 3;
const LANE_WIDTH: usize = COLUMNS * (ITEM_WIDTH + GAP) + GAP;
const LANE_HEAD: usize = 26;
const LANES_ACROSS: usize = 3;
const MARGIN: usize = 24;
const HEAD: usize = 34;
const INTERNET: usize = 40;
const LETTERS: usize = 21;

const STYLE: &str = "\
svg{--paper:#fff;--ink:#1c2733;--soft:#5b6b7b;--line:#c5ced8;--public:#fdf1e7;--private:#eef4fb;--isolated:#f1f5f0;--none:#f6f6f6;\
--open:#c0392b;--perhaps:#b7791f;--item:#fff;font:12px system-ui,sans-serif}\
@media(prefers-color-scheme:dark){svg{--paper:#14191f;--ink:#e4eaf0;--soft:#95a3b2;--line:#3b4754;--public:#33261b;--private:#1b2733;\
--isolated:#1d2720;--none:#20252b;--open:#ff7b6b;--perhaps:#e2b04a;--item:#1d242c}}\
.paper{fill:var(--paper)}.network{fill:none;stroke:var(--line);stroke-width:1.5}.lane{stroke:var(--line)}.public{fill:var(--public)}\
.private{fill:var(--private)}.isolated{fill:var(--isolated)}.none{fill:var(--none)}.item{fill:var(--item);stroke:var(--line)}\
.open{stroke:var(--open);stroke-width:2}.perhaps{stroke:var(--perhaps);stroke-width:2;stroke-dasharray:4 3}text{fill:var(--ink)}\
.soft{fill:var(--soft)}.way{fill:none;stroke:var(--open);stroke-width:1.2;opacity:.55}.way.perhaps{stroke:var(--perhaps)}\
.internet{fill:var(--item);stroke:var(--open);stroke-width:1.5}";

/// A laid-out item: where it is, and how it is reached.
struct Placed<'m> {
    item: &'m MapItem,
    x: usize,
    y: usize,
}

/// The drawing.
#[must_use]
pub fn map(networks: &[MapNetwork]) -> String {
    let (mut body, mut items) = (String::new(), String::new());
    let mut placed: Vec<Placed<'_>> = Vec::new();
    let mut y = MARGIN + INTERNET + MARGIN;
    let mut widest = LANE_WIDTH + 2 * GAP;
    for network in networks {
        let (width, height) = self::network(network, y, (&mut body, &mut items), &mut placed);
        widest = widest.max(width);
        y += height + MARGIN;
    }
    let (width, height) = (widest + 2 * MARGIN, y);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">\n\
         <title>What the internet reaches</title>\n<style>{STYLE}</style>\n\
         <rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>\n"
    );
    let _ = writeln!(
        out,
        "<rect class=\"internet\" x=\"{MARGIN}\" y=\"{MARGIN}\" width=\"{widest}\" height=\"{INTERNET}\" rx=\"6\"/>\
         <text x=\"{}\" y=\"{}\" text-anchor=\"middle\">internet</text>",
        MARGIN + widest / 2,
        MARGIN + INTERNET / 2 + 4
    );
    out.push_str(&body);
    for item in &placed {
        way(item, &placed, &mut out);
    }
    out.push_str(&items);
    out.push_str("</svg>\n");
    out
}

/// Draws a network from `top` on, its items on a layer of their own; its width and height.
fn network<'m>(
    network: &'m MapNetwork,
    top: usize,
    (out, items): (&mut String, &mut String),
    placed: &mut Vec<Placed<'m>>,
) -> (usize, usize) {
    let across = network.lanes.len().clamp(1, LANES_ACROSS);
    let width = across * (LANE_WIDTH + GAP) + GAP;
    let mut inner = String::new();
    let mut y = top + HEAD;
    for row in network.lanes.chunks(LANES_ACROSS) {
        let tallest = row.iter().map(lane_height).max().unwrap_or(LANE_HEAD);
        for (column, lane) in row.iter().enumerate() {
            let x = MARGIN + GAP + column * (LANE_WIDTH + GAP);
            self::lane(lane, (x, y, tallest), (&mut inner, &mut *items), placed);
        }
        y += tallest + GAP;
    }
    let height = y - top;
    let _ = writeln!(
        out,
        "<rect class=\"network\" x=\"{MARGIN}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" rx=\"8\"/>\
         <text x=\"{}\" y=\"{}\" font-weight=\"600\">{}</text>",
        MARGIN + GAP,
        top + 22,
        escape(&network.name)
    );
    out.push_str(&inner);
    (width, height)
}

fn lane_height(lane: &MapLane) -> usize {
    LANE_HEAD + lane.items.len().div_ceil(COLUMNS).max(1) * (ITEM_HEIGHT + GAP) + GAP
}

fn lane<'m>(
    lane: &'m MapLane,
    (x, y, height): (usize, usize, usize),
    (out, items): (&mut String, &mut String),
    placed: &mut Vec<Placed<'m>>,
) {
    let class = match lane.tier.as_str() {
        known @ ("public" | "private" | "isolated") => known,
        _ => "none",
    };
    let tier = if lane.tier.is_empty() { String::new() } else { format!(" · {}", lane.tier) };
    let _ = writeln!(
        out,
        "<rect class=\"lane {class}\" x=\"{x}\" y=\"{y}\" width=\"{LANE_WIDTH}\" height=\"{height}\" rx=\"6\"/>\
         <text class=\"soft\" x=\"{}\" y=\"{}\">{}{}<title>{}</title></text>",
        x + GAP,
        y + 17,
        escape(&short(&lane.name, LETTERS * 3)),
        escape(&tier),
        escape(&lane.name)
    );
    for (at, item) in lane.items.iter().enumerate() {
        let left = x + GAP + (at % COLUMNS) * (ITEM_WIDTH + GAP);
        let top = y + LANE_HEAD + (at / COLUMNS) * (ITEM_HEIGHT + GAP);
        let class = match item.openness {
            Openness::Open => " open",
            Openness::Perhaps => " perhaps",
            Openness::Closed => "",
        };
        let _ = writeln!(
            items,
            "<g><title>{}</title><rect class=\"item{class}\" x=\"{left}\" y=\"{top}\" width=\"{ITEM_WIDTH}\" height=\"{ITEM_HEIGHT}\" rx=\"4\"/>\
             <text x=\"{}\" y=\"{}\">{}</text></g>",
            escape(&item.note),
            left + 8,
            top + 17,
            escape(&short(&item.name, LETTERS))
        );
        placed.push(Placed { item, x: left, y: top });
    }
}

/// The line to an item, in the gutter beside it: from the internet, or from the thing through which it is reached.
fn way(item: &Placed<'_>, all: &[Placed<'_>], out: &mut String) {
    let class = match item.item.openness {
        Openness::Open => "way",
        Openness::Perhaps => "way perhaps",
        Openness::Closed => return,
    };
    let (gutter, x, y) = (item.x - GAP / 2, item.x, item.y + ITEM_HEIGHT / 2);
    let front = item.item.through.as_ref().and_then(|name| all.iter().find(|other| other.item.name == *name));
    let start = match front {
        Some(front) => {
            let below = front.y + ITEM_HEIGHT;
            format!("M{} {below}V{}H{gutter}", front.x + ITEM_WIDTH / 2, below + GAP / 2)
        }
        None => format!("M{gutter} {}", MARGIN + INTERNET),
    };
    let _ = writeln!(out, "<path class=\"{class}\" d=\"{start}V{y}H{x}\"/>");
}

/// The end of a name, which tells more than its beginning.
fn short(name: &str, letters: usize) -> String {
    let count = name.chars().count();
    if count <= letters {
        return name.to_owned();
    }
    std::iter::once('…').chain(name.chars().skip(count + 1 - letters)).collect()
}

/// Text that may stand anywhere in XML. Control characters may not, however they are written.
/// <https://www.w3.org/TR/xml/#charsets>
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(' '),
            letter if letter.is_control() || matches!(letter, '\u{FFFE}' | '\u{FFFF}') => out.push('\u{FFFD}'),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(name: &str, openness: Openness, through: Option<&str>) -> MapItem {
        let (name, through) = (name.to_owned(), through.map(ToOwned::to_owned));
        MapItem { note: format!("note of {name}"), name, openness, through }
    }

    #[test]
    fn everything_is_escaped_and_ways_lead_to_what_is_open() {
        let items = vec![
            item("front", Openness::Open, None),
            item("<script>alert(1)</script>\u{7}", Openness::Perhaps, Some("front")),
            item("closed", Openness::Closed, None),
        ];
        let lanes = vec![MapLane { name: "a\"b".to_owned(), tier: "public".to_owned(), items }];
        let drawn = map(&[MapNetwork { name: "net & co".to_owned(), lanes }]);
        assert!(!drawn.contains("<script") && !drawn.contains('\u{7}') && drawn.contains("net &amp; co"));
        assert_eq!(drawn.matches("<path").count(), 2);
        assert_eq!(drawn.matches("class=\"way perhaps\"").count(), 1);
        assert!(drawn.contains("prefers-color-scheme:dark"));
    }

    #[test]
    fn many_items_do_not_overlap() {
        let items = (0..200).map(|at| item(&format!("interface-{at:03}"), Openness::Closed, None)).collect();
        let lanes = vec![MapLane { name: "subnet".to_owned(), tier: String::new(), items }];
        let drawn = map(&[MapNetwork { name: "vpc".to_owned(), lanes }]);
        let mut corners: Vec<&str> = drawn.lines().filter(|line| line.starts_with("<g>")).collect();
        assert_eq!(corners.len(), 200);
        corners.sort_unstable();
        corners
            .dedup_by_key(|line| line.split("x=\"").nth(1).map(|rest| rest.split(" width").next().unwrap().to_owned()));
        assert_eq!(corners.len(), 200);
    }
}
