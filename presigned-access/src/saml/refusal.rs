//! Why a response is not believed.

/// One variant per check of presigned-access 3.
///
/// A refusal carries only names that stand in this crate, never text of the document: it goes to the log, and the
/// document may be anybody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    // The form.
    /// The body is longer than 256 KiB.
    #[error("the body is larger than 256 KiB")]
    BodyTooLarge,
    /// The gateway says base64, and the body is not.
    #[error("the body is not base64")]
    BodyBase64,
    /// The body is not UTF-8.
    #[error("the body is not UTF-8")]
    BodyUtf8,
    /// No field `SAMLResponse`.
    #[error("the form has no `SAMLResponse`")]
    ResponseMissing,
    /// Two fields `SAMLResponse`.
    #[error("the form has more than one `SAMLResponse`")]
    ResponseRepeated,
    /// Two fields `RelayState`.
    #[error("the form has more than one `RelayState`")]
    RelayStateRepeated,
    /// A `RelayState` of more than 1,024 bytes.
    #[error("the form's `RelayState` is too long")]
    RelayStateTooLong,
    /// The response is not strict base64.
    #[error("`SAMLResponse` is not base64")]
    ResponseBase64,
    /// The response is not UTF-8.
    #[error("the response is not UTF-8")]
    ResponseUtf8,

    // The document as text.
    /// The document is longer than 256 KiB.
    #[error("the document is larger than 256 KiB")]
    DocumentTooLarge,
    /// `<!`: a document type, a comment or a CDATA section.
    #[error("the document holds a declaration, a comment or a CDATA section")]
    MarkupDeclaration,
    /// `<?` after the XML declaration.
    #[error("the document holds a processing instruction")]
    ProcessingInstruction,
    /// Another version than 1.0, or another encoding than UTF-8.
    #[error("the XML declaration is not for version 1.0 in UTF-8")]
    XmlDeclaration,
    /// More tags than any response needs.
    #[error("the document has too many tags")]
    TooManyTags,
    /// More attributes on one element than any response needs.
    #[error("an element has too many attributes")]
    TooManyAttributes,
    /// A tab or a line end inside of an attribute, where parsers differ in what they make of it.
    #[error("an attribute holds a tab or a line end")]
    LineInAttribute,
    /// Deeper than any response needs.
    #[error("the document is nested too deeply")]
    TooDeep,
    /// Not well-formed XML with namespaces.
    #[error("the document is not well-formed")]
    NotWellFormed,

    // The document as a tree.
    /// A name with more than one colon, or with one at an end.
    #[error("a name has a colon in the wrong place")]
    ColonInName,
    /// A namespace that is no plain absolute name, a prefix that is undeclared, or one of XML's own that is declared.
    #[error("a namespace declaration is not acceptable")]
    NamespaceDeclaration,
    /// An attribute with a namespace, other than the type of an attribute's value.
    #[error("an attribute has a namespace")]
    AttributeNamespace,
    /// An id that is no plain name, or two ids on one element.
    #[error("an id is not acceptable")]
    Id,
    /// The same id twice.
    #[error("an id stands twice")]
    IdRepeated,
    /// A child that has no business there, or not in this order.
    #[error("`{parent}` has a child that does not belong there")]
    ElementUnexpected {
        /// The element that holds it.
        parent: &'static str,
    },
    /// A child that must be there.
    #[error("`{parent}` has no `{child}`")]
    ElementMissing {
        /// The element that should hold it.
        parent: &'static str,
        /// The element that is not there.
        child: &'static str,
    },
    /// A child that may be there only once.
    #[error("`{parent}` has more than one of a child that may stand once")]
    ElementRepeated {
        /// The element that holds both.
        parent: &'static str,
    },
    /// An attribute that must be there.
    #[error("`{element}` has no `{attribute}`")]
    AttributeMissing {
        /// The element that should carry it.
        element: &'static str,
        /// The attribute that is not there.
        attribute: &'static str,
    },
    /// Text between elements.
    #[error("`{parent}` holds text between its elements")]
    TextUnexpected {
        /// The element that holds the text.
        parent: &'static str,
    },
    /// A value that is not exactly one piece of text.
    #[error("`{element}` is not plain text")]
    LeafNotText {
        /// The element that should hold text only.
        element: &'static str,
    },

    // Structure.
    /// The root is no `Response`.
    #[error("the document is not a SAML response")]
    Root,
    /// A `Response` inside the response.
    #[error("the response holds another response")]
    ResponseNested,
    /// No assertion.
    #[error("the response has no assertion")]
    AssertionMissing,
    /// More than one assertion in the whole tree.
    #[error("the response has more than one assertion")]
    AssertionRepeated,
    /// The assertion is no child of the response.
    #[error("the assertion is not a child of the response")]
    AssertionPlace,
    /// Something is encrypted; no key for that exists here.
    #[error("the response is encrypted")]
    Encrypted,

    // Signatures.
    /// Neither the response nor the assertion is signed.
    #[error("nothing is signed")]
    SignatureMissing,
    /// Configuration wants the response signed.
    #[error("the response itself is not signed")]
    SignatureOfResponseMissing,
    /// Configuration wants the assertion signed.
    #[error("the assertion itself is not signed")]
    SignatureOfAssertionMissing,
    /// A signature elsewhere than directly in the response or the assertion.
    #[error("a signature stands in the wrong place")]
    SignaturePlace,
    /// Two signatures of one element.
    #[error("an element has more than one signature")]
    SignatureRepeated,
    /// `Object` or `Manifest` of XML signatures.
    #[error("a signature carries objects")]
    SignatureObject,
    /// Another canonical form than exclusive C14N without comments.
    #[error("the canonicalisation is not exclusive C14N without comments")]
    Canonicalization,
    /// Another algorithm than RSA with SHA-256, SHA-384 or SHA-512.
    #[error("the signature's algorithm is not RSA with SHA-2")]
    SignatureAlgorithm,
    /// Another digest than SHA-256, SHA-384 or SHA-512.
    #[error("the digest's algorithm is not SHA-2")]
    DigestAlgorithm,
    /// The reference does not name the element that holds the signature.
    #[error("a signature is not about the element that holds it")]
    ReferenceTarget,
    /// Other transforms than [enveloped signature, exclusive C14N].
    #[error("a signature's transforms are not enveloped signature and exclusive C14N")]
    Transforms,
    /// A list of prefixes that is longer than any document needs.
    #[error("a list of namespace prefixes is too long")]
    PrefixList,
    /// A digest or signature value that is not base64.
    #[error("a signature's value is not base64")]
    SignatureEncoding,
    /// No pinned key of the provider made the signature, or what was signed was changed.
    #[error("a signature does not verify with any pinned key of its provider")]
    SignatureInvalid,
    /// What was verified is not what would be read.
    #[error("a signature covers something else than what would be read")]
    SignatureCoverage,

    // Protocol.
    /// Another version than 2.0.
    #[error("`{element}` is not SAML 2.0")]
    Version {
        /// The element with the version.
        element: &'static str,
    },
    /// The response is signed and does not say where it goes.
    #[error("a signed response has no `Destination`")]
    DestinationMissing,
    /// The response was meant for another address.
    #[error("the response was meant for another address")]
    Destination,
    /// An issuer whose format is not that of an entity.
    #[error("the issuer's format is not that of an entity")]
    IssuerFormat,
    /// No configured provider has this name.
    #[error("the assertion's issuer is not configured")]
    IssuerUnknown,
    /// Response and assertion name different issuers.
    #[error("response and assertion name different issuers")]
    IssuerMismatch,
    /// The provider did not report success.
    #[error("the provider did not report success")]
    Status,
    /// Success with a second status beneath.
    #[error("the provider reported success with a second status")]
    StatusNested,
    /// A time that is not `YYYY-MM-DDThh:mm:ss[.fraction]Z`.
    #[error("`{attribute}` is not a time in UTC")]
    Time {
        /// The attribute with the time.
        attribute: &'static str,
    },
    /// Issued in the future.
    #[error("`{element}` was issued in the future")]
    IssuedInFuture {
        /// The element with the time.
        element: &'static str,
    },
    /// Issued too long ago.
    #[error("`{element}` was issued too long ago")]
    IssuedTooLongAgo {
        /// The element with the time.
        element: &'static str,
    },
    /// A login that nobody here asked for, where configuration wants one that was asked for.
    #[error("the login was not asked for, and the provider may not start one")]
    IdpInitiated,
    /// The answer to a request that is not pending in this browser.
    #[error("the response answers a request that is not pending")]
    InResponseTo,
    /// Response and confirmation of the subject name different requests.
    #[error("response and subject name different requests")]
    InResponseToMismatch,

    // Subject.
    /// No confirmation by bearer.
    #[error("the subject is not confirmed by bearer")]
    ConfirmationMissing,
    /// The confirmation is for another recipient.
    #[error("the subject is confirmed for another recipient")]
    Recipient,
    /// The confirmation has a `NotBefore`, which the profile forbids.
    #[error("the subject's confirmation has a `NotBefore`")]
    ConfirmationNotBefore,
    /// The confirmation is over.
    #[error("the subject's confirmation is over")]
    ConfirmationExpired,

    // Conditions.
    /// `NotBefore` is not before `NotOnOrAfter`.
    #[error("the conditions end before they begin")]
    ConditionsOrder,
    /// Not valid yet.
    #[error("the assertion is not valid yet")]
    NotYetValid,
    /// Not valid any more.
    #[error("the assertion is not valid any more")]
    Expired,
    /// No audience at all.
    #[error("the assertion is restricted to no audience")]
    AudienceMissing,
    /// Another audience.
    #[error("the assertion is for another audience")]
    Audience,
    /// A condition that this program does not know.
    #[error("the assertion has a condition that is not known")]
    ConditionUnknown,

    // Statements.
    /// Nobody signed in.
    #[error("the assertion has no authentication statement")]
    AuthnStatementMissing,
    /// The sign-in lies in the future.
    #[error("the person signed in in the future")]
    AuthnInFuture,
    /// The provider's session is over.
    #[error("the provider's session is over")]
    SessionOver,
    /// The attribute with the user name is not there.
    #[error("the assertion has no attribute for the user name")]
    UsernameMissing,
    /// The user name is there more than once.
    #[error("the assertion has more than one user name")]
    UsernameRepeated,
    /// The user name has white space around it, a control character, or is too long.
    #[error("the user name is not acceptable")]
    Username,
    /// The attribute with the domain is not there.
    #[error("the assertion has no attribute for the domain")]
    DomainMissing,
    /// The domain is there more than once.
    #[error("the assertion has more than one domain")]
    DomainRepeated,
    /// The domain is no domain id.
    #[error("the domain is not a domain id")]
    Domain,
    /// The name id has white space around it, a control character, or is too long.
    #[error("the name id is not acceptable")]
    NameId,
}
