//! Text that was UTF-8, was read as Mac Roman or Windows-1252, and was saved as UTF-8 again.

/// What bytes 80 to FF mean in Mac Roman: <https://www.unicode.org/Public/MAPPINGS/VENDORS/APPLE/ROMAN.TXT>
/// (DB is the euro sign, as it has been since 1998; F0 is Apple's own sign, which Unicode has no character for).
const MAC_ROMAN: &str = "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…\u{a0}ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\u{f8ff}ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ";

/// What bytes 80 to 9F mean in Windows-1252, bytes without a meaning as the control characters of Latin-1:
/// <https://encoding.spec.whatwg.org/index-windows-1252.txt>. From A0 on it is Latin-1.
const WINDOWS: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

/// Misread as often as this at most: UTF-8 of UTF-8 of UTF-8.
const MOST_ROUNDS: usize = 3;

fn mac_roman(c: char) -> Option<u8> {
    MAC_ROMAN.chars().position(|known| known == c).and_then(|index| u8::try_from(0x80 + index).ok())
}

fn windows(c: char) -> Option<u8> {
    match u32::from(c) {
        code @ 0x80..=0xff => u8::try_from(code).ok(),
        _ => WINDOWS.chars().position(|known| known == c).and_then(|index| u8::try_from(0x80 + index).ok()),
    }
}

/// The text with every misread character put right; the same text when there is none.
pub fn repair(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..MOST_ROUNDS {
        if text.is_ascii() {
            break;
        }
        let repaired = once(&text);
        if repaired == text {
            break;
        }
        text = repaired;
    }
    text
}

fn once(text: &str) -> String {
    let mut repaired = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let read = if c.is_ascii() {
            None
        } else {
            misread(rest, &[], windows)
                .or_else(|| misread(rest, &[], mac_roman))
                // An emoji's first byte reads as Apple's sign, which some programs throw away.
                .or_else(|| misread(rest, &[0xf0], mac_roman).filter(|_| c == 'ü'))
        };
        let (right, length) = read.unwrap_or((c, c.len_utf8()));
        repaired.push(right);
        rest = rest.get(length..).unwrap_or_default();
    }
    repaired
}

/// The character that the beginning of a text, behind some bytes that are known, is the misreading of, and how
/// many bytes of the text that takes.
fn misread(text: &str, known: &[u8], byte_of: fn(char) -> Option<u8>) -> Option<(char, usize)> {
    let mut bytes = known.to_vec();
    let mut length = 0;
    for c in text.chars() {
        bytes.push(byte_of(c)?);
        length += c.len_utf8();
        let wanted = match bytes.first()? {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => return None,
        };
        if bytes.len() == wanted {
            break;
        }
    }
    let right = std::str::from_utf8(&bytes).ok()?.chars().next()?;
    // Two letters that stand side by side in ordinary text ("ß“") may look like a misread one of a rare script.
    let likely = bytes.len() > 2 || u32::from(right) < 0x590;
    (likely && !right.is_control()).then_some((right, length))
}
