//! # Let Java use IPv6 (`java.net.preferIPv4Stack`)
//!
//! ## Why it breaks
//! With `-Djava.net.preferIPv4Stack=true` every socket of a Java virtual machine is an IPv4 one:
//! on an IPv6-only host its listeners are unreachable, and nothing can be dialled. Without it,
//! the wildcard is both families, and IPv4 alone where there is no IPv6.
//!
//! ## Examples
//! ```dockerfile before
//! FROM eclipse-temurin:17
//! ENV JAVA_OPTS="-Xmx1g -Djava.net.preferIPv4Stack=true -Dfile.encoding=UTF-8" \
//!     CATALINA_OPTS=-Djava.net.preferIPv4Stack=true
//! ENV JAVA_TOOL_OPTIONS -Djava.net.preferIPv4Stack=true -Xmx1g
//! CMD ["java", "-Djava.net.preferIPv4Stack=true", "-jar", "app.jar"]
//!
//! FROM eclipse-temurin:17
//! CMD exec java -Xmx1g \
//!     -Djava.net.preferIPv4Stack=true \
//!     -jar app.jar
//! ```
//! ```dockerfile after unsafe
//! FROM eclipse-temurin:17
//! ENV JAVA_OPTS="-Xmx1g -Dfile.encoding=UTF-8" \
//!     CATALINA_OPTS=""
//! ENV JAVA_TOOL_OPTIONS -Xmx1g
//! CMD ["java", "-jar", "app.jar"]
//!
//! FROM eclipse-temurin:17
//! CMD exec java -Xmx1g \
//!     -jar app.jar
//! ```
//! ```yaml before
//! apiVersion: apps/v1
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!       - name: web
//!         image: web
//!         command: [java, "-Djava.net.preferIPv4Stack=true", -jar, web.jar]
//!         env:
//!         - name: JAVA_OPTS
//!           value: -Xmx1g -Djava.net.preferIPv4Stack=true # heap
//!         - name: JVM_ARGS
//!           value: "-Djava.net.preferIPv4Stack=true"
//!       - name: shell
//!         image: web
//!         command:
//!         - sh
//!         - -c
//!         - exec java -Djava.net.preferIPv4Stack=true $JAVA_OPTS -jar web.jar
//!       - name: list
//!         image: web
//!         args:
//!         - java
//!         - -Djava.net.preferIPv4Stack=true
//!         - -jar
//!         - web.jar
//! ```
//! ```yaml after unsafe
//! apiVersion: apps/v1
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!       - name: web
//!         image: web
//!         command: [java, -jar, web.jar]
//!         env:
//!         - name: JAVA_OPTS
//!           value: -Xmx1g # heap
//!         - name: JVM_ARGS
//!           value: ""
//!       - name: shell
//!         image: web
//!         command:
//!         - sh
//!         - -c
//!         - exec java $JAVA_OPTS -jar web.jar
//!       - name: list
//!         image: web
//!         args:
//!         - java
//!         - -jar
//!         - web.jar
//! ```
//! ```yaml before path=compose.yaml
//! services:
//!   a:
//!     image: a
//!     environment:
//!       JAVA_OPTS: -Djava.net.preferIPv4Stack=true
//!   b:
//!     image: a
//!     environment:
//!       - JAVA_OPTS=-Djava.net.preferIPv4Stack=true -Xmx1g
//!     command: java -Djava.net.preferIPv4Stack=true -jar b.jar
//! ```
//! ```yaml after unsafe path=compose.yaml
//! services:
//!   a:
//!     image: a
//!     environment:
//!       JAVA_OPTS: ""
//!   b:
//!     image: a
//!     environment:
//!       - JAVA_OPTS=-Xmx1g
//!     command: java -jar b.jar
//! ```
//! Shell scripts, over continued lines too:
//! ```sh before
//! JAVA_OPTS="$JAVA_OPTS $LOG_OPTS \
//!    -Djava.net.preferIPv4Stack=true \
//!    -Dbase=$ROOT"
//! EXTRA_OPTS="$EXTRA_OPTS -Djava.net.preferIPv4Stack=true"
//! export JAVA_TOOL_OPTIONS='-Djava.net.preferIPv4Stack=true'
//! MAVEN_OPTS=-Djava.net.preferIPv4Stack=true mvn test
//! "$JAVA_HOME/bin/java" -cp lib -Djava.net.preferIPv4Stack=true Main
//! ```
//! ```sh after unsafe
//! JAVA_OPTS="$JAVA_OPTS $LOG_OPTS \
//!    -Dbase=$ROOT"
//! export JAVA_TOOL_OPTIONS=''
//! MAVEN_OPTS= mvn test
//! "$JAVA_HOME/bin/java" -cp lib Main
//! ```
//! A line of its own goes as a whole:
//! ```dockerfile before
//! FROM a
//! CMD java -ea      \
//!   $JAVA_OPTS      \
//!   -Djava.net.preferIPv4Stack=true \
//!   -jar app.jar
//! ```
//! ```dockerfile after unsafe
//! FROM a
//! CMD java -ea      \
//!   $JAVA_OPTS      \
//!   -jar app.jar
//! ```
//! Files of command lines:
//! ```text before path=Procfile
//! web: java $JAVA_OPTS -Djava.net.preferIPv4Stack=true -jar target/app.jar
//! ```
//! ```text after unsafe path=Procfile
//! web: java $JAVA_OPTS -jar target/app.jar
//! ```
//! ```text before path=app.service
//! [Service]
//! ExecStart=/usr/bin/java -Djava.net.preferIPv4Stack=true -jar /opt/app.jar
//! ```
//! ```text after unsafe path=app.service
//! [Service]
//! ExecStart=/usr/bin/java -jar /opt/app.jar
//! ```
//! Files of options; a line that a comment explains becomes a comment itself:
//! ```text before path=conf/jvm.options
//! -Xmx1g
//! -Djava.net.preferIPv4Stack=true
//! # Prefer IPv4.
//! -Djava.net.preferIPv4Stack=true
//! ```
//! ```text after unsafe path=conf/jvm.options
//! -Xmx1g
//! # Prefer IPv4.
//! #-Djava.net.preferIPv4Stack=true
//! ```
//! ```xml before path=pom.xml
//! <project>
//!   <build>
//!     <jvmArguments>-Xmx1g -Djava.net.preferIPv4Stack=true</jvmArguments>
//!     <arguments>
//!       <argument>-Djava.net.preferIPv4Stack=true</argument>
//!       <argument>Main</argument>
//!     </arguments>
//!   </build>
//! </project>
//! ```
//! ```xml after unsafe path=pom.xml
//! <project>
//!   <build>
//!     <jvmArguments>-Xmx1g</jvmArguments>
//!     <arguments>
//!       <argument>Main</argument>
//!     </arguments>
//!   </build>
//! </project>
//! ```
//! On IPv6 alone, names that have addresses of both families are dialled over IPv6:
//! ```dockerfile before mode=ipv6-only
//! FROM a
//! ENV JAVA_OPTS="-Djava.net.preferIPv4Stack=true -Xmx1g"
//! CMD java -Djava.net.preferIPv4Stack=true -jar a.jar
//! ```
//! ```dockerfile after unsafe
//! FROM a
//! ENV JAVA_OPTS="-Djava.net.preferIPv6Addresses=true -Xmx1g"
//! CMD java -Djava.net.preferIPv6Addresses=true -jar a.jar
//! ```
//! Reported: Hadoop and HBase, which do not support IPv6; the machine that runs tests; properties that are
//! set by other means; a comment that would be lost.
//! ```sh reported
//! export HADOOP_OPTS="-Djava.net.preferIPv4Stack=true $HADOOP_CLIENT_OPTS"
//! ```
//! ```xml reported path=pom.xml
//! <project>
//!   <argLine>-Xmx1g -Djava.net.preferIPv4Stack=true</argLine>
//!   <systemPropertyVariables>
//!     <java.net.preferIPv4Stack>true</java.net.preferIPv4Stack>
//!   </systemPropertyVariables>
//! </project>
//! ```
//! ```yaml reported
//! apiVersion: v1
//! kind: Pod
//! spec:
//!   containers:
//!   - name: a
//!     command:
//!     - java
//!     - -Djava.net.preferIPv4Stack=true # no IPv6 in the old data centre
//!     - Main
//! ```
//! An instruction that would have no value left, and a branch of a template with nothing in it:
//! ```dockerfile reported
//! FROM a
//! ENV JAVA_TOOL_OPTIONS -Djava.net.preferIPv4Stack=true
//! ```
//! ```yaml reported
//! apiVersion: v1
//! kind: Pod
//! spec:
//!   containers:
//!   - name: a
//!     command:
//!     - java
//!     {{- if .Values.ipv4 }}
//!     - -Djava.net.preferIPv4Stack=true
//!     {{- end }}
//!     - Main
//! ```
//! Left alone: other values, other options, text about it, comments.
//! ```dockerfile unchanged
//! FROM a
//! # ENV JAVA_OPTS=-Djava.net.preferIPv4Stack=true
//! ENV JAVA_OPTS="-Djava.net.preferIPv4Stack=false -Djava.net.preferIPv6Addresses=true"
//! ENV HELP="set java.net.preferIPv4Stack=true"
//! ENV OTHER=-Djava.net.preferIPv4Stack=trueish
//! RUN echo -Djava.net.preferIPv4Stack=true
//! RUN sed -i s/-Djava.net.preferIPv4Stack=true// conf
//! ```
//! ```sh unchanged
//! # java -Djava.net.preferIPv4Stack=true
//! grep -e -Djava.net.preferIPv4Stack=true conf/jvm.options
//! echo "java -Djava.net.preferIPv4Stack=true"
//! java -Djava.net.preferIPv4Stack=$STACK Main
//! ```
//! ```text unchanged path=conf/jvm.options
//! #-Djava.net.preferIPv4Stack=true
//! -Djava.net.preferIPv4Stack=false
//! ```
//! ```xml unchanged path=pom.xml
//! <project>
//!   <!-- <argLine>-Djava.net.preferIPv4Stack=true</argLine> -->
//!   <description>needs -Djava.net.preferIPv4Stack=true no more</description>
//! </project>
//! ```
//! ```dockerfile unchanged mode=ipv6-capable
//! FROM a
//! ENV JAVA_OPTS=-Djava.net.preferIPv4Stack=true
//! ```
//!
//! ## Safety
//! Unsafe: listeners are reached wherever they were before, on every kind of host, which was
//! measured. But the flag is for the whole program, and was often added for something that cannot
//! do IPv6: a cluster library, a licence check, a parser of addresses.
//!
//! ## References
//! - evidence: Java, listeners with and without `java.net.preferIPv4Stack`, measured
//! - <https://docs.oracle.com/javase/8/docs/api/java/net/doc-files/net-properties.html>

use sixify_langs::classify::{DOCKERFILE, JVM_OPTIONS, MAVEN_POM, PROCFILE, SHELL, SUPERVISORD, SYSTEMD_SERVICE, YAML};
use sixify_langs::command::{Change, Command, Purpose, commands};
use sixify_langs::env::{Variable, variables};
use sixify_langs::syntax::Tree;
use sixify_langs::yaml::template;
use sixify_langs::{Grammar, Mode, jvm, xml};

use crate::prelude::*;

pub(crate) const CODEMOD: Codemod = Codemod {
    kinds: &[DOCKERFILE, YAML, SHELL, JVM_OPTIONS, MAVEN_POM, PROCFILE, SYSTEMD_SERVICE, SUPERVISORD],
    anchors: Anchors(&[&["java.net.preferIPv4Stack"]]),
    specificity: 0,
    run,
};

const FLAG: &str = "-Djava.net.preferIPv4Stack=true";
const IPV6: &str = "-Djava.net.preferIPv6Addresses=true";
const EVIDENCE: &str = "evidence: Java, listeners with and without java.net.preferIPv4Stack, measured";

/// What is to stand in the place of the flag.
#[derive(Clone, Copy)]
struct Wanted(Option<&'static str>);

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    let policy = Policy::of(cx.options());
    if !policy.listeners() {
        return Ok(());
    }
    // A virtual machine that is told already is not told twice.
    let told = doc.text.contains("preferIPv6Addresses");
    let wanted = Wanted((policy.mode == Mode::Ipv6Only && !told).then_some(IPV6));
    match doc.kind {
        JVM_OPTIONS => lines(doc, wanted, cx),
        MAVEN_POM => pom(doc, wanted, cx),
        _ => {
            variables(doc).iter().for_each(|v| variable(doc, v, wanted, cx));
            commands(doc).iter().for_each(|c| command(doc, c, wanted, cx));
            if doc.kind == SHELL {
                assignments(doc, wanted, cx);
            }
        }
    }
    Ok(())
}

fn report(span: Span, what: String, fix: Option<Fix>, cx: &mut Context<'_>) {
    let message = "makes every socket of the Java program an IPv4 one; without it, the wildcard is both families, and IPv4 alone where there is no IPv6";
    let finding = Finding::new(span, Role::Switch.name(), message).because(what).because(EVIDENCE);
    match fix {
        Some(fix) => cx.report(finding.fix(Applicability::Unsafe, fix)),
        None => cx.report(finding),
    }
}

/// Edits of a text of options: the flag goes with one separator, or something takes its place.
fn parts(text: &str, wanted: Wanted) -> Vec<(Span, String)> {
    let part = |flag: Span| match wanted.0 {
        Some(other) => (flag, other.to_owned()),
        None => (jvm::with_separator(text, flag), String::new()),
    };
    jvm::option(text, FLAG).into_iter().map(part).collect()
}

/// Hadoop and its relatives do not support IPv6, and set the flag for that reason.
fn needs_it(name: &str) -> bool {
    ["HADOOP", "HBASE", "YARN", "HDFS", "MAPRED"].iter().any(|product| name.starts_with(product))
}

fn variable(doc: &Document, variable: &Variable, wanted: Wanted, cx: &mut Context<'_>) {
    let parts = parts(&variable.value, wanted);
    // What scripts set is taken as a whole.
    if parts.is_empty() || doc.kind == SHELL && adds_alone(&variable.name, &variable.value) {
        return;
    }
    if needs_it(&variable.name) {
        return report(variable.span, format!("{} of {}", variable.name, variable.what), None, cx);
    }
    // An empty value stays one, where nothing else would: the name may have a value elsewhere.
    let bare = variable.value == FLAG && doc.kind == DOCKERFILE && variable.span.text(&doc.text) == FLAG;
    let assigned = doc.text.get(..variable.span.start).is_some_and(|before| before.ends_with('='));
    let edits = if bare && wanted.0.is_none() {
        assigned.then(|| vec![Edit::replace(variable.span, "\"\"")])
    } else {
        variable.replace(doc, &parts)
    };
    let fix = edits.map(|edits| Fix::new().edits(edits));
    report(variable.span, format!("{} in {}", variable.name, variable.what), fix, cx);
}

fn command(doc: &Document, command: &Command, wanted: Wanted, cx: &mut Context<'_>) {
    for (number, word) in command.words.iter().enumerate().filter(|(_, word)| word.value == FLAG) {
        if !runs_java(command, number) {
            continue;
        }
        let change = match wanted.0 {
            Some(other) => Change::new().replace(number, other),
            None => Change::new().remove(number),
        };
        let fix = command.edits(doc, &change).map(|edits| Fix::new().edits(edits));
        report(word.span, command.what.clone(), fix, cx);
    }
}

/// Whether the words before an option are a program that hands it to a virtual machine. Of an
/// image's own entry point, only the option itself tells.
fn runs_java(command: &Command, number: usize) -> bool {
    const PROGRAMS: [&str; 9] = ["java", "javaw", "mvn", "mvnw", "gradle", "gradlew", "sbt", "ant", "jbang"];
    let named = |word: &str| {
        let name = word.trim_end_matches('}').rsplit('/').next().unwrap_or(word);
        PROGRAMS.contains(&name) || ["$JAVA", "$JAVACMD", "$JAVA_CMD", "${JAVA", "${JAVACMD"].contains(&name)
    };
    let before = command.words.iter().take(number);
    let entrypoint = command.through_entrypoint && command.purpose == Purpose::Start;
    entrypoint || before.map(|word| word.value.as_str()).any(named)
}

/// Whether a variable is given itself and the flag: without the flag, nothing is said.
fn adds_alone(name: &str, value: &str) -> bool {
    let rest: Vec<&str> = value.split_whitespace().filter(|word| *word != FLAG).collect();
    matches!(rest.as_slice(), [own] if *own == format!("${name}") || *own == format!("${{{name}}}"))
}

/// `JAVA_OPTS="..."` in a shell script.
fn assignments(doc: &Document, wanted: Wanted, cx: &mut Context<'_>) {
    let masked = template::mask(&doc.text);
    let Some(tree) = Tree::parse(Grammar::Shell, &masked.text) else { return };
    for node in tree.all("variable_assignment").filter(|n| !n.has_error()) {
        let (Some(name), Some(value)) = (node.field("name"), node.field("value")) else { continue };
        let quoted = value.is_any(&["string", "raw_string"]);
        let quotes = usize::from(quoted);
        let inner = Span::new(value.span().start + quotes, value.span().end.saturating_sub(quotes));
        if !quoted && !value.is("word") {
            continue;
        }
        let found = parts(inner.text(&doc.text), wanted);
        if found.is_empty() {
            continue;
        }
        let adds = wanted.0.is_none() && adds_alone(name.text(), inner.text(&doc.text));
        let statement = node.parent().filter(|p| p.is("declaration_command") && p.items().count() == 1).unwrap_or(node);
        let edits = match own_line(&doc.text, statement.span()).filter(|_| adds) {
            Some(line) => vec![Edit::delete(line)],
            None => found.into_iter().map(|(span, text)| Edit::replace(span.shift(inner.start), text)).collect(),
        };
        let fix = (!needs_it(name.text())).then(|| Fix::new().edits(edits));
        report(value.span(), format!("the script sets {}", name.text()), fix, cx);
    }
}

fn lines(doc: &Document, wanted: Wanted, cx: &mut Context<'_>) {
    for (span, edit) in jvm::from_lines(&doc.text, FLAG) {
        let edit = match wanted.0 {
            Some(other) => {
                let Some(at) = span.text(&doc.text).find(FLAG).map(|at| span.start + at) else { continue };
                Edit::replace(Span::new(at, at + FLAG.len()), other)
            }
            None => edit,
        };
        report(span, "options of a Java virtual machine".to_owned(), Some(Fix::new().edit(edit)), cx);
    }
}

/// Elements of a `pom.xml` that hold options, or one of them.
fn pom(doc: &Document, wanted: Wanted, cx: &mut Context<'_>) {
    const OPTIONS: [&str; 10] = [
        "argLine",
        "jvmArguments",
        "argument",
        "arg",
        "jvmArg",
        "jvmarg",
        "jvmArgs",
        "vmArgs",
        "javaOpts",
        "commandlineArgs",
    ];
    for element in xml::leaves(&doc.text) {
        let name = element.name.as_str();
        let text = element.inner.text(&doc.text);
        if name == "java.net.preferIPv4Stack" && text.trim() == "true" {
            report(element.span, "a property of pom.xml".to_owned(), None, cx);
        }
        let found = parts(text, wanted);
        if found.is_empty() || !(OPTIONS.contains(&name) || name.ends_with("argLine")) {
            continue;
        }
        let fix = if name.ends_with("argLine") {
            // The machine of the tests, whose authors know their hosts.
            None
        } else if text.trim() == FLAG && wanted.0.is_none() {
            let item = ["argument", "arg", "jvmArg", "jvmarg"].contains(&name) && element.siblings > 0;
            item.then(|| own_line(&doc.text, element.span)).flatten().map(|line| Fix::new().edit(Edit::delete(line)))
        } else {
            let edits = found.into_iter().map(|(span, text)| Edit::replace(span.shift(element.inner.start), text));
            Some(Fix::new().edits(edits))
        };
        report(element.span, format!("{name} of pom.xml"), fix, cx);
    }
}

/// The line of a range that stands alone on it.
fn own_line(text: &str, span: Span) -> Option<Span> {
    let start = text.get(..span.start)?.rfind('\n').map_or(0, |i| i + 1);
    let rest = text.get(span.end..)?;
    let length = rest.find('\n').map_or(rest.len(), |i| i + 1);
    let alone = text.get(start..span.start)?.trim().is_empty() && rest.get(..length)?.trim().is_empty();
    alone.then_some(Span::new(start, span.end + length))
}
