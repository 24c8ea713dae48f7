//! A simulated Alibaba Cloud and a TiDB gateway over real sockets on loopback.
