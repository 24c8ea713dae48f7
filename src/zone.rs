//! Zone ids and the regions they belong to (facts section f).

/// Whether `zone` is a zone of `region`: `ap-southeast-1a` (region ends in a digit) or `cn-hangzhou-h`.
pub fn is_in(zone: &str, region: &str) -> bool {
    let Some(rest) = zone.strip_prefix(region) else { return false };
    let letter =
        if region.ends_with(|c: char| c.is_ascii_digit()) { Some(rest) } else { rest.strip_prefix('-') };
    letter.is_some_and(|l| l.len() == 1 && l.bytes().all(|b| b.is_ascii_lowercase()))
}

/// The known region other than `region` that `zone` belongs to.
pub fn foreign_region(zone: &str, region: &str) -> Option<&'static str> {
    if is_in(zone, region) {
        return None;
    }
    crate::cloud::hosts::REGIONS.into_iter().find(|other| *other != region && is_in(zone, other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_know_their_region() {
        assert!(is_in("ap-southeast-1a", "ap-southeast-1"));
        assert!(is_in("cn-hangzhou-h", "cn-hangzhou"));
        assert!(is_in("cn-shanghai-finance-1b", "cn-shanghai-finance-1"));
        assert!(!is_in("cn-shanghai-finance-1b", "cn-shanghai"));
        assert!(!is_in("ap-southeast-1-a", "ap-southeast-1"));
        assert_eq!(foreign_region("ap-northeast-1a", "ap-southeast-1"), Some("ap-northeast-1"));
        assert_eq!(foreign_region("use1-az6", "ap-southeast-1"), None);
        assert_eq!(foreign_region("ap-southeast-1c", "ap-southeast-1"), None);
    }
}
