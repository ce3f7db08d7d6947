//! Ctrl-C: the first one asks long work to come to an end, the second one ends the process.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use indicatif::ProgressBar;

use super::terminal::{Progress, Terminal};
use super::{INTERRUPTED, files};

/// Whether somebody wants long work to stop.
#[derive(Debug, Clone, Default)]
pub(super) struct Interrupt {
    stop: Arc<AtomicBool>,
    working: Arc<AtomicBool>,
}

impl Interrupt {
    /// From now on an interrupt of the process is noted here; made before each piece of long work.
    ///
    /// Where interrupts are already ignored, as under `nohup`, they stay so.
    pub(super) fn listen(progress: &Progress) -> Self {
        Self::listen_saying(
            progress,
            "finishing the replications under way; press Ctrl-C again to stop at once",
        )
    }

    /// The same with other words about what the first interrupt does.
    pub(super) fn listen_saying(progress: &Progress, words: &'static str) -> Self {
        /// A process has one handler, whatever it works on: who it asks to stop, and where it says so.
        static LISTENING: OnceLock<(Interrupt, Mutex<(ProgressBar, &'static str)>)> = OnceLock::new();
        let (interrupt, said) = LISTENING.get_or_init(|| {
            let interrupt = Self::default();
            let handler = || {
                // Before the first work has begun there is nobody to ask.
                if let Some((_, said)) = LISTENING.get().filter(|it| it.0.ask()) {
                    let said = said.lock().unwrap_or_else(PoisonError::into_inner);
                    Progress::say(&said.0, said.1);
                } else {
                    // A file that is being written is finished or not begun.
                    let _writing = files::WRITING.lock().unwrap_or_else(PoisonError::into_inner);
                    Terminal::say("interrupted before the report was complete");
                    std::process::exit(i32::from(INTERRUPTED));
                }
            };
            // Without a handler an interrupt ends the process, which is a fair answer too.
            let _ = ctrlc::try_set_handler(handler);
            (interrupt, Mutex::new((progress.bar(), words)))
        });
        *said.lock().unwrap_or_else(PoisonError::into_inner) = (progress.bar(), words);
        interrupt.stop.store(false, Ordering::SeqCst);
        interrupt.working.store(true, Ordering::SeqCst);
        interrupt.clone()
    }

    /// What long work looks at to know whether to stop.
    pub(super) fn stop(&self) -> &AtomicBool {
        &self.stop
    }

    /// The long work is over: an interrupt now ends the process at once.
    pub(super) fn work_is_over(&self) {
        self.working.store(false, Ordering::SeqCst);
    }

    /// Asks the work to stop; false if it was asked before, or is over.
    fn ask(&self) -> bool {
        self.working.load(Ordering::SeqCst) && !self.stop.swap(true, Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_interrupt_asks() {
        let interrupt = Interrupt::default();
        assert!(!interrupt.ask());
        interrupt.working.store(true, Ordering::SeqCst);
        assert!(interrupt.ask());
        assert!(interrupt.stop().load(Ordering::SeqCst));
        assert!(!interrupt.ask());
    }

    #[test]
    fn after_the_work_an_interrupt_ends_the_process() {
        let interrupt = Interrupt::default();
        interrupt.working.store(true, Ordering::SeqCst);
        interrupt.work_is_over();
        assert!(!interrupt.ask());
        assert!(!interrupt.stop().load(Ordering::SeqCst));
    }
}
