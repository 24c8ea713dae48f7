//! A client for Alibaba Cloud's RPC APIs. Knows nothing of answers, plans or terminals.

pub mod sign;
