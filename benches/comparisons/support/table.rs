//! One table for all comparisons: name, ours, other, ratio, goal, verdict.

use std::fmt;
use std::time::Duration;

/// Something measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Quantity {
    /// Wall time.
    Time(Duration),
    /// Bytes of memory.
    Memory(u64),
    /// A number of things.
    Count(usize),
}

/// What a row is held against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    /// Ours stays below this.
    Below(Quantity),
    /// Ours is exactly this.
    Exactly(Quantity),
    /// Ours divided by the other is at most this.
    Ratio(f64),
    /// Told for information.
    None,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    name: String,
    ours: Quantity,
    other: Option<Quantity>,
    goal: Goal,
}

impl Row {
    /// A measurement that is held against a number.
    pub fn alone(name: impl Into<String>, ours: Quantity, goal: Goal) -> Self {
        Self { name: name.into(), ours, other: None, goal }
    }

    /// A measurement beside that of another way to the same end.
    pub fn beside(name: impl Into<String>, ours: Quantity, other: Quantity, goal: Goal) -> Self {
        Self { name: name.into(), ours, other: Some(other), goal }
    }

    /// Whether there is a goal.
    pub fn has_goal(&self) -> bool {
        self.goal != Goal::None
    }

    /// Whether the goal is missed.
    pub fn is_missed(&self) -> bool {
        match self.goal {
            Goal::Below(limit) => self.ours.amount() >= limit.amount(),
            Goal::Exactly(wanted) => self.ours != wanted,
            // Without something to divide by there is no ratio, and a goal for it cannot be met.
            Goal::Ratio(limit) => self.ratio().is_none_or(|ratio| ratio > limit),
            Goal::None => false,
        }
    }

    fn ratio(&self) -> Option<f64> {
        self.other.map(|other| self.ours.amount() / other.amount())
    }

    fn cells(&self) -> [String; 6] {
        let verdict = match (self.has_goal(), self.is_missed()) {
            (false, _) => "",
            (true, false) => "ok",
            (true, true) => "MISSED",
        };
        [
            self.name.clone(),
            self.ours.to_string(),
            self.other.map_or_else(|| "-".to_owned(), |other| other.to_string()),
            self.ratio().map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.3}")),
            self.goal.to_string(),
            verdict.to_owned(),
        ]
    }
}

impl Quantity {
    #[expect(clippy::cast_precision_loss, reason = "fifty-two bits are enough for memory and for counts")]
    fn amount(self) -> f64 {
        match self {
            Self::Time(time) => time.as_secs_f64(),
            Self::Memory(bytes) => bytes as f64,
            Self::Count(count) => count as f64,
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(time) if *time < Duration::from_secs(1) => write!(f, "{:.1} ms", time.as_secs_f64() * 1000.0),
            Self::Time(time) => write!(f, "{:.2} s", time.as_secs_f64()),
            Self::Memory(_) => write!(f, "{:.1} MB", self.amount() / 1e6),
            Self::Count(count) => write!(f, "{count}"),
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Below(limit) => write!(f, "< {limit}"),
            Self::Exactly(wanted) => write!(f, "= {wanted}"),
            Self::Ratio(limit) => write!(f, "ratio <= {limit}"),
            Self::None => f.write_str("-"),
        }
    }
}

/// The rows under a heading, in columns.
pub fn render(rows: &[Row]) -> String {
    let heading = ["name", "ours", "other", "ratio", "goal", ""].map(str::to_owned);
    let lines: Vec<[String; 6]> = std::iter::once(heading).chain(rows.iter().map(Row::cells)).collect();
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default();
    let widths: [usize; 6] = std::array::from_fn(width);
    let mut text = String::new();
    for line in &lines {
        let cells: Vec<String> = line
            .iter()
            .zip(widths)
            .enumerate()
            .map(|(column, (cell, width))| match column {
                1..=3 => format!("{cell:>width$}"),
                _ => format!("{cell:<width$}"),
            })
            .collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}
