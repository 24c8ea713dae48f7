//! A free range of a VPC for a new vSwitch. Pure arithmetic.

use ipnet::Ipv4Net;

/// Facts section b2 `CreateVSwitch`: mask 16 to 29. An endpoint needs one address; the rest is room for later.
const PREFERRED: u8 = 24;
const SMALLEST: u8 = 29;

/// The first range inside `ranges` that overlaps none of `taken`: of 256 addresses, or of as many as there is room for.
pub fn free_cidr(ranges: &[Ipv4Net], taken: &[Ipv4Net]) -> Option<Ipv4Net> {
    (PREFERRED..=SMALLEST)
        .find_map(|length| ranges.iter().find_map(|range| first_free(*range, taken, length)))
}

/// Whether two ranges share an address. Of two ranges that do, one holds the other.
pub(super) fn overlaps(one: Ipv4Net, other: Ipv4Net) -> bool {
    one.contains(&other.network()) || other.contains(&one.network())
}

/// Goes from gap to gap instead of trying every range: a /8 has 65,536 of them.
fn first_free(range: Ipv4Net, taken: &[Ipv4Net], length: u8) -> Option<Ipv4Net> {
    if length < range.prefix_len() {
        return None;
    }
    let size = 1_u64 << (32 - length);
    let mut start = u64::from(u32::from(range.network()));
    let end = u64::from(u32::from(range.broadcast()));
    while start + size - 1 <= end {
        let candidate = Ipv4Net::new(u32::try_from(start).ok()?.into(), length).ok()?;
        let in_the_way = taken.iter().filter(|net| overlaps(**net, candidate));
        let Some(past) = in_the_way.map(|net| u64::from(u32::from(net.broadcast())) + 1).max() else {
            return Some(candidate);
        };
        start = past.next_multiple_of(size);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nets(texts: &[&str]) -> Vec<Ipv4Net> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn the_first_gap_is_taken() {
        let rows: [(&[&str], &[&str], Option<&str>); 10] = [
            (&["10.0.0.0/16"], &[], Some("10.0.0.0/24")),
            (&["10.0.0.0/16"], &["10.0.0.0/24", "10.0.1.0/24"], Some("10.0.2.0/24")),
            (&["10.0.0.0/16"], &["10.0.0.0/24", "10.0.2.0/24"], Some("10.0.1.0/24")),
            (&["10.0.0.0/16"], &["10.0.0.16/28"], Some("10.0.1.0/24")),
            (&["10.0.0.0/16"], &["10.0.0.0/16"], None),
            (&["10.0.0.0/24"], &["10.0.0.0/25"], Some("10.0.0.128/25")),
            (&["10.0.0.0/28"], &[], Some("10.0.0.0/28")),
            (&["10.0.0.0/30"], &[], None),
            (&["10.0.0.0/24", "192.168.0.0/16"], &["10.0.0.0/26"], Some("192.168.0.0/24")),
            (&["255.255.255.0/24"], &["255.255.255.0/25"], Some("255.255.255.128/25")),
        ];
        for (ranges, taken, expected) in rows {
            let found = free_cidr(&nets(ranges), &nets(taken));
            assert_eq!(found, expected.map(|text| text.parse().unwrap()), "{ranges:?} without {taken:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn it_never_overlaps_and_never_leaves_the_vpc(
            range in (0u32.., 8u8..=28),
            secondary in proptest::option::of((0u32.., 16u8..=28)),
            taken in proptest::collection::vec((0u32..=0xff_ffff, 16u8..=29), 0..40),
        ) {
            let net = |address: u32, length| Ipv4Net::new(address.into(), length).unwrap().trunc();
            let ranges: Vec<Ipv4Net> =
                std::iter::once(range).chain(secondary).map(|(address, length)| net(address, length)).collect();
            // Taken ranges lie inside the VPC, so that they are really in the way.
            let base = u32::from(ranges[0].network());
            let room = u32::from(ranges[0].hostmask());
            let taken: Vec<Ipv4Net> =
                taken.into_iter().map(|(offset, length)| net(base | (offset & room), length)).collect();
            match free_cidr(&ranges, &taken) {
                Some(found) => {
                    proptest::prop_assert!(ranges.iter().any(|range| range.contains(&found)));
                    proptest::prop_assert!(taken.iter().all(|net| !overlaps(*net, found)));
                    proptest::prop_assert!((16..=29).contains(&found.prefix_len()));
                    proptest::prop_assert_eq!(found, found.trunc());
                }
                // Nothing found means that no /29 is left, which counting shows as well.
                None => for range in &ranges {
                    if range.prefix_len() <= 29 && range.prefix_len() >= 20 {
                        let mut blocks = range.subnets(29).unwrap();
                        proptest::prop_assert!(blocks.all(|block| taken.iter().any(|net| overlaps(*net, block))));
                    }
                },
            }
        }
    }
}
