//! What the checker refuses, and what it says.

#[cfg(test)]
mod support;

use support::compile;

#[test]
fn mistakes_are_named() {
    for (text, message) in [
        ("self.Pubic", "Test::Store has no `Pubic` (did you mean `Public`?)"),
        ("self.Block.A.B == 1", "a bool has no field `B`"),
        ("self.Flag", "the condition may be null (write `== true`, or give the attribute a default in its kind)"),
        ("self.Name", "expected a condition, found a text (compare it: `== true`)"),
        ("self.Key.Rotated", "the condition may be null"),
        ("self.Limit > 2", "what is ordered may be null"),
        ("self.Count == \"3\"", "`==` compares a number with a text"),
        ("self.Name > 3", "`>` compares a text with a number"),
        ("self.Public > true", "a bool has no order"),
        ("self.Mode == \"on\"", "the attribute is never \"on\" (did you mean `On`?)"),
        ("self.Mode in [\"On\", \"Of\"]", "the attribute is never \"Of\" (did you mean `Off`?)"),
        ("Public", "nothing is called `Public` (attributes are read from the resource: `self.Public`)"),
        ("slef.Public", "nothing is called `slef` (did you mean `self`?)"),
        ("self.Rules.Port == 1", "a list has no field `Port` (ask `exists` or `all`)"),
        ("self.Rules[\"x\"] != null", "the kind names no key for this list"),
        ("self.Tags[self.Name] != null", "the key is no literal"),
        ("self.Names.al(n, n == \"\")", "there is no function or question `al` here"),
        ("self.Names.all(self, true)", "`self` already means something"),
        ("self.Names.all(n, self.Names.all(n, true))", "`n` already means something"),
        ("self.referrers(\"Test::Lgo\").size() > 0", "no kind `Test::Lgo` is known (did you mean `Test::Log`?)"),
        ("self.referrers(\"Test::Log\", \"Targt\").size() > 0", "Test::Log has no `Targt` (did you mean `Target`?)"),
        ("sizes(self.Names) > 1", "there is no function `sizes` (did you mean `size`?)"),
        ("live", "`live` stands outside of `when`"),
        ("param(\"x\") == 1", "no parameter `x` is declared"),
        ("self.Labels.all(v, v == \"\")", "a map has keys and values"),
        ("self.Created < \"yesterday\"", "`<` compares a time with a text"),
        ("(self.Wait ?? hours(1)) > 60", "`>` compares a duration with a number (write `days(n)`"),
        ("self.Name.matches(\"[\")", "the pattern is no regular expression"),
        ("self.Either.Rotated", "the condition may be null"),
        ("self.Public == true == true", "comparisons do not chain"),
        ("self.Public = true", "`=` is no operator (write `==`)"),
        ("self.Public and true", "expected the end of the expression, found `and`"),
        ("tenant.x == 1", "no kind `Microsoft.Graph/organization` is known"),
    ] {
        let error = compile("Test::Store", text).err().unwrap_or_else(|| panic!("not refused: {text}"));
        assert!(error.starts_with(message), "{text}\n  says: {error}\n  not:  {message}");
    }
}

#[test]
fn what_was_tested_is_not_null() {
    for text in [
        "self.Flag != null && self.Flag",
        "self.Flag == null || self.Flag",
        "declared(self.Flag) && self.Flag",
        "self.Flag != null ? self.Flag : false",
        "!(self.Flag == null) && self.Flag",
        "self.Limit != null && self.Limit > 2",
        "self.Limit == null || self.Limit > 2",
        "self.Block != null && self.Block.C",
        "self.Key.Rotated != null && self.Key.Rotated",
        "self.Block.A",
        "self.Rules.all(r, r.Port == null || r.Port > 2)",
    ] {
        if let Err(error) = compile("Test::Store", text) {
            panic!("{text}: {error}");
        }
    }
}

#[test]
fn enumerations_of_arm_know_no_case() {
    assert!(compile("Test/servers", "self.state == \"enabled\"").is_ok());
    let mut world = support::World::new();
    let id = world.add("Test/servers", "a", r#"{"state": "enabled"}"#);
    assert_eq!(support::run(&world.build(), id, "self.state == \"Enabled\""), redan_expr::Truth::True);
}

#[test]
fn what_no_code_can_state_is_known_of_a_program() {
    let observed = |text: &str| compile("Test::Store", text).unwrap().observed().map(redan_model::Str::as_str);
    assert_eq!(observed("self.Seen == 1 && self.Public"), Some("Seen"));
    assert_eq!(observed("self.Public"), None);
}
