//! # Let mongod listen on IPv6 too (`--ipv6` on command lines)
//!
//! ## Why it breaks
//! mongod and mongos make IPv6 sockets only with `--ipv6`. The entry point of the official image
//! adds `--bind_ip_all` by itself since 3.6, which is IPv4 alone without that switch.
//!
//! ## Examples
//! ```dockerfile before
//! FROM mongo:3
//! RUN mkdir -p /data/db-users \
//!     && echo "dbpath = /data/db-users" > /etc/mongodb.conf
//! RUN mongod --fork --logpath /var/log/mongodb.log --dbpath /data/db-users \
//!     && /tmp/scripts/insert.sh \
//!     && mongod --dbpath /data/db-users --shutdown
//! CMD ["mongod", "--config", "/etc/mongodb.conf", "--smallfiles"]
//! ```
//! ```dockerfile after unsafe
//! FROM mongo:3
//! RUN mkdir -p /data/db-users \
//!     && echo "dbpath = /data/db-users" > /etc/mongodb.conf
//! RUN mongod --fork --logpath /var/log/mongodb.log --dbpath /data/db-users \
//!     && /tmp/scripts/insert.sh \
//!     && mongod --dbpath /data/db-users --shutdown
//! CMD ["mongod", "--config", "/etc/mongodb.conf", "--smallfiles", "--ipv6"]
//! ```
//! Containers and services:
//! ```yaml before
//! apiVersion: apps/v1
//! kind: StatefulSet
//! metadata:
//!   name: db
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: db
//!           image: registry.local/library/mongo:4.4.29
//!           command:
//!             - mongod
//!             - "--replSet"
//!             - "rs0"
//!             - "--bind_ip_all"
//!         - name: router
//!           image: mongo:7
//!           command: ["mongos", "--configdb", "cfg/c:27019", "--bind_ip", "0.0.0.0"]
//!         - name: script
//!           image: mongo:3.4
//!           args:
//!             - sh
//!             - -c
//!             - exec mongod --bind_ip=0.0.0.0 --dbpath "$DATA"
//! ```
//! ```yaml after unsafe
//! apiVersion: apps/v1
//! kind: StatefulSet
//! metadata:
//!   name: db
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: db
//!           image: registry.local/library/mongo:4.4.29
//!           command:
//!             - mongod
//!             - "--replSet"
//!             - "rs0"
//!             - "--bind_ip_all"
//!             - "--ipv6"
//!         - name: router
//!           image: mongo:7
//!           command: ["mongos", "--configdb", "cfg/c:27019", "--bind_ip", "::,0.0.0.0", "--ipv6"]
//!         - name: script
//!           image: mongo:3.4
//!           args:
//!             - sh
//!             - -c
//!             - exec mongod --bind_ip=::,0.0.0.0 --dbpath "$DATA" --ipv6
//! ```
//! ```yaml before path=docker-compose.yml
//! services:
//!   db:
//!     image: mongo:4.2
//!     command: --replSet rs0
//!   old:
//!     image: mongo:2.6
//!     entrypoint: [mongod, --smallfiles]
//! ```
//! ```yaml after unsafe path=docker-compose.yml
//! services:
//!   db:
//!     image: mongo:4.2
//!     command: --replSet rs0 --ipv6
//!   old:
//!     image: mongo:2.6
//!     entrypoint: [mongod, --smallfiles, --ipv6]
//! ```
//! A script that starts a server for all addresses:
//! ```sh before
//! mongod --fork --bind_ip_all --dbpath /tmp/db
//! exec mongod --bind_ip_all "$@"
//! ```
//! ```sh after unsafe
//! mongod --fork --bind_ip_all --dbpath /tmp/db
//! exec mongod --bind_ip_all --ipv6 "$@"
//! ```
//! Without the entry point of the image, 3.6 and later listen on loopback, and nothing says that
//! the operator wants more. What the image does not say, nobody can tell:
//! ```dockerfile reported
//! FROM ubuntu:16.04
//! RUN apt-get install -y mongodb-org
//! CMD ["mongod", "--dbpath", "/data"]
//! ```
//! ```dockerfile reported
//! FROM mongo:6
//! COPY init.js /docker-entrypoint-initdb.d/
//! ```
//! Left alone: the switch is there, loopback, what runs while the image is built, other programs.
//! ```dockerfile unchanged
//! FROM mongo:4.4
//! RUN mongod --fork --logpath /l && mongo localhost:27017/users /a.js && mongod --shutdown
//! HEALTHCHECK CMD mongo --eval 'db.stats()' localhost:27017
//! CMD ["mongod", "--bind_ip_all", "--ipv6"]
//! ```
//! ```yaml unchanged
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   name: db
//! spec:
//!   initContainers:
//!   - name: prepare
//!     image: mongo:4.4
//!     command: [sh, -c, "mongod --fork --bind_ip 0.0.0.0 && mongod --shutdown"]
//!   containers:
//!   - name: side
//!     image: mongo:4.4
//!     command: [mongod, --bind_ip, 127.0.0.1]
//!   - name: plain
//!     image: mongo:4.4
//!     command: [mongod]
//!   - name: exporter
//!     image: percona/mongodb_exporter:0.40
//!     args: [--mongodb.uri=mongodb://db, --web.listen-address=0.0.0.0:9216]
//!   - name: express
//!     image: mongo-express
//!     args: [--bind_ip_all]
//!   - name: template
//!     image: mongo:4.4
//!     args:
//!     - --bind_ip_all
//!     {{- toYaml .Values.more | nindent 4 }}
//! ```
//! ```sh unchanged
//! mongod --fork --logpath /var/log/mongodb.log --dbpath /data/db/
//! mongo localhost:27017/users create.js
//! mongod --bind_ip "$BIND" --dbpath /data
//! ```
//! ```dockerfile unchanged mode=ipv6-capable
//! FROM mongo:3
//! CMD ["mongod", "--bind_ip_all"]
//! ```
//!
//! ## Safety
//! Unsafe: read in the sources of mongod and of the image, and not run. On kernels without IPv6,
//! 3.6 to 4.4 stop with the switch; later ones go on with `--bind_ip_all` only. Older ones stop as
//! soon as any socket fails.
//!
//! ## References
//! - source: mongod and docker-library/mongo
//! - <https://www.mongodb.com/docs/manual/core/security-mongodb-configuration/> (IP Binding)
//! - <https://github.com/docker-library/mongo> (docker-entrypoint.sh)

use sixify_langs::classify::{DOCKERFILE, SHELL, YAML};
use sixify_langs::command::{Change, Command, Flag, FlagValue, ImageRef, Invocation, Purpose, Version, commands};
use sixify_langs::dockerfile::Dockerfile;

use crate::commands::catalog;
use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: &[DOCKERFILE, YAML, SHELL],
    anchors: Anchors(&[&["mongod"], &["mongos"], &["mongo"]]),
    specificity: 0,
    run,
};

const EVIDENCE: &str = "source: mongod listens on IPv6 with --ipv6 only";
const MESSAGE: &str =
    "listens on IPv4 only; with `--ipv6` it listens on both families, and kernels without IPv6 stop it";

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    if !Policy::of(cx.options()).listeners() {
        return Ok(());
    }
    for command in commands(doc).iter() {
        let Some(invocation) = command.invocation(catalog()) else { continue };
        let Some(program) = catalog().program(invocation.program) else { continue };
        if ["mongod", "mongos"].contains(&invocation.program) {
            look(doc, command, &invocation, &command.flags(&invocation, program), cx);
        }
    }
    if doc.kind == DOCKERFILE {
        default_command(doc, cx);
    }
    Ok(())
}

/// What a command line listens on.
enum Listens {
    /// All addresses, of IPv4 as long as nothing says IPv6.
    Everywhere(&'static str),
    /// The one address `0.0.0.0`.
    AllOfIpv4,
    /// It cannot be told.
    Unknown(&'static str),
    /// Somewhere that is nobody else's business, for this reason.
    Elsewhere(&'static str),
}

fn look(doc: &Document, command: &Command, invocation: &Invocation<'_>, flags: &[Flag<'_>], cx: &mut Context<'_>) {
    let has = |name: &str| flags.iter().any(|f| f.is(name));
    let place = program_place(command, invocation);
    let once = ["--fork", "--shutdown", "--version", "--help"].iter().any(|name| has(name));
    let listens = if once || matches!(command.purpose, Purpose::Build | Purpose::Check) {
        Listens::Elsewhere("it runs once and serves nobody else")
    } else if !command.complete {
        Listens::Elsewhere("a template may give it other arguments")
    } else {
        listens(command, invocation, flags)
    };
    let ipv6 = has("--ipv6");
    let bind = flags.iter().rfind(|f| f.is("--bind_ip")).and_then(|f| Some((f, f.values.first()?)));
    let (why, change) = match (listens, bind) {
        (Listens::Elsewhere(why), _) => return leave(cx, command, place, why),
        (Listens::Unknown(why), _) if !ipv6 => {
            let message = format!("{MESSAGE}; {why}");
            cx.report(
                Finding::new(place, Role::Switch.name(), message).because(command.what.clone()).because(EVIDENCE),
            );
            return;
        }
        (Listens::Everywhere(_) | Listens::Unknown(_), _) if ipv6 => {
            return leave(cx, command, place, "the switch for IPv6 is there");
        }
        (Listens::AllOfIpv4, Some((flag, value))) => ("--bind_ip 0.0.0.0 leaves :: out", both(flag, value)),
        (Listens::Everywhere(why), _) => (why, Change::new()),
        _ => return,
    };
    let change = if ipv6 { change } else { change.insert_after(last_own_word(command), ["--ipv6"]) };
    let Some(edits) = command.edits(doc, &change) else { return };
    let finding =
        Finding::new(place, Role::Switch.name(), MESSAGE).because(command.what.clone()).because(why).because(EVIDENCE);
    cx.report(finding.fix(Applicability::Unsafe, Fix::new().edits(edits)));
}

fn listens(command: &Command, invocation: &Invocation<'_>, flags: &[Flag<'_>]) -> Listens {
    let has = |name: &str| flags.iter().any(|f| f.is(name));
    if has("--bind_ip_all") {
        return Listens::Everywhere("--bind_ip_all is IPv4 alone without --ipv6");
    }
    if let Some(value) = flags.iter().rfind(|f| f.is("--bind_ip")).and_then(|f| f.values.first()) {
        return match value.text {
            _ if !value.fixed => Listens::Elsewhere("the address comes from elsewhere"),
            "0.0.0.0" => Listens::AllOfIpv4,
            "*" => Listens::Everywhere("--bind_ip * is IPv4 alone without --ipv6"),
            text if text.split(',').any(|a| a == "::") => {
                Listens::Everywhere(":: in --bind_ip is fatal without --ipv6")
            }
            _ => Listens::Elsewhere("it listens on chosen addresses"),
        };
    }
    if command.purpose == Purpose::Script {
        return Listens::Elsewhere("the script does not say that it listens on all addresses");
    }
    let Some(image) = command.image.as_ref().filter(|i| official(i)) else {
        return Listens::Unknown("the image does not tell the version, and so not the default addresses");
    };
    match version(image) {
        None => Listens::Unknown("the tag of the image does not tell the version"),
        Some(version) if !version.at_least(&[3, 6]) => {
            Listens::Everywhere("before 3.6 the default is all IPv4 addresses")
        }
        Some(_) if through_entrypoint(command, invocation) => {
            Listens::Everywhere("the entry point of the image adds --bind_ip_all, which is IPv4 alone without --ipv6")
        }
        Some(_) => Listens::Elsewhere("without the entry point of the image, 3.6 and later listen on loopback"),
    }
}

/// Whether the entry point of the image sees the arguments: it comes from the image, or is called
/// by its name.
fn through_entrypoint(command: &Command, invocation: &Invocation<'_>) -> bool {
    let called = || command.words.iter().take(invocation.arguments).any(|w| w.value.ends_with("docker-entrypoint.sh"));
    command.through_entrypoint || called()
}

/// Whether an image is the official one, or a mirror of it.
fn official(image: &ImageRef) -> bool {
    catalog().image(image).is_some_and(|facts| facts.program == "mongod")
}

fn version(image: &ImageRef) -> Option<Version> {
    catalog().image(image)?.version(image)
}

/// `::` before `0.0.0.0`, whatever version reads it.
fn both(flag: &Flag<'_>, value: &FlagValue<'_>) -> Change {
    Change::new().replace(value.word, flag.with_value(value, "::,0.0.0.0"))
}

/// The last word that is not the caller's.
fn last_own_word(command: &Command) -> usize {
    let caller = |value: &str| ["$@", "$*", "${@}"].contains(&value);
    command.words.iter().rposition(|w| !caller(&w.value)).unwrap_or(0)
}

fn program_place(command: &Command, invocation: &Invocation<'_>) -> Span {
    let first = if invocation.written { invocation.arguments.saturating_sub(1) } else { 0 };
    command.words.get(first).map_or(command.span(), |w| w.span)
}

fn leave(cx: &mut Context<'_>, command: &Command, span: Span, reason: &str) {
    let evidence = vec![command.what.clone(), EVIDENCE.to_owned()];
    cx.leave(Note { span, role: Role::Switch.name(), reason: reason.to_owned(), evidence });
}

/// An image that is built on mongo and runs what that one runs by default.
fn default_command(doc: &Document, cx: &mut Context<'_>) {
    let file = Dockerfile::of(doc);
    let Some(last) = file.stages.len().checked_sub(1) else { return };
    let starts = |i: &&sixify_langs::dockerfile::Instruction| ["CMD", "ENTRYPOINT"].contains(&i.keyword.as_str());
    let Some(stage) = file.image(last).filter(|_| !file.instructions.iter().any(|i| starts(&i))) else { return };
    if !ImageRef::parse(&stage.image).is_some_and(|image| official(&image)) {
        return;
    }
    let message = "the image runs mongod without `--ipv6`, which listens on IPv4 only: add CMD [\"mongod\", \"--ipv6\"], or give the containers that argument";
    cx.report(Finding::new(stage.image_span, Role::Switch.name(), message).because(EVIDENCE));
}
