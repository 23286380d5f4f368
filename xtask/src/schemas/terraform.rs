//! Terraform resource schemas out of the generated code of the `@cdktf/provider-*` packages → extract.
//!
//! The JavaScript holds the real argument names with their types and whether each is a block; the declarations hold
//! what is required. Read line by line: the files come from one generator and keep its layout.

use super::model::{Field, Shape, Type};
use std::collections::{BTreeMap, BTreeSet};

/// Extracts the resource or data source that a folder of a package declares, if it declares one.
pub(crate) fn extract(scripts: &[String], declarations: &[String], version: &str) -> Option<Type> {
    let mut reader = Reader::default();
    for script in scripts {
        script.lines().for_each(|line| reader.line(line));
    }
    let resource = reader.resource.clone()?;
    let required = required(declarations);
    let name = if reader.data { format!("data.{resource}") } else { resource };
    let mut structures: BTreeMap<String, Vec<Field>> = BTreeMap::new();
    for (structure, fields) in reader.structures {
        let mut fields: Vec<Field> = fields.into_values().collect();
        for field in &mut fields {
            if let Some(single) = required.get(&(structure.clone(), field.name.clone())) {
                field.required = single.required;
                if let (true, Shape::List(inner)) = (single.single, &field.shape) {
                    field.shape = (**inner).clone();
                }
            }
        }
        structures.insert(structure, fields);
    }
    structures.entry(String::new()).or_default();
    let mut one = Type { name, version: version.to_owned(), structures };
    one.prune();
    Some(one)
}

#[derive(Default)]
struct Reader {
    resource: Option<String>,
    data: bool,
    /// The structure whose attributes or accessors are being read; `None` outside of both.
    current: Option<String>,
    entry: Option<Entry>,
    structures: BTreeMap<String, BTreeMap<String, Field>>,
}

#[derive(Default)]
struct Entry {
    name: String,
    inner: Option<String>,
    block: bool,
    kind: String,
}

impl Reader {
    fn line(&mut self, raw: &str) {
        let line = raw.trim();
        if let Some(rest) = raw.strip_prefix("class ") {
            self.class(rest);
        } else if let Some(rest) = raw.strip_prefix("function ") {
            let name = rest.split('(').next().unwrap_or_default();
            self.current = name.strip_suffix("ToHclTerraform").map(capitalised);
        } else if let Some((_, rest)) = line.split_once(".tfResourceType = \"") {
            self.resource = rest.split('"').next().map(str::to_owned);
        } else if line == "synthesizeHclAttributes() {" {
            self.current = Some(String::new());
        } else if let Some(entry) = self.entry.as_mut() {
            if entry.line(line) {
                self.close();
            }
        } else if let Some(name) = line.strip_suffix(": {") {
            let name = name.trim_matches('"');
            if self.current.is_some() && is_argument(name) {
                self.entry = Some(Entry { name: name.to_owned(), ..Entry::default() });
            }
        } else {
            self.accessor(line);
        }
    }

    fn class(&mut self, rest: &str) {
        let name = rest.split(' ').next().unwrap_or_default();
        let root =
            rest.contains("extends cdktf.TerraformResource") || rest.contains("extends cdktf.TerraformDataSource");
        self.data |= rest.contains("extends cdktf.TerraformDataSource");
        self.current = if root { Some(String::new()) } else { name.strip_suffix("OutputReference").map(str::to_owned) };
    }

    fn close(&mut self) {
        let (Some(entry), Some(current)) = (self.entry.take(), self.current.as_ref()) else { return };
        let mut field = Field::new(&entry.name, entry.shape());
        field.block = entry.block;
        self.structures.entry(current.clone()).or_default().insert(entry.name, field);
    }

    /// `this.getStringAttribute('arn')`, `this._x = new SomeList(this, "x", false)`: known here and not among the
    /// arguments means that the provider computes it. Arguments come later for the resource itself, so they replace.
    fn accessor(&mut self, line: &str) {
        let Some(current) = self.current.as_ref() else { return };
        let found = attribute_call(line).or_else(|| nested_accessor(line));
        let Some((name, shape)) = found.filter(|(name, _)| is_argument(name)) else { return };
        let fields = self.structures.entry(current.clone()).or_default();
        fields.entry(name.clone()).or_insert_with(|| Field { read_only: true, ..Field::new(&name, shape) });
    }
}

impl Entry {
    /// Reads one line of an attribute's description; true at its end.
    fn line(&mut self, line: &str) -> bool {
        if let Some(value) = line.strip_prefix("value: ") {
            self.inner = value.split(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_').find_map(|word| {
                let name = word.strip_suffix("ToHclTerraform").filter(|name| !name.starts_with("cdktf."))?;
                Some(capitalised(name))
            });
        } else if let Some(value) = line.strip_prefix("isBlock: ") {
            self.block = value.starts_with("true");
        } else if let Some(value) = line.strip_prefix("storageClassType: ") {
            value.trim_matches([',', '"']).clone_into(&mut self.kind);
        } else if let Some(value) = line.strip_prefix("type: ") {
            self.inner = self.inner.take().map(|inner| match value.trim_matches([',', '"']) {
                "list" | "set" => format!("[{inner}"),
                "map" => format!("{{{inner}"),
                _ => inner,
            });
        }
        line.starts_with('}')
    }

    fn shape(&self) -> Shape {
        match self.inner.as_deref() {
            Some(inner) => match (inner.strip_prefix('['), inner.strip_prefix('{')) {
                (Some(item), _) => Shape::List(Box::new(Shape::Structure(item.to_owned()))),
                (_, Some(item)) => Shape::Map(Box::new(Shape::Structure(item.to_owned()))),
                _ => Shape::Structure(inner.to_owned()),
            },
            None => scalar(&self.kind),
        }
    }
}

fn scalar(kind: &str) -> Shape {
    if let Some(item) = kind.strip_suffix("List") {
        return Shape::List(Box::new(scalar(item)));
    }
    if let Some(item) = kind.strip_suffix("Map") {
        return Shape::Map(Box::new(scalar(item)));
    }
    match kind.to_ascii_lowercase().as_str() {
        "string" => Shape::Text,
        "number" => Shape::Number,
        "boolean" => Shape::Boolean,
        _ => Shape::Any,
    }
}

fn attribute_call(line: &str) -> Option<(String, Shape)> {
    let (_, rest) = line.split_once("this.get")?;
    let (kind, rest) = rest.split_once("Attribute('")?;
    let name = rest.split('\'').next()?;
    let shape = if kind == "List" { Shape::List(Box::new(Shape::Text)) } else { scalar(kind) };
    Some((name.to_owned(), shape))
}

fn nested_accessor(line: &str) -> Option<(String, Shape)> {
    let (_, rest) = line.strip_prefix("this._")?.split_once(" = new ")?;
    let (class, rest) = rest.split_once("(this, \"")?;
    let name = rest.split('"').next()?.to_owned();
    let shape = if let Some(kind) = class.strip_prefix("cdktf.") {
        scalar(kind)
    } else if let Some(item) = class.strip_suffix("OutputReference") {
        Shape::Structure(item.to_owned())
    } else if let Some(item) = class.strip_suffix("Map") {
        Shape::Map(Box::new(Shape::Structure(item.to_owned())))
    } else {
        Shape::List(Box::new(Shape::Structure(class.strip_suffix("List")?.to_owned())))
    };
    Some((name, shape))
}

fn is_argument(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

struct Declared {
    required: bool,
    /// At most one block: declared as `X`, not as `X[]`.
    single: bool,
}

/// (structure, argument) → what the declaration says of it. The argument's name is the end of the link's anchor.
fn required(declarations: &[String]) -> BTreeMap<(String, String), Declared> {
    let mut found = BTreeMap::new();
    let interfaces: BTreeSet<&str> = declarations.iter().flat_map(|text| text.lines()).filter_map(interface).collect();
    for text in declarations {
        let mut structure: Option<String> = None;
        let mut anchor = String::new();
        for line in text.lines() {
            if let Some(name) = interface(line) {
                let root = line.contains("extends cdktf.TerraformMetaArguments");
                structure = Some(if root { String::new() } else { name.to_owned() });
            } else if line.starts_with('}') {
                structure = None;
            } else if let Some((_, link)) = line.split_once("{@link ") {
                anchor = link.rsplit('#').next().unwrap_or_default().trim_end_matches('}').to_owned();
            } else if let (Some(rest), Some(current)) = (line.trim().strip_prefix("readonly "), structure.as_ref()) {
                let (name, shape) = rest.split_once(':').unwrap_or((rest, ""));
                let word = shape.trim().split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
                let single = interfaces.contains(word) && !shape.contains("[]") && !shape.contains('{');
                let declared = Declared { required: !name.ends_with('?'), single };
                found.insert((current.clone(), std::mem::take(&mut anchor)), declared);
            }
        }
    }
    found
}

fn interface(line: &str) -> Option<&str> {
    line.strip_prefix("export interface ")?.split([' ', '{']).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = r#"
function thingRuleToHclTerraform(struct) {
    const attrs = {
        self: {
            value: struct.selfAttribute === undefined ? null : cdktf.booleanToHclTerraform(struct.selfAttribute),
            isBlock: false,
            type: "simple",
            storageClassType: "boolean",
        },
    };
}
class ThingRuleOutputReference extends cdktf.ComplexObject {
    get id() {
        return this.getStringAttribute('rule_id');
    }
}
class Thing extends cdktf.TerraformResource {
    constructor() {
        this._rule = new ThingRuleList(this, "rule", false);
    }
    get arn() {
        return this.getStringAttribute('arn');
    }
    synthesizeHclAttributes() {
        const attrs = {
            names: {
                value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(this._names),
                isBlock: false,
                type: "set",
                storageClassType: "stringList",
            },
            rule: {
                value: cdktf.listMapperHcl(thingRuleToHclTerraform, true)(this._rule.internalValue),
                isBlock: true,
                type: "list",
                storageClassType: "ThingRuleList",
            },
        };
    }
}
Thing.tfResourceType = "aws_thing";
"#;
    const DECLARATION: &str = "
export interface ThingConfig extends cdktf.TerraformMetaArguments {
    * Docs at Terraform Registry: {@link https://x/thing#names Thing#names}
    readonly names: string[];
    * {@link https://x/thing#rule Thing#rule}
    readonly rule?: ThingRule;
}
export interface ThingRule {
    * {@link https://x/thing#self Thing#self}
    readonly selfAttribute: boolean | cdktf.IResolvable;
}
";

    #[test]
    fn names_blocks_requiredness_and_computed_attributes() {
        let one = extract(&[SCRIPT.to_owned()], &[DECLARATION.to_owned()], "6.25.0").unwrap();
        let text = super::super::text::write(&[one]);
        assert_eq!(
            text,
            "aws_thing 6.25.0\n  arn= string\n  names! [string]\n  rule& @ThingRule\n@ThingRule\n  rule_id= string\n  self! boolean\n"
        );
    }
}
