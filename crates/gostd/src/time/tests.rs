#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

use super::*;
use std::rc::Rc;

/// Recorded from Go 1.26; what each line holds is told in `results`.
const VECTORS: &str = include_str!("../../tests/vectors/time.tsv");

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2)
        .map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap())
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The machine's tz database: the vectors were recorded with one that has more than the built-in copy, such
/// as Dublin's winter time as a saving of minus one hour.
struct MachineDatabase;

impl ZoneDatabase for MachineDatabase {
    fn local(&self) -> LocalZoneSource {
        LocalZoneSource::Utc
    }

    fn file(&self, name: &str) -> Option<Vec<u8>> {
        std::fs::read(format!("/usr/share/zoneinfo/{name}")).ok()
    }
}

fn location(name: &str) -> Location {
    match name
        .strip_prefix("fixed:")
        .and_then(|fixed| fixed.split_once(':'))
    {
        Some((name, offset)) => Location::fixed(name, offset.parse().unwrap()),
        None => Location::load(name).unwrap(),
    }
}

fn time_fields(t: &Time) -> Vec<String> {
    let (name, offset) = t.zone();
    vec![
        t.unix().to_string(),
        t.nanosecond().to_string(),
        name,
        offset.to_string(),
    ]
}

/// The expected end of the recorded line's fields.
fn results(fields: &[&str]) -> Vec<String> {
    let int = |i: usize| fields[i].parse::<i64>().unwrap();
    let time = |i: usize| Time::from_unix(int(i + 1), int(i + 2), location(fields[i]));
    match fields[0] {
        "format" => vec![hex(&time(1).format(&bytes(fields[4])))],
        "fields" => {
            let t = time(1);
            let (iso_year, week) = t.iso_week();
            let date = format!(
                "{} {} {} {} {} {}",
                t.year(),
                t.month(),
                t.day(),
                t.hour(),
                t.minute(),
                t.second()
            );
            let unix = format!("{} {} {}", t.unix_milli(), t.unix_micro(), t.unix_nano());
            let (name, offset) = t.zone();
            vec![
                format!(
                    "{date} {} {} {iso_year} {week} {unix}",
                    t.weekday(),
                    t.year_day()
                ),
                format!("{name} {offset} {}", t.is_dst()),
                t.string(),
                t.go_string(),
                t.marshal_json().unwrap_or_else(|e| format!("!{e}")),
            ]
        }
        "date" => {
            let at = location(fields[1]);
            time_fields(&Time::date(
                int(2),
                int(3),
                int(4),
                int(5),
                int(6),
                int(7),
                int(8),
                &at,
            ))
        }
        "adddate" => time_fields(&time(1).add_date(int(4), int(5), int(6))),
        "add" => time_fields(&time(1).add(Duration(int(4)))),
        "round" => {
            let unit = Duration(int(4));
            [
                time_fields(&time(1).round(unit)),
                time_fields(&time(1).truncate(unit)),
            ]
            .concat()
        }
        "sub" => {
            let (t, u) = (time(1), time(4));
            vec![
                t.sub(&u).0.to_string(),
                (t.compare(&u) as i8).to_string(),
                t.equal(&u).to_string(),
            ]
        }
        "parse" => {
            vec![
                match parse_in_location(&bytes(fields[2]), &bytes(fields[3]), &location(fields[1]))
                {
                    Ok(t) => format!("{} {}", time_fields(&t).join(" "), t.location().name()),
                    Err(e) => format!("!{}", hex(e.to_string().as_bytes())),
                },
            ]
        }
        "durfmt" => {
            let (d, unit) = (Duration(int(1)), Duration(int(8)));
            let float = |f| crate::strconv::format_float(f, b'g', -1, 64);
            let whole = [
                d.milliseconds(),
                d.abs().0,
                unit.0,
                d.round(unit).0,
                d.truncate(unit).0,
            ];
            let mut got = vec![
                d.to_string(),
                float(d.hours()),
                float(d.minutes()),
                float(d.seconds()),
            ];
            got.extend(whole.map(|n| n.to_string()));
            got
        }
        "durparse" => vec![match parse_duration(&bytes(fields[1])) {
            Ok(d) => d.0.to_string(),
            Err(e) => format!("!{}", hex(e.to_string().as_bytes())),
        }],
        "names" => vec![Month(int(1)).to_string(), Weekday(int(1)).to_string()],
        other => panic!("unknown vector {other}"),
    }
}

#[test]
fn answers_as_go_does() {
    let _zones = use_zones(Some(Rc::new(MachineDatabase)));
    let mut wrong = Vec::new();
    for line in VECTORS.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let got = results(&fields);
        if got != fields[fields.len() - got.len()..] {
            let plain = |hex: &str| String::from_utf8_lossy(&bytes(hex)).into_owned();
            let texts: Vec<_> = match fields[0] {
                "format" => fields[4..].iter().map(|f| plain(f)).collect(),
                "parse" => vec![
                    plain(fields[2]),
                    plain(fields[3]),
                    plain(fields[4].trim_start_matches('!')),
                ],
                "durparse" => vec![plain(fields[1]), plain(fields[2].trim_start_matches('!'))],
                _ => vec![],
            };
            let last = plain(got[0].trim_start_matches('!'));
            wrong.push(format!("{line}\n  {texts:?}\n  got {got:?} {last:?}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong
            .iter()
            .take(30)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n")
    );
}

#[test]
fn now_shows_its_monotonic_reading_until_it_is_moved_to_another_zone() {
    let now = Time::from_unix(1_257_894_000, 0, Location::utc()).with_monotonic(12_345_678);
    assert_eq!(now.string(), "2009-11-10 23:00:00 +0000 UTC m=+0.012345678");
    assert_eq!(
        now.add(Duration::SECOND).string(),
        "2009-11-10 23:00:01 +0000 UTC m=+1.012345678"
    );
    assert_eq!(
        now.add(Duration(-Duration::SECOND.0)).string(),
        "2009-11-10 22:59:59 +0000 UTC m=-0.987654322"
    );
    assert_eq!(now.utc().string(), "2009-11-10 23:00:00 +0000 UTC");
    assert_eq!(
        now.add_date(0, 0, 1).string(),
        "2009-11-11 23:00:00 +0000 UTC"
    );
    assert_eq!(
        now.truncate(Duration::HOUR).string(),
        "2009-11-10 23:00:00 +0000 UTC"
    );
}

#[test]
fn locations() {
    let error = |name: &str| Location::load(name).unwrap_err().to_string();
    assert_eq!(error("Nowhere/City"), "unknown time zone Nowhere/City");
    assert_eq!(error("../etc/passwd"), "time: invalid location name");
    assert_eq!(error("/etc/localtime"), "time: invalid location name");
    assert_eq!(Location::load("").unwrap().name(), "UTC");
    assert!(Location::from_tzif("x", b"TZif2").is_none());
    assert_eq!(Time::zero().string(), "0001-01-01 00:00:00 +0000 UTC");
    assert!(Time::zero().is_zero());
}

#[test]
fn extreme_moments_do_not_overflow() {
    for seconds in [i64::MIN, i64::MAX, i64::MIN / 2, i64::MAX - 62_135_596_800] {
        let t = Time::from_unix(
            seconds,
            999_999_999,
            Location::load("Europe/Berlin").unwrap(),
        );
        let _ = (
            t.string(),
            t.go_string(),
            t.iso_week(),
            t.year_day(),
            t.add_date(1 << 40, 1 << 40, 1 << 40),
        );
        let _ = (
            t.round(Duration(i64::MAX)),
            t.truncate(Duration(3)),
            t.add(Duration(i64::MAX)),
            t.sub(&Time::zero()),
        );
    }
    for d in [i64::MIN, i64::MAX] {
        let _ = (
            Duration(d).to_string(),
            Duration(d).round(Duration(i64::MAX)),
            Duration(d).abs(),
        );
    }
}
