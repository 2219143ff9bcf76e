//! Mutations that move, copy, wrap and remove whole elements, so that most results are still XML.

use std::ops::Range;

/// One such mutation of `xml`, chosen by `seed`; `None` if there are no two elements to work with.
pub fn shuffle(xml: &str, seed: u32) -> Option<String> {
    let elements = ranges(xml);
    let mut choice = Choice(seed);
    let one = elements.get(choice.below(elements.len())?)?.clone();
    let other = elements.get(choice.below(elements.len())?)?.clone();
    Some(match choice.below(7)? {
        0 => insert(xml, other.start, &xml[one]),
        1 => insert(xml, other.end, &xml[one]),
        2 => insert(xml, inside(xml, &other), &xml[one]),
        3 => replace(xml, &one, ""),
        4 => replace(xml, &one, &xml[other]),
        5 => replace(xml, &one, &wrap(xml, &one, &other)),
        _ => rename(xml, &one, &other)?,
    })
}

/// The places of all elements, tags included, in the order in which they end. Whatever is no markup is skipped.
fn ranges(xml: &str) -> Vec<Range<usize>> {
    let mut open = Vec::new();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = xml[at..].find('<').map(|offset| at + offset) {
        let Some(end) = xml[start..].find('>').map(|offset| start + offset + 1) else { break };
        let tag = &xml[start..end];
        if tag.starts_with("</") {
            found.extend(open.pop().map(|begin| begin..end));
        } else if tag.ends_with("/>") {
            found.push(start..end);
        } else if !tag.starts_with("<!") && !tag.starts_with("<?") {
            open.push(start);
        }
        at = end;
    }
    found
}

fn insert(xml: &str, at: usize, what: &str) -> String {
    replace(xml, &(at..at), what)
}

fn replace(xml: &str, range: &Range<usize>, by: &str) -> String {
    format!("{}{by}{}", &xml[..range.start], &xml[range.end..])
}

/// Behind the first tag of an element.
fn inside(xml: &str, element: &Range<usize>) -> usize {
    xml[element.clone()].find('>').map_or(element.end, |offset| element.start + offset + 1)
}

/// `inner` inside the tags of `outer`, without what stood there.
fn wrap(xml: &str, inner: &Range<usize>, outer: &Range<usize>) -> String {
    let text = &xml[outer.clone()];
    let (Some(first), Some(last)) = (text.find('>'), text.rfind("</")) else { return xml[inner.clone()].to_owned() };
    if first + 1 > last {
        return xml[inner.clone()].to_owned();
    }
    format!("{}{}{}", &text[..=first], &xml[inner.clone()], &text[last..])
}

/// Gives one element the first attribute of another.
fn rename(xml: &str, one: &Range<usize>, other: &Range<usize>) -> Option<String> {
    let attribute = |element: &Range<usize>| {
        let text = &xml[element.start..inside(xml, element)];
        let begin = text.find(' ')?;
        let end = text.match_indices('"').nth(1)?.0 + 1;
        (begin < end).then_some(element.start + begin..element.start + end)
    };
    Some(replace(xml, &attribute(one)?, &xml[attribute(other)?]))
}

/// A small generator (xorshift): the fuzzer wants the same mutation for the same seed.
struct Choice(u32);

impl Choice {
    fn below(&mut self, limit: usize) -> Option<usize> {
        self.0 = self.0.max(1);
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        (self.0 as usize).checked_rem(limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const XML: &str = r#"<a i="1"><b j="2">text</b><c k="3"/></a>"#;

    #[test]
    fn finds_every_element() {
        let found: Vec<_> = ranges(XML).into_iter().map(|range| &XML[range]).collect();
        assert_eq!(found, [r#"<b j="2">text</b>"#, r#"<c k="3"/>"#, XML]);
    }

    #[test]
    fn keeps_tags_paired() {
        for seed in 1..5000 {
            let mutated = shuffle(XML, seed).expect("there should be elements");
            let opened = mutated.matches('<').count() - 2 * mutated.matches("</").count();
            assert_eq!(opened, mutated.matches("/>").count(), "{mutated}");
        }
    }
}
