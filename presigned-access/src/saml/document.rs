//! The one tree: parsed once, checked as a whole, then used for verifying and for reading.

use std::collections::HashSet;

use uppsala::{NodeId, Parser};

use super::Refusal;
use super::element::Element;
use super::lexical;
use super::vocabulary::{ATTRIBUTE_VALUE, SCHEMA_INSTANCE};

/// Attributes that the verifier takes for ids. `get_attribute` of the parser, which it uses, ignores namespaces; that
/// is why no attribute here may have one.
const IDS: [&str; 4] = ["ID", "Id", "id", "AssertionID"];

/// The longest id, in bytes.
const LONGEST_ID: usize = 256;

/// What namespaces never are, declared or not: XML's own.
const RESERVED: [&str; 2] = [uppsala::namespace::XML_NAMESPACE, uppsala::namespace::XMLNS_NAMESPACE];

/// A parsed document whose names, attributes and ids are unambiguous.
pub(super) struct Document<'x> {
    /// The tree.
    pub tree: uppsala::Document<'x>,
    /// The text it was parsed from.
    pub text: &'x str,
}

impl<'x> Document<'x> {
    /// Reads a document.
    pub fn read(xml: &'x str) -> Result<Self, Refusal> {
        let text = lexical::screen(xml)?;
        let tree = Parser::new().with_forbid_dtd(true).parse(text).map_err(|_| Refusal::NotWellFormed)?;
        let document = Self { tree, text };
        document.check()?;
        Ok(document)
    }

    /// The root element.
    pub fn root(&self) -> Result<Element<'_>, Refusal> {
        let root = self.tree.document_element().and_then(|node| Element::at(&self.tree, node));
        root.ok_or(Refusal::NotWellFormed)
    }

    /// Every element, in the order of the document.
    pub fn elements(&self) -> impl Iterator<Item = Element<'_>> {
        let nodes: Vec<NodeId> = self.tree.descendants(self.tree.root());
        nodes.into_iter().filter_map(|node| Element::at(&self.tree, node))
    }

    fn check(&self) -> Result<(), Refusal> {
        let mut ids = HashSet::new();
        for element in self.elements() {
            names(element)?;
            if let Some(id) = id(element)?
                && !ids.insert(id)
            {
                return Err(Refusal::IdRepeated);
            }
        }
        Ok(())
    }
}

/// Names that the parser, the canonical form and this program all read in the same way.
fn names(element: Element<'_>) -> Result<(), Refusal> {
    let raw = element.raw();
    for (prefix, uri) in &raw.namespace_declarations {
        // `xmlns=""` takes the default namespace away, which is fine; a prefix cannot be taken away.
        let absolute = plain_namespace(uri) || (prefix.is_empty() && uri.is_empty());
        if !absolute || prefix == "xml" {
            return Err(Refusal::NamespaceDeclaration);
        }
    }
    if raw.name.namespace_uri.as_deref().is_some_and(|uri| RESERVED.contains(&uri)) {
        return Err(Refusal::NamespaceDeclaration);
    }
    if raw.name.local_name.contains(':') {
        return Err(Refusal::ColonInName);
    }
    for attribute in &raw.attributes {
        if attribute.name.local_name.contains(':') {
            return Err(Refusal::ColonInName);
        }
        let namespace = attribute.name.namespace_uri.as_deref();
        let value_type = namespace == Some(SCHEMA_INSTANCE) && attribute.name.local_name == "type";
        if namespace.is_some() && !(value_type && element.is(ATTRIBUTE_VALUE)) {
            return Err(Refusal::AttributeNamespace);
        }
    }
    Ok(())
}

/// An absolute name in plain characters: nothing that canonical forms would have to escape.
fn plain_namespace(uri: &str) -> bool {
    uri.contains(':') && uri.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'<>&".contains(&byte))
}

/// The element's id, if it has one: one attribute, and a name without anything that addresses could mistake.
fn id(element: Element<'_>) -> Result<Option<&str>, Refusal> {
    let mut ids = IDS.iter().filter_map(|name| element.attribute(name));
    let Some(id) = ids.next() else {
        return Ok(None);
    };
    let first = id.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let rest = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    if ids.next().is_some() || !first || !rest || id.len() > LONGEST_ID {
        return Err(Refusal::Id);
    }
    Ok(Some(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(xml: &str) -> Option<Refusal> {
        Document::read(xml).err()
    }

    #[test]
    fn reads_documents_whose_names_are_unambiguous() {
        for xml in [
            "<a xmlns='urn:a' xmlns:b='urn:b'><b:c ID='_1'/><c xmlns='' Id='x-1.2'/></a>",
            "<s:AttributeValue xmlns:s='urn:oasis:names:tc:SAML:2.0:assertion' \
              xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:type='xs:string'>v</s:AttributeValue>",
        ] {
            assert_eq!(refusal(xml), None, "{xml}");
        }
    }

    #[test]
    fn refuses_names_that_two_readers_could_take_differently() {
        for (xml, expected, why) in [
            ("<a:b:c xmlns:a='urn:a'/>", Refusal::ColonInName, "two colons"),
            ("<:a/>", Refusal::ColonInName, "a colon in front"),
            ("<a: />", Refusal::ColonInName, "a colon behind"),
            ("<a :b=''/>", Refusal::ColonInName, "an attribute with a colon in front"),
            ("<a xmlns='b'/>", Refusal::NamespaceDeclaration, "a relative namespace"),
            ("<a xmlns:b=''/>", Refusal::NamespaceDeclaration, "a prefix taken away"),
            ("<a xmlns='urn:a&quot;b'/>", Refusal::NamespaceDeclaration, "a quote"),
            ("<a xmlns='urn:a&#10;'/>", Refusal::NamespaceDeclaration, "a line end"),
            ("<a xmlns='urn:ä'/>", Refusal::NamespaceDeclaration, "a letter that looks like another"),
            (
                "<a xmlns:xml='http://www.w3.org/XML/1998/namespace'/>",
                Refusal::NamespaceDeclaration,
                "xml declared again",
            ),
            ("<xml:a/>", Refusal::NamespaceDeclaration, "an element of xml's own"),
            ("<xmlns:a/>", Refusal::NamespaceDeclaration, "an element of the declarations' own"),
            ("<a xml:id='b'/>", Refusal::AttributeNamespace, "an id of xml's own"),
            ("<a xml:space='preserve'/>", Refusal::AttributeNamespace, "white space"),
            ("<a xml:base='urn:b'/>", Refusal::AttributeNamespace, "a base"),
            ("<a xmlns:b='urn:b' b:ID='c'/>", Refusal::AttributeNamespace, "an id in disguise"),
            (
                "<a xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:type='x'/>",
                Refusal::AttributeNamespace,
                "a type elsewhere",
            ),
            (
                "<s:AttributeValue xmlns:s='urn:oasis:names:tc:SAML:2.0:assertion' \
                  xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:nil='true'/>",
                Refusal::AttributeNamespace,
                "no value",
            ),
        ] {
            assert_eq!(refusal(xml), Some(expected), "{why}: {xml}");
        }
    }

    #[test]
    fn refuses_ids_that_could_name_two_elements() {
        for (xml, expected) in [
            ("<a ID='x'><b ID='x'/></a>", Refusal::IdRepeated),
            ("<a ID='x'><b id='x'/></a>", Refusal::IdRepeated),
            ("<a Id='x'><b AssertionID='x'/></a>", Refusal::IdRepeated),
            ("<a ID='x' Id='y'/>", Refusal::Id),
            ("<a ID=''/>", Refusal::Id),
            ("<a ID='1x'/>", Refusal::Id),
            ("<a ID='x y'/>", Refusal::Id),
            ("<a ID=\"xpointer(id('y'))\"/>", Refusal::Id),
        ] {
            assert_eq!(refusal(xml), Some(expected), "{xml}");
        }
    }

    #[test]
    fn refuses_what_is_not_well_formed() {
        for xml in [
            "",
            "text",
            "<a/><b/>",
            "<a/>text",
            "<a></b>",
            "<a b='1' b='2'/>",
            "<a b='1'c='2'/>",
            "<a xmlns:b='urn:x' xmlns:c='urn:x' b:d='1' c:d='2'/>",
            "<a:b/>",
            "<a b:c=''/>",
            "<a>&unknown;</a>",
            "<a>&#0;</a>",
            "<a>]]></a>",
            "<a>\u{1}</a>",
            "<a xmlns:xmlns='urn:x'/>",
            "<a xmlns:x='http://www.w3.org/2000/xmlns/'/>",
            "<a xmlns:x='http://www.w3.org/XML/1998/namespace'/>",
        ] {
            assert_eq!(refusal(xml), Some(Refusal::NotWellFormed), "{xml}");
        }
    }
}
