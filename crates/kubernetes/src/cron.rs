//! Schedules of CronJobs (`github.com/robfig/cron/v3`'s `ParseStandard`, which Kubernetes reads them with).

/// A field of a schedule: what people call it, its least and greatest number, and the names of numbers.
struct Part {
    name: &'static str,
    least: u32,
    most: u32,
    names: &'static [&'static str],
}

const PARTS: [Part; 5] = [
    Part {
        name: "the minute",
        least: 0,
        most: 59,
        names: &[],
    },
    Part {
        name: "the hour",
        least: 0,
        most: 23,
        names: &[],
    },
    Part {
        name: "the day of the month",
        least: 1,
        most: 31,
        names: &[],
    },
    Part {
        name: "the month",
        least: 1,
        most: 12,
        names: &[
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ],
    },
    Part {
        name: "the day of the week",
        least: 0,
        most: 6,
        names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
    },
];

const WORDS: &[&str] = &[
    "@annually",
    "@daily",
    "@hourly",
    "@midnight",
    "@monthly",
    "@weekly",
    "@yearly",
];

/// The problem with a schedule; nothing where Kubernetes takes it.
///
/// ```
/// use kubernetes::cron::problem;
///
/// assert_eq!(problem("*/5 * * * *"), None);
/// assert!(problem("0 24 * * *").is_some());
/// ```
pub fn problem(schedule: &str) -> Option<String> {
    if schedule.contains("TZ") {
        return Some("has a time zone, which belongs into timeZone".into());
    }
    if schedule.starts_with('@') {
        let is_known = WORDS.contains(&schedule) || schedule.starts_with("@every ");
        return (!is_known).then(|| format!("has the unknown word {schedule}"));
    }
    let fields: Vec<&str> = schedule.split_whitespace().collect();
    if fields.len() != PARTS.len() {
        return Some(format!("has {} fields, not 5", fields.len()));
    }
    let parts = PARTS.iter().zip(fields);
    let mut problems = parts.filter_map(|(part, field)| {
        let mut ranges = field.split(',').filter(|range| !range.is_empty());
        let problem = ranges.find_map(|range| part.problem(range))?;
        Some(format!("has {} {field}, {problem}", part.name))
    });
    problems.next()
}

impl Part {
    fn problem(&self, range: &str) -> Option<String> {
        let mut steps = range.split('/');
        let (ends, step) = (steps.next().unwrap_or_default(), steps.next());
        if steps.next().is_some() {
            return Some("with more than one /".into());
        }
        if step.is_some_and(|step| number(step).is_none_or(|step| step == 0)) {
            return Some("whose step is no number above 0".into());
        }
        let ends: Vec<&str> = ends.split('-').collect();
        let (first, last) = match ends.as_slice() {
            ["*" | "?", ..] => return None,
            [first] if step.is_some() => (self.number(first), Some(self.most)),
            [only] => (self.number(only), self.number(only)),
            [first, last] => (self.number(first), self.number(last)),
            _ => return Some("with more than one -".into()),
        };
        match (first, last) {
            (Some(first), Some(last)) if first > last => Some("which ends before it begins".into()),
            (Some(first), Some(last)) if first >= self.least && last <= self.most => None,
            _ => Some(format!("which is not from {} to {}", self.least, self.most)),
        }
    }

    fn number(&self, text: &str) -> Option<u32> {
        let name = text.to_lowercase();
        match self.names.iter().position(|other| *other == name) {
            Some(at) => Some(self.least + u32::try_from(at).ok()?),
            None => number(text),
        }
    }
}

fn number(text: &str) -> Option<u32> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_are_told_from_other_texts() {
        for good in [
            "* * * * *",
            "*/5 1-3,5 * JAN MON-FRI",
            "0 0 31 12 6",
            "@daily",
            "@every 1h30m",
            "? ? ? ? ?",
            "5/15 * * * *",
            "  0 0 * * 0 ",
            "0 0 * jan-Mar sun",
        ] {
            assert_eq!(problem(good), None, "{good}");
        }
        for bad in [
            "",
            "* * * *",
            "* * * * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * 32 * *",
            "* * * 13 *",
            "* * * * 7",
            "*/0 * * * *",
            "5-1 * * * *",
            "a * * * *",
            "1-2-3 * * * *",
            "*/5/5 * * * *",
            "@often",
            "CRON_TZ=UTC 0 0 * * *",
            "*/-5 * * * *",
            "* * * foo *",
            "every day at noon please",
        ] {
            assert!(problem(bad).is_some(), "{bad}");
        }
    }
}
