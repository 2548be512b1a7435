//! `features/REFERENCE.md` has every key of a topology that the code reads, and no other. The keys are those of the types that `src/topology`
//! deserializes, so that a new field is red here until the page has it.
#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::Visit;

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page() -> String {
    fs::read_to_string(package().join("../../features/REFERENCE.md")).unwrap()
}

/// Every Rust file of the topology, without its tests, which have texts and types of their own.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .filter(|path| path.file_stem().is_some_and(|stem| stem != "tests"))
        .flat_map(|path| match path.is_dir() {
            true => sources(&path),
            false => Vec::from_iter(path.extension().is_some_and(|extension| extension == "rs").then_some(path)),
        })
        .collect()
}

/// Of each type that is deserialized, its name and its keys; and every text that the code has.
#[derive(Default)]
struct Read {
    keys: BTreeMap<String, BTreeSet<String>>,
    texts: BTreeSet<String>,
    /// The keys that are refused with advice.
    advised: BTreeSet<String>,
}

/// The serde attributes of an item, as they are written.
fn serde_of(attributes: &[syn::Attribute]) -> String {
    let lists = attributes.iter().filter(|attribute| attribute.path().is_ident("serde"));
    lists.filter_map(|attribute| Some(attribute.meta.require_list().ok()?.tokens.to_string())).collect::<Vec<_>>().join(",")
}

fn derives(attributes: &[syn::Attribute], what: &str) -> bool {
    let lists = attributes.iter().filter(|attribute| attribute.path().is_ident("derive"));
    lists.filter_map(|attribute| attribute.meta.require_list().ok()).any(|list| list.tokens.to_string().contains(what))
}

/// The key of a field: its name, or what `rename` says; none of one that takes the rest of a map.
fn key(field: &syn::Field) -> Option<String> {
    let serde = serde_of(&field.attrs);
    if serde.contains("flatten") || serde.contains("skip") {
        return None;
    }
    let renamed = serde.split_once("rename = \"").and_then(|(_, rest)| Some(rest.split_once('"')?.0.to_owned()));
    renamed.or_else(|| Some(field.ident.as_ref()?.to_string()))
}

impl<'ast> Visit<'ast> for Read {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if item.ident != "tests" {
            syn::visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        if derives(&item.attrs, "Deserialize") {
            let known = self.keys.insert(item.ident.to_string(), item.fields.iter().filter_map(key).collect());
            assert!(known.is_none(), "two types are called {}: the page could not tell them apart", item.ident);
        }
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        if item.ident == "ADVICE" {
            let mut texts = Read::default();
            syn::visit::visit_item_const(&mut texts, item);
            self.advised.extend(texts.texts.into_iter().filter(|text| !text.contains(' ')));
        }
        syn::visit::visit_item_const(self, item);
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.texts.insert(text.value());
    }
}

fn read() -> Read {
    let mut read = Read::default();
    for path in sources(&package().join("src/topology")) {
        let file = syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap();
        read.visit_file(&file);
    }
    read
}

/// What stands between backticks in the first column of a table.
fn first_column(rows: &str) -> BTreeSet<String> {
    let rows = rows.trim_start().lines().take_while(|line| line.starts_with('|')).skip(2);
    let first = rows.filter_map(|row| row.split('|').nth(1));
    first.flat_map(|cell| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// The keys in each table that names its type: `<!-- keys: Service -->`.
fn tables(page: &str) -> BTreeMap<String, BTreeSet<String>> {
    let marked = page.split("<!-- keys: ").skip(1);
    marked.map(|rest| rest.split_once(" -->\n").unwrap()).map(|(name, rows)| (name.to_owned(), first_column(rows))).collect()
}

/// Types that hold the one key `x-relapse`, which the file's own table has.
const WITHOUT_TABLE: [&str; 1] = ["OnlySection"];

#[test]
fn the_page_has_every_key_that_is_read_and_no_other() {
    let mut keys = read().keys;
    keys.retain(|name, _| !WITHOUT_TABLE.contains(&name.as_str()));
    let tables = tables(&page());
    for (name, keys) in &keys {
        let table = tables
            .get(name)
            .unwrap_or_else(|| panic!("features/REFERENCE.md has no table `<!-- keys: {name} -->` with {keys:?}"));
        let missing: Vec<&String> = keys.difference(table).collect();
        let gone: Vec<&String> = table.difference(keys).collect();
        assert!(
            missing.is_empty() && gone.is_empty(),
            "features/REFERENCE.md, {name}: missing {missing:?}, not read any more {gone:?}"
        );
    }
    let stale: Vec<&String> = tables.keys().filter(|name| !keys.contains_key(*name)).collect();
    assert!(stale.is_empty(), "features/REFERENCE.md has tables of types that are gone: {stale:?}");
    assert!(keys.len() > 20, "only {} types were found", keys.len());
}

#[test]
fn the_page_has_every_label_variable_and_refused_key() {
    let (read, page) = (read(), page());
    let ours = |text: &&String| {
        let name = text.strip_prefix("relapse.").or_else(|| text.strip_prefix("RELAPSE_"));
        name.is_some_and(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '-' | '_')))
    };
    let named: Vec<&String> = read.texts.iter().filter(ours).collect();
    assert!(named.len() >= 2, "{named:?}");
    for name in named {
        assert!(page.contains(name.as_str()), "features/REFERENCE.md does not name {name}");
    }
    let section = page.split_once("## Refused").unwrap().1;
    let refused = first_column(section.get(section.find("\n|").unwrap()..).unwrap());
    assert!(read.advised.len() >= 10 && read.advised == refused, "{:?}\n{refused:?}", read.advised);
}
