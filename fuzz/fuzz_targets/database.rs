//! The first packet of a database.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tidb_pe::hostile::database(bytes));
