//! The layouts in which every example must hold.

use crate::example::{Example, ExampleFile, Expectation};

/// A way of writing the files of an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variant {
    AsWritten,
    CrLf,
    Bom,
    NoFinalNewline,
    BrokenElsewhere,
}

impl Variant {
    pub(crate) const ALL: [Variant; 5] =
        [Variant::AsWritten, Variant::CrLf, Variant::Bom, Variant::NoFinalNewline, Variant::BrokenElsewhere];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Variant::AsWritten => "as written",
            Variant::CrLf => "with CRLF",
            Variant::Bom => "with a byte order mark",
            Variant::NoFinalNewline => "without a final newline",
            Variant::BrokenElsewhere => "with a syntax error elsewhere",
        }
    }

    /// The example written this way; `None` where the way makes no sense for its files.
    pub(crate) fn apply(self, example: &Example) -> Option<Example> {
        let mut example = example.clone();
        let mut possible = true;
        let mut change = |files: &mut Vec<ExampleFile>| {
            for file in files {
                match self.text(&file.path, &file.text) {
                    Some(text) => file.text = text,
                    None => possible = false,
                }
            }
        };
        change(&mut example.files);
        if let Expectation::Becomes(files) = &mut example.expect {
            change(files);
        }
        possible.then_some(example)
    }

    fn text(self, path: &str, text: &str) -> Option<String> {
        match self {
            Variant::AsWritten => Some(text.to_owned()),
            Variant::CrLf => Some(text.replace('\n', "\r\n")),
            Variant::Bom => Some(format!("\u{feff}{text}")),
            Variant::NoFinalNewline => Some(text.strip_suffix('\n').unwrap_or(text).to_owned()),
            Variant::BrokenElsewhere => broken(path).map(|error| format!("{text}{error}")),
        }
    }
}

/// A syntax error to put behind a file, far enough from what is before it to leave that alone.
fn broken(path: &str) -> Option<&'static str> {
    let extension = path.rsplit('.').next()?;
    Some(match extension {
        "go" => "\nfunc broken( {\n",
        "js" | "mjs" | "cjs" | "ts" | "tsx" | "jsx" => "\nfunction broken( {\n",
        "java" => "\nclass Broken { void m( { }\n",
        "kt" => "\nfun broken( {\n",
        "scala" => "\ndef broken( = {\n",
        "rs" => "\nfn broken( {\n",
        "c" | "cc" | "cpp" | "h" => "\nvoid broken( {\n",
        "rb" => "\ndef broken(\n",
        "php" => "\nfunction broken( {\n",
        "cs" => "\nclass Broken { void M( { }\n",
        "py" => "\ndef broken(:\n",
        _ => return None,
    })
}
