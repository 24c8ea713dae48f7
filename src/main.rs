//! The binary: builds the world, runs the command, maps the outcome to an exit code.

fn main() {}
