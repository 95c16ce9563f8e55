//! Seeded mutation of a committed corpus: the same bytes on every run.

use std::path::Path;

/// Calls `judge` with each file of `tests/corpus/<folder>`, then with `rounds` mutations of each.
pub fn mutations(folder: &str, rounds: u32, judge: impl Fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(folder);
    let mut paths: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let corpus: Vec<Vec<u8>> = paths.iter().map(|path| std::fs::read(path).unwrap()).collect();
    assert!(!corpus.is_empty());
    mutations_of(&corpus, rounds, judge);
}

/// The same for files at hand.
pub fn mutations_of(corpus: &[Vec<u8>], rounds: u32, judge: impl Fn(&[u8])) {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    for file in corpus {
        judge(file);
        for _ in 0..rounds {
            let mut bytes = file.clone();
            for _ in 0..=dice.below(8) {
                mutate(&mut bytes, corpus, &mut dice);
            }
            judge(&bytes);
        }
    }
}

fn mutate(bytes: &mut Vec<u8>, corpus: &[Vec<u8>], dice: &mut Dice) {
    const PIECES: &[&[u8]] = &[
        b"\0",
        b"\r\n",
        b"\n",
        b"\xEF\xBB\xBF",
        b"\xFF",
        b"\\",
        b"\"",
        b"'",
        b"[",
        b"]",
        b"{",
        b"}",
        b"*",
        b"**",
        b"!",
        b"#",
        b"$",
        b"${",
        b"<<",
        b"<<EOF\n",
        b"&",
        b": ",
        b"- ",
        b"|",
        b"\t",
        b"  ",
        b"=",
        b"/",
        b"..",
        b"9999999999",
    ];
    let at = dice.below(bytes.len() + 1);
    match dice.below(6) {
        0 if at < bytes.len() => bytes[at] = dice.below(256) as u8,
        1 if at < bytes.len() => drop(bytes.drain(at..(at + 1 + dice.below(20)).min(bytes.len()))),
        2 if at < bytes.len() => {
            let piece = bytes[at..(at + 1 + dice.below(40)).min(bytes.len())].to_vec();
            let to = dice.below(bytes.len() + 1);
            bytes.splice(to..to, piece);
        }
        3 => bytes.truncate(at),
        4 => {
            let other = &corpus[dice.below(corpus.len())];
            let from = dice.below(other.len() + 1);
            bytes.splice(at..at, other[from..(from + dice.below(60)).min(other.len())].to_vec());
        }
        _ => drop(bytes.splice(at..at, PIECES[dice.below(PIECES.len())].to_vec())),
    }
}

/// xorshift64*.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % bound.max(1)
    }
}
