//! Names and addresses as .mailmap corrects them.
//!
//! Our own, because the library compares addresses by case and lets a later entry drop what an earlier one said;
//! git does neither (<https://git-scm.com/docs/gitmailmap>).

use std::collections::HashMap;

use bstr::ByteSlice;

/// What a .mailmap says.
#[derive(Debug, Default)]
pub(super) struct Mailmap {
    /// By the address in the commit, lower case.
    addresses: HashMap<Vec<u8>, Corrections>,
}

#[derive(Debug, Default)]
struct Corrections {
    whoever: Correction,
    /// By the name in the commit, lower case.
    names: HashMap<Vec<u8>, Correction>,
}

#[derive(Debug, Default, Clone)]
struct Correction {
    name: Option<Vec<u8>>,
    email: Option<Vec<u8>>,
}

impl Mailmap {
    /// Reads one; lines that make no sense are left out, as git does.
    pub fn of(bytes: &[u8]) -> Self {
        let mut map = Self::default();
        for line in bytes.split(|b| *b == b'\n').filter(|line| !line.starts_with(b"#")) {
            map.line(line);
        }
        map
    }

    fn line(&mut self, line: &[u8]) {
        let Some((first, rest)) = name_and_email(line) else { return };
        if first.email.is_empty() {
            return;
        }
        let second = name_and_email(rest).map(|(second, _)| second);
        let (old, new) = match &second {
            Some(second) => (second, Correction { name: some(first.name), email: some(first.email) }),
            None => (&Found { name: b"", email: first.email }, Correction { name: some(first.name), email: None }),
        };
        let corrections = self.addresses.entry(old.email.to_ascii_lowercase()).or_default();
        if old.name.is_empty() {
            let known = &mut corrections.whoever;
            known.name = new.name.or(known.name.take());
            known.email = new.email.or(known.email.take());
        } else {
            corrections.names.insert(old.name.to_ascii_lowercase(), new);
        }
    }

    /// The name and address that somebody goes by.
    pub fn apply<'a>(&'a self, name: &'a [u8], email: &'a [u8]) -> (&'a [u8], &'a [u8]) {
        let Some(corrections) = self.addresses.get(&email.to_ascii_lowercase()) else { return (name, email) };
        let named = corrections.names.get(&name.to_ascii_lowercase());
        let Correction { name: new_name, email: new_email } = named.unwrap_or(&corrections.whoever);
        (new_name.as_deref().unwrap_or(name), new_email.as_deref().unwrap_or(email))
    }
}

fn some(bytes: &[u8]) -> Option<Vec<u8>> {
    (!bytes.is_empty()).then(|| bytes.to_vec())
}

struct Found<'l> {
    name: &'l [u8],
    email: &'l [u8],
}

/// `Name <address>` and what comes after it.
fn name_and_email(line: &[u8]) -> Option<(Found<'_>, &[u8])> {
    let (name, rest) = line.split_once_str(b"<")?;
    let (email, rest) = rest.split_once_str(b">")?;
    Some((Found { name: name.trim_ascii(), email }, rest))
}
