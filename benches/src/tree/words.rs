//! The vocabulary of the trees.

use super::random::Random;

const NOUNS: &[&str] = &[
    "account", "archive", "batch", "branch", "bucket", "buffer", "cache", "channel", "chunk", "client", "cluster",
    "column", "config", "context", "cursor", "database", "digest", "document", "element", "entry", "event", "field",
    "filter", "folder", "frame", "group", "handle", "header", "image", "index", "invoice", "job", "key", "label",
    "layer", "ledger", "lease", "limit", "manager", "matcher", "member", "message", "metric", "mirror", "module",
    "node", "object", "offset", "option", "order", "owner", "packet", "page", "parser", "payload", "peer", "policy",
    "pool", "product", "profile", "project", "query", "queue", "reader", "record", "region", "release", "report",
    "request", "resource", "result", "role", "row", "rule", "sample", "schema", "scope", "segment", "series",
    "session", "shard", "snapshot", "source", "state", "status", "storage", "stream", "subject", "table", "target",
    "task", "template", "tenant", "ticket", "token", "topic", "trace", "tree", "user", "value", "version", "view",
    "volume", "watcher", "window", "worker", "writer",
];

const VERBS: &[&str] = &[
    "append", "apply", "assign", "build", "check", "clear", "clone", "close", "collect", "commit", "compare",
    "convert", "copy", "count", "create", "decode", "delete", "drain", "encode", "ensure", "expand", "fetch", "filter",
    "find", "flush", "handle", "insert", "join", "list", "load", "lock", "match", "merge", "move", "notify", "open",
    "parse", "prepare", "publish", "read", "reduce", "refresh", "register", "release", "remove", "render", "replace",
    "reset", "resolve", "restore", "run", "save", "schedule", "select", "send", "sort", "start", "stop", "store",
    "sync", "update", "validate", "verify", "visit", "wait", "walk", "write",
];

const GLUE: &[&str] = &[
    "and",
    "or",
    "of the",
    "for each",
    "before the",
    "after the",
    "when the",
    "unless the",
    "with its",
    "from the",
    "into the",
    "as long as the",
    "so that the",
    "without any",
    "which is the",
    "that holds the",
    "by the",
];

const LOCALS: &[&str] = &[
    "item", "node", "entry", "result", "value", "report", "current", "next", "source", "target", "state", "batch",
    "child", "info", "data", "rest", "old", "first",
];

/// A noun.
pub fn noun(random: &mut Random) -> &'static str {
    random.pick(NOUNS).copied().unwrap_or("value")
}

/// A short name for a variable.
pub fn local(random: &mut Random) -> &'static str {
    random.pick(LOCALS).copied().unwrap_or("item")
}

/// A name such as `mergeSegment`.
pub fn lower_camel(random: &mut Random) -> String {
    let verb = random.pick(VERBS).copied().unwrap_or("run");
    format!("{verb}{}", capital(noun(random)))
}

/// A name such as `SegmentReader`.
pub fn upper_camel(random: &mut Random) -> String {
    let first = capital(noun(random));
    format!("{first}{}", capital(noun(random)))
}

/// Some words for a comment or a message, without capital and full stop.
pub fn sentence(random: &mut Random) -> String {
    let mut words = vec![random.pick(VERBS).copied().unwrap_or("keep"), "the", noun(random)];
    for _ in 0..random.between(1, 4) {
        words.push(random.pick(GLUE).copied().unwrap_or("of the"));
        words.push(noun(random));
    }
    words.join(" ")
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
