//! Facts and questions: how they are found, what engines receive, and what their witnesses become.

#[cfg(test)]
mod support;

use redan_expr::{Context, Engines, Truth};
use redan_model::{
    Answer, Engine, Estate, Node, On, Origin, Parameter, Question, Shown, Str, Subject, Type, Value, Witness,
};
use std::sync::Arc;
use support::{NOW, World, compile_with};

/// Answers with what it was asked.
struct Echo(Vec<Question>);

impl Echo {
    fn new() -> Self {
        let s = Str::new;
        let parameter = |name, ty, repeated: bool| Parameter { name: s(name), ty, optional: !repeated, repeated };
        let question = |name, on, parameters, fact, result| Question {
            name: s(name),
            on,
            parameters,
            fact,
            result,
            docs: s("what it means"),
        };
        let on_store = || On::Resources(vec![s("Test::Store")]);
        Self(vec![
            question("admits.internet", on_store(), vec![parameter("ports", Type::Integer, true)], false, Type::Bool),
            question("exposure", On::Resources(vec![]), vec![], true, Type::String),
            question("access.public", on_store(), vec![], true, Type::Bool),
            question("allows", On::Documents, vec![parameter("requests", Type::Any, false)], false, Type::Bool),
        ])
    }
}

impl Engine for Echo {
    fn questions(&self) -> &[Question] {
        &self.0
    }

    fn ask(&self, _: &Estate, subject: Subject<'_>, question: &Question, arguments: &[Node]) -> Answer {
        let shown: Vec<String> = arguments.iter().map(|node| Shown(&node.value).to_string()).collect();
        let text = format!("{} {}", question.name, shown.join(" "));
        let value = match question.name.as_str() {
            "exposure" => Value::text("internet"),
            "access.public" => Value::Bool(true),
            _ => Value::Bool(false),
        };
        let leaves = match subject {
            Subject::Resource(id) => vec![(id, Str::new("Rules[0].Port"), Origin::NOWHERE)],
            Subject::Document(id, _) | Subject::Binding(id) => {
                vec![(id, Str::new("Policy.Statement[0]"), Origin::NOWHERE)]
            }
        };
        Answer { value, witness: Witness { text, leaves } }
    }
}

fn ask(text: &str) -> Result<(Truth, Vec<(String, String)>), String> {
    let engines = Engines::new(vec![Arc::new(Echo::new())]);
    let params = [(Str::new("ports"), list())];
    let program = compile_with("Test::Store", text, &engines, &params, false)?;
    let mut world = World::new();
    let id =
        world.add("Test::Store", "store", r#"{"Policy": {"Statement": []}, "Rules": [{"Port": 9}], "Key": "->key"}"#);
    world.add("Test::Key", "key", "{}");
    let estate = world.build();
    let ports = [Node::list(vec![Node::new(Value::Int(22), Origin::NOWHERE)], Origin::NOWHERE)];
    let context = Context { estate: &estate, ask: &engines, now: NOW, params: &ports };
    let explanation = program.explain(&context, id);
    assert_eq!(explanation.truth, program.truth(&context, id));
    let leaves = explanation.leaves.into_iter().map(|leaf| (leaf.path, leaf.note.unwrap_or_default()));
    Ok((explanation.truth, leaves.collect()))
}

fn list() -> Type {
    Type::List(Arc::new(redan_model::ListType { element: Type::Integer, keyed: None }))
}

#[test]
fn engines_receive_one_shape() {
    for (text, truth, note) in [
        ("!self.admits.internet(22, 3389)", Truth::True, "admits.internet [22, 3389]"),
        ("!self.admits.internet([22])", Truth::True, "admits.internet [22]"),
        ("!self.admits.internet(param(\"ports\"))", Truth::True, "admits.internet [22]"),
        ("self.access.public == false", Truth::False, "access.public "),
        ("self.Key.exposure == \"internet\"", Truth::True, "exposure "),
        (
            "policy(self.Policy).allows({principal: anyone, resource: self, context: {\"aws:SecureTransport\": \"false\"}})",
            Truth::False,
            "allows {context: {aws:SecureTransport: \"false\"}, principal: {anyone: true}, resource: \"store\"}",
        ),
        (
            "policy(self.Policy).allows({principal: outside(account)})",
            Truth::False,
            "allows {principal: {outside: \"account\"}}",
        ),
    ] {
        let (found, leaves) = ask(text).unwrap();
        assert_eq!((found, leaves[0].1.as_str()), (truth, note), "{text}");
    }
}

#[test]
fn witnesses_are_evidence() {
    let (_, leaves) = ask("self.admits.internet(22)").unwrap();
    assert_eq!(leaves[0].0, "Rules[0].Port");
    let (_, leaves) = ask("policy(self.Policy).allows()").unwrap();
    assert_eq!(leaves[0].0, "Policy.Statement[0]");
    assert_eq!(ask("policy(self.Anything).allows()").unwrap().0, Truth::False);
}

#[test]
fn questions_are_checked() {
    for (text, message) in [
        ("self.admit.internet(22)", "Test::Store has no `admit` (did you mean `admits.internet`?)"),
        ("self.access.public() == true", "`access.public` is a fact (write it without parentheses)"),
        ("!self.admits.internet", "`admits.internet` is a question (write it with parentheses)"),
        ("!self.admits.internet(\"22\")", "expected a number, found a text"),
        ("self.Key.access.public == true", "Test::Key has no `access`"),
        ("policy(self.Policy).alows()", "a policy cannot be asked `alows` (did you mean `allows`?)"),
        ("policy(self.Name).allows()", "expected a policy document, found a text"),
        ("self.admits.internet()", "`admits.internet` takes other arguments: (ports) (what it means)"),
    ] {
        let error = ask(text).err().unwrap_or_else(|| panic!("not refused: {text}"));
        assert!(error.starts_with(message), "{text}\n  says: {error}");
    }
}
