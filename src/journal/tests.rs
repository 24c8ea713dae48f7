use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::env::Env;

const NAME: &str = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-t4nexample0000000001";

fn params(text: &str) -> BTreeMap<String, String> {
    BTreeMap::from([("VpcId".to_owned(), text.to_owned())])
}

fn open(dir: &StateDir) -> Journal {
    Journal::open(dir, "ap-southeast-1", "vpc-t4nexample", NAME)
}

#[test]
fn an_unanswered_intent_is_sent_again_with_its_token() {
    let home = tempfile::tempdir().unwrap();
    let dir = StateDir::at(home.path().join("state"));
    let first = open(&dir).intend(Kind::Endpoint, &params("a"));
    assert!(!first.is_reused);
    let again = open(&dir).intend(Kind::Endpoint, &params("a"));
    assert_eq!((again.text, again.is_reused), (first.text.clone(), true));
    let other = open(&dir).intend(Kind::Endpoint, &params("b"));
    assert_ne!(other.text, first.text, "other parameters are another call");
    let kind = open(&dir).intend(Kind::VSwitch, &params("a"));
    assert!(!kind.is_reused, "another action is another call");
}

#[test]
fn what_was_answered_or_forgotten_gets_a_new_token() {
    let home = tempfile::tempdir().unwrap();
    let dir = StateDir::at(home.path());
    let mut journal = open(&dir);
    let made = journal.intend(Kind::Endpoint, &params("a"));
    journal.made(&made, "ep-1");
    journal.seen("ep-1");
    let second = open(&dir).intend(Kind::Endpoint, &params("a"));
    assert!(!second.is_reused);
    open(&dir).forget(&second);
    assert_eq!(open(&dir).record().made(Kind::Endpoint).collect::<Vec<_>>(), ["ep-1"]);
    open(&dir).intend(Kind::VSwitch, &params("c"));
    open(&dir).endpoint_gone("ep-1");
    assert!(open(&dir).record().entries.is_empty(), "intents must not bring back what was deleted");
}

#[test]
fn an_old_intent_is_not_sent_again() {
    let home = tempfile::tempdir().unwrap();
    let dir = StateDir::at(home.path());
    let mut journal = open(&dir);
    let old = journal.intend(Kind::Endpoint, &params("a"));
    journal.record.entries[0].at -= record::SAFE;
    journal.save();
    let new = open(&dir).intend(Kind::Endpoint, &params("a"));
    assert!(!new.is_reused && new.text != old.text);
}

#[test]
fn tokens_are_random_and_short_enough() {
    let (one, other) = (client_token(), client_token());
    assert_ne!(one, other);
    assert!(one.is_ascii() && one.len() <= 64, "{one}");
}

#[test]
fn files_are_for_their_owner_alone_and_no_leftover_stays() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("state").join("tidb-pe");
    let dir = StateDir::at(&path);
    open(&dir).intend(Kind::Endpoint, &params("a"));
    let lock = dir.try_lock(&open(&dir).record().key()).unwrap().unwrap();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o700);
    let files: Vec<_> = std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 2, "the record and the lock: {files:?}");
    assert!(files.iter().all(|file| mode(file) == 0o600));
    drop(lock);
}

#[test]
fn a_lock_has_one_holder() {
    let home = tempfile::tempdir().unwrap();
    let dir = StateDir::at(home.path());
    let held = dir.try_lock("k").unwrap().unwrap();
    assert_eq!(dir.try_lock("k").unwrap().err(), Some(Busy));
    assert!(dir.try_lock("other").unwrap().is_ok());
    drop(held);
    assert!(dir.try_lock("k").unwrap().is_ok());
}

#[test]
fn a_directory_that_cannot_be_written_is_told_once_and_stops_nothing() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("file");
    std::fs::write(&file, "").unwrap();
    let mut journal = open(&StateDir::at(file.join("below")));
    let token = journal.intend(Kind::Endpoint, &params("a"));
    journal.made(&token, "ep-1");
    assert!(journal.take_trouble().is_some());
    journal.gone("ep-1");
    assert!(journal.take_trouble().is_none());
}

#[test]
fn an_answered_endpoint_that_was_never_seen_is_asked_for_again() {
    let home = tempfile::tempdir().unwrap();
    let dir = StateDir::at(home.path());
    let mut journal = open(&dir);
    let made = journal.intend(Kind::Endpoint, &params("a"));
    journal.made(&made, "ep-1");
    let again = open(&dir).intend(Kind::Endpoint, &params("a"));
    assert_eq!((again.text, again.known_id.as_deref()), (made.text, Some("ep-1")));
    assert!(open(&dir).record().open_endpoint().is_some());
    let mut journal = open(&dir);
    journal.seen("ep-1");
    assert!(open(&dir).record().open_endpoint().is_none());
    let vswitch = journal.intend(Kind::VSwitch, &params("a"));
    journal.made(&vswitch, "vsw-1");
    assert!(!open(&dir).intend(Kind::VSwitch, &params("a")).is_reused, "only endpoints cost money");
}

#[test]
fn where_nothing_can_be_remembered_the_same_call_has_the_same_token() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("file");
    std::fs::write(&file, "").unwrap();
    for dir in [StateDir::at(file.join("below")), StateDir::of(&Env::of([("HOME_IS_NOT", "known")]))] {
        let mut journal = open(&dir);
        let one = journal.intend(Kind::Endpoint, &params("a"));
        assert!(one.is_reused && one.text.is_ascii() && one.text.len() <= 64, "{one:?}");
        assert_eq!(open(&dir).intend(Kind::Endpoint, &params("a")).text, one.text);
        assert_ne!(open(&dir).intend(Kind::Endpoint, &params("b")).text, one.text);
        assert_ne!(open(&dir).intend(Kind::Zone, &params("a")).text, one.text);
        journal.forget(&one);
        let other = journal.intend(Kind::Endpoint, &params("a"));
        assert!(!other.is_reused && other.text != one.text, "an echo is not tried twice");
    }
    let sandbox = StateDir::none();
    assert_ne!(
        open(&sandbox).intend(Kind::Endpoint, &params("a")).text,
        open(&sandbox).intend(Kind::Endpoint, &params("a")).text
    );
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_directory_a_name_is_locked() {
    let key = format!("test-{}", uuid::Uuid::new_v4());
    let held = StateDir::try_lock_by_name(&key).unwrap().unwrap();
    assert_eq!(StateDir::try_lock_by_name(&key).unwrap().err(), Some(Busy));
    drop(held);
    assert!(StateDir::try_lock_by_name(&key).unwrap().is_ok());
}

#[test]
fn garbage_counts_as_empty() {
    let home = tempfile::tempdir().unwrap();
    let dir = StateDir::at(home.path());
    open(&dir).intend(Kind::Endpoint, &params("a"));
    let path = home.path().join(format!("{}.json", open(&dir).record().key()));
    for text in ["", "{", "[]", "{\"version\":99}", "\u{0}"] {
        std::fs::write(&path, text).unwrap();
        let mut journal = open(&dir);
        assert!(journal.record().entries.is_empty(), "{text}");
        assert!(journal.take_trouble().unwrap().is_damage, "{text}: it is told");
        assert!(dir.records().is_empty());
    }
}

#[test]
fn the_directory_is_found_as_the_contract_says() {
    let of = |vars: &[(&'static str, &'static str)], home: Option<&str>| {
        let mut env = Env::of(vars.iter().copied());
        env.home = home.map(Into::into);
        StateDir::of(&env)
    };
    assert_eq!(of(&[], Some("/h")), StateDir::at("/h/.local/state/tidb-pe"));
    assert_eq!(of(&[("XDG_STATE_HOME", "/x")], Some("/h")), StateDir::at("/x/tidb-pe"));
    assert_eq!(of(&[("XDG_STATE_HOME", "x")], Some("/h")), StateDir::at("/h/.local/state/tidb-pe"));
    assert_eq!(of(&[("TIDB_PE_STATE_DIR", "/s"), ("XDG_STATE_HOME", "/x")], None), StateDir::at("/s"));
    let homeless = of(&[], None);
    assert_ne!(homeless, StateDir::none(), "a directory is wanted and not known, which is to be told");
    assert!(homeless.try_lock("k").is_err());
}
