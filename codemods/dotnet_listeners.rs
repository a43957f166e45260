//! Where the IPv4 wildcard of C# code ends up: in a listener, a socket that is bound, or nowhere that
//! is seen. The way may lead through variables, fields, parameters and other classes of the project.

use std::collections::HashSet;

use sixify_core::Edit;
use sixify_langs::Node;
use sixify_langs::csharp::{Sources, Unit};
use sixify_langs::names::DeclKind;

use crate::dotnet_family as family;
use crate::dotnet_sockets as sockets;
use crate::dotnet_text as lines;
use crate::dotnet_uses::{self as uses, Place};

/// An end of the way.
pub(crate) enum End {
    /// A listener or socket that is dual-stack when it is given the IPv6 wildcard.
    Dual(String),
    /// One that becomes so with these edits, in the file of the place.
    Becomes(Place, Vec<Edit>, String),
    /// One that would listen on IPv6 only, and why it cannot be changed here.
    Narrow(String),
    /// Handled by another codemod, or no listener at all.
    Elsewhere,
    /// What becomes of it is not known: how the code calls it.
    Unknown(String),
}

/// How many steps a way may have.
const STEPS: usize = 60;

/// The ends of the ways that a value goes.
pub(crate) fn ends(sources: &Sources<'_>, value: &Place) -> Vec<End> {
    let mut search = Search { sources, seen: HashSet::new(), found: Vec::new() };
    search.value(value, 8);
    search.found
}

struct Search<'s> {
    sources: &'s Sources<'s>,
    seen: HashSet<(String, u32)>,
    found: Vec<End>,
}

impl Search<'_> {
    /// Follows an expression to what is done with it.
    fn value(&mut self, place: &Place, depth: u8) {
        let Some(depth) = depth.checked_sub(1) else { return };
        if self.seen.len() > STEPS || !self.seen.insert((place.unit.path.clone(), place.number)) {
            return;
        }
        let (unit, mut at) = (&place.unit, place.node());
        let mut address = true;
        loop {
            let Some(parent) = at.parent() else { return };
            match parent.kind() {
                "parenthesized_expression" | "cast_expression" => at = parent,
                "argument" => {
                    let Some(call) = parent.parent().and_then(Node::parent) else { return };
                    let creation = unit.file.creations().find(|c| c.node == call);
                    let simple = creation.as_ref().and_then(|c| unit.file.simple_type(c.ty));
                    if simple.as_deref() == Some("IPEndPoint") {
                        (at, address) = (call, false);
                        continue;
                    }
                    let Some(list) = parent.parent() else { return };
                    let position = list.items().filter(|n| n.is("argument")).position(|n| n == parent).unwrap_or(0);
                    return self.argument(&Place::of(unit, call), position, at, address, simple, depth);
                }
                "variable_declarator" => return self.name(place, parent.field("name"), depth),
                "property_declaration" => return self.name(place, parent.field("name"), depth),
                "assignment_expression" if parent.field("right") == Some(at) => {
                    return self.assigned(place, parent, depth);
                }
                "binary_expression" | "is_pattern_expression" => return self.found.push(End::Elsewhere),
                _ => return self.found.push(End::Unknown(String::new())),
            }
        }
    }

    /// A value that is put into something.
    fn assigned(&mut self, place: &Place, assignment: Node<'_>, depth: u8) {
        let Some(left) = assignment.field("left") else { return };
        match left.kind() {
            "identifier" => self.name(place, Some(left), depth),
            "member_access_expression" if left.field("expression").is_some_and(|e| e.text() == "this") => {
                self.name(place, left.field("name"), depth);
            }
            _ => self.found.push(End::Unknown(left.text().to_owned())),
        }
    }

    /// A value that is kept under a name: its uses, in all parts of the class.
    fn name(&mut self, place: &Place, name: Option<Node<'_>>, depth: u8) {
        let unit = &place.unit;
        let Some((decl, scope)) = name.and_then(|n| uses::resolve(&unit.file, n)) else {
            return self.found.push(End::Unknown(name.map_or("", Node::text).to_owned()));
        };
        let before = self.found.len();
        let uses: Vec<u32> = unit.file.names().uses(&decl, scope).into_iter().map(Node::number).collect();
        for number in uses {
            self.usage(&Place { unit: unit.clone(), number }, depth);
        }
        if self.found.len() == before {
            self.found.push(End::Unknown(decl.name));
        }
    }

    /// One use of a name that holds the value.
    fn usage(&mut self, place: &Place, depth: u8) {
        let node = place.node();
        let this = node.parent().filter(|p| p.is("member_access_expression") && p.field("name") == Some(node));
        let at = this.unwrap_or(node);
        let Some(parent) = at.parent() else { return };
        let read = parent.is("member_access_expression") && parent.field("expression") == Some(at);
        let target = parent.is("assignment_expression") && parent.field("left") == Some(at);
        if !read && !target {
            self.value(&Place::of(&place.unit, at), depth);
        }
    }

    /// An argument of a call or a creation.
    fn argument(
        &mut self,
        call: &Place,
        position: usize,
        value: Node<'_>,
        address: bool,
        simple: Option<String>,
        depth: u8,
    ) {
        let (unit, node) = (&call.unit, call.node());
        if let Some(ty) = simple {
            if ty == "TcpListener" {
                let end = listener(call, value, address);
                return self.found.push(end);
            }
            let constructor = |n: &Node<'_>| n.is("constructor_declaration");
            return self.parameters(unit, &ty, constructor, &ty, position, depth);
        }
        let Some(function) = node.field("function") else { return self.found.push(End::Unknown(String::new())) };
        let class = node.ancestor(&["class_declaration", "struct_declaration", "record_declaration"]);
        let (owner, name) = match function.kind() {
            "identifier" => (class.and_then(|c| c.field("name")).map(|n| n.text().to_owned()), function.text()),
            "member_access_expression" => {
                let name = function.field("name").map_or("", Node::text);
                let of = function.field("expression");
                let this = of.is_some_and(|o| o.text() == "this");
                let own = class.and_then(|c| c.field("name")).map(|n| n.text().to_owned());
                (if this { own } else { of.and_then(|o| unit.file.type_of(o)) }, name)
            }
            _ => (None, function.text()),
        };
        match owner.as_deref() {
            Some("Socket") if name == "Bind" => self.found.push(bound(self.sources, call)),
            Some(owner) => {
                let (owner, name) = (owner.to_owned(), name.to_owned());
                let method =
                    |n: &Node<'_>| n.is("method_declaration") && n.field("name").is_some_and(|m| m.text() == name);
                self.parameters(unit, &owner, method, &name, position, depth);
            }
            None => self.found.push(End::Unknown(function.text().to_owned())),
        }
    }

    /// Follows a parameter of the methods or constructors of a class that may be meant.
    fn parameters(
        &mut self,
        from: &Unit,
        class: &str,
        wanted: impl Fn(&Node<'_>) -> bool,
        called: &str,
        position: usize,
        depth: u8,
    ) {
        let mut places = Vec::new();
        for unit in self.sources.declaring_from(from, class) {
            let functions = unit.types(class).flat_map(|ty| ty.field("body").into_iter().flat_map(|b| b.items()));
            for function in functions.filter(&wanted) {
                let parameters: Vec<Node<'_>> =
                    function.field("parameters").into_iter().flat_map(|p| p.items()).collect();
                let Some(name) = parameters.get(position).and_then(|p| p.field("name")) else { continue };
                let ty = unit.file.type_of(name);
                if matches!(ty.as_deref(), Some("IPAddress" | "IPEndPoint" | "EndPoint")) {
                    places.push((unit.clone(), name.number()));
                }
            }
        }
        if places.is_empty() {
            return self.found.push(End::Unknown(called.to_owned()));
        }
        for (unit, number) in places {
            let resolved = unit.file.names().resolve(unit.file.tree().node(number));
            let Some((decl, scope)) = resolved.filter(|(d, _)| d.kind == DeclKind::Parameter) else { continue };
            let uses: Vec<u32> = unit.file.names().uses(&decl, scope).into_iter().map(Node::number).collect();
            for number in uses {
                self.usage(&Place { unit: unit.clone(), number }, depth);
            }
        }
    }
}

/// A `TcpListener` that is made with the value.
pub(crate) fn listener(creation: &Place, value: Node<'_>, address: bool) -> End {
    let node = creation.node();
    let Some(member) = family::member(node) else { return End::Elsewhere };
    // Written in the call itself: another codemod makes a call of `Create` of it.
    let fixed = value.field("expression").is_some_and(|e| e.text().ends_with("IPAddress"));
    if fixed
        || value.is("object_creation_expression")
        || (address && !value.is_any(&["identifier", "member_access_expression"]))
    {
        return End::Elsewhere;
    }
    if member.text().contains("DualMode") {
        return End::Dual(format!("the TcpListener in {} sets DualMode", creation.named()));
    }
    let named = format!("the TcpListener in {}", creation.named());
    let held = uses::held(&creation.unit.file, node);
    let statement = lines::statement(node).filter(|s| lines::in_block(*s));
    let (Some(held), Some(statement)) = (held, statement) else { return End::Narrow(named) };
    if !crate::host_port::repeatable(value) {
        return End::Narrow(named);
    }
    let condition = format!("{}.AddressFamily == AddressFamily.InterNetworkV6", value.text());
    let dual = sockets::dual_mode(&condition, &format!("{}.Server", held.name));
    let dual: Vec<&str> = dual.iter().map(String::as_str).collect();
    End::Becomes(creation.clone(), vec![lines::behind(statement, &dual)], named)
}

/// A socket that is bound to the value by this call.
fn bound(sources: &Sources<'_>, call: &Place) -> End {
    let (unit, node) = (&call.unit, call.node());
    let socket = node.field("function").and_then(|f| f.field("expression"));
    let name = socket.map(|s| s.field("name").filter(|_| s.text().starts_with("this.")).unwrap_or(s));
    let made = name.and_then(|n| uses::resolve(&unit.file, n)).map(|(decl, scope)| {
        let creations = unit.file.creations().filter(|c| unit.file.simple_type(c.ty).as_deref() == Some("Socket"));
        let ours = creations
            .filter(|c| uses::held(&unit.file, c.node).is_some_and(|h| h.decl.node == decl.node && h.scope == scope));
        ours.collect::<Vec<_>>()
    });
    let named = format!("the socket that is bound in {}", call.named());
    let Some([made]) = made.as_deref() else { return End::Narrow(named) };
    let _ = sources;
    let Some(family) = made.argument("addressFamily", 0).filter(|_| made.arguments.len() == 3) else {
        return End::Dual(format!("{named} is made without a family, and so a dual-stack one"));
    };
    let text = family.value.text();
    if text.ends_with("AddressFamily.InterNetwork") {
        return End::Elsewhere;
    }
    let member = family::member(made.node).map_or("", Node::text);
    if member.contains("DualMode = true") {
        return End::Dual(format!("{named} sets DualMode"));
    }
    let held = uses::held(&unit.file, made.node);
    let statement = lines::statement(made.node).filter(|s| lines::in_block(*s));
    let (Some(held), Some(statement)) = (held, statement) else { return End::Narrow(named) };
    if member.contains("DualMode") || !text.ends_with(".AddressFamily") {
        return End::Narrow(named);
    }
    let dual = sockets::dual_mode(&format!("{text} == AddressFamily.InterNetworkV6"), held.name);
    let dual: Vec<&str> = dual.iter().map(String::as_str).collect();
    End::Becomes(Place::of(unit, made.node), vec![lines::behind(statement, &dual)], named)
}
