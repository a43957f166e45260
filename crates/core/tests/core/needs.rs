//! Imports: written once, after it is known what lands; never for a fix that lost.

use sixify_core::fix::Resolution;
use sixify_core::{Document, Edit, EditSet, Fix, Need, NeedResolver, Plan, Project, Span};

use crate::support::{Toy, account, after, builder, each, file, places, plan, plan_with, replace};

/// Imports are lines `use m` at the top. One that no text uses any more is removed.
struct Lines;

impl NeedResolver for Lines {
    fn knows(&self, doc: &Document) -> bool {
        doc.path.ends_with(".txt")
    }

    fn resolve(&self, doc: &Document, _: &Project<'_>, needs: &[Need], accepted: &EditSet) -> Resolution {
        let mut done = Resolution::default();
        for need in needs {
            match need {
                Need::Import { module, .. } if module == "missing" => {
                    done.unmet.push((need.clone(), "there is no such module".to_owned()));
                }
                Need::Import { module, .. } if module == "panics" => panic!("a resolver panics"),
                Need::Import { module, .. } if !doc.text.contains(&format!("use {module}\n")) => {
                    let at = doc.text.rfind("use ").map_or(0, |at| at + doc.text[at..].find('\n').unwrap_or(0) + 1);
                    done.edits.push(Edit::insert(at, format!("use {module}\n")));
                }
                _ => {}
            }
        }
        let text = accepted.apply(&doc.text).unwrap_or_default();
        for span in places(&doc.text, "use spare\n") {
            if !text.contains("spare.") {
                done.edits.push(Edit::delete(span));
            }
        }
        done
    }
}

fn import(module: &str) -> Need {
    Need::Import { module: module.to_owned(), member: None, local: module.to_owned() }
}

/// Replaces a literal and needs a module for it.
fn needing(id: &str, from: &'static str, to: &'static str, module: &'static str) -> Toy {
    each(id, from, move |span| Fix::new().edit(Edit::replace(span, to)).need(import(module)))
}

fn resolved(toys: impl IntoIterator<Item = Toy>, text: &str) -> Plan {
    plan_with(builder(toys).resolvers([Box::new(Lines) as Box<dyn NeedResolver>]), &file(text))
}

#[test]
fn an_import_that_several_fixes_need_is_written_once() {
    let toys = [needing("t/a", "old", "net.new", "net"), needing("t/b", "it", "net.that", "net")];
    let plan = resolved(toys, "use fmt\nold old it\n");
    assert_eq!(after(&plan, "a.txt"), "use fmt\nuse net\nnet.new net.new net.that\n");
    assert_eq!(plan.ledger.count("accepted"), 3);
    // The edits of a finding are those of the fix alone.
    assert!(plan.ledger.records.iter().all(|r| r.edits.len() == 1));
}

#[test]
fn an_import_that_is_there_is_not_written_again() {
    let plan = resolved([needing("t/a", "old", "net.new", "net")], "use net\nold\n");
    assert_eq!(after(&plan, "a.txt"), "use net\nnet.new\n");
}

#[test]
fn an_import_of_a_file_with_crlf_line_ends_has_them_too() {
    let plan = resolved([needing("t/a", "old", "net.new", "net")], "x\r\nold\r\n");
    assert_eq!(after(&plan, "a.txt"), "use net\r\nx\r\nnet.new\r\n");
}

#[test]
fn an_import_that_only_a_lost_fix_needs_is_not_written() {
    let toys = [replace("t/a", "an old x", "nothing"), needing("t/b", "old", "net.new", "net")];
    let plan = resolved(toys, "an old x\n");
    assert_eq!(after(&plan, "a.txt"), "nothing\n");
    assert_eq!(account(&plan), ["t/a 0..8 accepted", "t/b 3..6 superseded"]);
}

#[test]
fn an_import_that_a_fix_leaves_without_use_is_removed() {
    let plan = resolved([replace("t/a", "spare.old", "new")], "use fmt\nuse spare\nspare.old\n");
    assert_eq!(after(&plan, "a.txt"), "use fmt\nnew\n");
    let kept = resolved([replace("t/a", "spare.old", "new")], "use spare\nspare.old spare.x\n");
    assert_eq!(after(&kept, "a.txt"), "use spare\nnew spare.x\n");
}

#[test]
fn a_fix_whose_need_cannot_be_met_stays_out_alone() {
    let toys = [needing("t/a", "old", "m.new", "missing"), needing("t/b", "it", "net.that", "net")];
    let plan = resolved(toys, "old it\n");
    assert_eq!(after(&plan, "a.txt"), "use net\nold net.that\n");
    assert_eq!(account(&plan), ["t/a 0..3 unmet-need: there is no such module", "t/b 4..6 accepted"]);
}

#[test]
fn a_resolver_that_panics_costs_those_who_need_it() {
    let plan = resolved([needing("t/a", "old", "m.new", "panics")], "old it\n");
    assert_eq!(account(&plan), ["t/a 0..3 unmet-need: panicked: a resolver panics"]);
}

#[test]
fn without_a_resolver_a_need_is_unmet_and_other_fixes_land() {
    let plan = plan([needing("t/a", "old", "net.new", "net"), replace("t/b", "it", "that")], &file("old it\n"));
    assert_eq!(after(&plan, "a.txt"), "old that\n");
    assert_eq!(account(&plan), ["t/a 0..3 unmet-need: nothing can be imported into such files", "t/b 4..6 accepted"]);
}

#[test]
fn a_fix_may_consist_of_a_need_alone() {
    let alone = Toy::new("t/n", |doc, cx| {
        for span in places(&doc.text, "net.x").into_iter().filter(|_| !doc.text.contains("use net\n")) {
            cx.report(crate::support::safe(span, "net", Fix::new().need(import("net"))));
        }
        Ok(())
    });
    let plan = resolved([alone], "net.x\n");
    assert_eq!(after(&plan, "a.txt"), "use net\nnet.x\n");
    assert_eq!(account(&plan), ["t/n 0..5 accepted"]);
}

#[test]
fn a_fix_with_edits_elsewhere_still_gets_its_import_here() {
    let elsewhere = Toy::new("t/e", |doc, cx| {
        for span in places(&doc.text, "net.x").into_iter().filter(|_| !doc.text.contains("use net\n")) {
            let fix = Fix::new().edit_in("b.txt", Edit::replace(Span::new(0, 1), "X")).need(import("net"));
            cx.report(crate::support::safe(span, "net", fix));
        }
        Ok(())
    });
    let resolvers = [Box::new(Lines) as Box<dyn NeedResolver>];
    let plan = plan_with(builder([elsewhere]).resolvers(resolvers), &file("net.x\n").with("b.txt", "b\n"));
    assert_eq!((after(&plan, "a.txt").as_str(), after(&plan, "b.txt").as_str()), ("use net\nnet.x\n", "X\n"));
}

#[test]
fn a_fix_that_needs_an_import_comes_after_one_that_changes_the_imports() {
    let sorts = replace("t/sort", "use b\nuse a\n", "use a\nuse b\n");
    let swallows = each("t/all", "use fmt\nuse log\n", |span| Fix::new().edit(Edit::replace(span, "use slog\n")));
    let need = || needing("t/need", "old", "net.new", "net");
    // An insertion behind the replaced lines fits.
    assert_eq!(after(&resolved([sorts, need()], "use b\nuse a\nold\n"), "a.txt"), "use a\nuse b\nuse net\nnet.new\n");
    let plan = resolved([swallows, need()], "use fmt\nuse log\n\nold\n");
    assert_eq!(after(&plan, "a.txt"), "use slog\nuse net\n\nnet.new\n");
    // One inside of them waits a round.
    let inside = each("t/cut", "use log\nx", |span| Fix::new().edit(Edit::replace(span, "use slog\ny")));
    let plan = resolved([inside, need()], "use fmt\nuse log\nx\nold\n");
    assert_eq!(after(&plan, "a.txt"), "use fmt\nuse slog\nuse net\ny\nnet.new\n");
    assert_eq!(plan.ledger.records.iter().map(|r| r.round).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn a_fix_that_is_in_the_way_of_its_own_import_is_told_so() {
    let own =
        each("t/own", "use log\nx", |span| Fix::new().edit(Edit::replace(span, "use slog\ny")).need(import("net")));
    let plan = resolved([own, replace("t/good", "it", "that")], "use log\nx\nit\n");
    assert_eq!(after(&plan, "a.txt"), "use log\nx\nthat\n");
    let why = "t/own 0..9 unmet-need: it changes the place of the import that it needs";
    assert_eq!(account(&plan), [why, "t/good 10..12 accepted"]);
}
