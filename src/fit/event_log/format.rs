//! How a log is written, by the name of its file.

/// How a log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogFormat {
    /// The notation.
    pub notation: Notation,
    /// Whether it is compressed by gzip.
    pub is_gzip: bool,
}

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// A text table.
    Csv,
    /// A text table with tabs between cells.
    Tsv,
    /// XES, the XML of process mining (IEEE 1849).
    Xes,
    /// Apache Parquet.
    Parquet,
}

impl LogFormat {
    /// By the end of a file's name; none if it has none that is known.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let (plain, is_gzip) = name.strip_suffix(".gz").map_or((&*name, false), |it| (it, true));
        let notation = match plain.rsplit_once('.')?.1 {
            "csv" | "txt" => Notation::Csv,
            "tsv" | "tab" => Notation::Tsv,
            "xes" => Notation::Xes,
            "parquet" if !is_gzip => Notation::Parquet,
            _ => return None,
        };
        Some(Self { notation, is_gzip })
    }
}

impl Notation {
    /// Its name.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Csv | Self::Tsv => "csv",
            Self::Xes => "xes",
            Self::Parquet => "parquet",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_the_name_says_it() {
        for (name, notation, is_gzip) in [
            ("log.csv", Notation::Csv, false),
            ("a.b/LOG.CSV.GZ", Notation::Csv, true),
            ("log.tsv", Notation::Tsv, false),
            ("log.xes.gz", Notation::Xes, true),
            ("log.parquet", Notation::Parquet, false),
        ] {
            assert_eq!(LogFormat::of(name), Some(LogFormat { notation, is_gzip }));
        }
        for name in ["log", "log.gz", "log.xlsx", "log.parquet.gz", ""] {
            assert_eq!(LogFormat::of(name), None, "{name}");
        }
    }
}
