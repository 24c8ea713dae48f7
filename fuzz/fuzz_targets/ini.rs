//! `~/.alibabacloud/credentials`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tidb_pe::hostile::ini(bytes));
