//! What can be said about a document before it is parsed.
//!
//! Whatever a parser might do with document types, entities, comments, CDATA sections and processing instructions, it
//! never gets to see any. The limits keep every later step linear: without them a single element with thirty thousand
//! attributes costs a second.

use super::Refusal;

/// The largest document, in bytes: what fits into the largest form.
const LARGEST: usize = 256 * 1024;

/// The most tags, of either kind. A person in two hundred groups needs about five hundred.
const MOST_TAGS: usize = 8192;

/// The most attributes and namespace declarations on one element.
const MOST_ATTRIBUTES: usize = 24;

/// The deepest nesting. A signed assertion needs eight levels.
const DEEPEST: usize = 24;

/// Refuses documents that no parser should see. Returns the document without a byte order mark.
pub(super) fn screen(xml: &str) -> Result<&str, Refusal> {
    if xml.len() > LARGEST {
        return Err(Refusal::DocumentTooLarge);
    }
    let xml = xml.strip_prefix('\u{feff}').unwrap_or(xml);
    // The parser would take another one away, and a document that begins with two is none.
    if xml.starts_with('\u{feff}') {
        return Err(Refusal::NotWellFormed);
    }
    if xml.contains("<!") {
        return Err(Refusal::MarkupDeclaration);
    }
    let content = after_declaration(xml)?;
    if content.contains("<?") {
        return Err(Refusal::ProcessingInstruction);
    }
    count(content)?;
    Ok(xml)
}

/// Everything behind the XML declaration, which may only say what is true: version 1.0, UTF-8.
fn after_declaration(xml: &str) -> Result<&str, Refusal> {
    let Some(rest) = xml.strip_prefix("<?xml").filter(|rest| rest.starts_with([' ', '\t', '\r', '\n'])) else {
        return Ok(xml);
    };
    let (declaration, content) = rest.split_once("?>").ok_or(Refusal::XmlDeclaration)?;
    let mut version = false;
    for (number, part) in declaration.split_whitespace().enumerate() {
        let (name, value) = part.split_once('=').ok_or(Refusal::XmlDeclaration)?;
        let value = unquote(value).ok_or(Refusal::XmlDeclaration)?;
        match name {
            "version" if number == 0 && value == "1.0" => version = true,
            "encoding" if value.eq_ignore_ascii_case("utf-8") => {}
            "standalone" if value == "yes" || value == "no" => {}
            _ => return Err(Refusal::XmlDeclaration),
        }
    }
    if version { Ok(content) } else { Err(Refusal::XmlDeclaration) }
}

fn unquote(value: &str) -> Option<&str> {
    ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote))
}

/// Counts tags, their nesting and their attributes, one look at each byte.
fn count(content: &str) -> Result<(), Refusal> {
    let bytes = content.as_bytes();
    let mut tags = 0;
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(start) = bytes[at..].iter().position(|byte| *byte == b'<') {
        tags += 1;
        if tags > MOST_TAGS {
            return Err(Refusal::TooManyTags);
        }
        let tag = &bytes[at + start + 1..];
        let length = end_of_tag(tag)?;
        if tag.starts_with(b"/") {
            depth = depth.saturating_sub(1);
        } else if !tag[..length].ends_with(b"/") {
            depth += 1;
            if depth > DEEPEST {
                return Err(Refusal::TooDeep);
            }
        }
        at += start + 1 + length;
    }
    Ok(())
}

/// Where the tag ends: at the first `>` that is not inside a quoted value.
fn end_of_tag(tag: &[u8]) -> Result<usize, Refusal> {
    let mut quote = None;
    let mut values = 0;
    for (at, byte) in tag.iter().enumerate() {
        match (quote, *byte) {
            (None, b'>') => return Ok(at),
            (None, b'"' | b'\'') => {
                values += 1;
                if values > MOST_ATTRIBUTES {
                    return Err(Refusal::TooManyAttributes);
                }
                quote = Some(*byte);
            }
            (Some(open), close) if open == close => quote = None,
            // XML makes a space of them (3.3.3), and the parser does not: the canonical form would be another.
            (Some(_), b'\t' | b'\n' | b'\r') => return Err(Refusal::LineInAttribute),
            _ => {}
        }
    }
    Err(Refusal::NotWellFormed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lets_plain_documents_pass() {
        for xml in [
            "<a/>",
            "\u{feff}<a/>",
            "<?xml version=\"1.0\"?><a/>",
            "<?xml version='1.0' encoding='utf-8' standalone='no' ?>\n<a b='>'>/></a>",
        ] {
            assert_eq!(screen(xml), Ok(xml.trim_start_matches('\u{feff}')), "{xml}");
        }
    }

    #[test]
    fn refuses_what_a_parser_should_not_see() {
        for (xml, refusal) in [
            ("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", Refusal::MarkupDeclaration),
            ("<a>b<!-- -->c</a>", Refusal::MarkupDeclaration),
            ("<a><![CDATA[b]]></a>", Refusal::MarkupDeclaration),
            ("<a><?b?></a>", Refusal::ProcessingInstruction),
            ("<?b?><a/>", Refusal::ProcessingInstruction),
            ("<?xml-stylesheet href='b'?><a/>", Refusal::ProcessingInstruction),
            ("<a/><?xml version='1.0'?>", Refusal::ProcessingInstruction),
            ("<?xml version='1.0'?><?xml version='1.0'?><a/>", Refusal::ProcessingInstruction),
            ("<?xml version='1.1'?><a/>", Refusal::XmlDeclaration),
            ("<?xml encoding='utf-8'?><a/>", Refusal::XmlDeclaration),
            ("<?xml version='1.0' encoding='utf-7'?><a/>", Refusal::XmlDeclaration),
            ("<?xml version='1.0' encoding='utf-16'?><a/>", Refusal::XmlDeclaration),
            ("<?xml version='1.0' extra='1'?><a/>", Refusal::XmlDeclaration),
            ("<?xml version='1.0'", Refusal::XmlDeclaration),
            ("\u{feff}\u{feff}<a/>", Refusal::NotWellFormed),
            ("<a b='c\nd'/>", Refusal::LineInAttribute),
            ("<a b=\"\tc\"/>", Refusal::LineInAttribute),
            ("<a b='c\r'></a>", Refusal::LineInAttribute),
            ("<a", Refusal::NotWellFormed),
            ("<a b='>", Refusal::NotWellFormed),
        ] {
            assert_eq!(screen(xml), Err(refusal), "{xml}");
        }
    }

    #[test]
    fn refuses_documents_that_would_cost_too_much() {
        let attributes = (0..=MOST_ATTRIBUTES).map(|number| format!(" a{number}=''")).collect::<Vec<_>>().concat();
        for (xml, refusal) in [
            (format!("<a>{}</a>", " ".repeat(LARGEST)), Refusal::DocumentTooLarge),
            (format!("<a{attributes}/>"), Refusal::TooManyAttributes),
            ("<a>".repeat(DEEPEST + 1), Refusal::TooDeep),
            ("<a/>".repeat(MOST_TAGS + 1), Refusal::TooManyTags),
        ] {
            assert_eq!(screen(&xml), Err(refusal));
        }
        let deep = format!("{}{}", "<a>".repeat(DEEPEST), "</a>".repeat(DEEPEST));
        assert_eq!(screen(&deep), Ok(&*deep));
    }
}
