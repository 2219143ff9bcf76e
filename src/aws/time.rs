//! AWS's dates as ours.

use aws_smithy_types::DateTime;
use jiff::Timestamp;

/// The same moment; `None` where it lies outside of the years that a timestamp holds (-9999 to 9999).
pub(crate) fn timestamp(at: &DateTime) -> Option<Timestamp> {
    Timestamp::new(at.secs(), at.subsec_nanos().cast_signed()).ok()
}
