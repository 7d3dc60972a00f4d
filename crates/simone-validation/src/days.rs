//! Calendar days as ISO stamps: first and last days of months and years.
//!
//! Not for finding dates in text: `dates` and `digit_dates` do that.

/// How fine a date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Precision {
    Day,
    Month,
    Year,
    Decade,
    Century,
}

/// A calendar time as an interval of ISO days; see the reference's `DateMention`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Date {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) first: String,
    pub(crate) last: String,
    pub(crate) precision: Precision,
    pub(crate) valid: bool,
}

impl Date {
    pub(crate) fn interval(start: usize, end: usize, ends: (String, String), precision: Precision) -> Self {
        Date { start, end, first: ends.0, last: ends.1, precision, valid: true }
    }
}

/// A day written out in full; not valid where the calendar has no such day.
pub(crate) fn exact_day(year: i64, month: i64, day: i64, start: usize, end: usize) -> Date {
    let stamp = format!("{year:04}-{month:02}-{day:02}");
    let leap = if year == 0 { 4 } else { year };
    let valid = (1..=12).contains(&month) && (1..=month_days(Some(leap), month)).contains(&day) && year > 0;
    Date { start, end, first: stamp.clone(), last: stamp, precision: Precision::Day, valid }
}

/// The year in four digits, "????" where unsaid, "-0043" for 44 BC.
pub(crate) fn year_stamp(year: Option<i64>) -> String {
    match year {
        None => "????".to_owned(),
        Some(year) if year >= 0 => format!("{year:04}"),
        Some(year) => format!("-{:04}", -year),
    }
}

pub(crate) fn day_stamp(year: Option<i64>, month: i64, day: i64) -> String {
    format!("{}-{month:02}-{day:02}", year_stamp(year))
}

/// ISO day on which a month ends.
pub(crate) fn last_day_of(year: Option<i64>, month: i64) -> String {
    day_stamp(year, month, month_days(year, month))
}

pub(crate) fn month_ends(year: Option<i64>, month: i64) -> (String, String) {
    (day_stamp(year, month, 1), last_day_of(year, month))
}

pub(crate) fn year_ends(first: Option<i64>, last: Option<i64>) -> (String, String) {
    (day_stamp(first, 1, 1), day_stamp(last, 12, 31))
}

/// Days of a month; 29 for February of an unsaid year.
pub(crate) fn month_days(year: Option<i64>, month: i64) -> i64 {
    let year = year.filter(|&year| year > 0).unwrap_or(4);
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Day of the week, Monday 0, of a Gregorian day.
///
/// Source: Sakamoto, the congruence in comp.lang.c, 1992.
pub(crate) fn weekday(mut year: i64, month: i64, day: i64) -> i64 {
    const SHIFTS: [i64; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
    if month < 3 {
        year -= 1;
    }
    let shift = usize::try_from(month - 1).ok().and_then(|at| SHIFTS.get(at)).copied().unwrap_or(0);
    (year + year / 4 - year / 100 + year / 400 + shift + day + 6).rem_euclid(7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_week_and_of_months_are_right() {
        assert_eq!(weekday(2000, 1, 1), 5);
        assert_eq!(weekday(2024, 2, 29), 3);
        assert_eq!(weekday(1931, 3, 5), 3);
        assert_eq!((month_days(Some(1900), 2), month_days(Some(2000), 2), month_days(None, 2)), (28, 29, 29));
    }
}
