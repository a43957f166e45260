//! What an argument's value is in the end, and who else has a say in it.

use crate::names::DeclKind;
use crate::origin::Standing;
use crate::python::File;
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
    /// Follows an expression through variables that are assigned once, fields, defaults of
    /// parameters and fall-backs for environment variables.
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
        match expr.kind() {
            "parenthesized_expression" => {
                Some(Step { node: expr.items().next()?, said: None, standing: Standing::Inline, shared: false })
            }
            "identifier" => self.named(expr),
            "call" => {
                if let Some(variable) = self.environment(expr) {
                    let default = self.argument(expr, Some(1), Some("default"))?;
                    let said = format!("used when {variable} is not set");
                    return Some(Step::new(default, Standing::Environment(variable), said));
                }
                if let Some(default) = self.declared_default(expr) {
                    let said = format!("default of {}", expr.field("function")?.text());
                    return Some(Step::new(default, Standing::Parameter, said));
                }
                let (key, default) = self.fallback(expr)?;
                Some(Step::new(default, Standing::Parameter, format!("used when {key} is not set")))
            }
            // `given if given else other`, and `"0.0.0.0" if public else other`: of two values, the
            // wildcard is the one that counts.
            "conditional_expression" => {
                let parts: Vec<Node<'a>> = expr.items().collect();
                let [given, condition, other] = parts.as_slice() else { return None };
                if given.text() == condition.text() && given.is("identifier") {
                    let said = format!("used without {}", given.text());
                    return Some(Step::new(*other, Standing::Parameter, said));
                }
                let wildcard = |node: &Node<'_>| matches!(node.text(), "\"0.0.0.0\"" | "'0.0.0.0'");
                let chosen = [*given, *other].into_iter().find(wildcard)?;
                Some(Step::new(chosen, Standing::Parameter, format!("used by {}", condition.text())))
            }
            "boolean_operator" if expr.field("operator")?.text() == "or" => {
                let left = expr.field("left")?;
                let standing = self.environment(left).map_or(Standing::Parameter, Standing::Environment);
                let what = if let Standing::Environment(name) = &standing { name } else { left.text() };
                let said = format!("used when {what} is not set");
                Some(Step::new(expr.field("right")?, standing, said))
            }
            "attribute" => {
                let (object, name) = (expr.field("object")?, expr.field("attribute")?.text());
                let Some(class) = self.own_class(object) else { return self.given(expr) };
                let [(line, value)] = self.field_values(class, object.text(), name)?.try_into().ok()?;
                let said = format!("through {}, line {line}", expr.text());
                let read = |n: &Node<'_>| n.is("attribute") && n.text() == expr.text();
                let shared = class.descendants().filter(read).count() > 2;
                Some(Step { shared, ..Step::new(value, Standing::Visible, said) })
            }
            _ => None,
        }
    }

    fn named<'a>(&'a self, identifier: Node<'a>) -> Option<Step<'a>> {
        let (decl, scope) = self.names.resolve(identifier)?;
        let line = self.tree.node(decl.node).line();
        if !self.names.single_assignment(&decl, scope) {
            return None;
        }
        let shared = self.names.uses(&decl, scope).len() != 1;
        if decl.kind == DeclKind::Parameter {
            let written = self.tree.node(decl.whole).field("value");
            let value = written.or_else(|| self.decorated_default(&decl, scope))?;
            let said = format!("default of parameter {}, line {line}", decl.name);
            return Some(Step { shared, ..Step::new(value, Standing::Parameter, said) });
        }
        let value = self.tree.node(decl.value?);
        let sole = scope.is("function_definition") && !shared;
        let said = format!("through {}, line {line}", decl.name);
        Some(Step { shared, ..Step::new(value, if sole { Standing::Sole } else { Standing::Visible }, said) })
    }

    /// The default of an option or a setting.
    fn given<'a>(&'a self, expr: Node<'a>) -> Option<Step<'a>> {
        let shared = || self.tree.all("attribute").filter(|n| n.text() == expr.text()).count() > 1;
        if let Some(default) = self.option_default(expr) {
            let said = format!("default of {}, line {}", expr.text(), default.line());
            return Some(Step { shared: shared(), ..Step::new(default, Standing::Parameter, said) });
        }
        let (line, value) = self.setting_of_class(expr)?;
        let said = format!("through {}, line {line}", expr.text());
        Some(Step { shared: shared(), ..Step::new(value, Standing::Parameter, said) })
    }

    /// The variable that an expression reads from the environment.
    pub fn environment(&self, expr: Node<'_>) -> Option<String> {
        match expr.kind() {
            "call" => {
                let callees = self.callees(expr);
                let reads = |path: &str| matches!(path, "os.environ.get" | "os.getenv" | "os.environ.setdefault");
                if callees.is_empty() || !callees.iter().all(|o| reads(&o.path)) {
                    return None;
                }
                self.string(self.argument(expr, Some(0), Some("key"))?)
            }
            "subscript" => {
                let holder = self.origins(expr.field("value")?);
                if holder.is_empty() || !holder.iter().all(|o| o.path == "os.environ") {
                    return None;
                }
                self.string(expr.field("subscript")?)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::origin::Standing;
    use crate::python::tests::{expression, parsed};

    fn value(source: &str) -> (String, Standing) {
        let file = parsed(source);
        let value = file.value(expression(&file));
        (value.node.text().to_owned(), value.standing)
    }

    #[test]
    fn values_are_followed_and_those_who_have_a_say_are_told() {
        let any = |standing| ("'0.0.0.0'".to_owned(), standing);
        assert_eq!(value("x = '0.0.0.0'\n"), any(Standing::Inline));
        assert_eq!(value("def f():\n  h = '0.0.0.0'\n  x = h\n"), any(Standing::Sole));
        assert_eq!(value("def f():\n  h = '0.0.0.0'\n  print(h)\n  x = h\n"), any(Standing::Visible));
        assert_eq!(value("H = '0.0.0.0'\ndef f():\n  x = H\n"), any(Standing::Visible));
        assert_eq!(value("def f(h='0.0.0.0'):\n  x = h\n"), any(Standing::Parameter));
        assert_eq!(value("def f(h=None):\n  x = h or '0.0.0.0'\n"), any(Standing::Parameter));
        assert_eq!(
            value("class A:\n  def __init__(self):\n    self.h = '0.0.0.0'\n  def f(self):\n    x = self.h\n"),
            any(Standing::Visible)
        );
        let host = || any(Standing::Environment("HOST".to_owned()));
        assert_eq!(value("import os\nx = os.environ.get('HOST', '0.0.0.0')\n"), host());
        assert_eq!(value("from os import getenv\nx = getenv('HOST') or '0.0.0.0'\n"), host());
        assert_eq!(value("import os\nh = os.getenv('HOST', default='0.0.0.0')\nx = h\n"), host());
        for given in [
            "p.add_argument('-b', '--bind-host', default='0.0.0.0')\nargs = p.parse_args()\nx = args.bind_host\n",
            "p.add_argument('--host', dest='h', default='0.0.0.0')\ndef main(args):\n  x = args.h\n",
            "import click\n@click.option('--host', default='0.0.0.0')\ndef main(host):\n  x = host\n",
            "def main(host: str = typer.Option('0.0.0.0', help='h')):\n  x = host\n",
            "class S(BaseSettings):\n  host: str = '0.0.0.0'\ns = S()\nx = s.host\n",
            "class S(BaseSettings):\n  host: str = Field(default='0.0.0.0')\ns = S()\nx = s.host\n",
            "x = conf.get('host', '0.0.0.0')\n",
            "x = getattr(settings, 'HOST', '0.0.0.0')\n",
            "x = env.str('HOST', default='0.0.0.0')\n",
        ] {
            assert_eq!(value(given), any(Standing::Parameter), "{given}");
        }
    }

    #[test]
    fn what_may_change_is_not_followed() {
        assert_eq!(value("h = '0.0.0.0'\nh = g()\nx = h\n").0, "h");
        assert_eq!(value("h = '0.0.0.0'\ndef f():\n  global h\n  h = g()\nx = h\n").0, "h");
        assert_eq!(value("a, h = '0.0.0.0', 1\nx = h\n").0, "h");
        assert_eq!(value("for h in hosts:\n  x = h\n").0, "h");
        assert_eq!(
            value("class A:\n  def f(self):\n    self.h = '0.0.0.0'\n    self.h = 1\n    x = self.h\n").0,
            "self.h"
        );
    }
}
