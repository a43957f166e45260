//! What an argument's value is in the end, and who else has a say in it.

use crate::javascript::File;
use crate::names::DeclKind;
use crate::origin::Standing;
use crate::syntax::Node;

/// What an expression stands for.
#[derive(Clone, Debug)]
pub struct Value<'a> {
    /// The expression at the end: a literal, or what could not be followed further.
    pub node: Node<'a>,
    /// The steps that lead there.
    pub chain: Vec<String>,
    /// Who has a say in it.
    pub standing: Standing,
    /// Whether other code uses a name or property on the way too.
    pub shared: bool,
}

/// A property of an object literal.
#[derive(Clone, Debug)]
pub struct Property<'a> {
    /// The `pair`, or the shorthand name.
    pub node: Node<'a>,
    /// Its value.
    pub value: Node<'a>,
}

/// One step from an expression to what it stands for.
struct Step<'a> {
    node: Node<'a>,
    said: Option<String>,
    standing: Standing,
    shared: bool,
}

impl<'a> Step<'a> {
    fn new(node: Node<'a>, standing: Standing, said: impl Into<String>) -> Step<'a> {
        Step { node, said: Some(said.into()), standing, shared: false }
    }
}

impl File {
    /// Follows an expression through constants, variables that are assigned once, properties of
    /// constant objects, defaults of parameters and fall-backs, for environment variables above all.
    pub fn value<'a>(&'a self, expr: Node<'a>) -> Value<'a> {
        let mut value = Value { node: expr, chain: Vec::new(), standing: Standing::Inline, shared: false };
        for _ in 0..8 {
            let Some(step) = self.step(value.node) else { break };
            value.node = step.node;
            value.chain.extend(step.said);
            value.standing = value.standing.max(step.standing);
            value.shared |= step.shared;
        }
        value
    }

    fn step<'a>(&'a self, expr: Node<'a>) -> Option<Step<'a>> {
        if let Some(inner) = crate::javascript::text::wrapped(expr) {
            return Some(Step { node: inner, said: None, standing: Standing::Inline, shared: false });
        }
        match expr.kind() {
            "identifier" | "shorthand_property_identifier" => self.named(expr),
            "binary_expression" if matches!(expr.field("operator")?.text(), "||" | "??") => {
                let left = expr.field("left")?;
                let standing = self.environment(left).map_or(Standing::Parameter, Standing::Environment);
                let what = if let Standing::Environment(name) = &standing { name } else { left.text() };
                let said = format!("used when {what} is not set");
                Some(Step::new(expr.field("right")?, standing, said))
            }
            "ternary_expression" => {
                let variable = self.environment(expr.field("consequence")?)?;
                let said = format!("used when {variable} is not set");
                Some(Step::new(expr.field("alternative")?, Standing::Environment(variable), said))
            }
            "member_expression" => {
                let name = expr.field("property")?.text();
                let holder = expr.field("object")?;
                if holder.is("this") {
                    let class = expr.ancestor(crate::javascript::scope::CLASSES)?;
                    let [(line, value)] = self.field_values(class, name)?.try_into().ok()?;
                    let said = format!("through this.{name}, line {line}");
                    return Some(Step { shared: true, ..Step::new(value, Standing::Visible, said) });
                }
                let object = self.object(holder)?.node;
                let property = property(object, name)?;
                let said = format!("through {}, line {}", expr.text(), property.node.line());
                Some(Step { shared: true, ..Step::new(property.value, Standing::Visible, said) })
            }
            _ => None,
        }
    }

    fn named<'a>(&'a self, identifier: Node<'a>) -> Option<Step<'a>> {
        let (decl, scope) = self.names.resolve(identifier)?;
        let (node, whole) = (self.tree.node(decl.node), self.tree.node(decl.whole));
        let line = node.line();
        if !self.names.single_assignment(&decl, scope) {
            return None;
        }
        let shared = !self.only_use(identifier);
        if decl.kind == DeclKind::Parameter {
            let value =
                whole.field("value").or_else(|| whole.field("right").filter(|_| whole.is("assignment_pattern")))?;
            let own =
                whole.field("pattern").or_else(|| whole.field("name")).or_else(|| whole.field("left")) == Some(node);
            let said = format!("default of parameter {}, line {line}", decl.name);
            return own.then(|| Step { shared, ..Step::new(value, Standing::Parameter, said) });
        }
        if let Some(default) = node.parent().filter(|p| p.is("object_assignment_pattern")) {
            // `const { HOST = '0.0.0.0' } = process.env`
            let variable = self.environment_object(whole.field("value")?).then(|| decl.name.clone())?;
            let direct = default.parent() == whole.field("name");
            let said = format!("used when {variable} is not set");
            let value = default.field("right")?;
            return direct.then(|| Step { shared, ..Step::new(value, Standing::Environment(variable), said) });
        }
        let value = self.tree.node(decl.value?);
        let kind = if decl.kind == DeclKind::Constant { "constant" } else { "variable" };
        let said = format!("through {kind} {}, line {line}", decl.name);
        let standing = if shared { Standing::Visible } else { Standing::Sole };
        Some(Step { shared, ..Step::new(value, standing, said) })
    }

    /// Whether an identifier is the only use of what it names, which is not exported either.
    pub fn only_use(&self, identifier: Node<'_>) -> bool {
        let Some((decl, scope)) = self.names.resolve(identifier) else { return false };
        let exported =
            self.tree.node(decl.node).ancestor(&["export_statement"]).is_some_and(|e| e.parent() == Some(scope));
        !exported && self.names.uses(&decl, scope).len() == 1
    }

    /// The variable that an expression reads from the environment.
    pub fn environment(&self, expr: Node<'_>) -> Option<String> {
        let (holder, name) = match expr.kind() {
            "member_expression" => (expr.field("object")?, expr.field("property")?.text().to_owned()),
            "subscript_expression" => (expr.field("object")?, self.string(expr.field("index")?)?),
            "identifier" => {
                let (decl, scope) = self.names.resolve(expr)?;
                let value = decl.value.filter(|_| self.names.single_assignment(&decl, scope))?;
                let value = self.tree.node(value);
                return if value.is("identifier") { None } else { self.environment(value) };
            }
            _ => {
                let inner = crate::javascript::text::wrapped(expr)?;
                return self.environment(inner);
            }
        };
        self.environment_object(holder).then_some(name)
    }

    fn environment_object(&self, expr: Node<'_>) -> bool {
        let known = |path: &str| matches!(path, "globalThis.process.env" | "process.env" | "globalThis.Bun.env");
        let origins = self.origins(expr);
        !origins.is_empty() && origins.iter().all(|o| known(&o.path))
    }

    /// The object literal that an argument stands for.
    pub fn object<'a>(&'a self, expr: Node<'a>) -> Option<Value<'a>> {
        let value = self.value(expr);
        value.node.is("object").then_some(value)
    }
}

/// A property of an object literal by its name; `None` also when something is spread behind it
/// and may replace it.
pub(crate) fn property<'a>(object: Node<'a>, name: &str) -> Option<Property<'a>> {
    let mut found = None;
    for item in object.items() {
        match item.kind() {
            "spread_element" => found = None,
            "pair" => {
                let key = item.field("key")?;
                let computed = !key.is_any(&["property_identifier", "string"]);
                if !computed && key.text().trim_matches(['"', '\'']) == name {
                    found = Some(Property { node: item, value: item.field("value")? });
                }
            }
            "shorthand_property_identifier" if item.text() == name => {
                found = Some(Property { node: item, value: item })
            }
            _ => {}
        }
    }
    found
}

impl File {
    /// A property of an object literal by its name. `None` also when something is spread behind
    /// it and may replace it.
    pub fn property<'a>(&self, object: Node<'a>, name: &str) -> Option<Property<'a>> {
        property(object, name)
    }
}

#[cfg(test)]
mod tests {
    use crate::javascript::tests::{expression, parsed};
    use crate::origin::Standing;

    fn value(source: &str) -> (String, Standing) {
        let file = parsed(source);
        let value = file.value(expression(&file));
        (value.node.text().to_owned(), value.standing)
    }

    #[test]
    fn values_are_followed_and_those_who_have_a_say_are_told() {
        let any = |standing| ("'0.0.0.0'".to_owned(), standing);
        assert_eq!(value("x = '0.0.0.0';"), any(Standing::Inline));
        assert_eq!(value("const H = '0.0.0.0'; x = H;"), any(Standing::Sole));
        for source in [
            "const H = '0.0.0.0'; log(H); x = H;",
            "export const H = '0.0.0.0'; x = H;",
            "const H = '0.0.0.0'; module.exports = { H }; x = H;",
            "const c = { host: '0.0.0.0' }; x = c.host;",
        ] {
            assert_eq!(value(source), any(Standing::Visible), "{source}");
        }
        assert_eq!(value("function f(h = '0.0.0.0') { x = h; }"), any(Standing::Parameter));
        assert_eq!(value("function f(o) { x = o.host ?? '0.0.0.0'; }"), any(Standing::Parameter));
        let host = || any(Standing::Environment("HOST".to_owned()));
        assert_eq!(value("x = process.env.HOST || '0.0.0.0';"), host());
        assert_eq!(value("const h = process.env['HOST'] ?? ('0.0.0.0'); x = h;"), host());
        assert_eq!(value("const { HOST = '0.0.0.0' } = process.env; x = HOST;"), host());
        assert_eq!(value("const e = process.env.HOST; const h = e ? e : '0.0.0.0'; x = h;"), host());
    }

    #[test]
    fn what_may_change_is_not_followed() {
        assert_eq!(value("let h = '0.0.0.0'; h = g(); x = h;").0, "h");
        assert_eq!(value("function f(process) { x = process.env.HOST || '0.0.0.0'; }").1, Standing::Parameter);
        assert_eq!(value("const c = { host: '0.0.0.0', ...o }; x = c.host;").0, "c.host");
        assert_eq!(value("function f({ h = '0.0.0.0' }) { x = h; }").0, "h");
    }
}
