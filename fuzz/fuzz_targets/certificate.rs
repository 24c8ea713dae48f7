//! A server's certificate.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tidb_pe::hostile::certificate(bytes));
