//! Ctrl-C, SIGTERM and SIGHUP, wherever the run is stuck: it reacts at once, says what exists, leaves a journal that
//! can be read, and the same command again ends with exactly one of everything.

mod impatience;
mod reading;
mod running;
mod setting_up;
mod stalled;
mod testing;
mod without_setup;
