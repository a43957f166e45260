//! Scripts in the pipelines of build services, and in the tasks of Ansible.

use sixify_core::Document;

use crate::command::Purpose;
use crate::command::collect::{Collector, Context};
use crate::yaml::{Data, Stream, Value};

/// Whether a file is a pipeline by its place, or holds tasks.
pub(super) fn is_pipeline(path: &str) -> bool {
    const PLACES: [&str; 10] = [
        ".github/",
        ".gitea/",
        ".forgejo/",
        ".gitlab-ci",
        ".circleci/",
        ".woodpecker",
        "azure-pipelines",
        "bitbucket-pipelines",
        ".travis.",
        ".drone.",
    ];
    const TASKS: [&str; 3] = ["tasks/", "handlers/", "playbooks/"];
    PLACES.iter().chain(&TASKS).any(|place| path.contains(place)) || path.ends_with("/action.yml")
}

/// Keys whose texts a shell runs, or lists of such texts.
const KEYS: [&str; 11] = [
    "run",
    "script",
    "before_script",
    "after_script",
    "install",
    "bash",
    "commands",
    "shell",
    "command",
    "ansible.builtin.shell",
    "ansible.builtin.command",
];

pub(super) fn collect(doc: &Document, stream: &Stream, out: &mut Collector) {
    for root in &stream.roots {
        root.walk(&mut |path, value| {
            let key = path.rsplit('.').next().unwrap_or(path);
            let dotted = path.rsplit_once("ansible.builtin.").map(|(_, tail)| format!("ansible.builtin.{tail}"));
            if KEYS.contains(&key) || dotted.is_some_and(|key| KEYS.contains(&key.as_str())) {
                scripts(doc, value, out);
            }
        });
    }
}

fn scripts(doc: &Document, value: &Value, out: &mut Collector) {
    let context = Context::new(Purpose::Script);
    match &value.data {
        Data::Scalar(scalar) => super::script(doc, scalar, &context, out),
        Data::Seq(seq) => {
            for scalar in seq.items.iter().filter_map(|item| item.value.scalar()) {
                super::script(doc, scalar, &context, out);
            }
        }
        _ => {}
    }
}
