//! Packages of Debian: an ar archive of compressed tar archives.
//!
//! Source: Debian's deb(5); FreeBSD's ar(5). Other ar archives hold object files as they are, which need no unpacking.

/// What a package of Debian begins with: its first member is always the same.
const BEGINNING: &[u8] = b"!<arch>\ndebian-binary";
const MAGIC: usize = 8;
const HEADER: usize = 60;

/// A name, and the bytes.
type Member<'a> = (String, &'a [u8]);

/// Whether bytes begin as a package of Debian does.
pub fn is_deb(bytes: &[u8]) -> bool {
    bytes.starts_with(BEGINNING)
}

/// The members, up to the first that is not whole; and whether that is the end.
pub fn members(bytes: &[u8]) -> (Vec<Member<'_>>, bool) {
    let mut members = Vec::new();
    let mut rest = bytes.get(MAGIC..).unwrap_or_default();
    while let Some((member, after)) = member(rest) {
        members.push(member);
        rest = after;
    }
    (members, rest.is_empty())
}

fn member(bytes: &[u8]) -> Option<(Member<'_>, &[u8])> {
    let (header, rest) = bytes.split_at_checked(HEADER)?;
    if header.get(58..)? != b"`\n" {
        return None;
    }
    let size: usize = str::from_utf8(header.get(48..58)?).ok()?.trim_end().parse().ok()?;
    let (content, rest) = rest.split_at_checked(size)?;
    let name = String::from_utf8_lossy(header.get(..16)?).trim_end().trim_end_matches('/').to_owned();
    // Members begin at even places.
    let rest = rest.get(size % 2..).unwrap_or_default();
    Some(((name, content), rest))
}
