//! A progress bar per layer, on a terminal.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};

use boltseal_scan::{Progress, visible};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Draws to standard error, and only when that is a terminal.
pub struct Bars {
    all: MultiProgress,
    layers: Mutex<BTreeMap<u32, ProgressBar>>,
    transfer: Mutex<Option<ProgressBar>>,
}

impl Bars {
    /// Bars that are drawn as soon as a layer starts.
    pub fn new() -> Self {
        let target =
            if std::io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Self { all: MultiProgress::with_draw_target(target), layers: Mutex::default(), transfer: Mutex::default() }
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
