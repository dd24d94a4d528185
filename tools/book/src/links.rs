//! Links of the book: those of its pages that lead out of it, and whether each leads somewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};
use walkdir::WalkDir;

/// The address of a file of the repository.
const FILES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/");

/// A page whose links to files outside of `docs/` lead to the repository; the error names one that leads nowhere.
///
/// # Errors
/// When a link leads to no file of the checkout.
pub fn out_of_the_book(page: &str, text: &str) -> Result<String> {
    let mut rest = text;
    let mut out = String::new();
    while let Some(place) = rest.find("](../") {
        let (before, link) = rest.split_at(place + 2);
        out.push_str(before);
        let end = link.find(')').context("a link without end")?;
        let (path, after) = link.split_at(end);
        let path = path.trim_start_matches("../");
        let file = path.split('#').next().unwrap_or(path);
        if !project::root().join(file).exists() {
            anyhow::bail!("{page}: no {file}");
        }
        out.push_str(FILES);
        out.push_str(path);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// What is wrong with the links of a built book: files and marks that are not there.
///
/// # Errors
/// When the book cannot be read.
pub fn complaints(book: &Path) -> Result<Vec<String>> {
    let mut marks: BTreeMap<PathBuf, BTreeSet<String>> = BTreeMap::new();
    let mut links = Vec::new();
    for entry in WalkDir::new(book).sort_by_file_name() {
        let entry = entry?;
        if !entry.file_type().is_file() {
            continue;
        }
        let path = entry.path().strip_prefix(book)?.to_owned();
        let mut own = BTreeSet::new();
        if path.extension().is_some_and(|kind| kind == "html") {
            let text = fs::read_to_string(entry.path())?;
            own.extend(attributes(&text, "id"));
            let to = attributes(&text, "href").chain(attributes(&text, "src"));
            links.extend(to.map(|link| (path.clone(), link)));
        }
        marks.insert(path, own);
    }
    let mut wrong = Vec::new();
    for (page, link) in links {
        let is_elsewhere = link.contains(':') || link.starts_with("//") || link.is_empty();
        if is_elsewhere || page.ends_with("404.html") {
            continue;
        }
        let (file, mark) = link.split_once('#').unwrap_or((&link, ""));
        let target = match file {
            "" => page.clone(),
            _ => resolved(&page, file.split('?').next().unwrap_or(file)),
        };
        let is_there = match marks.get(&target) {
            None => false,
            Some(_) if mark.is_empty() => true,
            Some(marks) => marks.contains(mark),
        };
        if !is_there {
            wrong.push(format!("{}: {link} leads nowhere", page.display()));
        }
    }
    wrong.dedup();
    Ok(wrong)
}

/// The values of an attribute in HTML that mdBook wrote.
fn attributes<'t>(text: &'t str, name: &str) -> impl Iterator<Item = String> + use<'t> {
    let start = format!(" {name}=\"");
    let length = start.len();
    let places: Vec<usize> = text
        .match_indices(&start)
        .map(|(at, _)| at + length)
        .collect();
    places.into_iter().filter_map(move |at| {
        let value = text.get(at..)?.split('"').next()?;
        Some(value.replace("&amp;", "&").replace("&#39;", "'"))
    })
}

/// A path that a page names, below the book.
fn resolved(page: &Path, file: &str) -> PathBuf {
    let mut path = page.parent().map(Path::to_owned).unwrap_or_default();
    for part in Path::new(file).components() {
        match part {
            Component::ParentDir => drop(path.pop()),
            Component::Normal(name) => path.push(name),
            _ => {}
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::{FILES, attributes, out_of_the_book, resolved};
    use std::path::Path;

    #[test]
    fn links_to_other_directories_lead_to_the_repository() {
        let page = out_of_the_book("a.md", "[a](b.md), [c](../README.md#x).").ok();
        let expected = format!("[a](b.md), [c]({FILES}README.md#x).");
        assert_eq!(page.as_deref(), Some(&*expected));
        assert!(out_of_the_book("a.md", "[c](../nosuch.md)").is_err());
    }

    #[test]
    fn links_are_taken_from_html() {
        let text = r#"<a class="x" href="a.html#b">c</a><p id="d">"#;
        assert_eq!(attributes(text, "href").collect::<Vec<_>>(), ["a.html#b"]);
        assert_eq!(attributes(text, "id").collect::<Vec<_>>(), ["d"]);
        assert_eq!(
            resolved(Path::new("a/b.html"), "../c.html"),
            Path::new("c.html")
        );
    }
}
