//! Where a value comes from: the lambda it is a parameter of, the type it was made as.

use super::{Call, File, Surroundings};
use crate::names::DeclKind;
use crate::syntax::Node;

/// A parameter of a lambda that is an argument of a call.
#[derive(Clone, Debug)]
pub struct LambdaOf<'a> {
    /// The call that is given the lambda.
    pub call: Call<'a>,
    /// Which parameter of the lambda it is, from 0.
    pub place: usize,
    /// How many parameters the lambda has.
    pub of: usize,
}

impl File {
    /// The call whose lambda has this identifier as a parameter.
    pub fn lambda_of<'a>(&'a self, identifier: Node<'a>) -> Option<LambdaOf<'a>> {
        let (decl, scope) = self.names().resolve(identifier).filter(|_| identifier.is("identifier"))?;
        if decl.kind != DeclKind::Parameter || !scope.is("lambda_expression") {
            return None;
        }
        let parameters = scope.field("parameters")?;
        let names: Vec<Node<'a>> = match parameters.kind() {
            "implicit_parameter" => vec![parameters],
            _ => parameters.items().filter_map(|p| p.field("name")).collect(),
        };
        let place = names.iter().position(|n| n.number() == decl.node)?;
        let argument = scope.parent().filter(|p| p.is("argument"))?;
        let node = argument.parent()?.parent()?;
        let call = self.calls().find(|c| c.node == node)?;
        Some(LambdaOf { call, place, of: names.len() })
    }

    /// Whether an expression has the type `full` (`System.Net.Sockets.TcpListener`), as far as
    /// declarations and creations say so. Returns the chain of reasons.
    pub fn has_type(&self, expr: Node<'_>, full: &str, around: &Surroundings<'_>) -> Option<Vec<String>> {
        let name = match expr.kind() {
            "identifier" => expr,
            "member_access_expression" if expr.field("expression")?.text() == "this" => expr.field("name")?,
            "parenthesized_expression" => return self.has_type(expr.items().next()?, full, around),
            _ => return self.made_as(expr, full, around),
        };
        let (decl, _) = self.names().resolve(name)?;
        let line = self.tree().node(decl.node).line();
        let mut chain = match (decl.ty, decl.value) {
            (Some(ty), _) => self.names_type(self.tree().node(ty), full, around)?,
            (None, Some(value)) => self.made_as(self.tree().node(value), full, around)?,
            _ => return None,
        };
        chain.insert(0, format!("{}, declared in line {line}", decl.name));
        Some(chain)
    }

    fn made_as(&self, expr: Node<'_>, full: &str, around: &Surroundings<'_>) -> Option<Vec<String>> {
        let ty = match expr.kind() {
            "object_creation_expression" | "cast_expression" => expr.field("type")?,
            "as_expression" => expr.field("right")?,
            _ => return None,
        };
        self.names_type(ty, full, around)
    }

    /// Whether an expression is a whole number, as far as literals and declarations say so.
    pub fn is_integer(&self, expr: Node<'_>) -> bool {
        self.integer(expr, 6)
    }

    fn integer(&self, expr: Node<'_>, depth: u8) -> bool {
        const INTEGERS: &[&str] = &["int", "ushort", "short", "uint", "byte"];
        const PARSERS: &[&str] = &["int.Parse", "Int32.Parse", "Convert.ToInt32", "ushort.Parse"];
        let typed = |ty: Node<'_>| INTEGERS.contains(&ty.text());
        let Some(depth) = depth.checked_sub(1) else { return false };
        let all = |fields: &[&str]| fields.iter().all(|f| expr.field(f).is_some_and(|e| self.integer(e, depth)));
        match expr.kind() {
            "integer_literal" => true,
            "parenthesized_expression" => expr.items().next().is_some_and(|e| self.integer(e, depth)),
            "cast_expression" => expr.field("type").is_some_and(typed),
            "binary_expression" => {
                expr.field("operator").is_some_and(|o| ["+", "-", "*"].contains(&o.text())) && all(&["left", "right"])
            }
            "conditional_expression" => all(&["consequence", "alternative"]),
            "invocation_expression" => expr.field("function").is_some_and(|f| PARSERS.contains(&f.text())),
            "identifier" => self.names().resolve(expr).is_some_and(|(decl, _)| match (decl.ty, decl.value) {
                (Some(ty), _) => typed(self.tree().node(ty)),
                (None, Some(value)) => self.integer(self.tree().node(value), depth),
                _ => false,
            }),
            "member_access_expression" if expr.field("expression").is_some_and(|e| e.text() == "this") => {
                expr.field("name").is_some_and(|name| self.integer(name, depth))
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_parameter_leads_to_the_call_that_takes_the_lambda() {
        for text in [
            "class C { void M() { b.Use((c, o) => { o.F(1); }); } }",
            "class C { void M() { b.Use((c, o) => o.F(x => x.G())); } }",
        ] {
            let file = File::parse(text).unwrap();
            let inner = file.calls().find(|c| c.name == "F").unwrap();
            let origin = file.lambda_of(inner.receiver.unwrap()).unwrap();
            assert_eq!((origin.call.name, origin.place, origin.of), ("Use", 1, 2));
        }
    }

    #[test]
    fn types_come_from_declarations_and_creations() {
        let text =
            "using N; class C { T f; void M(T p, int q) { var l = new T(); F(f); F(p); F(l); F(this.f); F(q); } }";
        let file = File::parse(text).unwrap();
        let args: Vec<_> = file.calls().filter(|c| c.name == "F").map(|c| c.arguments[0].value).collect();
        let typed = |n: Node<'_>| file.has_type(n, "N.T", &Surroundings::default()).is_some();
        assert_eq!(args.iter().map(|a| typed(*a)).collect::<Vec<_>>(), [true, true, true, true, false]);
        assert!(file.is_integer(args[4]) && !file.is_integer(args[0]));
    }
}
