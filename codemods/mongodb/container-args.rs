//! # Let mongo containers without arguments listen on IPv6 too
//!
//! ## Why it breaks
//! A container of the image `mongo` that is given no arguments listens on IPv4 only: the entry
//! point adds `--bind_ip_all`, but IPv6 sockets need `--ipv6`.
//!
//! ## Examples
//! ```yaml before
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   name: carts-db
//! spec:
//!   template:
//!     spec:
//!       containers:
//!       - name: carts-db
//!         image: mongo
//!
//!         ports:
//!         - name: mongo
//!           containerPort: 27017
//! ```
//! ```yaml after unsafe
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   name: carts-db
//! spec:
//!   template:
//!     spec:
//!       containers:
//!       - name: carts-db
//!         image: mongo
//!         args:
//!         - --ipv6
//!         - --bind_ip_all
//!
//!         ports:
//!         - name: mongo
//!           containerPort: 27017
//! ```
//! Services of compose files; `--bind_ip_all` came with 3.6:
//! ```yaml before path=docker-compose.yml
//! services:
//!   carts-db:
//!     image: mongo:3.4 # old
//!     cap_drop:
//!       - all
//!   orders-db:
//!     image: "mongo:5"
//! ```
//! ```yaml after unsafe path=docker-compose.yml
//! services:
//!   carts-db:
//!     image: mongo:3.4 # old
//!     command:
//!       - --ipv6
//!     cap_drop:
//!       - all
//!   orders-db:
//!     image: "mongo:5"
//!     command:
//!       - --ipv6
//!       - --bind_ip_all
//! ```
//! In a chart, with the image from the values of the chart:
//! ```yaml before path=chart/templates/db.yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   name: db
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: db
//!           image: {{if .Values.registry}}{{ .Values.registry }}/{{end}}{{ .Values.db.repo }}:{{ .Values.db.tag }}
//!           resources:
//! {{ toYaml .Values.db.resources | indent 12 }}
//!           {{- if .Values.debug }}
//!           tty: true
//!           {{- end }}
//! ```
//! ```yaml before path=chart/Chart.yaml
//! name: db
//! ```
//! ```yaml before path=chart/values.yaml
//! registry: ""
//! db:
//!   repo: mongo
//!   tag: 4.4.0
//! ```
//! ```yaml after unsafe path=chart/templates/db.yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   name: db
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: db
//!           image: {{if .Values.registry}}{{ .Values.registry }}/{{end}}{{ .Values.db.repo }}:{{ .Values.db.tag }}
//!           args:
//!             - --ipv6
//!             - --bind_ip_all
//!           resources:
//! {{ toYaml .Values.db.resources | indent 12 }}
//!           {{- if .Values.debug }}
//!           tty: true
//!           {{- end }}
//! ```
//! Images of others are configured by other means; a version that nobody can tell is not guessed:
//! ```yaml reported path=docker-compose.yml
//! services:
//!   a:
//!     image: bitnami/mongodb:6.0
//! ```
//! ```yaml reported path=docker-compose.yml
//! services:
//!   a:
//!     image: mongo@sha256:0123
//! ```
//! Left alone: arguments of any kind, other images, what a template gives, what a service gets from
//! elsewhere.
//! ```yaml unchanged
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   name: db
//! spec:
//!   initContainers:
//!   - name: wait
//!     image: mongo
//!   containers:
//!   - name: empty
//!     image: mongo
//!     args: []
//!   - name: own
//!     image: mongo
//!     command: [mongod, --ipv6, --bind_ip_all]
//!   - name: express
//!     image: mongo-express:1
//!   - name: exporter
//!     image: percona/mongodb_exporter:0.40
//!   - name: user-db
//!     image: weaveworksdemos/user-db:0.3.0
//!   - name: values
//!     image: {{ .Values.image }}
//!   - name: more
//!     image: mongo
//!     {{- toYaml .Values.more | nindent 4 }}
//! ```
//! ```yaml unchanged path=compose.yaml
//! x-db: &db
//!   image: mongo
//! services:
//!   a:
//!     <<: *db
//!     image: mongo
//!   b:
//!     image: mongo
//!     command: mongod --ipv6
//!   c:
//!     image: mongo
//!     build: .
//! ```
//! ```yaml unchanged mode=ipv6-capable path=compose.yaml
//! services:
//!   a:
//!     image: mongo
//! ```
//!
//! ## Safety
//! Unsafe: read in the sources of mongod and of the image, and not run. On kernels without IPv6,
//! versions before 5.0 stop with `--ipv6`.
//!
//! ## References
//! - source: mongod and docker-library/mongo
//! - <https://github.com/docker-library/mongo> (docker-entrypoint.sh)

use sixify_langs::classify::YAML;
use sixify_langs::command::{ImageRef, Version};
use sixify_langs::yaml::kubernetes::containers;
use sixify_langs::yaml::{Map, Stream, Value, compose, edit, helm};

use crate::commands::catalog;
use crate::prelude::*;

pub(crate) const CODEMOD: Codemod =
    Codemod { kinds: &[YAML], anchors: Anchors(&[&["image", "mongo"], &["image", ".Values."]]), specificity: 0, run };

const EVIDENCE: &str = "source: mongod listens on IPv6 with --ipv6 only";

/// A container or service without arguments.
struct Place<'a> {
    map: &'a Map,
    /// The document it stands in, for the style of its lists.
    around: &'a Value,
    /// The key that takes arguments.
    key: &'static str,
    what: String,
}

fn run(doc: &Document, cx: &mut Context<'_>) -> Result<(), PassError> {
    if !Policy::of(cx.options()).listeners() {
        return Ok(());
    }
    let stream = Stream::of(doc);
    for container in containers(&stream).into_iter().filter(|c| !c.init) {
        let what = format!("container {}", container.name);
        look(doc, &Place { map: container.map, around: container.object.root, key: "args", what }, cx);
    }
    for service in compose::services(&stream).into_iter().filter(|s| !s.map.has("build")) {
        let what = format!("service {}", service.name);
        look(doc, &Place { map: service.map, around: service.root, key: "command", what }, cx);
    }
    Ok(())
}

fn look(doc: &Document, place: &Place<'_>, cx: &mut Context<'_>) {
    let has = |key: &str| place.map.has(key);
    let Some(entry) = place.map.entry("image") else { return };
    let Some((image, source)) = image(doc, &entry.value, cx) else { return };
    if place.map.open || ["command", "args", "entrypoint", "extends"].into_iter().any(has) {
        return;
    }
    let report = |message: String| {
        let finding = Finding::new(entry.value.span, Role::Switch.name(), message);
        finding.because(place.what.clone()).because_all(source.clone()).because(EVIDENCE)
    };
    if image.name() == "mongodb" && image.repository.contains("bitnami") {
        cx.report(report(
            "mongod listens on IPv6 with MONGODB_ENABLE_IPV6=yes only; the images of Bitnami take no flags".to_owned(),
        ));
        return;
    }
    let Some(facts) = catalog().image(&image).filter(|facts| facts.program == "mongod") else { return };
    let Some(version) = facts.version(&image) else {
        cx.report(report("mongod listens on IPv4 only; the image does not tell the version, so add --ipv6 (and --bind_ip_all for 3.6 and later) by hand".to_owned()));
        return;
    };
    let flags = arguments(&version);
    let offset = edit::sequence_offset(place.around).unwrap_or(if place.key == "args" { 0 } else { 2 });
    let Some(edit) = edit::insert_sequence(&doc.text, place.map, entry, place.key, &flags, offset) else { return };
    let message = format!(
        "mongod of {image} listens on IPv4 only; with `--ipv6` it listens on both families, and kernels without IPv6 may stop it"
    );
    cx.report(report(message).fix(Applicability::Unsafe, Fix::new().edit(edit)));
}

/// The image, and where it comes from when a template gives it.
fn image(doc: &Document, value: &Value, cx: &Context<'_>) -> Option<(ImageRef, Option<String>)> {
    let scalar = value.scalar()?;
    if let Some(text) = scalar.fixed() {
        return Some((ImageRef::parse(text)?, None));
    }
    let values = helm::values(cx.project(), &doc.path)?;
    let image = ImageRef::parse(&helm::expand(scalar.text(), &values)?)?;
    let source = format!("{} gives the image {image}", values.path);
    Some((image, Some(source)))
}

/// The entry point would add `--bind_ip_all` itself; said here, it holds with any entry point.
fn arguments(version: &Version) -> Vec<String> {
    let all = version.at_least(&[3, 6]).then(|| "--bind_ip_all".to_owned());
    std::iter::once("--ipv6".to_owned()).chain(all).collect()
}
