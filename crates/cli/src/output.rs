//! Where output goes: results to standard output, everything else to standard error.

use std::error::Error;
use std::io::{self, IsTerminal, Write, stderr, stdout};

use anstream::{AutoStream, ColorChoice};
use serde::Serialize;

use crate::args::Color;
use crate::error::CliError;
use crate::render::escape::escaped_lines;
use crate::render::style::{ERROR, paint};

/// The two streams, with or without colours.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    color: Color,
}

impl Output {
    pub fn new(color: Color) -> Self {
        Output { color }
    }

    /// Text for people on standard output.
    pub fn text(&self, text: &str) -> io::Result<()> {
        // In automatic mode the choice heeds NO_COLOR and whether a terminal listens.
        let stdout = stdout().lock();
        let choice = self.choice(AutoStream::choice(&stdout));
        let mut stream = AutoStream::new(stdout, choice);
        stream.write_all(text.as_bytes())?;
        stream.flush()
    }

    /// Text for people on standard error. Nobody can be told when that fails.
    pub fn aside(&self, text: &str) {
        let stderr = stderr().lock();
        let choice = self.choice(AutoStream::choice(&stderr));
        let _ = AutoStream::new(stderr, choice).write_all(text.as_bytes());
    }

    /// Bytes for programs on standard output.
    pub fn bytes(&self, bytes: &[u8]) -> io::Result<()> {
        let mut stdout = stdout().lock();
        stdout.write_all(bytes)?;
        stdout.flush()
    }

    /// One document of JSON on standard output.
    pub fn json(&self, value: &impl Serialize) -> Result<(), CliError> {
        let mut text = serde_json::to_string_pretty(value)?;
        text.push('\n');
        Ok(self.bytes(text.as_bytes())?)
    }

    /// Whether people look at standard output, or colours were asked for.
    pub fn is_for_eyes(&self) -> bool {
        match self.color {
            Color::Always => true,
            Color::Auto | Color::Never => stdout().is_terminal(),
        }
    }

    /// An error and what is behind it.
    pub fn error(&self, error: &dyn Error) {
        self.aside(&format!("{} {}\n", paint(ERROR, "error:"), escaped_lines(&error.to_string())));
    }

    fn choice(&self, automatic: ColorChoice) -> ColorChoice {
        match self.color {
            Color::Auto => automatic,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        }
    }
}
