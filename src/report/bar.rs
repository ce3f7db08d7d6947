//! A bar of block characters.

/// Eighths of a block, from one to all.
const EIGHTHS: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/// A bar of `length` (0 to 1) of `width`, in eighths; something is never nothing.
pub(crate) fn bar(length: f64, width: usize) -> String {
    let all = width * 8;
    let exact = length.clamp(0.0, 1.0) * all as f64;
    let eighths = if exact > 0.0 {
        (exact.round() as usize).clamp(1, all)
    } else {
        0
    };
    let mut bar = EIGHTHS[7].to_string().repeat(eighths / 8);
    if !eighths.is_multiple_of(8) {
        bar.push(EIGHTHS[eighths % 8 - 1]);
    }
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_shows_the_smallest_share() {
        assert_eq!(bar(0.0, 8), "");
        assert_eq!(bar(1e-9, 8), "▏");
        assert_eq!(bar(0.5, 8), "████");
        assert_eq!(bar(0.55, 8), "████▍");
        assert_eq!(bar(7.0, 4), "████");
    }
}
