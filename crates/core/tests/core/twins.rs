//! Files with the very same bytes are looked at once, as far as that is the same.

use std::sync::{Arc, Mutex};

use sixify_core::source::Memory;
use sixify_core::{Anchors, Classifier, Edit, Engine, Fix, Kind, Listing, Pass, ReadError, Serial, Source};

use crate::support::{ByName, Toy, account, places, safe};

/// A source that knows twins, and writes down what is read.
struct Twins {
    files: Memory,
    read: Mutex<Vec<String>>,
}

impl Source for Twins {
    fn list(&self) -> Result<Listing, ReadError> {
        let mut listing = self.files.list()?;
        for entry in &mut listing.files {
            let first = entry.path.split('.').next().unwrap_or_default();
            entry.twins = first.strip_prefix("twin").and_then(|n| n.get(..1)?.parse().ok());
        }
        Ok(listing)
    }

    fn read(&self, path: &str) -> Result<Arc<[u8]>, ReadError> {
        self.read.lock().expect("no panic").push(path.to_owned());
        self.files.read(path)
    }

    fn siblings(&self, folder: &str) -> Vec<String> {
        self.files.siblings(folder)
    }
}

/// The name of a file says everything.
struct Certain;

impl Classifier for Certain {
    fn by_path(&self, path: &str) -> Option<Kind> {
        ByName.by_path(path)
    }

    fn certain(&self, _: Kind) -> bool {
        true
    }

    fn worth_reading(&self, path: &str) -> bool {
        ByName.worth_reading(path)
    }

    fn by_content(&self, _: &str, _: &str) -> Option<Kind> {
        None
    }
}

#[test]
fn bytes_without_an_anchor_are_read_once_and_those_with_one_under_each_path() {
    // It says what the path says, as a codemod may that asks for neighbours.
    let toy = Toy::new("t/old", |doc, cx| {
        for span in places(&doc.text, "old") {
            cx.report(safe(span, "old", Fix::new().edit(Edit::replace(span, doc.path.as_str()))));
        }
        Ok(())
    });
    let toy = toy.anchors(Anchors(&[&["old", "too"]]));
    let files = Memory::new()
        .with("twin1a.txt", "nothing")
        .with("twin1b.txt", "nothing")
        .with("twin2a.txt", "only old, not the other word")
        .with("twin2b.txt", "only old, not the other word")
        .with("twin3a.txt", "old too")
        .with("twin3b.txt", "old too")
        .with("twin1c.host", "nothing");
    let source = Twins { files, read: Mutex::default() };
    let engine = Engine::builder().classifier(Certain).passes([Box::new(toy) as Box<dyn Pass>]);
    let plan = engine.build().expect("an engine").plan(&source, &Serial, &()).expect("a plan");
    assert_eq!(account(&plan), ["t/old 0..3 accepted", "t/old 0..3 accepted"]);
    let after: Vec<&[u8]> = plan.files.iter().map(|file| file.after.as_slice()).collect();
    assert_eq!(after, [b"twin3a.txt too".as_slice(), b"twin3b.txt too"]);
    assert_eq!(plan.ledger.files, 6);
    let mut read = source.read.into_inner().expect("no panic");
    // What has changed is looked at again.
    read.sort();
    read.dedup();
    assert_eq!(read, ["twin1a.txt", "twin2a.txt", "twin3a.txt", "twin3b.txt"]);
}
