//! The binary: installs the crypto provider, runs, maps to an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    tidb_pe::tls::install_crypto();
    let code = tidb_pe::run(&std::env::args_os().collect::<Vec<_>>(), tidb_pe::env::Env::os());
    ExitCode::from(code)
}
