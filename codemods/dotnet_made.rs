//! A socket that C# makes for IPv4: what it is for, and the fix that makes it one for both families.

use sixify_langs::csharp::{Creation, File, Sources};
use sixify_langs::{Mode, naming};

use crate::dotnet_family as family;
use crate::dotnet_sockets::{self as sockets, Age};
use crate::dotnet_text as lines;
use crate::dotnet_uses::{self as uses, Address, Held, Place, Use, What};
use crate::host_port;
use crate::prelude::*;

const COST: &str = "IPv4 peers then show up as ::ffff:a.b.c.d";

/// What is to be done about a socket.
pub(crate) enum Verdict {
    /// Right as it is.
    Leave(String),
    /// A person has to look, because.
    Report(String),
    /// It connects.
    Dial(String, Fix),
    /// It listens.
    Listen(Vec<String>, Fix),
}

impl Verdict {
    /// What is wrong with it.
    pub(crate) fn message(&self) -> String {
        match self {
            Verdict::Listen(..) => format!("this socket listens on IPv4 only; a dual-stack one does on both. {COST}"),
            Verdict::Dial(..) => "this socket cannot connect to an IPv6 address".to_owned(),
            _ => "this socket is for IPv4 only".to_owned(),
        }
    }
}

/// A socket that is made for IPv4.
pub(crate) struct Made<'a> {
    pub(crate) doc: &'a Document,
    pub(crate) file: &'a File,
    pub(crate) sources: &'a Sources<'a>,
    pub(crate) creation: &'a Creation<'a>,
    pub(crate) family: Node<'a>,
}

impl<'a> Made<'a> {
    /// What is to be done about it; nothing where its family is not seen.
    pub(crate) fn judge(&self, policy: &Policy, cx: &Context<'_>) -> Option<Verdict> {
        let node = self.creation.node;
        let function = function(node);
        if function.is_some_and(|f| ["InterNetworkV6", "IPv6"].iter().any(|word| f.text().contains(word))) {
            return Some(Verdict::Leave("both families are handled here".to_owned()));
        }
        let kind = self.creation.argument("socketType", 1)?.value.text();
        let protocol = self.creation.argument("protocolType", 2)?.value.text();
        if kind.ends_with("Raw") || protocol.ends_with("Icmp") {
            return Some(Verdict::Report("raw sockets and ICMP are other protocols on IPv6".to_owned()));
        }
        let age = sockets::age(self.doc, cx);
        if let Age::Ancient(framework) = &age {
            let why = format!("{framework} has no dual-stack sockets, which came with .NET Framework 4.5");
            return Some(Verdict::Report(why));
        }
        let held = uses::held(self.file, node);
        let all = held.as_ref().map(|h| uses::uses(self.sources, h)).unwrap_or_default();
        let others = held.iter().filter(|h| h.is_field()).map(|h| h.scope);
        if let Some(line) = function.into_iter().chain(others).find_map(family::ipv4_datagrams) {
            let why = format!("line {line} uses IPv4 broadcast or multicast, or an option of IPv4");
            return Some(Verdict::Report(why));
        }
        let calls = |names: &[&str]| -> Vec<&Use> {
            all.iter().filter(|u| matches!(&u.what, What::Call(name, _) if names.contains(&name.as_str()))).collect()
        };
        let (binds, dials) =
            (calls(&["Bind"]), calls(&["Connect", "ConnectAsync", "BeginConnect", "SendTo", "SendToAsync"]));
        if let (Some(bind), Some(held)) = (binds.first(), &held) {
            return Some(self.bound(bind, held, &all, policy, &age));
        }
        self.dialled(&dials, kind)
    }

    /// A socket that is bound.
    fn bound(&self, bind: &Use, held: &Held<'a>, all: &[Use], policy: &Policy, age: &Age) -> Verdict {
        let What::Call(_, call) = bind.what else { return Verdict::Report("it is bound".to_owned()) };
        let call = bind.at.unit.file.tree().node(call);
        let Some(target) = uses::target(call) else { return Verdict::Report("it is bound".to_owned()) };
        let found = uses::addresses(self.sources, &bind.at.unit, target);
        if found.iter().any(|a| matches!(a, Address::Both)) {
            return Verdict::Report("the address it is bound to may be one of IPv6".to_owned());
        }
        let wildcards: Vec<&Place> =
            found.iter().filter_map(|a| if let Address::Wildcard(place) = a { Some(place) } else { None }).collect();
        if wildcards.is_empty() {
            return match found.iter().any(|a| matches!(a, Address::One)) {
                true => Verdict::Leave("it is bound to one address of IPv4".to_owned()),
                false => Verdict::Report("the address it is bound to comes from elsewhere".to_owned()),
            };
        }
        let any_port = |place: &&Place| {
            let list = place.node().ancestor(&["argument_list"]);
            list.and_then(|l| l.items().last()).is_some_and(|port| port.text() == "0")
        };
        if wildcards.iter().all(any_port) {
            return Verdict::Leave("it takes any free port: it is a client, or asks for a port alone".to_owned());
        }
        if !policy.listeners() {
            return Verdict::Leave("listeners are left as they are".to_owned());
        }
        let mut fix = Fix::new();
        let mut why = Vec::new();
        let narrow = policy.mode == Mode::Ipv6Only;
        let mut places: Vec<Place> = wildcards.into_iter().cloned().collect();
        places.extend(self.placeholders(all));
        places.dedup_by(|a, b| a.number == b.number && a.unit.path == b.unit.path);
        for place in &places {
            why.push(format!("the IPv4 wildcard stands in {}", place.named()));
            let node = place.node();
            let edits = match (narrow, node.field("name")) {
                (true, Some(name)) => vec![Edit::replace(name.span(), "IPv6Any")],
                _ => sockets::either_any(node, &self.name(place, "Socket")),
            };
            fix = self.add(fix, place, edits);
        }
        for usage in all {
            fix = self.fragments(fix, usage);
        }
        fix = fix.need(sockets::sockets_need());
        match (narrow, age) {
            (true, _) => fix = fix.edit(Edit::insert(self.family.end(), "V6")),
            (false, Age::Old(framework)) => {
                let dual = sockets::dual_mode(
                    &format!("{}.AddressFamily == AddressFamily.InterNetworkV6", held.name),
                    held.name,
                );
                let dual: Vec<&str> = dual.iter().map(String::as_str).collect();
                let Some(edit) = self.dual_mode(bind, call, &dual) else {
                    return Verdict::Report("there is no clear place for setting DualMode".to_owned());
                };
                let ty = self.family.field("expression").map_or("AddressFamily", Node::text);
                let choice = format!("Socket.OSSupportsIPv6 ? {ty}.InterNetworkV6 : ");
                why.push(format!("on {framework} a socket made without a family has no fall-back to IPv4"));
                fix = fix.edit(Edit::insert(self.family.start(), choice)).edit(edit);
            }
            (false, _) => fix = fix.edit(self.without_family()),
        }
        Verdict::Listen(why, fix)
    }

    /// The wildcards that a receive call is given as the place for the sender.
    fn placeholders(&self, all: &[Use]) -> Vec<Place> {
        const RECEIVES: &[&str] =
            &["ReceiveFrom", "BeginReceiveFrom", "EndReceiveFrom", "ReceiveMessageFrom", "ReceiveFromAsync"];
        let mut found = Vec::new();
        for usage in all {
            let What::Call(name, call) = &usage.what else { continue };
            if !RECEIVES.contains(&name.as_str()) {
                continue;
            }
            let unit = &usage.at.unit;
            for argument in uses::arguments(unit.file.tree().node(*call)) {
                let holder = matches!(unit.file.type_of(argument).as_deref(), None | Some("EndPoint" | "IPEndPoint"));
                let places = uses::addresses(self.sources, unit, argument).into_iter();
                found.extend(
                    places.filter_map(|a| if let Address::Wildcard(p) = a { Some(p) } else { None }).filter(|_| holder),
                );
            }
        }
        found
    }

    /// `DontFragment` can only be set on IPv4 sockets.
    fn fragments(&self, fix: Fix, usage: &Use) -> Fix {
        let What::Set(name, assignment) = &usage.what else { return fix };
        let assignment = usage.at.unit.file.tree().node(*assignment);
        let statement = assignment.parent().filter(|p| name == "DontFragment" && p.is("expression_statement"));
        let Some(statement) = statement else { return fix };
        let family = self.name(&usage.at, "AddressFamily");
        let guard = format!("if ({}.AddressFamily == {family}.InterNetwork) ", usage.at.node().text());
        self.add(fix, &usage.at, vec![Edit::insert(statement.start(), guard)])
    }

    /// How a type of `System.Net.Sockets` is named at a place.
    fn name(&self, place: &Place, simple: &str) -> String {
        let seen = place.unit.file.sees_namespace(place.node(), "System.Net.Sockets", self.sources.around());
        let own = self.sources.is_own(&place.unit);
        if own || seen.is_some() { simple.to_owned() } else { format!("System.Net.Sockets.{simple}") }
    }

    fn add(&self, fix: Fix, place: &Place, edits: Vec<Edit>) -> Fix {
        if self.sources.is_own(&place.unit) {
            return fix.edits(edits);
        }
        let text = place.unit.file.tree().text();
        edits.into_iter().fold(fix, |fix, mut edit| {
            edit.text = place.unit.layout.adapt(text, edit.span.start, &edit.text);
            fix.edit_in(&place.unit.path, edit)
        })
    }

    /// Where `DualMode` is set: behind the other options of the socket, before it is bound.
    fn dual_mode(&self, bind: &Use, call: Node<'_>, dual: &[&str]) -> Option<Edit> {
        let made = lines::statement(self.creation.node).filter(|s| lines::in_block(*s));
        let bind = lines::statement(call).filter(|s| lines::in_block(*s) && self.sources.is_own(&bind.at.unit));
        let bind = bind.map(|b| self.file.tree().node(b.number()));
        let Some(bind) = bind else { return Some(lines::behind(made?, dual)) };
        let name = uses::held(self.file, self.creation.node)?.name;
        let option = |n: &Node<'_>| {
            n.is("expression_statement")
                && n.text().starts_with(&format!("{name}."))
                && n.start() > self.creation.node.end()
        };
        let siblings: Vec<Node<'_>> = bind.parent()?.items().take_while(|n| n.start() < bind.start()).collect();
        let last = siblings.into_iter().rfind(option).or(made.filter(|m| m.parent() == bind.parent()));
        Some(last.map_or_else(|| lines::before(bind, dual), |last| lines::behind(last, dual)))
    }

    /// The edit that leaves the family away.
    fn without_family(&self) -> Edit {
        let argument = self.creation.arguments.iter().find(|a| a.value == self.family);
        argument.map_or(Edit::insert(self.family.end(), ""), |a| sockets::remove(&self.creation.arguments, *a))
    }

    /// A socket that connects, or that is handed on.
    fn dialled(&self, dials: &[&Use], kind: &str) -> Option<Verdict> {
        for dial in dials {
            let What::Call(name, call) = &dial.what else { continue };
            let arguments = uses::arguments(dial.at.unit.file.tree().node(*call));
            let address = |n: &&Node<'_>| {
                matches!(dial.at.unit.file.type_of(**n).as_deref(), Some("IPEndPoint" | "EndPoint" | "IPAddress"))
            };
            let target = arguments.iter().find(address).or(arguments.first()).copied()?;
            let found = uses::addresses(self.sources, &dial.at.unit, target);
            if found.iter().any(|a| matches!(a, Address::One)) || literal_host(&dial.at.unit.file, target) {
                return Some(Verdict::Leave("it talks to one address of IPv4".to_owned()));
            }
            let ty = dial.at.unit.file.type_of(target);
            let why = format!("{name} of {}, line {}", target.text(), target.line());
            let fix = match ty.as_deref() {
                Some("IPEndPoint" | "IPAddress") if self.sees(dial, target) => {
                    Fix::new().edit(Edit::replace(self.family.span(), format!("{}.AddressFamily", target.text())))
                }
                _ => Fix::new().edit(self.without_family()),
            };
            return Some(Verdict::Dial(why, fix));
        }
        let node = self.creation.node;
        let peer = if kind.ends_with("Stream") { function(node).and_then(peer) } else { None };
        Some(match peer {
            Some(name) => {
                Verdict::Dial(format!("{name} is called the other end"), Fix::new().edit(self.without_family()))
            }
            None => Verdict::Report("what it is used for is not seen here".to_owned()),
        })
    }

    /// Whether the target of a dial has its value already where the socket is made.
    fn sees(&self, dial: &Use, target: Node<'_>) -> bool {
        if !self.sources.is_own(&dial.at.unit) || !host_port::repeatable(target) {
            return false;
        }
        let root = target.text().split('.').find(|part| *part != "this").unwrap_or("");
        let Some((decl, scope)) = self.file.names().lookup(self.creation.node, root) else { return false };
        let declared = self.file.tree().node(decl.node);
        let field =
            scope.kind().ends_with("_declaration") && !scope.is_any(&["method_declaration", "constructor_declaration"]);
        let same = function(self.creation.node).is_some_and(|f| f.holds(self.file.tree().node(dial.at.number)));
        let earlier = declared.start() < self.creation.node.start() || field;
        let assigned = self.file.names().single_assignment(&decl, scope);
        same && earlier && assigned && scope.holds(self.creation.node)
    }
}

/// The function that an expression stands in.
fn function(node: Node<'_>) -> Option<Node<'_>> {
    const FUNCTIONS: &[&str] = &[
        "method_declaration",
        "constructor_declaration",
        "local_function_statement",
        "accessor_declaration",
        "property_declaration",
        "global_statement",
    ];
    node.ancestor(FUNCTIONS)
}

/// Whether a target is a literal IPv4 address.
fn literal_host(file: &File, target: Node<'_>) -> bool {
    let text = file.text_expr(target);
    text.and_then(|t| t.value()).is_some_and(|(value, _)| value.parse::<std::net::Ipv4Addr>().is_ok())
}

/// A parameter of a function that is called the other end of a connection.
fn peer(function: Node<'_>) -> Option<&str> {
    const WORDS: &[&str] = &["remote", "target", "destination", "dest", "peer", "server"];
    let parameters = function.field("parameters")?;
    let names = parameters.items().filter_map(|p| p.field("name")).map(Node::text);
    let called = |name: &&str| naming::words(name).iter().any(|w| WORDS.contains(&w.as_str()));
    names.into_iter().find(called)
}
