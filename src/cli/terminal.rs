//! The terminal: the only place that writes to stdout and stderr, knows about colour and shows
//! progress.

use std::io::{self, IsTerminal as _, Write};
use std::sync::mpsc::{self, Sender};
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use owo_colors::OwoColorize as _;

use super::failure::Failure;
use crate::problem::Problems;
use crate::report::diagnostic;
use crate::report::text::TextStyle;

/// What is done in less than this needs no progress bar.
const PATIENCE: Duration = Duration::from_millis(400);
/// Columns of text where there is no terminal.
const WIDTH: usize = 80;

/// Where data and talk go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terminal {
    quiet: bool,
}

impl Terminal {
    /// A quiet terminal shows errors, but no progress, remarks and warnings.
    pub(super) fn new(quiet: bool) -> Self {
        Self { quiet }
    }

    /// How text on stdout is to look: as wide as the terminal, in colour if it shows any.
    pub(super) fn style() -> TextStyle {
        let width = terminal_size::terminal_size_of(io::stdout());
        TextStyle {
            colour: AutoStream::choice(&io::stdout()) != ColorChoice::Never,
            width: width.map_or(WIDTH, |(width, _)| usize::from(width.0)),
        }
    }

    /// Writes text for people to stdout; its colours are kept only where they can be seen.
    ///
    /// # Errors
    ///
    /// If nobody reads any more, or if it cannot be written, as on a full disk.
    pub(super) fn page(text: &str) -> Result<(), Failure> {
        written(write_all(anstream::stdout().lock(), text.as_bytes()))
    }

    /// Writes data for programs to stdout, byte by byte as it is.
    ///
    /// # Errors
    ///
    /// As [`page`](Self::page).
    pub(super) fn data(bytes: &[u8]) -> Result<(), Failure> {
        written(write_all(io::stdout().lock(), bytes))
    }

    /// Writes data for programs to stdout, piece by piece.
    ///
    /// # Errors
    ///
    /// As [`page`](Self::page), or what `write` says.
    pub(super) fn stream(write: impl FnOnce(&mut dyn Write) -> Result<(), Failure>) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        write(&mut out).map_err(|failure| match failure {
            Failure::World(error) => Failure::World(error.context("cannot write to stdout")),
            other => other,
        })?;
        written(out.flush())
    }

    /// Says something on stderr, even when quiet.
    pub(super) fn say(text: &str) {
        // Nobody is left to tell if stderr cannot be written.
        let _ = writeln!(anstream::stderr().lock(), "{text}");
    }

    /// A remark on stderr, unless quiet.
    pub(super) fn remark(self, text: &str) {
        if !self.quiet {
            Self::say(text);
        }
    }

    /// What went wrong, in one line on stderr.
    pub(super) fn error(line: &str) {
        Self::say(&format!("{} {line}", "error:".red().bold()));
    }

    /// Mistakes in a file, on stderr, with the warnings about it.
    pub(super) fn problems(problems: &Problems) {
        let colour = AutoStream::choice(&io::stderr()) != ColorChoice::Never;
        Self::say(diagnostic::render(problems, colour).trim_end());
    }

    /// Warnings about a file, on stderr unless quiet.
    pub(super) fn warnings(self, problems: &Problems) {
        if !self.quiet && !problems.problems.is_empty() {
            Self::problems(problems);
        }
    }

    /// A bar on stderr for `total` pieces of work, each one of `things`; invisible if quiet, if
    /// stderr is no terminal, or if the work is done before anybody wonders.
    pub(super) fn progress(self, total: u64, things: &str) -> Progress {
        Progress::new(total, things, !self.quiet && io::stderr().is_terminal())
    }
}

/// A progress bar; gone when dropped.
pub(super) struct Progress {
    bar: ProgressBar,
    /// Dropping it tells the thread that waits to show the bar that it is not needed any more.
    _done: Option<Sender<()>>,
}

impl Progress {
    fn new(total: u64, things: &str, visible: bool) -> Self {
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
        let done = visible.then(|| {
            bar.set_style(style(things));
            let (done, wait) = mpsc::channel();
            let later = bar.clone();
            std::thread::spawn(move || {
                if wait.recv_timeout(PATIENCE) == Err(mpsc::RecvTimeoutError::Timeout) {
                    later.set_draw_target(ProgressDrawTarget::stderr());
                    later.enable_steady_tick(PATIENCE);
                }
            });
            done
        });
        Self { bar, _done: done }
    }

    /// So many pieces of work are done; may be called from any thread, in any order.
    pub(super) fn reached(&self, done: u64) {
        if done > self.bar.position() {
            self.bar.set_position(done);
        }
    }

    /// So many pieces of work are done, and there will probably be this many.
    pub(super) fn reached_of(&self, done: u64, total: u64) {
        self.bar.set_length(total);
        self.reached(done);
    }

    /// Says something above a bar, on stderr.
    pub(super) fn say(bar: &ProgressBar, text: &str) {
        bar.suspend(|| Terminal::say(text));
    }

    /// The bar, for [`say`](Self::say) from another thread.
    pub(super) fn bar(&self) -> ProgressBar {
        self.bar.clone()
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn style(things: &str) -> ProgressStyle {
    let template = format!("{{bar:32}} {{pos}} of {{len}} {things}{{left}}");
    ProgressStyle::with_template(&template)
        .expect("the template is well formed")
        .progress_chars("=> ")
        .with_key("left", |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            if let Some(left) = seconds_left(state.pos(), state.len(), state.elapsed()) {
                // A bar without its time left is still a bar.
                let _ = write!(out, ", {} left", in_words(left));
            }
        })
}

/// Seconds until all is done, if the rest takes as long for each piece as what is done did.
fn seconds_left(done: u64, total: Option<u64>, elapsed: Duration) -> Option<u64> {
    let left = total?.checked_sub(done)?;
    let milliseconds = elapsed.as_millis() * u128::from(left);
    let seconds = milliseconds.checked_div(u128::from(done))?.div_ceil(1_000);
    u64::try_from(seconds).ok()
}

fn in_words(seconds: u64) -> String {
    match (seconds / 3_600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds:02} s"),
        (hours, minutes, _) => format!("{hours} h {minutes:02} min"),
    }
}

fn write_all(mut out: impl Write, bytes: &[u8]) -> io::Result<()> {
    out.write_all(bytes)?;
    // A full disk may show only now.
    out.flush()
}

fn written(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Failure::NobodyReads),
        other => Ok(other.context("cannot write to stdout")?),
    }
}

/// Adds to the message of a panic, which is always a bug, that it is one.
pub(super) fn explain_panics() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        default(panic);
        Terminal::say(
            "this is a bug in forksight, not in your file: please report it with the text above \
             and the scenario",
        );
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_follows_the_time_taken() {
        let minute = Duration::from_mins(1);
        assert_eq!(seconds_left(25, Some(100), minute), Some(180));
        assert_eq!(seconds_left(0, Some(100), minute), None);
        assert_eq!(in_words(180), "3 min 00 s");
        assert_eq!(in_words(59), "59 s");
        assert_eq!(in_words(7_380), "2 h 03 min");
    }

    #[test]
    fn a_bar_never_goes_back() {
        let progress = Progress::new(10, "replications", false);
        progress.reached(4);
        progress.reached(3);
        assert_eq!(progress.bar.position(), 4);
    }
}
