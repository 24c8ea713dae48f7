//! tidb-pe connects an application in an Alibaba Cloud VPC to TiDB Cloud Starter or Essential over a private
//! endpoint.
//!
//! # The map
//!
//! Six nouns, six verbs: *ask → look → decide → do → check → tell* over **Answers** (what the user wants),
//! **Inventory** (what exists), **Plan** (what we would do), **Event** (what is happening), **Finding** (what is wrong,
//! and the remedy) and **Connection** (what can be used now).
//!
//! ```text
//! flags, variables, wizard, sandbox ─► Answers ─┐
//!                                               ├─► plan::decide (pure) ─► Plan ─► shown, accepted
//! cloud (reads, in parallel) ──► Inventory ─────┘                          │
//!                                                                          ▼
//!        apply ─► cloud (writes) ─► wait ─► endpoint ─► check ─► Findings, Connection ─► ui ─► stdout
//!          └────────── Events ──────────────────────────────► dyn Reporter
//! ```
//!
//! | room | what lives there, and what it must not know |
//! |---|---|
//! | [`run()`] | a process's whole life; maps a result to text or JSON and an exit code |
//! | `signals` | Ctrl-C, SIGTERM, SIGHUP: the first ends the command in order, a second the process |
//! | [`cli`] | every flag, its variable and its help; no logic |
//! | [`env`](mod@env) | everything ambient through one value |
//! | [`lang`] | which language people are spoken to in; JSON is always English |
//! | [`commands`] | one file a subcommand: a recipe over the rooms below |
//! | [`answers`], [`service_name`], [`zone`], [`problem`] | what the user wants, where each value came from, what is wrong with it |
//! | [`inventory`] | one round of parallel reads |
//! | [`plan`], [`security_group`] | deciding; pure: no clock, no network, no environment |
//! | [`apply`], [`wait`] | doing it, and polling until ready |
//! | [`check`], [`net`], [`tls`] | the layers between a client and the database |
//! | [`cloud`] | Alibaba Cloud's APIs: signing, transport, pace, errors, operations; knows nothing of answers, plans, terminals |
//! | [`journal`] | what is about to be created and what was, so that a rerun and `delete` are safe |
//! | [`whereami`] | whether this machine is in the VPC |
//! | [`tidb_cloud`] | the TiDB Cloud API: an instance's id becomes the three values |
//! | [`paste`] | text that users copy, turned into values; pure |
//! | [`connection`], [`shell`] | settings and commands a user can paste; pure |
//! | [`log`] | `--log-file`: every request and what came of the run, as JSON lines without secrets; knows no sentences |
//! | [`event`], [`report`], [`error`] | what is happening, what came of it, why not: data without sentences |
//! | [`ui`] | the only place that prints, prompts, or writes sentences, in English and Chinese |
//! | [`sandbox`] | a simulated Alibaba Cloud and a TiDB gateway over real sockets; knows nothing of the client |
//! | [`secret`] | text that cannot be printed |
//! | `hostile` | any bytes read as each kind of input, for fuzzers and property tests; not in the product |
//!
//! The layering is a test: `tests/it/house.rs`.

pub mod answers;
pub mod apply;
pub mod check;
pub mod cli;
pub mod cloud;
pub mod commands;
pub mod connection;
pub mod env;
pub mod error;
pub mod event;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod hostile;
pub mod inventory;
pub mod journal;
pub mod lang;
pub mod log;
pub mod net;
pub mod paste;
pub mod plan;
pub mod problem;
pub mod report;
mod run;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod secret;
pub mod security_group;
pub mod service_name;
pub mod shell;
mod signals;
pub mod tidb_cloud;
pub mod tls;
pub mod ui;
pub mod wait;
pub mod whereami;
pub mod zone;

pub use run::{rehearse, run};
