//! A process's whole life: parse, build the world, run the command, print the result, say the exit code.

use std::ffi::OsString;
use std::io::Write;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, OnceLock};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use futures_util::future::LocalBoxFuture;
use tokio::runtime::Builder;

use crate::cli::{self, Command, Output, Parsed};
#[cfg(feature = "sandbox")]
use crate::commands::sandbox;
use crate::commands::{World, check, connection_string, delete, list, policy, setup};
use crate::env::Env;
use crate::error::{Error, Signal};
use crate::event::{Both, Event, Mute, Reporter};
use crate::journal::StateDir;
use crate::log::Log;
use crate::problem::Problem;
use crate::report::{self, Document};
use crate::signals::Signals;
use crate::ui::clean::{Json, clip};
use crate::ui::human::Human;
use crate::ui::plain::Plain;
use crate::ui::prompt::{Prompter, Terminal};
use crate::ui::sheet::Paper;
use crate::ui::style::Style;
use crate::ui::wizard::Wizard;
use crate::ui::words::events_en;
use crate::ui::{help, modes, render, term};

/// Runs the program and returns its exit code. A panic ends it with 1, and with the JSON document if one was asked
/// for.
pub fn run(args: &[OsString], env: Env) -> u8 {
    let terminal = modes::Saved::take();
    let bare = Style::before_parsing(args, &env);
    let code = unwinding(args, env, bare);
    terminal.restore();
    match term::lost() {
        Some(reason) if code == 0 => {
            term::err(&render::error(&Error::Unwritten(reason), bare));
            1
        }
        _ => code,
    }
}

/// Runs the program inside another one: what it would have written is handed back. `env` is all it knows of the world,
/// but for variables of flags, which the process has.
pub fn rehearse(args: &[OsString], env: Env) -> (u8, term::Kept) {
    let bare = Style::before_parsing(args, &env);
    term::keeping(|| unwinding(args, env, bare))
}

fn unwinding(args: &[OsString], env: Env, bare: Style) -> u8 {
    let wants_json = asks_for_json(args, &env);
    std::panic::catch_unwind(AssertUnwindSafe(|| start(args, env, wants_json, bare))).unwrap_or_else(|_| {
        let error = Error::Internal("it stopped unexpectedly; the lines above say where".to_owned());
        finish("", &Err(error), &(), wants_json, bare)
    })
}

fn start(args: &[OsString], env: Env, wants_json: bool, bare: Style) -> u8 {
    let parsed = match cli::parse(args.to_vec(), |command| help::dress(command, bare.lang)) {
        Ok(parsed) => parsed,
        Err(error) => return refuse(&plainly(error), args, wants_json, &env, bare),
    };
    match &parsed.cli.command {
        Command::Setup(flags) => drive("setup", &parsed, env, async |world, document| {
            setup::run(world, &parsed, flags, document).await
        }),
        Command::Check(flags) => drive("check", &parsed, env, async |world, document| {
            check::run(world, &parsed, flags, document).await
        }),
        Command::List(flags) => drive("list", &parsed, env, async |world, document| {
            list::run(world, &parsed, flags, document).await
        }),
        Command::Delete(flags) => drive("delete", &parsed, env, async |world, document| {
            delete::run(world, &parsed, flags, document).await
        }),
        Command::ConnectionString(flags) => {
            drive("connection-string", &parsed, env, async |world, document| {
                connection_string::run(world, &parsed, flags, document).await
            })
        }
        Command::Policy(flags) => {
            let report = policy::run(flags);
            if !wants_json {
                term::out(&render::policy(&report));
            }
            finish("policy", &Ok(()), &report, wants_json, bare)
        }
        #[cfg(feature = "sandbox")]
        Command::Sandbox(flags) if flags.list => {
            let report = sandbox::list();
            if !wants_json {
                term::out(&render::scenarios(&report, bare));
            }
            finish("sandbox", &Ok(()), &report, wants_json, bare)
        }
        #[cfg(feature = "sandbox")]
        Command::Sandbox(flags) => {
            let style = Style::new(&parsed.cli.global, &env);
            let global = parsed.cli.global.sandbox.as_deref();
            block_on("sandbox", Box::pin(serve(flags, global, wants_json, style)))
        }
        Command::Completions { shell } => {
            term::out(&cli::completions(*shell));
            0
        }
        Command::Man => {
            let page = manual();
            term::out(&page);
            u8::from(page.is_empty())
        }
    }
}

/// The manual page: the whole tool, then each command with its flags.
fn manual() -> String {
    let mut command = cli::command();
    command.build();
    let mut page = Vec::new();
    let mut rendered = clap_mangen::Man::new(command.clone()).render(&mut page);
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        let man = clap_mangen::Man::new(sub.clone());
        rendered = rendered
            .and_then(|()| {
                writeln!(page, ".SH {}", sub.get_display_name().unwrap_or_default().to_uppercase())
            })
            .and_then(|()| man.render_synopsis_section(&mut page))
            .and_then(|()| man.render_description_section(&mut page))
            .and_then(|()| man.render_options_section(&mut page));
    }
    rendered.map(|()| String::from_utf8_lossy(&page).into_owned()).unwrap_or_default()
}

/// Runs a command on a runtime of its own. On the heap: a whole journey is a large value.
fn block_on(name: &str, command: LocalBoxFuture<'_, u8>) -> u8 {
    match Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => {
            let code = runtime.block_on(command);
            // A lookup that hangs in the system's resolver must not keep the process.
            runtime.shutdown_background();
            code
        }
        Err(error) => {
            let error = Error::Internal(format!("no async runtime: {error}"));
            finish(name, &Err(error), &(), false, Style::bare())
        }
    }
}

/// Runs one command against the world, until it ends or a signal ends it, and prints its result.
fn drive<R: Document>(
    name: &str,
    parsed: &Parsed,
    env: Env,
    command: impl AsyncFnOnce(&mut World, &mut R) -> Result<(), Error>,
) -> u8 {
    block_on(name, Box::pin(attend(name, parsed, env, command)))
}

async fn attend<R: Document>(
    name: &str,
    parsed: &Parsed,
    env: Env,
    command: impl AsyncFnOnce(&mut World, &mut R) -> Result<(), Error>,
) -> u8 {
    let signals = Signals::listen(modes::Saved::take());
    let (wants_json, style) =
        (parsed.cli.global.output == Some(Output::Json), Style::new(&parsed.cli.global, &env));
    let log = match open_log(name, parsed, &env) {
        Ok(log) => log,
        Err(error) => return finish(name, &Err(error), &R::default(), wants_json, style),
    };
    let mut world = World::new(parsed, env, log.clone());
    let notices = Arc::clone(&world.notices);
    let mut document = R::default();
    let ended = until_signalled(Box::pin(command(&mut world, &mut document)), signals).await;
    calm(&world, &ended);
    let result = match ended {
        Err(signal) | Ok(Err(Error::Cancelled { signal, .. })) => Err(document.cancelled(signal)),
        Ok(result) => result,
    };
    document.warn(notices.kept().iter().filter_map(events_en::notice).collect());
    let code = if document.has_told() && !wants_json {
        result.as_ref().err().map_or(0, Error::exit_code)
    } else {
        finish(name, &result, &document, wants_json, style)
    };
    close_log(log.as_deref(), code, &result, style);
    code
}

/// How a command ended, or what ended it.
type Ended = Result<Result<(), Error>, Signal>;

async fn until_signalled(command: LocalBoxFuture<'_, Result<(), Error>>, signals: Signals) -> Ended {
    tokio::select! {
        biased;
        result = command => Ok(result),
        signal = signals.first() => Err(signal),
    }
}

/// Ends a spinner that was turning when the command was cut off, and the line that a question or ^C began.
fn calm(world: &World, ended: &Ended) {
    world.reporter.emit(Event::End);
    if world.wizard.is_some()
        && matches!(ended, Err(_) | Ok(Err(Error::Cancelled { signal: Signal::Interrupt, .. })))
    {
        term::err("");
    }
}

/// Opens the log before anything is asked.
fn open_log(name: &str, parsed: &Parsed, env: &Env) -> Result<Option<Arc<Log>>, Error> {
    let Some(path) = &parsed.cli.global.log_file else { return Ok(None) };
    let log = Log::open(path, env).map_err(|error| Problem::File {
        flag: "--log-file",
        path: path.display().to_string(),
        reason: error.to_string(),
    })?;
    log.start(name, parsed.args());
    Ok(Some(Arc::new(log)))
}

/// The log's last line, and the last words of a failure: where the log is.
fn close_log(log: Option<&Log>, code: u8, result: &Result<(), Error>, style: Style) {
    let Some(log) = log else { return };
    let error = result.as_ref().err();
    log.end(code, error);
    if let Some(error) = error {
        term::err(&render::log_file(log.path(), log.lost().as_deref(), error, style));
    } else if let Some(reason) = log.lost() {
        term::err(&render::log_lost(log.path(), &reason, style));
    }
}

/// Runs the simulated world until a signal ends it, which is its proper end.
#[cfg(feature = "sandbox")]
async fn serve(flags: &cli::Sandbox, global: Option<&str>, json: bool, style: Style) -> u8 {
    let signals = Signals::listen(modes::Saved::take());
    let (running, report) = match sandbox::Running::start(flags, global).await {
        Ok(started) => started,
        Err(error) => return finish("sandbox", &Err(error), &(), json, style),
    };
    if !json {
        term::out(&render::sandbox(&report, style));
    }
    let told = finish("sandbox", &Ok(()), &report, json, style);
    tokio::select! {
        error = running.keep() => finish("sandbox", &Err(error), &(), false, style),
        _ = signals.first() => told,
    }
}

/// Writes a document to standard output while it is made: that of many endpoints is several megabytes.
fn print(document: &impl serde::Serialize) {
    term::stream(|stdout| {
        let mut safe = Json::new(stdout);
        serde_json::to_writer_pretty(&mut safe, document)?;
        safe.write_all(b"\n")
    });
}

/// Prints the result where it belongs and returns the exit code.
fn finish(
    command: &str,
    result: &Result<(), Error>,
    body: &impl serde::Serialize,
    wants_json: bool,
    style: Style,
) -> u8 {
    let error = result.as_ref().err();
    if wants_json {
        let error = error.map(render::error_report);
        print(&report::document(command, error.as_ref(), body));
    }
    if let Some(error) = error {
        term::err(&render::error(error, style));
    }
    error.map_or(0, Error::exit_code)
}

/// Help and version are results; everything else clap says is a usage error.
fn refuse(error: &clap::Error, args: &[OsString], wants_json: bool, env: &Env, style: Style) -> u8 {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            term::out(&help::text(error, Style { color: env.stdout_tty, ..style }, env.width()));
            return 0;
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand if !wants_json => {
            term::err(help::text(error, style, env.width()).trim_end());
            return 2;
        }
        _ => {}
    }
    let text = error.render().to_string();
    if wants_json {
        let arguments = Error::Arguments(first_paragraph(&text));
        let (command, error) = (named(args), render::error_report(&arguments));
        print(&report::document(&command, Some(&error), &()));
    }
    term::err(&render::lines_cleaned(&help::refusal(error, style)));
    2
}

/// The same with what was given cut, and on one line.
fn plainly(mut error: clap::Error) -> clap::Error {
    let given = |(kind, value): (ContextKind, &ContextValue)| match value {
        ContextValue::String(text) => Some((kind, ContextValue::String(clip(text, 200)))),
        _ => None,
    };
    for (kind, value) in error.context().filter_map(given).collect::<Vec<_>>() {
        error.insert(kind, value);
    }
    error
}

/// The command that was meant, although its arguments could not be read.
fn named(args: &[OsString]) -> String {
    let command = cli::command();
    let known = |arg: &&OsString| command.get_subcommands().any(|sub| arg.to_str() == Some(sub.get_name()));
    args.iter().skip(1).find(known).map(|arg| arg.to_string_lossy().into_owned()).unwrap_or_default()
}

fn first_paragraph(text: &str) -> String {
    let paragraph = text.split("\n\n").next().unwrap_or(text);
    paragraph.trim_start_matches("error: ").trim().to_owned()
}

/// Known before parsing, because a failed parse has to honour it too.
fn asks_for_json(args: &[OsString], env: &Env) -> bool {
    let texts: Vec<&str> = args.iter().filter_map(|arg| arg.to_str()).collect();
    let given = texts.iter().enumerate().rev().find_map(|(i, text)| match *text {
        "-o" | "--output" => texts.get(i + 1).copied(),
        _ => text.strip_prefix("--output=").or_else(|| text.strip_prefix("-o")),
    });
    given.or_else(|| env.var("TIDB_PE_OUTPUT")).is_some_and(|format| format.trim_start_matches('=') == "json")
}

/// Lines alone for who asks for them, and for terminals that cannot redraw.
fn prompter(style: Style, env: &Env) -> Arc<dyn Prompter> {
    let plain = env.switch("ACCESSIBLE") || env.var("TERM").is_none_or(|term| term == "dumb");
    if plain {
        return Arc::new(Plain(style));
    }
    modes::hush();
    Arc::new(Terminal(style))
}

impl World {
    fn new(parsed: &Parsed, env: Env, log: Option<Arc<Log>>) -> Self {
        let global = parsed.cli.global.clone();
        let style = Style::new(&global, &env);
        let human: Arc<dyn Reporter> = Arc::new(Human::new(style));
        let (log, reporter): (Arc<dyn Reporter>, Arc<dyn Reporter>) = match log {
            Some(log) => (log.clone(), Arc::new(Both(log, human))),
            None => (Arc::new(Mute), human),
        };
        let can_ask = env.stdin_tty && env.stderr_tty && !global.non_interactive;
        Self {
            wizard: can_ask.then(|| Wizard::new(prompter(style, &env), style)),
            notices: Arc::new(crate::commands::Notices::new(Arc::clone(&reporter))),
            #[cfg(feature = "sandbox")]
            lab: None,
            state: StateDir::of(&env),
            begun: OnceLock::new(),
            region: None,
            env,
            global,
            style,
            reporter,
            log,
        }
    }

    /// How the report on standard output is written.
    pub fn paper(&self) -> Paper {
        Paper { style: Style::on_stdout(&self.global, &self.env), width: self.env.width() }
    }

    /// Whether standard output carries one JSON document and nothing else.
    pub fn is_json(&self) -> bool {
        self.global.output == Some(Output::Json)
    }
}
