//! From SVG to PNG, with the bundled font and nothing else.

use std::sync::{Arc, OnceLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg;

use super::ChartError;

/// More pixels than this are refused: each takes four bytes of memory.
const PIXELS_MAX: f64 = 1e8;

/// The picture of an SVG as PNG, `scale` pixels for each pixel of the SVG.
///
/// Only the bundled font is used, whatever the machine has, so a chart is the same everywhere.
///
/// # Errors
///
/// [`ChartError::Svg`] if `svg` is none, [`ChartError::Scale`] if the picture would have no
/// pixels, or more than 100 million.
pub fn png(svg: &str, scale: f32) -> Result<Vec<u8>, ChartError> {
    let tree = tree(svg)?;
    let size = tree.size();
    let pixels = |length: f32| (f64::from(length) * f64::from(scale)).ceil();
    let (width, height) = (pixels(size.width()), pixels(size.height()));
    if !(width >= 1.0 && height >= 1.0 && width * height <= PIXELS_MAX) {
        return Err(ChartError::Scale { scale });
    }
    let mut picture = Pixmap::new(width as u32, height as u32).ok_or(ChartError::Scale { scale })?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut picture.as_mut());
    picture.encode_png().map_err(|error| ChartError::Svg(error.to_string()))
}

/// The SVG as resvg understands it.
pub(crate) fn tree(svg: &str) -> Result<usvg::Tree, ChartError> {
    let options = usvg::Options {
        fontdb: fonts(),
        font_family: "Noto Sans".to_owned(),
        ..usvg::Options::default()
    };
    usvg::Tree::from_str(svg, &options).map_err(|error| ChartError::Svg(error.to_string()))
}

fn fonts() -> Arc<usvg::fontdb::Database> {
    static FONTS: OnceLock<Arc<usvg::fontdb::Database>> = OnceLock::new();
    FONTS
        .get_or_init(|| {
            let mut fonts = usvg::fontdb::Database::new();
            fonts.load_font_data(notosans::REGULAR_TTF.to_vec());
            fonts.load_font_data(notosans::BOLD_TTF.to_vec());
            fonts.set_sans_serif_family("Noto Sans");
            Arc::new(fonts)
        })
        .clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: &str = "<svg xmlns='http://www.w3.org/2000/svg' width='10' height='5'/>";

    #[test]
    fn a_png_has_the_size_of_the_svg_times_the_scale() {
        let picture = png(SQUARE, 2.0).expect("the square is sound");
        let decoded = Pixmap::decode_png(&picture).expect("it is a PNG");
        assert_eq!((decoded.width(), decoded.height()), (20, 10));
    }

    #[test]
    fn impossible_pictures_are_refused() {
        for scale in [0.0, -1.0, f32::NAN, f32::INFINITY, 1e9] {
            assert!(matches!(png(SQUARE, scale), Err(ChartError::Scale { .. })), "{scale}");
        }
        assert!(matches!(png("no picture", 1.0), Err(ChartError::Svg(_))));
    }
}
