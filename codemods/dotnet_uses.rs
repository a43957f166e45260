//! What C# code does with a socket, and where the address comes from that it is bound to. Both may
//! lead into other files: the parts of a partial class, the class of a configuration object.

use std::rc::Rc;

use sixify_langs::Node;
use sixify_langs::csharp::{File, Sources, Unit};
use sixify_langs::names::{Decl, DeclKind};

use crate::dotnet_sockets as sockets;

/// A node of a file that lives on its own.
#[derive(Clone)]
pub(crate) struct Place {
    pub unit: Rc<Unit>,
    pub number: u32,
}

impl Place {
    pub fn of(unit: &Rc<Unit>, node: Node<'_>) -> Place {
        Place { unit: unit.clone(), number: node.number() }
    }

    pub fn node(&self) -> Node<'_> {
        self.unit.file.tree().node(self.number)
    }

    /// Path and line, for the chain of reasons.
    pub fn named(&self) -> String {
        format!("{}, line {}", self.unit.path, self.node().line())
    }
}

/// What keeps a value that is made in an expression.
pub(crate) struct Held<'a> {
    pub decl: Decl,
    pub scope: Node<'a>,
    /// How the code says it: `socket`, `this.socket`.
    pub name: &'a str,
}

impl Held<'_> {
    pub fn is_field(&self) -> bool {
        self.scope.kind().ends_with("_declaration") && self.decl.kind == DeclKind::Variable
    }
}

/// The variable, field or property that a new value is put into.
pub(crate) fn held<'a>(file: &'a File, value: Node<'a>) -> Option<Held<'a>> {
    let mut at = value;
    while let Some(parent) = at.parent().filter(|p| p.is_any(&["parenthesized_expression", "cast_expression"])) {
        at = parent;
    }
    let parent = at.parent()?;
    let (target, name) = match parent.kind() {
        "variable_declarator" => (parent.field("name")?, parent.field("name")?.text()),
        "assignment_expression" if parent.field("right") == Some(at) => {
            let left = parent.field("left")?;
            let this = left.is("member_access_expression") && left.field("expression")?.text() == "this";
            (if this { left.field("name")? } else { left }, left.text())
        }
        _ => return None,
    };
    let (decl, scope) = resolve(file, target).filter(|_| target.is("identifier"))?;
    Some(Held { decl, scope, name })
}

/// The declaration that a name means, where `this.` before it leads past parameters of that name.
pub(crate) fn resolve<'a>(file: &'a File, name: Node<'a>) -> Option<(Decl, Node<'a>)> {
    let this = name.parent().filter(|p| p.is("member_access_expression") && p.field("name") == Some(name));
    if this.and_then(|p| p.field("expression")).is_some_and(|e| e.text() == "this") {
        let class = name.ancestor(&["class_declaration", "struct_declaration", "record_declaration"])?;
        let decl = file.names().scope(class).iter().find(|d| d.name == name.text()).cloned()?;
        return Some((decl, class));
    }
    file.names().resolve(name)
}

/// One use of a value that is kept under a name.
pub(crate) struct Use {
    /// The name, with `this.` where it stands there.
    pub at: Place,
    pub what: What,
}

/// What is done with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// `name.Method(..)`, with the number of the call's node.
    Call(String, u32),
    /// `name.Property = ..`, with the number of the assignment's node.
    Set(String, u32),
    /// `name.Property`, read.
    Read(String),
    /// It is handed to something else.
    Passed,
    /// Anything else: compared, assigned.
    Other,
}

/// All uses of what is held, in all parts of its class.
pub(crate) fn uses(sources: &Sources<'_>, held: &Held<'_>) -> Vec<Use> {
    let own = sources.own();
    let mut found: Vec<Use> =
        own.file.names().uses(&held.decl, held.scope).into_iter().map(|n| used(&own, n)).collect();
    if held.is_field() {
        let class = held.scope.field("name").map_or("", Node::text);
        for unit in sources.declaring(class).into_iter().filter(|u| !sources.is_own(u)) {
            let part =
                |n: &Node<'_>| n.text() == held.decl.name && is_use(*n) && unit.file.names().resolve(*n).is_none();
            let nodes: Vec<u32> = unit
                .types(class)
                .flat_map(|t| t.descendants())
                .filter(|n| n.is("identifier"))
                .filter(part)
                .map(Node::number)
                .collect();
            found.extend(nodes.into_iter().map(|n| used(&unit, unit.file.tree().node(n))));
        }
    }
    found
}

/// Whether an identifier of another file is a variable, not the member of something else.
fn is_use(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return false };
    let member = parent.is("member_access_expression") && parent.field("name") == Some(node);
    !member || parent.field("expression").is_some_and(|e| e.text() == "this")
}

fn used(unit: &Rc<Unit>, name: Node<'_>) -> Use {
    let this = |p: &Node<'_>| p.is("member_access_expression") && p.field("name") == Some(name);
    let at = name.parent().filter(this).unwrap_or(name);
    Use { at: Place::of(unit, at), what: what(at) }
}

fn what(at: Node<'_>) -> What {
    let Some(parent) = at.parent() else { return What::Other };
    let member = match parent.kind() {
        "member_access_expression" if parent.field("expression") == Some(at) => parent.field("name"),
        "conditional_access_expression" if parent.field("condition") == Some(at) => {
            parent.child("member_binding_expression").and_then(|b| b.field("name"))
        }
        "argument" => return What::Passed,
        _ => return What::Other,
    };
    let Some(member) = member.map(|m| m.text().to_owned()) else { return What::Other };
    match parent.parent() {
        Some(call) if call.is("invocation_expression") && call.field("function") == Some(parent) => {
            What::Call(member, call.number())
        }
        Some(set) if set.is("assignment_expression") && set.field("left") == Some(parent) => {
            What::Set(member, set.number())
        }
        _ => What::Read(member),
    }
}

/// The arguments of a call.
pub(crate) fn arguments(call: Node<'_>) -> Vec<Node<'_>> {
    let list = call.field("arguments").into_iter().flat_map(|l| l.items());
    list.filter(|n| n.is("argument")).filter_map(|n| n.items().last()).collect()
}

/// Where an address comes from.
pub(crate) enum Address {
    /// `IPAddress.Any`.
    Wildcard(Place),
    /// `IPAddress.Loopback`, or a literal for one host.
    One,
    /// Both families are thought of.
    Both,
    /// A parameter, or something that is not known.
    Given,
}

/// How far an address is followed.
const DEPTH: u8 = 10;

/// Where an expression for an address or an end point comes from, through variables, fields and
/// properties, those of other classes too.
pub(crate) fn addresses(sources: &Sources<'_>, unit: &Rc<Unit>, expr: Node<'_>) -> Vec<Address> {
    let mut found = Vec::new();
    follow(sources, unit, expr, DEPTH, &mut found);
    found
}

fn follow(sources: &Sources<'_>, unit: &Rc<Unit>, expr: Node<'_>, depth: u8, found: &mut Vec<Address>) {
    let file = &unit.file;

    let Some(depth) = depth.checked_sub(1) else { return found.push(Address::Given) };
    let around = sources.around();
    if sockets::wildcard_here(file, expr, around).is_some() {
        return found.push(if thought_of(expr) { Address::Both } else { Address::Wildcard(Place::of(unit, expr)) });
    }
    match expr.kind() {
        "parenthesized_expression" | "cast_expression" => {
            let value = if expr.is("cast_expression") { expr.field("value") } else { expr.items().next() };
            value.into_iter().for_each(|v| follow(sources, unit, v, depth, found));
        }
        "conditional_expression" => {
            for branch in ["consequence", "alternative"].iter().filter_map(|f| expr.field(f)) {
                follow(sources, unit, branch, depth, found);
            }
        }
        "object_creation_expression" | "implicit_object_creation_expression" => {
            // By its simple name: an alias under `#if` leads there too.
            let inner = file.creations().find(|c| c.node == expr && c.arguments.len() == 2);
            let inner = inner.filter(|c| file.simple_type(c.ty).as_deref() == Some("IPEndPoint"));
            match inner.and_then(|c| c.argument("address", 0)) {
                Some(address) => follow(sources, unit, address.value, depth, found),
                None => found.push(Address::Given),
            }
        }
        "member_access_expression" if file.type_of(expr).as_deref() == Some("IPAddress") && is_static(expr) => {
            let both = expr.field("name").is_some_and(|n| n.text() == "IPv6Any");
            found.push(if both { Address::Both } else { Address::One });
        }
        "invocation_expression" => {
            let function = expr.field("function").map_or("", Node::text);
            let literal = function.ends_with("IPAddress.Parse")
                && arguments(expr).first().and_then(|a| Some(file.text_expr(*a)?.value()?.0)).is_some();
            found.push(if literal { Address::One } else { Address::Given });
        }
        "identifier" => named(sources, unit, expr, depth, found),
        "member_access_expression" => member(sources, unit, expr, depth, found),
        _ => found.push(Address::Given),
    }
}

/// Whether a member is one of a type: `IPAddress.Loopback`.
fn is_static(expr: Node<'_>) -> bool {
    expr.field("expression").is_some_and(|e| e.text() == "IPAddress" || e.text().ends_with(".IPAddress"))
}

/// Whether the wildcard stands beside its IPv6 twin: in a conditional, or in a branch of one.
fn thought_of(wildcard: Node<'_>) -> bool {
    let ipv6 = |n: Node<'_>| ["IPv6", "InterNetworkV6"].iter().any(|word| n.text().contains(word));
    let stop = ["block", "method_declaration", "class_declaration", "accessor_declaration"];
    let chain = wildcard.ancestors().take_while(|n| !n.is_any(&stop));
    let conditional = chain.filter(|n| n.is_any(&["conditional_expression", "switch_expression"])).any(ipv6);
    conditional || wildcard.ancestors().take(6).filter(|n| n.is("if_statement")).any(ipv6)
}

/// A name: a local variable, a parameter, a field or property of the class, in any of its parts.
fn named(sources: &Sources<'_>, unit: &Rc<Unit>, name: Node<'_>, depth: u8, found: &mut Vec<Address>) {
    let class = name.ancestor(&["class_declaration", "struct_declaration", "record_declaration"]);
    match resolve(&unit.file, name) {
        Some((decl, scope)) if decl.kind == DeclKind::Parameter || scope.is("lambda_expression") => {
            found.push(Address::Given);
        }
        Some((decl, scope)) => {
            if scope.kind().ends_with("_declaration")
                && !scope.is_any(&["method_declaration", "constructor_declaration"])
            {
                let class = scope.field("name").map_or("", Node::text).to_owned();
                return field(sources, &class, &decl.name, depth, found);
            }
            let before = found.len();
            values(unit, scope, &decl, |value| follow(sources, unit, value, depth, found));
            if found.len() == before {
                found.push(Address::Given);
            }
        }
        None => match class.and_then(|c| c.field("name")) {
            Some(class) => field(sources, class.text(), name.text(), depth, found),
            None => found.push(Address::Given),
        },
    }
}

/// A member of something: of `this`, or of an object of a class of the project.
fn member(sources: &Sources<'_>, unit: &Rc<Unit>, expr: Node<'_>, depth: u8, found: &mut Vec<Address>) {
    let (Some(of), Some(name)) = (expr.field("expression"), expr.field("name")) else {
        return found.push(Address::Given);
    };
    if of.text() == "this" {
        return named(sources, unit, name, depth, found);
    }
    match type_name(sources, unit, of) {
        Some(class) => field(sources, &class, name.text(), depth, found),
        None => found.push(Address::Given),
    }
}

/// The type of an expression, where it may be a field of another part of the class.
fn type_name(sources: &Sources<'_>, unit: &Rc<Unit>, expr: Node<'_>) -> Option<String> {
    if let Some(known) = unit.file.type_of(expr) {
        return Some(known);
    }
    let name =
        if expr.is("identifier") { expr } else { expr.field("name").filter(|_| expr.text().starts_with("this."))? };
    let class = name.ancestor(&["class_declaration"])?.field("name")?.text();
    sources.declaring(class).iter().find_map(|part| {
        part.types(class).find_map(|ty| {
            let decl = part.file.names().scope(ty).iter().find(|d| d.name == name.text()).cloned()?;
            part.file.simple_type(part.file.tree().node(decl.ty?))
        })
    })
}

/// The values that a field or property of a class is ever given.
fn field(sources: &Sources<'_>, class: &str, name: &str, depth: u8, found: &mut Vec<Address>) {
    let before = found.len();
    let Some(depth) = depth.checked_sub(1) else { return };
    for part in sources.declaring(class) {
        let types: Vec<u32> = part.types(class).map(Node::number).collect();
        for ty in types.into_iter().map(|n| part.file.tree().node(n)) {
            if let Some(decl) = part.file.names().scope(ty).iter().find(|d| d.name == name).cloned() {
                if let Some(inner) = getter(part.file.tree().node(decl.whole)) {
                    follow(sources, &part, inner, depth, found);
                    continue;
                }
                let value = declared_value(part.file.tree().node(decl.whole));
                value.into_iter().for_each(|v| follow(sources, &part, v, depth, found));
            }
            for assignment in ty.descendants().filter(|n| n.is("assignment_expression")) {
                let left = assignment.field("left").map_or("", Node::text);
                let set = left.strip_prefix("this.").unwrap_or(left) == name;
                // The parameter of a setter is what users of the class give.
                let value = assignment.field("right").filter(|v| set && v.text() != "value");
                value.into_iter().for_each(|v| follow(sources, &part, v, depth, found));
            }
        }
    }
    if found.len() == before {
        found.push(Address::Given);
    }
}

/// What the getter of a property returns, when that is all it does.
fn getter(property: Node<'_>) -> Option<Node<'_>> {
    if !property.is("property_declaration") {
        return None;
    }
    if let Some(arrow) = property.field("value").filter(|v| v.is("arrow_expression_clause")) {
        return arrow.items().next();
    }
    let get = property.field("accessors")?.items().find(|a| a.field("name").is_some_and(|n| n.text() == "get"))?;
    let body = get.field("body")?;
    if body.is("arrow_expression_clause") {
        return body.items().next();
    }
    let mut statements = body.items();
    let only = statements.next().filter(|s| s.is("return_statement") && body.items().count() == 1)?;
    only.items().next()
}

/// The expression that a declaration gives its name.
fn declared_value(whole: Node<'_>) -> Option<Node<'_>> {
    match whole.kind() {
        "property_declaration" => whole.field("value").filter(|v| !v.is("arrow_expression_clause")),
        "variable_declarator" => {
            let name = whole.field("name")?;
            whole.items().skip_while(|n| *n != name).nth(1).filter(|n| !n.is("bracketed_argument_list"))
        }
        _ => None,
    }
}

/// Every value that a local variable is given.
fn values<'a>(unit: &'a Rc<Unit>, scope: Node<'a>, decl: &Decl, mut each: impl FnMut(Node<'a>)) {
    let tree = unit.file.tree();
    declared_value(tree.node(decl.whole)).into_iter().for_each(&mut each);
    for usage in unit.file.names().uses(decl, scope) {
        let set = usage.parent().filter(|p| p.is("assignment_expression") && p.field("left") == Some(usage));
        set.and_then(|s| s.field("right")).map(|r| tree.node(r.number())).into_iter().for_each(&mut each);
    }
}

/// The first argument of a call that is an address, an end point or a host name.
pub(crate) fn target(call: Node<'_>) -> Option<Node<'_>> {
    arguments(call).into_iter().next()
}

/// Whether a member can be selected from an expression without parentheses around it.
pub(crate) fn simple(expr: Node<'_>) -> bool {
    const SIMPLE: &[&str] = &[
        "identifier",
        "member_access_expression",
        "invocation_expression",
        "element_access_expression",
        "parenthesized_expression",
        "this",
        "object_creation_expression",
    ];
    expr.is_any(SIMPLE)
}
