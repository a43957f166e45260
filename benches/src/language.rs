//! The languages that have budgets.

use clap::ValueEnum;
use sixify::pass::{Anchors, Kind, kinds};
use sixify::{Pass, codemods};

/// A language, or two that live in the same repositories.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// Go.
    Go,
    /// JavaScript and TypeScript.
    Js,
    /// C#.
    Csharp,
}

/// One sort of files in a generated tree.
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    /// The end of its file names.
    pub extension: &'static str,
    /// What its files grow from.
    pub template: &'static str,
    /// How many of 1000 files are of this sort.
    pub permille: usize,
    /// What ast-grep calls it.
    pub ast_grep: &'static str,
}

/// What a run may cost, compared with other programs on the same files.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Wall time at most so many times that of ripgrep.
    pub of_ripgrep: f64,
    /// Wall time of ast-grep at least so many times that of sixify.
    pub below_ast_grep: f64,
}

/// The most memory that a run may hold at once, in bytes.
pub const MEMORY: u64 = 64 * 1024 * 1024;

/// What a codemod may cost where its anchors are not in any file, as a share of the whole run.
pub const IDLE: f64 = 0.01;

const GO: [Dialect; 1] =
    [Dialect { extension: "go", template: include_str!("../trees/go.txt"), permille: 1000, ast_grep: "Go" }];
const JS: [Dialect; 3] = [
    Dialect {
        extension: "ts",
        template: include_str!("../trees/typescript.txt"),
        permille: 500,
        ast_grep: "TypeScript",
    },
    Dialect {
        extension: "js",
        template: include_str!("../trees/javascript.txt"),
        permille: 350,
        ast_grep: "JavaScript",
    },
    Dialect { extension: "tsx", template: include_str!("../trees/tsx.txt"), permille: 150, ast_grep: "Tsx" },
];
const CSHARP: [Dialect; 1] =
    [Dialect { extension: "cs", template: include_str!("../trees/csharp.txt"), permille: 1000, ast_grep: "CSharp" }];

impl Language {
    /// All of them.
    pub const ALL: [Language; 3] = [Language::Go, Language::Js, Language::Csharp];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Language::Go => "go",
            Language::Js => "js",
            Language::Csharp => "csharp",
        }
    }

    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
            Language::Go => "Go",
            Language::Js => "JavaScript and TypeScript",
            Language::Csharp => "C#",
        }
    }

    /// The sorts of files of a generated tree.
    pub fn dialects(self) -> &'static [Dialect] {
        match self {
            Language::Go => &GO,
            Language::Js => &JS,
            Language::Csharp => &CSHARP,
        }
    }

    /// The kinds of documents.
    pub fn kinds(self) -> &'static [Kind] {
        match self {
            Language::Go => &[kinds::GO],
            Language::Js => &[kinds::JAVASCRIPT, kinds::TYPESCRIPT, kinds::TSX],
            Language::Csharp => &[kinds::CSHARP],
        }
    }

    /// The budget, as the design gives it.
    pub fn budget(self) -> Budget {
        match self {
            Language::Go => Budget { of_ripgrep: 6.0, below_ast_grep: 8.0 },
            Language::Js => Budget { of_ripgrep: 3.0, below_ast_grep: 10.0 },
            Language::Csharp => Budget { of_ripgrep: 8.0, below_ast_grep: 6.0 },
        }
    }

    /// The codemods that read it.
    pub fn codemods(self) -> Vec<Box<dyn Pass>> {
        let mut passes = codemods::all();
        passes.retain(|pass| pass.kinds().iter().any(|kind| self.kinds().contains(kind)));
        passes
    }

    /// The anchors of its codemods, each once, in order.
    pub fn literals(self) -> Vec<&'static str> {
        let mut literals: Vec<&str> = Vec::new();
        for pass in self.codemods() {
            let Anchors(groups) = pass.anchors();
            literals.extend(groups.iter().flat_map(|group| group.iter().copied()));
        }
        literals.sort_unstable();
        literals.dedup();
        literals
    }

    /// The rules for ast-grep: file name and text. They are written for the last of several
    /// languages that share them, and say so in a line `language: ..`.
    pub fn rules(self) -> &'static [(&'static str, &'static str)] {
        macro_rules! rules {
            ($folder:literal, $($name:literal)*) => {
                &[$(($name, include_str!(concat!("../rules/", $folder, "/", $name, ".yml")))),*]
            };
        }
        match self {
            Language::Go => rules!("go", "concat-host-port" "concat-literal-port" "listen-and-serve" "listen-wildcard"
                "network-family" "outbound-probe" "split-host-port" "sprintf-host-port" "sprintf-url" "to4"),
            Language::Js => rules!("javascript", "bind-async" "concat-host-port" "family-option" "listen-host"
                "listen-options" "peer-compare" "resolve4" "split-host-port" "template-host-port" "udp4"),
            Language::Csharp => rules!("csharp", "address-list" "interpolated-url" "kestrel-listen" "outbound-probe"
                "peer-compare" "socket-family" "split-host-port" "tcp-listener" "udp-client" "use-urls"),
        }
    }
}
