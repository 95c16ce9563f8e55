//! Lines of /etc/passwd and /etc/group.

use super::{Change, Id};

/// The accounts that lines of /etc/passwd (`users`) or /etc/group create.
pub(super) fn entries(text: &str, users: bool) -> impl Iterator<Item = Change> {
    text.lines().filter_map(move |line| {
        let fields: Vec<&str> = line.trim().split(':').collect();
        let number = |text: &str| text.parse().map_or_else(|_| Id::Unknown(text.to_owned()), Id::Explicit);
        match fields.as_slice() {
            [name, _, uid, _, ..] if users && !name.is_empty() && !name.starts_with('#') => Some(Change::User {
                name: (*name).to_owned(),
                id: number(uid),
                // Lines may name a group that comes later.
                group: None,
                own_group: false,
            }),
            [name, _, gid, ..] if !users && !name.is_empty() && !name.starts_with('#') => {
                Some(Change::Group { name: (*name).to_owned(), id: number(gid) })
            }
            _ => None,
        }
    })
}

/// The lines that `echo`, `printf` or a here-document write; `None` when they are not known.
pub(super) fn written(program: &str, args: &[Option<&str>], stdin: Option<&str>) -> Option<String> {
    match program {
        "echo" => {
            let words: Option<Vec<&str>> = args.iter().copied().collect();
            let words: Vec<&str> =
                words?.into_iter().skip_while(|word| matches!(*word, "-e" | "-n" | "-ne" | "-en")).collect();
            Some(words.join(" ").replace("\\n", "\n"))
        }
        "printf" => {
            let words: Option<Vec<&str>> = args.iter().copied().collect();
            let words = words?;
            let (format, values) = words.split_first()?;
            let mut text = String::new();
            let mut values = values.iter();
            // The format is used again until the values are used up; `%s` and `%d` are all that names need.
            loop {
                let mut pieces = format.split("%s").flat_map(|piece| piece.split("%d")).peekable();
                let mut used = false;
                while let Some(piece) = pieces.next() {
                    text.push_str(piece);
                    if pieces.peek().is_some() {
                        used = true;
                        text.push_str(values.next().unwrap_or(&""));
                    }
                }
                if !used || values.len() == 0 {
                    break;
                }
            }
            Some(text.replace("\\n", "\n"))
        }
        "cat" | "tee" => stdin.map(str::to_owned),
        _ => None,
    }
}
