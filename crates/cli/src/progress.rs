//! A progress bar per layer that is read, or per file that is fetched, on a terminal.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use boltseal_scan::{Progress, UpdateProgress, visible};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How often something that takes its time shows that it goes on.
const TICK: Duration = Duration::from_millis(200);

/// Draws to standard error, and only when that is a terminal.
pub struct Bars {
    all: MultiProgress,
    layers: Mutex<BTreeMap<u32, ProgressBar>>,
    transfer: Mutex<Option<ProgressBar>>,
    files: Mutex<BTreeMap<String, ProgressBar>>,
}

impl Bars {
    /// Bars that are drawn as soon as a layer starts.
    pub fn new() -> Self {
        let target =
            if std::io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Self {
            all: MultiProgress::with_draw_target(target),
            layers: Mutex::default(),
            transfer: Mutex::default(),
            files: Mutex::default(),
        }
    }

    fn with(&self, layer: u32, act: impl FnOnce(&ProgressBar)) {
        let layers = self.layers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bar) = layers.get(&layer) {
            act(bar);
        }
    }
}

impl Progress for Bars {
    fn layer_started(&self, layer: u32, bytes: u64, instruction: Option<&str>) {
        // The template is fixed text; were it wrong, the default style would do.
        let style = ProgressStyle::with_template("layer {prefix:>3} {bar:24} {bytes:>11}/{total_bytes:11} {wide_msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = self.all.add(ProgressBar::new(bytes).with_style(style));
        bar.set_prefix(layer.to_string());
        bar.set_message(visible(instruction.unwrap_or_default()).into_owned());
        self.layers.lock().unwrap_or_else(PoisonError::into_inner).insert(layer, bar);
    }

    fn layer_advanced(&self, layer: u32, bytes: u64) {
        self.with(layer, |bar| bar.inc(bytes));
    }

    fn layer_finished(&self, layer: u32) {
        self.with(layer, ProgressBar::finish_and_clear);
    }

    fn transfer_started(&self, what: &str) {
        let style = ProgressStyle::with_template("{spinner} {bytes:>11} {bytes_per_sec:>14} {wide_msg}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = self.all.add(ProgressBar::no_length().with_style(style));
        bar.set_message(format!("copying {}", visible(what)));
        *self.transfer.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar);
    }

    fn transfer_advanced(&self, bytes: u64) {
        if let Some(bar) = &*self.transfer.lock().unwrap_or_else(PoisonError::into_inner) {
            bar.inc(bytes);
        }
    }

    fn transfer_finished(&self) {
        if let Some(bar) = self.transfer.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bar.finish_and_clear();
        }
    }
}

impl UpdateProgress for Bars {
    fn download_started(&self, file: &str, here: u64, bytes: Option<u64>) {
        let (bar, template) = match bytes {
            Some(bytes) => (ProgressBar::new(bytes), "{bar:24} {bytes:>11}/{total_bytes:11} {wide_msg}"),
            None => (ProgressBar::no_length(), "{spinner:24} {bytes:>11} {wide_msg}"),
        };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = self.all.add(bar.with_style(style).with_position(here));
        bar.set_message(visible(file).into_owned());
        self.files.lock().unwrap_or_else(PoisonError::into_inner).insert(file.to_owned(), bar);
    }

    fn download_advanced(&self, file: &str, bytes: u64) {
        if let Some(bar) = self.files.lock().unwrap_or_else(PoisonError::into_inner).get(file) {
            bar.inc(bytes);
        }
    }

    fn download_finished(&self, file: &str) {
        if let Some(bar) = self.files.lock().unwrap_or_else(PoisonError::into_inner).remove(file) {
            bar.finish_and_clear();
        }
    }

    fn database_started(&self) {
        let style = ProgressStyle::with_template("{spinner} {elapsed} {wide_msg}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = self.all.add(ProgressBar::no_length().with_style(style));
        bar.set_message("building the database");
        bar.enable_steady_tick(TICK);
        *self.transfer.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar);
    }

    fn database_finished(&self) {
        self.transfer_finished();
    }
}
