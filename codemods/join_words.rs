//! Words around a host and a port that tell a text for people from an address.

use sixify_langs::strings::Piece;

use crate::purpose::is_spoken;

/// Whether a URL stands in a sentence that begins the text: `Unable to connect to "http://`.
pub(crate) fn begins_spoken(before: &[Piece<'_>]) -> bool {
    let Some(Piece::Text { raw, .. }) = before.first() else { return false };
    let said = raw.rsplit_once("://").map_or(*raw, |(said, _)| said.trim_end_matches(char::is_alphabetic));
    is_spoken(said.trim_end_matches([' ', '"', '\'', '`', '(', '<', '[']))
}

/// Whether a host stands in parentheses behind a name, or has parentheses behind it: `shop (db:5432)`,
/// `http://shop:80 (2 threads)`. A program that reads an address reads none of that.
pub(crate) fn beside(before: &[Piece<'_>], behind: &str) -> bool {
    let opened = match before {
        [.., Piece::Text { raw, .. }] => raw.ends_with(" (") || before.len() == 1 && *raw == "(",
        _ => false,
    };
    behind.starts_with(" (") || opened && behind.starts_with(')')
}

/// Whether what stands before a host is the beginning of a sentence that leads to it: people read
/// `cannot connect to `, and no program takes what follows for an address.
pub(crate) fn sentence(before: &[Piece<'_>]) -> bool {
    const LEADING: &[&str] = &["to", "from", "on", "at", "by", "with", "via", "of"];
    let Some(Piece::Text { raw, .. }) = before.last() else { return false };
    if raw.ends_with("->") || raw.ends_with("=>") {
        return true;
    }
    // `<b>Server `: words of a page.
    let page = raw.rsplit_once('>').filter(|(tag, _)| tag.contains('<')).map(|(_, text)| text);
    if page.is_some_and(|text| text.ends_with(' ') && text.contains(char::is_alphabetic)) {
        return true;
    }
    let line = raw.rsplit(['\n', '\r']).next().and_then(|line| line.rsplit("\\n").next()).unwrap_or(raw);
    let Some(text) = line.strip_suffix(' ').or_else(|| line.strip_suffix(" (")) else { return false };
    let run: Vec<&str> = text.rsplit(' ').take_while(|word| is_word(word)).collect();
    let leads = line.ends_with(' ') && run.first().is_some_and(|word| LEADING.contains(word));
    // `nc host:port` is a command, and three words in a row are none.
    let begins = run.iter().any(|word| word.ends_with([':', ',']) || word.starts_with(char::is_uppercase));
    // `Connection to RPC server `
    if is_spoken(text) {
        return true;
    }
    // `Trying (`
    let long = || text.split(' ').filter(|word| is_word(word)).count() > 2;
    let told = line.ends_with(" (") && (run.iter().any(|word| word.starts_with(char::is_uppercase)) || long());
    told || leads && run.get(1).is_some_and(|word| word.len() > 1) || run.len() > 2 || run.len() == 2 && begins
}

/// Whether what stands behind a port goes on as a sentence does, adds something in parentheses, or
/// points at the other end.
pub(crate) fn remark(behind: &str) -> bool {
    if ["->", "<-", "=>"].iter().any(|arrow| behind.trim_start().starts_with(arrow)) {
        return true;
    }
    let Some(text) = behind.strip_prefix(' ') else { return false };
    text.starts_with('(') || text.starts_with("- ") || text.split(' ').take_while(|word| is_word(word)).count() > 1
}

/// Whether this is a word of a sentence: letters alone, with a comma or a colon behind it, and not
/// all of them capitals, as the words of protocols are.
fn is_word(word: &str) -> bool {
    let letters = word.strip_suffix([',', ':', '.']).unwrap_or(word);
    let shouted = letters.len() > 1 && letters.chars().all(char::is_uppercase);
    !letters.is_empty() && letters.chars().all(char::is_alphabetic) && !shouted
}
