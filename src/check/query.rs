//! The *query* layer: is a query answered, by what, and how fast?

use std::time::{Duration, Instant};

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Row};
use serde::Serialize;
use tokio::time::timeout;

use super::greeting::ServerError;
use super::login::Failure;
use super::target::Target;
use super::{CheckId, Finding, Status};

/// So many round trips give a median that one slow packet does not move.
const ROUNDS: usize = 5;

/// What became of the queries.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Verdict {
    /// The database answers.
    Answered {
        /// Its version.
        version: String,
        /// Whether that is a TiDB.
        tidb: bool,
        /// Who the database takes us for; null where it does not say.
        current_user: Option<String>,
        /// The session's cipher as the server sees it; null without TLS.
        cipher: Option<String>,
        /// The median of a few round trips, in milliseconds.
        latency_ms: f64,
    },
    /// Not tried: there was no login.
    NoCredentials,
    /// The server answered with an error.
    ServerError {
        /// The server's error.
        #[serde(flatten)]
        error: ServerError,
    },
    /// No answer in time.
    TimedOut {
        /// How long it had.
        after_ms: u64,
    },
    /// The connection broke.
    ConnectionLost {
        /// Why.
        text: String,
    },
}

/// What a database said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The answer to `SELECT VERSION()`.
    pub version: String,
    /// The answer to `SELECT CURRENT_USER()`.
    pub current_user: Option<String>,
    /// The value of the status `Ssl_cipher` (TiDB Cloud facts, section 2: not empty in an encrypted session).
    pub cipher: Option<String>,
    /// How long each round trip took.
    pub rounds: Vec<Duration>,
}

/// What the judge needs to know.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The answer, or why there is none.
    pub outcome: Result<Answer, Failure>,
    /// How long the queries had.
    pub limit_ms: u64,
}

/// Asks for the version, measures round trips, and says goodbye.
pub async fn gather(target: &Target, mut conn: Conn) -> Facts {
    let limit = target.login_timeout();
    let outcome = match timeout(limit, ask(&mut conn)).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(Failure::from(error)),
        Err(_) => Err(Failure::TimedOut),
    };
    let _ = timeout(target.connect_timeout, conn.disconnect()).await;
    Facts { outcome, limit_ms: super::millis(limit) }
}

/// Judges the answer.
pub fn judge(facts: Facts) -> Finding {
    match facts.outcome {
        Ok(Answer { version, current_user, cipher, rounds }) => {
            let tidb = version.to_ascii_lowercase().contains("-tidb-");
            let latency_ms = median(rounds).as_secs_f64() * 1000.0;
            let kept = |text: Option<String>| text.filter(|t| !t.is_empty()).map(|t| super::capped(&t));
            let (current_user, cipher, version) = (kept(current_user), kept(cipher), super::capped(&version));
            finding(Status::Pass, Verdict::Answered { version, tidb, current_user, cipher, latency_ms })
        }
        Err(Failure::Server(error)) => finding(Status::Fail, Verdict::ServerError { error }),
        Err(Failure::TimedOut) => finding(Status::Fail, Verdict::TimedOut { after_ms: facts.limit_ms }),
        Err(Failure::Lost(text) | Failure::Tls(text) | Failure::Plugin(text)) => {
            finding(Status::Fail, Verdict::ConnectionLost { text })
        }
    }
}

/// The outcome where there was no login for want of a user or password.
pub fn not_tried() -> Finding {
    finding(Status::Skip, Verdict::NoCredentials)
}

async fn ask(conn: &mut Conn) -> mysql_async::Result<Answer> {
    let version = first(conn, "SELECT VERSION()").await?.and_then(|row| text(&row, 0));
    let mut rounds = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        first(conn, "SELECT 1").await?;
        rounds.push(begin.elapsed());
    }
    // Worth showing, not worth failing for.
    let current_user = first(conn, "SELECT CURRENT_USER()").await.ok().flatten();
    let status = first(conn, "SHOW STATUS LIKE 'Ssl_cipher'").await.ok().flatten();
    Ok(Answer {
        version: version.unwrap_or_default(),
        current_user: current_user.and_then(|row| text(&row, 0)),
        cipher: status.and_then(|row| text(&row, 1)),
        rounds,
    })
}

async fn first(conn: &mut Conn, query: &str) -> mysql_async::Result<Option<Row>> {
    conn.query_first(query).await
}

/// A column's text; a database that says something else there says nothing.
fn text(row: &Row, column: usize) -> Option<String> {
    row.get_opt(column)?.ok()
}

fn median(mut rounds: Vec<Duration>) -> Duration {
    rounds.sort_unstable();
    rounds.get(rounds.len() / 2).copied().unwrap_or_default()
}

fn finding(status: Status, verdict: Verdict) -> Finding {
    Finding { id: CheckId::Query, status, verdict: super::Verdict::Query(verdict) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(version: &str) -> (Status, serde_json::Value) {
        let rounds = [9, 1, 2, 50, 3].map(Duration::from_millis).to_vec();
        let (current_user, cipher) = (Some("a.root@%".to_owned()), Some(String::new()));
        let answer = Answer { version: version.into(), current_user, cipher, rounds };
        let facts = Facts { outcome: Ok(answer), limit_ms: 30 };
        let finding = judge(facts);
        (finding.status, serde_json::to_value(&finding.verdict).unwrap())
    }

    #[test]
    fn tidb_is_recognised_and_others_pass_too() {
        let (status, detail) = answered("8.0.11-tidb-v7.5.2-serverless");
        assert_eq!((status, &detail["tidb"]), (Status::Pass, &true.into()));
        let (status, detail) = answered("10.11.19-MariaDB");
        assert_eq!((status, &detail["tidb"]), (Status::Pass, &false.into()));
    }

    #[test]
    fn one_slow_round_trip_does_not_move_the_latency() {
        assert_eq!(answered("x").1["latency_ms"], 3.0);
        assert_eq!(median(Vec::new()), Duration::ZERO);
    }

    #[test]
    fn failures_have_codes() {
        let code = |failure| {
            let finding = judge(Facts { outcome: Err(failure), limit_ms: 30 });
            assert_eq!(finding.status, Status::Fail);
            serde_json::to_value(&finding.verdict).unwrap()["code"].as_str().unwrap().to_owned()
        };
        assert_eq!(code(Failure::TimedOut), "timed-out");
        assert_eq!(code(Failure::Lost("x".into())), "connection-lost");
        let error = ServerError { number: 1105, state: None, text: "x".into() };
        assert_eq!(code(Failure::Server(error)), "server-error");
    }
}
