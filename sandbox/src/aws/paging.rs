//! Lists in pages. A token names the last item that was sent, so that items made or removed between two pages neither
//! repeat nor hide others.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::ApiError;

/// Page length where the caller names none (facts 2.5).
const DEFAULT_PAGE: usize = 10;

/// The direction of a sorted list, as its services spell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Order {
    /// Smallest first.
    #[serde(alias = "ASCENDING")]
    Ascending,
    /// Largest first.
    #[serde(alias = "DESCENDING")]
    Descending,
}

/// The part of a list that is asked for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Page {
    /// Length of the page.
    #[serde(alias = "maxResults")]
    pub max_results: Option<usize>,
    /// Where the page before ended.
    #[serde(alias = "nextToken")]
    pub next_token: Option<String>,
}

/// Sorts `items` by their keys, which are unique, and cuts out the page. Also returns the token of the next one.
pub fn page<T>(mut items: Vec<(String, T)>, order: Order, page: &Page) -> Result<(Vec<T>, Option<String>), ApiError> {
    items.sort_by(|(left, _), (right, _)| match order {
        Order::Ascending => left.cmp(right),
        Order::Descending => right.cmp(left),
    });
    if let Some(token) = &page.next_token {
        let last = decode(token).ok_or_else(|| ApiError::validation("Invalid NextToken"))?;
        items.retain(|(key, _)| match order {
            Order::Ascending => *key > last,
            Order::Descending => *key < last,
        });
    }
    let length = page.max_results.unwrap_or(DEFAULT_PAGE);
    let more = items.len() > length;
    items.truncate(length);
    let next = items.last().filter(|_| more).map(|(key, _)| URL_SAFE_NO_PAD.encode(key));
    Ok((items.into_iter().map(|(_, item)| item).collect(), next))
}

fn decode(token: &str) -> Option<String> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(range: std::ops::RangeInclusive<char>) -> Vec<(String, char)> {
        range.map(|letter| (letter.to_string(), letter)).collect()
    }

    #[test]
    fn pages_neither_repeat_nor_skip_when_the_list_changes_between_them() -> Result<(), ApiError> {
        let ask = |next_token| Page { max_results: Some(2), next_token };
        let (first, token) = page(letters('b'..='f'), Order::Descending, &ask(None))?;
        assert_eq!(first, ['f', 'e']);
        let (second, token) = page(letters('a'..='z'), Order::Descending, &ask(token))?;
        assert_eq!(second, ['d', 'c']);
        let (third, token) = page(letters('b'..='f'), Order::Descending, &ask(token))?;
        assert_eq!((third.as_slice(), token), (['b'].as_slice(), None));
        Ok(())
    }

    #[test]
    fn a_foreign_token_is_refused() {
        let asked = Page { max_results: None, next_token: Some("%%%".to_owned()) };
        assert!(page(letters('a'..='b'), Order::Ascending, &asked).is_err());
    }
}
