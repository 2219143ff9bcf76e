//! One element of the tree, and the only ways in which anything is read from it.

use uppsala::{NodeId, NodeKind};

use super::Refusal;
use super::vocabulary::Name;

/// An element.
#[derive(Clone, Copy)]
pub(super) struct Element<'t> {
    tree: &'t uppsala::Document<'t>,
    raw: &'t uppsala::Element<'t>,
    node: NodeId,
}

/// How often a child may stand at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Times {
    /// Exactly once.
    Once,
    /// Once or not at all.
    AtMostOnce,
    /// At least once.
    AtLeastOnce,
    /// As often as it likes.
    Any,
}

/// A place in the sequence of an element's children.
pub(super) struct Place {
    /// What may stand there.
    pub names: &'static [Name],
    /// How often, all names together.
    pub times: Times,
}

impl<'t> Element<'t> {
    /// The element at a node, if there is one.
    pub fn at(tree: &'t uppsala::Document<'t>, node: NodeId) -> Option<Self> {
        Some(Self { tree, raw: tree.element(node)?, node })
    }

    /// Its place in the tree, which is what signatures are verified for.
    pub fn node(self) -> NodeId {
        self.node
    }

    /// Whether it is called so, in the same namespace.
    pub fn is(self, name: Name) -> bool {
        self.raw.name.local_name == name.local && self.raw.name.namespace_uri.as_deref() == Some(name.namespace)
    }

    /// The parser's own view, for checks of the whole tree.
    pub fn raw(self) -> &'t uppsala::Element<'t> {
        self.raw
    }

    /// The node that holds it.
    pub fn parent(self) -> Option<NodeId> {
        self.tree.parent(self.node)
    }

    /// An attribute without a namespace.
    pub fn attribute(self, name: &str) -> Option<&'t str> {
        let attribute = self.raw.attributes.iter();
        attribute
            .filter(|attribute| attribute.name.namespace_uri.is_none() && attribute.name.prefix.is_none())
            .find(|attribute| attribute.name.local_name == name)
            .map(|attribute| &*attribute.value)
    }

    /// An attribute that must be there.
    pub fn required(self, element: Name, attribute: &'static str) -> Result<&'t str, Refusal> {
        self.attribute(attribute).ok_or(Refusal::AttributeMissing { element: element.local, attribute })
    }

    /// Its value, where it must be exactly one piece of text.
    pub fn text(self, element: Name) -> Result<&'t str, Refusal> {
        let refusal = Refusal::LeafNotText { element: element.local };
        let mut children = self.tree.children_iter(self.node);
        match (children.next().and_then(|child| self.tree.node_kind(child)), children.next()) {
            (Some(NodeKind::Text(text)), None) => Ok(text),
            _ => Err(refusal),
        }
    }

    /// Refuses anything inside.
    pub fn empty(self, element: Name) -> Result<(), Refusal> {
        self.sequence(element, &[]).map(|_| ())
    }

    /// Its children, which must be elements in exactly this order, with nothing but white space between them.
    pub fn sequence(self, parent: Name, places: &[Place]) -> Result<Sequence<'t>, Refusal> {
        let parent = parent.local;
        let children = self.children(parent)?;
        let mut rest = children.as_slice();
        for place in places {
            let fitting = rest.iter().take_while(|child| place.names.iter().any(|name| child.is(*name))).count();
            match place.times {
                Times::Once | Times::AtLeastOnce if fitting == 0 => {
                    return Err(match place.names.first() {
                        Some(name) => Refusal::ElementMissing { parent, child: name.local },
                        None => Refusal::ElementUnexpected { parent },
                    });
                }
                Times::Once | Times::AtMostOnce if fitting > 1 => return Err(Refusal::ElementRepeated { parent }),
                _ => rest = &rest[fitting..],
            }
        }
        if rest.is_empty() { Ok(Sequence { parent, children }) } else { Err(Refusal::ElementUnexpected { parent }) }
    }

    fn children(self, parent: &'static str) -> Result<Vec<Self>, Refusal> {
        let mut children = Vec::new();
        for node in self.tree.children_iter(self.node) {
            match self.tree.node_kind(node) {
                Some(NodeKind::Element(raw)) => children.push(Self { tree: self.tree, raw, node }),
                Some(NodeKind::Text(text)) if text.bytes().all(|byte| b" \t\r\n".contains(&byte)) => {}
                _ => return Err(Refusal::TextUnexpected { parent }),
            }
        }
        Ok(children)
    }
}

/// Children whose order and number were checked.
pub(super) struct Sequence<'t> {
    parent: &'static str,
    children: Vec<Element<'t>>,
}

impl<'t> Sequence<'t> {
    /// All children of a name.
    pub fn all(&self, name: Name) -> impl Iterator<Item = Element<'t>> {
        self.children.iter().copied().filter(move |child| child.is(name))
    }

    /// The first child of a name.
    pub fn first(&self, name: Name) -> Option<Element<'t>> {
        self.all(name).next()
    }

    /// A child that must be there.
    pub fn one(&self, name: Name) -> Result<Element<'t>, Refusal> {
        self.first(name).ok_or(Refusal::ElementMissing { parent: self.parent, child: name.local })
    }
}

/// A place for exactly one child.
pub(super) const fn once(names: &'static [Name]) -> Place {
    Place { names, times: Times::Once }
}

/// A place for one child or none.
pub(super) const fn at_most_once(names: &'static [Name]) -> Place {
    Place { names, times: Times::AtMostOnce }
}

/// A place for one child or more.
pub(super) const fn at_least_once(names: &'static [Name]) -> Place {
    Place { names, times: Times::AtLeastOnce }
}

/// A place for any number of children.
pub(super) const fn any(names: &'static [Name]) -> Place {
    Place { names, times: Times::Any }
}
