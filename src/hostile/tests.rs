//! The same functions under random inputs: nothing at all, and real ones with something wrong.

use proptest::prelude::*;

/// One thing that goes wrong with an input.
#[derive(Debug, Clone)]
enum Slip {
    Flip(usize, u8),
    Cut(usize),
    Remove(usize, usize),
    Repeat(usize, usize),
    Insert(usize, Vec<u8>),
}

fn slip(words: &'static [&'static str]) -> impl Strategy<Value = Slip> {
    let word = prop::sample::select(words).prop_map(|word| word.as_bytes().to_vec());
    let bytes = prop_oneof![
        word,
        "[ -~\\n\\t]{0,8}".prop_map(String::into_bytes),
        any::<Vec<u8>>(),
        "\\PC{0,4}".prop_map(String::into_bytes)
    ];
    prop_oneof![
        (any::<usize>(), any::<u8>()).prop_map(|(at, bit)| Slip::Flip(at, bit)),
        any::<usize>().prop_map(Slip::Cut),
        (any::<usize>(), 0..40_usize).prop_map(|(at, count)| Slip::Remove(at, count)),
        (any::<usize>(), 0..40_usize).prop_map(|(at, count)| Slip::Repeat(at, count)),
        (any::<usize>(), bytes).prop_map(|(at, bytes)| Slip::Insert(at, bytes)),
    ]
}

fn with(mut bytes: Vec<u8>, slips: Vec<Slip>) -> Vec<u8> {
    for slip in slips {
        let at = |at: usize| if bytes.is_empty() { 0 } else { at % bytes.len() };
        match slip {
            Slip::Flip(place, bits) => {
                let place = at(place);
                if let Some(byte) = bytes.get_mut(place) {
                    *byte ^= bits;
                }
            }
            Slip::Cut(place) => bytes.truncate(at(place)),
            Slip::Remove(place, count) => {
                let place = at(place);
                bytes.drain(place..(place + count).min(bytes.len()));
            }
            Slip::Repeat(place, count) => {
                let place = at(place);
                let piece = bytes[place..(place + count).min(bytes.len())].to_vec();
                bytes.splice(place..place, piece);
            }
            Slip::Insert(place, piece) => {
                let place = at(place);
                bytes.splice(place..place, piece);
            }
        }
    }
    bytes
}

/// Random bytes, and real inputs with up to eight slips.
fn bytes(seeds: Vec<Vec<u8>>, words: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let real = (prop::sample::select(seeds), prop::collection::vec(slip(words), 0..8));
    prop_oneof![1 => any::<Vec<u8>>(), 4 => real.prop_map(|(seed, slips)| with(seed, slips))]
}

fn seeds(folder: &str) -> Vec<Vec<u8>> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(folder);
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// A certificate with any names, signed by itself.
fn made(names: &[String]) -> Option<Vec<u8>> {
    let key = rcgen::KeyPair::generate().ok()?;
    let mut params = rcgen::CertificateParams::default();
    params.subject_alt_names = names
        .iter()
        .filter_map(|name| Some(rcgen::SanType::DnsName(name.as_str().try_into().ok()?)))
        .collect();
    params.distinguished_name.push(rcgen::DnType::CommonName, names.concat());
    Some(params.self_signed(&key).ok()?.der().to_vec())
}

const WORDS: [&str; 14] = [
    "\u{1b}[31m",
    "\u{202e}",
    "\u{7}",
    "\n",
    "\"",
    "\\u0000",
    "\u{feff}",
    "null",
    "{}",
    "[]",
    "://",
    "@",
    "=",
    "%40",
];

proptest! {
    #[test]
    fn any_paste(input in bytes(seeds("paste"), &WORDS)) {
        super::paste(&input);
    }

    #[test]
    fn any_config_json(input in bytes(seeds("config_json"), &WORDS)) {
        super::config_json(&input);
    }

    #[test]
    fn any_ini(input in bytes(seeds("ini"), &WORDS)) {
        super::ini(&input);
    }

    #[test]
    fn any_answer(input in bytes(seeds("answer"), &WORDS)) {
        super::answer(&input);
    }

    #[test]
    fn any_first_packet(input in bytes(seeds("database"), &WORDS)) {
        super::database(&input);
    }

    #[test]
    fn any_certificate(input in bytes(seeds("certificate"), &WORDS)) {
        super::certificate(&input);
    }
}

proptest! {
    // Each case makes a key.
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 8))]

    #[test]
    fn any_names_of_a_certificate(names in prop::collection::vec("[\\x00-\\x7f]{0,40}|(\\*\\.)?[a-z*.]{1,300}", 0..30)) {
        if let Some(der) = made(&names) {
            super::certificate(&der);
        }
    }
}
