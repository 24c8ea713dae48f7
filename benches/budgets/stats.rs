//! Medians, and how numbers are written.

use std::time::Duration;

/// The middle one; zero of none.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => 0.0,
        n if n % 2 == 0 => f64::midpoint(values[middle - 1], values[middle]),
        _ => values[middle],
    }
}

/// The value that `share` of them do not exceed; zero of none.
pub(crate) fn percentile(mut values: Vec<f64>, share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    let at = (values.len() as f64 * share).ceil() as usize;
    values.get(at.saturating_sub(1)).copied().unwrap_or_default()
}

/// Milliseconds.
pub(crate) fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// So many digits after the point, and no sign before zero.
pub(crate) fn digits(value: f64, count: usize) -> String {
    let text = format!("{value:.count$}");
    if text.trim_start_matches('-').chars().all(|c| "0.".contains(c)) {
        return text.trim_start_matches('-').to_owned();
    }
    text
}
