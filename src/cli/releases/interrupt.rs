//! Ctrl-C, and the signal that asks programs to end, while a release is installed or upgraded.

use gostd::limits::Cancel;

/// A flag that is set when the user wants no more. Helm says so at once, with its first argument.
#[cfg(all(unix, feature = "cluster"))]
pub(super) fn cancel_on_signal(argument: &str) -> Cancel {
    use crate::cli::terminal;
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    let cancel = Cancel::new();
    // Where signals cannot be had, they end the program as they always do.
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else {
        return cancel;
    };
    let (flag, text) = (
        cancel.clone(),
        format!("Release {argument} has been cancelled.\n"),
    );
    std::thread::spawn(move || {
        if signals.forever().next().is_some() {
            let _ = terminal::print(text.as_bytes());
            flag.cancel();
        }
    });
    cancel
}

/// Without a cluster nothing is waited for.
#[cfg(not(all(unix, feature = "cluster")))]
pub(super) fn cancel_on_signal(_: &str) -> Cancel {
    Cancel::new()
}
