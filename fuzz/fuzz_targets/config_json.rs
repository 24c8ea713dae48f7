//! `~/.aliyun/config.json`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tidb_pe::hostile::config_json(bytes));
