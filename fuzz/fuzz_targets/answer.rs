//! Answers of the cloud, of servers that hand out keys, and of the TiDB Cloud API.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tidb_pe::hostile::answer(bytes));
