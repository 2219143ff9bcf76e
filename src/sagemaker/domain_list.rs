//! The domain's list of session images: which entries are ours, and how to change only those.
//!
//! `UpdateDomain` replaces the list as a whole (facts 2.4), and other teams have entries in it.

use super::domain::AttachedImage;

/// How many entries `CustomImages` holds (facts 2.1).
pub(super) const MOST_ENTRIES: usize = 200;

/// Beyond this many AWS documents limits for other apps, and for sessions none (facts 2.1).
pub(super) const USUAL_ENTRIES: usize = 5;

/// What to do with a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// It is as it should be.
    Keep,
    /// Send this one instead.
    Replace(Vec<AttachedImage>),
}

/// The list in which each image of `wanted` has exactly its wanted entry.
///
/// An entry of ours stays where the image stood first, new ones come last in the order of `wanted`, and entries of other
/// images keep their order and content. Where `wanted` names an image twice, the last one counts.
pub fn edit(current: &[AttachedImage], wanted: &[AttachedImage]) -> Edit {
    let ours = |name: &str| wanted.iter().rfind(|entry| entry.image == name);
    let mut list: Vec<AttachedImage> = Vec::with_capacity(current.len() + wanted.len());
    for entry in current.iter().chain(wanted) {
        match ours(&entry.image) {
            None => list.push(entry.clone()),
            Some(_) if list.iter().any(|placed| placed.image == entry.image) => {}
            Some(own) => list.push(own.clone()),
        }
    }
    compared(current, list)
}

/// The list without any entry of the named images.
pub fn without<Name: AsRef<str>>(current: &[AttachedImage], images: &[Name]) -> Edit {
    let gone = |entry: &AttachedImage| images.iter().any(|name| name.as_ref() == entry.image);
    compared(current, current.iter().filter(|entry| !gone(entry)).cloned().collect())
}

fn compared(current: &[AttachedImage], list: Vec<AttachedImage>) -> Edit {
    if list == current { Edit::Keep } else { Edit::Replace(list) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(image: &str, version: impl Into<Option<u32>>) -> AttachedImage {
        AttachedImage { image: image.into(), version: version.into(), config: format!("{image}-config") }
    }

    #[test]
    fn a_new_image_comes_last() {
        let current = [entry("theirs", 4), entry("also-theirs", None)];
        let list = vec![entry("theirs", 4), entry("also-theirs", None), entry("ours", 1)];
        assert_eq!(edit(&current, &[entry("ours", 1)]), Edit::Replace(list));
    }

    #[test]
    fn a_new_version_takes_the_place_of_the_old_one() {
        let current = [entry("a", 1), entry("ours", 1), entry("b", 2)];
        let list = vec![entry("a", 1), entry("ours", 2), entry("b", 2)];
        assert_eq!(edit(&current, &[entry("ours", 2)]), Edit::Replace(list));
    }

    #[test]
    fn duplicates_of_ours_become_one_and_duplicates_of_others_stay() {
        let current = [entry("ours", 1), entry("x", 1), entry("x", 2), entry("ours", None)];
        let list = vec![entry("ours", 3), entry("x", 1), entry("x", 2)];
        assert_eq!(edit(&current, &[entry("ours", 3)]), Edit::Replace(list));
    }

    #[test]
    fn a_list_that_is_right_is_kept() {
        let current = [entry("theirs", None), entry("ours", 3)];
        assert_eq!(edit(&current, &[entry("ours", 3)]), Edit::Keep);
        assert_eq!(edit(&current, &[]), Edit::Keep);
        assert_eq!(without(&current, &["unknown"]), Edit::Keep);
    }

    #[test]
    fn detaching_takes_every_entry_of_the_image_and_no_other() {
        let current = [entry("ours", 1), entry("theirs", None), entry("ours", 2)];
        assert_eq!(without(&current, &["ours"]), Edit::Replace(vec![entry("theirs", None)]));
    }

    fn entries(names: &'static str, most: usize) -> impl Strategy<Value = Vec<AttachedImage>> {
        let one = (names, proptest::option::of(0..5u32), "[a-z]{1,3}");
        proptest::collection::vec(
            one.prop_map(|(image, version, config)| AttachedImage { image, version, config }),
            0..most,
        )
    }

    fn result(current: &[AttachedImage], edit: Edit) -> Vec<AttachedImage> {
        match edit {
            Edit::Keep => current.to_vec(),
            Edit::Replace(list) => list,
        }
    }

    proptest! {
        #[test]
        fn foreign_entries_keep_order_and_content(current in entries("[a-d]", 9), wanted in entries("[c-f]", 4)) {
            let foreign = |list: &[AttachedImage]| -> Vec<AttachedImage> {
                list.iter().filter(|e| !wanted.iter().any(|w| w.image == e.image)).cloned().collect()
            };
            let after = result(&current, edit(&current, &wanted));
            prop_assert_eq!(foreign(&after), foreign(&current));
        }

        #[test]
        fn each_wanted_image_has_exactly_its_entry(current in entries("[a-d]", 9), wanted in entries("[c-f]", 4)) {
            let after = result(&current, edit(&current, &wanted));
            for own in &wanted {
                let last = wanted.iter().rfind(|w| w.image == own.image);
                let placed: Vec<_> = after.iter().filter(|e| e.image == own.image).collect();
                prop_assert_eq!(placed, last.into_iter().collect::<Vec<_>>());
            }
        }

        #[test]
        fn editing_again_changes_nothing(current in entries("[a-d]", 9), wanted in entries("[c-f]", 4)) {
            let after = result(&current, edit(&current, &wanted));
            prop_assert_eq!(edit(&after, &wanted), Edit::Keep);
        }
    }
}
