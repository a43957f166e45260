//! # Let Java use IPv6 where code sets `java.net.preferIPv4Stack`
//!
//! ## Why it breaks
//! With `-Djava.net.preferIPv4Stack=true` every socket of a Java virtual machine is an IPv4 one:
//! on an IPv6-only host its listeners are unreachable, and nothing can be dialled. Programs hand
//! the option to the virtual machines that they start, or set the property for themselves.
//!
//! ## Examples
//! ```java before
//! class Launcher {
//!     static {
//!         System.setProperty("java.net.preferIPv4Stack", "true");
//!     }
//!
//!     void start(StringBuilder text, List<String> command, String heap) {
//!         text.append(" -Xmx1g");
//!         text.append(" -Djava.net.preferIPv4Stack=true");
//!         text.append(" -server").append(" -Djava.net.preferIPv4Stack=true").append(" Main");
//!         command.add("java");
//!         command.add("-Djava.net.preferIPv4Stack=true");
//!         command.addAll(Arrays.asList("-server", "-Djava.net.preferIPv4Stack=true", "Main"));
//!         new ProcessBuilder("java",
//!             "-Djava.net.preferIPv4Stack=true",
//!             "Main").start();
//!         String[] options = {"-server", "-Djava.net.preferIPv4Stack=true"};
//!         String line = "java -Xmx" + heap + " -Djava.net.preferIPv4Stack=true" + " -jar a.jar";
//!         String other = "java -Djava.net.preferIPv4Stack=true -jar b.jar";
//!     }
//! }
//! ```
//! ```java after unsafe
//! class Launcher {
//!
//!     void start(StringBuilder text, List<String> command, String heap) {
//!         text.append(" -Xmx1g");
//!         text.append(" -server").append(" Main");
//!         command.add("java");
//!         command.addAll(Arrays.asList("-server", "Main"));
//!         new ProcessBuilder("java",
//!             "Main").start();
//!         String[] options = {"-server"};
//!         String line = "java -Xmx" + heap + " -jar a.jar";
//!         String other = "java -jar b.jar";
//!     }
//! }
//! ```
//! Kotlin, and Gradle's scripts in it:
//! ```kotlin before path=build.gradle.kts
//! tasks.withType<Test> {
//!     jvmArgs("-Xmx1g", "-Djava.net.preferIPv4Stack=true")
//!     systemProperty("java.net.preferIPv4Stack", "true")
//!     systemProperty("user.language", "en")
//! }
//! application {
//!     applicationDefaultJvmArgs = listOf("-Djava.net.preferIPv4Stack=true")
//! }
//! ```
//! ```kotlin after unsafe path=build.gradle.kts
//! tasks.withType<Test> {
//!     jvmArgs("-Xmx1g")
//!     systemProperty("user.language", "en")
//! }
//! application {
//!     applicationDefaultJvmArgs = listOf()
//! }
//! ```
//! ```scala before
//! object Main {
//!   def options: Seq[String] = {
//!     System.setProperty("java.net.preferIPv4Stack", "true")
//!     Seq("-server", "-Djava.net.preferIPv4Stack=true")
//!   }
//! }
//! ```
//! ```scala after unsafe
//! object Main {
//!   def options: Seq[String] = {
//!     Seq("-server")
//!   }
//! }
//! ```
//! On IPv6 alone, names that have addresses of both families are dialled over IPv6:
//! ```java before mode=ipv6-only
//! class Main {
//!     void start(List<String> command) {
//!         System.setProperty("java.net.preferIPv4Stack", "true");
//!         command.add("-Djava.net.preferIPv4Stack=true");
//!     }
//! }
//! ```
//! ```java after unsafe
//! class Main {
//!     void start(List<String> command) {
//!         System.setProperty("java.net.preferIPv6Addresses", "true");
//!         command.add("-Djava.net.preferIPv6Addresses=true");
//!     }
//! }
//! ```
//! Reported: a constant that other code uses, a choice that the program makes, and what a comment explains.
//! ```java reported
//! class Options {
//!     static final String IPV4 = "-Djava.net.preferIPv4Stack=true";
//! }
//! ```
//! ```java reported
//! class Options {
//!     void add(List<String> command, boolean ipv4) {
//!         if (ipv4) {
//!             command.add("-Djava.net.preferIPv4Stack=true");
//!         }
//!     }
//! }
//! ```
//! ```java reported
//! class Options {
//!     void add(List<String> command) {
//!         // The licence server has no IPv6 address.
//!         command.add("-Djava.net.preferIPv4Stack=true");
//!         command.add("Main");
//!     }
//! }
//! ```
//! ```java reported
//! class Scoped {
//!     void run() {
//!         System.setProperty("java.net.preferIPv4Stack", "true");
//!         try {
//!             dial();
//!         } finally {
//!             System.clearProperty("java.net.preferIPv4Stack");
//!         }
//!     }
//! }
//! ```
//! Left alone: other values, questions about it, text about it.
//! ```java unchanged
//! class Options {
//!     void add(List<String> command, Properties properties) {
//!         command.add("-Djava.net.preferIPv4Stack=false");
//!         properties.setProperty("java.net.preferIPv4Stack", "false");
//!         boolean ipv4 = Boolean.getBoolean("java.net.preferIPv4Stack");
//!         log.info("Set java.net.preferIPv4Stack=true where there is no IPv6");
//!     }
//! }
//! ```
//! ```java unchanged mode=ipv6-capable
//! class Options {
//!     void add(List<String> command) {
//!         command.add("-Djava.net.preferIPv4Stack=true");
//!     }
//! }
//! ```
//!
//! ## Safety
//! Unsafe: listeners are reached wherever they were before, on every kind of host, which was
//! measured. But the option is for the whole program, and was often added for something that
//! cannot do IPv6.
//!
//! ## References
//! - evidence: Java, listeners with and without `java.net.preferIPv4Stack`, measured
//! - <https://docs.oracle.com/javase/8/docs/api/java/net/doc-files/net-properties.html>

use sixify_langs::java::{self, Call, File, Lang};
use sixify_langs::strings::Piece;
use sixify_langs::{Mode, classify, jvm};

use crate::prelude::*;

/// See the header.
pub const CODEMOD: Codemod = Codemod {
    kinds: &[classify::JAVA, classify::KOTLIN, classify::SCALA],
    anchors: Anchors(&[&["java.net.preferIPv4Stack"]]),
    specificity: 0,
    run,
};

const PROPERTY: &str = "java.net.preferIPv4Stack";
const FLAG: &str = "-Djava.net.preferIPv4Stack=true";
const IPV6_PROPERTY: &str = "java.net.preferIPv6Addresses";
const IPV6_FLAG: &str = "-Djava.net.preferIPv6Addresses=true";
const TEXTS: [&str; 5] =
    ["string_literal", "multiline_string_literal", "string", "interpolated_string_expression", "interpolated_string"];

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    let Some(file) = java::file(doc).filter(|_| policy.listeners()) else { return Ok(()) };
    let ipv6 = policy.mode == Mode::Ipv6Only && !doc.text.contains("preferIPv6Addresses");
    for node in TEXTS.iter().flat_map(|kind| file.tree.all(kind)).filter(|n| n.text().contains(FLAG)) {
        let Some(expr) = file.text_expr(node) else { continue };
        for piece in &expr.pieces {
            let Piece::Text { raw, span, .. } = *piece else { continue };
            if is_told(raw) {
                continue;
            }
            for flag in jvm::option(raw, FLAG) {
                let fix = if ipv6 {
                    Some(Fix::new().edit(Edit::replace(flag.shift(span.start), IPV6_FLAG)))
                } else {
                    without(&file, node, expr.pieces.len() == 1, raw, span, flag)
                };
                report(node.span(), "an option for a virtual machine that the program starts", fix, cx);
            }
        }
    }
    for call in file.calls().filter(|c| sets_property(&file, c)) {
        let key = call.arguments[0];
        let fix = if ipv6 {
            let at = key.text().find(PROPERTY).map(|at| Span::new(key.start() + at, key.start() + at + PROPERTY.len()));
            at.map(|span| Fix::new().edit(Edit::replace(span, IPV6_PROPERTY)))
        } else {
            // What is taken back again is set for a reason of that place.
            // A class that picks an address of the host beside it may need one of IPv4.
            let needs = ["clearProperty(\"java.net.preferIPv4Stack\")", ".getHostAddress()", "getInetAddresses()"];
            let kept = !needs.iter().any(|need| doc.text.contains(need));
            let cut = link(&call).or_else(|| statement(&file, call.node));
            cut.filter(|_| kept).map(|span| Fix::new().edit(Edit::delete(span)))
        };
        report(call.node.span(), "a property that the program sets", fix, cx);
    }
    Ok(())
}

/// Whether a text with an option is a sentence for people: `try to force -Djava.net... on your JVM`.
fn is_told(text: &str) -> bool {
    let letters = |word: &&str| word.trim_end_matches(['.', ',', ':', '!']).chars().all(char::is_alphabetic);
    text.split_whitespace().filter(letters).count() > 3
}

fn report(span: Span, what: &str, fix: Option<Fix>, cx: &mut Context<'_>) {
    let message = "makes every socket of the Java program an IPv4 one; without it, the wildcard is both families, and IPv4 alone where there is no IPv6";
    let finding = Finding::new(span, Role::Switch.name(), message)
        .because(what)
        .because("evidence: Java, listeners with and without java.net.preferIPv4Stack, measured");
    match fix {
        Some(fix) => cx.report(finding.fix(Applicability::Unsafe, fix)),
        None => cx.report(finding),
    }
}

/// `System.setProperty("java.net.preferIPv4Stack", "true")`, and the same of other holders of properties.
fn sets_property(file: &File, call: &Call<'_>) -> bool {
    let [key, value] = call.arguments.as_slice() else { return false };
    let setter =
        ["setProperty", "put", "putIfAbsent", "systemProperty", "setSystemProperty", "addProperty", "property"];
    setter.contains(&call.name)
        && file.literal(*key) == Some(PROPERTY)
        && (value.text() == "true" || value.text() == "Boolean.TRUE" || file.literal(*value) == Some("true"))
}

/// Takes the option out of a literal, or the literal out of what it stands in.
fn without(file: &File, node: Node<'_>, lone: bool, raw: &str, span: Span, flag: Span) -> Option<Fix> {
    let mut cut = jvm::with_separator(raw, flag);
    if raw.trim() == FLAG && !(raw.starts_with(' ') && raw.ends_with(' ')) {
        // The blank of a piece of a command line goes with it.
        cut = Span::new(0, raw.len());
    }
    if cut != Span::new(0, raw.len()) || !lone {
        let cut = own_line(raw, flag).unwrap_or(cut);
        return Some(Fix::new().edit(Edit::delete(cut.shift(span.start))));
    }
    // A named argument and an argument of Kotlin have a node around the value.
    let node = node.parent().filter(|p| p.is("value_argument")).unwrap_or(node);
    let holder = node.parent()?;
    let cut = match holder.kind() {
        "binary_expression" | "infix_expression" => operand(file, node, holder)?,
        "array_initializer" | "collection_literal" => element(node)?,
        "assignment_expression" | "assignment" => {
            let adds = holder.children().any(|c| !c.is_named() && c.text() == "+=");
            statement(file, holder).filter(|_| adds)?
        }
        "argument_list" | "arguments" | "value_arguments" => {
            let call = file.call(holder.parent()?)?;
            let alone = call.arguments.len() == 1;
            let list = LISTS.contains(&call.name);
            if alone && ADDERS.contains(&call.name) {
                link(&call).or_else(|| statement(file, call.node))?
            } else if alone && list && !call.creates {
                node.span()
            } else if !alone && (list || ADDERS.contains(&call.name)) {
                element(node)?
            } else {
                return None;
            }
        }
        _ => return None,
    };
    Some(Fix::new().edit(Edit::delete(cut)))
}

/// Methods that put one more text to what is there, or several.
const ADDERS: &[&str] = &[
    "add",
    "append",
    "arg",
    "args",
    "addArg",
    "addArgs",
    "addArgument",
    "addArguments",
    "addJvmArg",
    "addJvmArgs",
    "addVmArg",
    "addJvmOption",
    "jvmArg",
    "jvmArgs",
    "jvmArgsAppend",
    "jvmArgsPrepend",
    "vmArg",
    "vmArgs",
    "jvmOption",
    "jvmOptions",
    "javaOption",
    "javaOptions",
    "withJvmArg",
    "withJvmArgs",
    "withArg",
    "withArgs",
];

/// Calls whose arguments are the elements of a list.
const LISTS: &[&str] = &[
    "asList",
    "of",
    "listOf",
    "mutableListOf",
    "arrayListOf",
    "arrayOf",
    "newArrayList",
    "setOf",
    "Seq",
    "List",
    "Array",
    "Vector",
    "ProcessBuilder",
    "command",
    "withCommand",
    "addAll",
    "setJvmArgs",
];

/// The line of a text of several lines on which nothing else stands, but a margin and the sign that it goes on.
fn own_line(raw: &str, flag: Span) -> Option<Span> {
    let start = raw.get(..flag.start)?.rfind('\n')?;
    let end = flag.end + raw.get(flag.end..)?.find('\n')?;
    let lead = raw.get(start + 1..flag.start)?.trim();
    let tail = raw.get(flag.end..end)?.trim();
    (["", "|"].contains(&lead) && ["", "\\"].contains(&tail)).then_some(Span::new(start, end))
}

/// The range of an operand of a sum with its `+`, when what is left is a text still.
fn operand(file: &File, node: Node<'_>, sum: Node<'_>) -> Option<Span> {
    let (left, right) = (sum.field("left")?, sum.field("right")?);
    if node == right {
        let text = file.text_expr(left).is_some() || file.type_of(left).as_deref() == Some("String");
        return text.then(|| Span::new(left.end(), node.end())).filter(|cut| free(sum, *cut));
    }
    let text = file.text_expr(right).is_some() || file.type_of(right).as_deref() == Some("String");
    text.then(|| Span::new(node.start(), right.start())).filter(|cut| free(sum, *cut))
}

/// The range of an element of a list with one comma.
fn element(node: Node<'_>) -> Option<Span> {
    let list = node.parent()?;
    let items: Vec<Node<'_>> = list.items().collect();
    let at = items.iter().position(|i| *i == node)?;
    let cut = match (items.get(at + 1), at.checked_sub(1).and_then(|i| items.get(i))) {
        (Some(next), _) => Span::new(node.start(), next.start()),
        (None, Some(previous)) => Span::new(previous.end(), node.end()),
        (None, None) => node.span(),
    };
    free(list, cut).then_some(cut)
}

/// Whether no comment lies in a range.
fn free(around: Node<'_>, cut: Span) -> bool {
    !around.descendants().any(|n| n.is_comment() && cut.overlaps(n.span()))
}

/// The range of a call in the middle or at the end of a chain of calls: `.append("…")`.
fn link(call: &Call<'_>) -> Option<Span> {
    let receiver = call.receiver?;
    let cut = Span::new(receiver.end(), call.node.end());
    let goes_on = call.node.parent().is_some_and(|p| {
        p.is_any(&["method_invocation", "navigation_expression", "field_expression"])
            && p.items().next().is_some_and(|first| first == call.node)
    });
    let chained = receiver.is_any(&["method_invocation", "call_expression", "object_creation_expression"]);
    (goes_on || chained).then_some(cut).filter(|cut| free(call.node, *cut))
}

/// The lines of a statement that may go: it is not all that a condition decides about, and no
/// comment explains it.
fn statement(file: &File, node: Node<'_>) -> Option<Span> {
    let mut statement = node.parent().filter(|p| p.is("expression_statement")).unwrap_or(node);
    let mut block = statement.parent()?;
    let blocks =
        ["block", "constructor_body", "lambda_literal", "template_body", "source_file", "switch_block_statement_group"];
    if !block.is_any(&blocks) {
        return None;
    }
    // What a block of Scala ends with is its value.
    if file.lang == Lang::Scala && block.items().last() == Some(statement) && !block.is("template_body") {
        return None;
    }
    if block.items().count() == 1 {
        let initializer = block.parent().filter(|p| p.is_any(&["static_initializer", "anonymous_initializer"]));
        let decided = block.ancestor(&["if_statement", "if_expression", "when_entry", "for_statement"]);
        match initializer {
            Some(initializer) => (statement, block) = (initializer, initializer.parent()?),
            None if decided.is_some_and(|d| d.items().any(|i| i == block || i.holds(block))) => return None,
            None => {}
        }
    }
    let text = file.tree.text();
    let start = text.get(..statement.start())?.rfind('\n').map_or(0, |i| i + 1);
    let rest = text.get(statement.end()..)?;
    let end = statement.end() + rest.find('\n').map_or(rest.len(), |i| i + 1);
    let alone = text.get(start..statement.start())?.trim().is_empty()
        && text.get(statement.end()..end)?.trim_matches([' ', '\t', '\r', '\n', ';']).is_empty();
    let above = block.named_children().take_while(|n| *n != statement).last();
    let explained = above.is_some_and(|n| {
        n.is_comment() && file.tree.node(n.number()).line() + n.text().lines().count() == statement.line()
    });
    (alone && !explained && free(statement, statement.span())).then_some(Span::new(start, end))
}
