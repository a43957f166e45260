//! Listen flags of command lines, in whatever document they stand: which of them are for IPv4 only,
//! and what makes the program listen on both families.

use sixify_langs::address::{AddressClass, exact};
use sixify_langs::classify::SHELL;
use sixify_langs::command::{Change, Command, Flag, FlagFacts, FlagValue, Instead, Invocation, ProgramFacts, commands};
use sixify_langs::{HostKind, Mode, naming};

use crate::commands::catalog;
use crate::listen_value::{Host, Place, places, wildcard};
use crate::prelude::*;

/// Reports the listen flags of a document's command lines that are for IPv4 only.
pub(crate) fn look(doc: &Document, cx: &mut Context<'_>) {
    let policy = Policy::of(cx.options());
    if !policy.listeners() {
        return;
    }
    let all = commands(doc);
    for command in all.iter() {
        let Some(one) = Listener::of(command) else {
            if command.invocation(catalog()).is_none() && !command.fragment {
                unknown(command, cx);
            }
            continue;
        };
        // A script that has the same program listen on IPv6 elsewhere chooses the family itself.
        let chooses = doc.kind == SHELL && all.iter().filter_map(Listener::of).any(|o| o.is_like(&one) && o.has_ipv6());
        if !chooses && !one.has_ipv6() {
            one.look(doc, &policy, cx);
        }
    }
}

/// A program that nobody knows, with a flag that says where to listen by its name.
fn unknown(command: &Command, cx: &mut Context<'_>) {
    const LISTENS: [&str; 9] = ["host", "hostname", "bind", "listen", "ip", "addr", "address", "interface", "binding"];
    const OTHER: [&str; 8] = ["allow", "allowed", "source", "src", "dest", "insecure", "registry", "advertise"];
    // Arguments of an image's own entry point: mostly programs written in Go.
    if command.words.first().is_none_or(|w| w.value.starts_with('-')) {
        return;
    }
    let mut before = "";
    for word in &command.words {
        let (flag, value) = word.value.split_once('=').unwrap_or((before, &word.value));
        before = &word.value;
        let words = naming::words(flag);
        let has = |all: &[&str]| words.iter().any(|w| all.contains(&w.as_str()));
        let listens = flag.starts_with("--") && has(&LISTENS) && !has(&OTHER);
        if listens && exact(value.trim_start_matches("http://")).is_some_and(|a| a.class == AddressClass::Wildcard) {
            let message = "a listener of IPv4 only, unless the program is written in Go or runs on Java";
            let finding = Finding::new(word.span, Role::BindAddress.name(), message).because(command.what.clone());
            cx.report(finding.because("what makes this program listen on both families is not known"));
        }
    }
}

/// A program that is told where to listen.
struct Listener<'a> {
    command: &'a Command,
    invocation: Invocation<'a>,
    program: &'a ProgramFacts,
    flags: Vec<Flag<'a>>,
}

/// The role of a flag that says where to listen.
fn binds(facts: &FlagFacts) -> Option<Role> {
    facts.role.filter(|role| [Role::BindHost, Role::BindAddress, Role::BindUrl].contains(role))
}

impl<'a> Listener<'a> {
    fn of(command: &'a Command) -> Option<Listener<'a>> {
        let invocation = command.invocation(catalog())?;
        let program = catalog().program(invocation.program)?;
        // These have codemods of their own.
        let own = ["redis-server", "mongod"].iter().any(|name| program.names.iter().any(|n| n == name));
        let flags = command.flags(&invocation, program);
        (!own && !flags.is_empty()).then_some(Listener { command, invocation, program, flags })
    }

    fn is_like(&self, other: &Listener<'_>) -> bool {
        self.invocation.program == other.invocation.program
    }

    /// The values that say where to listen, with the part of them that does.
    fn values(&self) -> impl Iterator<Item = (&Flag<'a>, Role, FlagValue<'a>)> {
        let found = self.flags.iter().filter_map(|flag| Some((flag, binds(flag.facts)?)));
        found.flat_map(|(flag, role)| flag.values.iter().filter_map(move |v| Some((flag, role, setting(flag, v)?))))
    }

    fn has_ipv6(&self) -> bool {
        self.values().any(|(_, role, value)| places(value.text, role).iter().any(|p| p.host == Host::Ipv6Wildcard))
    }

    fn look(&self, doc: &Document, policy: &Policy, cx: &mut Context<'_>) {
        for (flag, role, value) in self.values() {
            for place in places(value.text, role) {
                let four = match place.host {
                    Host::Ipv4Wildcard => true,
                    Host::Empty => flag.facts.empty_is_ipv4,
                    _ => false,
                };
                if four {
                    self.change(doc, flag, role, &value, &place, policy, cx);
                }
            }
        }
    }

    #[allow(clippy::too_many_arguments, reason = "a place in a value of a flag, and where it is reported")]
    fn change(
        &self,
        doc: &Document,
        flag: &Flag<'_>,
        role: Role,
        value: &FlagValue<'_>,
        place: &Place,
        policy: &Policy,
        cx: &mut Context<'_>,
    ) {
        let Some(word) = self.command.words.get(value.word) else { return };
        let what = || self.command.what.clone();
        if self.program.neutral {
            let reason = "programs written in Go listen on both families when given the wildcard".to_owned();
            let evidence = vec![what(), self.program.evidence.clone()];
            return cx.leave(Note { span: word.span, role: role.name(), reason, evidence });
        }
        let Some(given) = self.given(doc, flag.facts) else {
            let message = format!("{} listens on IPv4 only here", self.invocation.program);
            let why = "what makes it listen on both families depends on the number of its workers";
            let finding = Finding::new(word.span, role.name(), message).because(what());
            return cx.report(finding.because(self.program.evidence.clone()).because(why));
        };
        let new = wildcard(flag.facts, &given, policy);
        let report = |message: String| {
            Finding::new(word.span, role.name(), message).because(what()).because(self.program.evidence.clone())
        };
        let Some(new) = new else {
            let message = format!("{} listens on IPv4 only here", self.invocation.program);
            return cx.report(report(message).because("how it is made to listen on both families is not known"));
        };
        let change = self.instead(flag, value, place, policy).unwrap_or_else(|| {
            // A whole value is written anew; of one that something else has a part in, only the host.
            let joined = value.text.get(..place.span.start).zip(value.text.get(place.span.end..));
            match joined.filter(|_| value.fixed && flag.values.len() == 1 && flag.facts.setting.is_none()) {
                Some((before, behind)) => {
                    Change::new().replace(value.word, flag.with_value(value, &format!("{before}{new}{behind}")))
                }
                None => Change::new().part(value.word, value.within(place.span), &*new),
            }
        });
        let message = self.message(flag.facts, &new, policy);
        let Some(edits) = self.command.edits(doc, &change) else {
            return cx.report(report(message).because("the new value cannot stand in this place"));
        };
        let loses = |cost: &String| cost.parse::<HostKind>().is_ok_and(|host| policy.guards(host));
        // What other flags call for is another rewrite.
        let usual = flag.facts.wildcard.as_deref() == Some(&*new);
        let proven = flag.facts.safe && usual && value.fixed && self.command.complete;
        let safe = proven && !flag.facts.costs.iter().any(loses);
        let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
        cx.report(report(message).fix(applicability, Fix::new().edits(edits)));
    }

    /// The flags and subcommands that are given, without those that ask for one worker. `None` when
    /// how many there are comes from elsewhere, and matters.
    fn given(&self, doc: &Document, facts: &FlagFacts) -> Option<Vec<&'a str>> {
        let Some((others, _)) = &facts.with else { return Some(Vec::new()) };
        let workers = self.flags.iter().find(|f| f.is("--workers"));
        let count = workers.and_then(|f| f.values.first());
        let unknown = match count {
            Some(value) => !value.fixed,
            None => others.iter().any(|o| o == "--workers") && doc.text.contains("WEB_CONCURRENCY"),
        };
        let one = count.is_some_and(|value| value.text == "1");
        let words = self.command.words.iter().skip(self.invocation.arguments).map(|w| w.value.as_str());
        let flags = self.flags.iter().map(|f| f.name).chain(words);
        (!unknown).then(|| flags.filter(|name| !(one && name.starts_with("--workers"))).collect())
    }

    /// The change where no address at all is both families.
    fn instead(&self, flag: &Flag<'_>, value: &FlagValue<'_>, place: &Place, policy: &Policy) -> Option<Change> {
        if policy.mode == Mode::Ipv6Only || place.span != Span::new(0, value.text.len()) && !place.port {
            return None;
        }
        let flag_word = Span::new(0, flag.name.len());
        match flag.facts.instead.as_ref()? {
            Instead::Port => {
                let end = place.span.end + usize::from(place.port);
                Some(Change::new().part(value.word, value.within(Span::new(0, end)), ""))
            }
            Instead::Nothing if value.at > 0 => {
                Some(Change::new().part(value.word, Span::new(flag_word.end, value.at + value.text.len()), ""))
            }
            // What follows would be taken for the value.
            Instead::Nothing => {
                let next = self.command.words.get(value.word + 1);
                next.is_none_or(|w| w.value.starts_with('-')).then(|| Change::new().remove(value.word))
            }
            Instead::Dropped if value.at > 0 => Some(Change::new().remove(value.word)),
            Instead::Dropped => Some(Change::new().remove(flag.word).remove(value.word)),
            Instead::Flag(other) if value.at > 0 => Some(Change::new().replace(value.word, other)),
            Instead::Flag(other) => Some(Change::new().replace(flag.word, other).remove(value.word)),
        }
    }

    fn message(&self, facts: &FlagFacts, new: &str, policy: &Policy) -> String {
        if policy.mode == Mode::Ipv6Only {
            return format!("listens on IPv4 only; {} is IPv6", if new.is_empty() { "nothing" } else { new });
        }
        let kernel = facts.costs.iter().any(|cost| cost == "v4kernel");
        match (facts.instead.is_some() || new.is_empty(), kernel) {
            (true, _) => "listens on IPv4 only; without the address it is both families".to_owned(),
            (false, true) => {
                format!("listens on IPv4 only; one socket on {new} serves both families, and needs a kernel with IPv6")
            }
            (false, false) => format!("listens on IPv4 only; {new} is both families"),
        }
    }
}

/// The value behind the name of the setting, where the flag takes `name=value`.
fn setting<'a>(flag: &Flag<'_>, value: &FlagValue<'a>) -> Option<FlagValue<'a>> {
    let Some(name) = flag.facts.setting.as_deref().filter(|_| flag.name.len() == 2) else { return Some(*value) };
    let (before, text) = value.text.split_once('=')?;
    let at = value.at + before.len() + 1;
    (before.trim() == name).then_some(FlagValue { text, at, ..*value })
}
