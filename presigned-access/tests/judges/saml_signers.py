"""Two signers that share no code with each other or with the verifier: signxml and python-xmlsec."""

import base64
import functools
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import SignatureReference, XMLSigner

from saml_message import ASSERTION, DS, EC, PROTOCOL

BOTH = ("signxml", "xmlsec")
ONLY_XMLSEC = ("xmlsec",)

EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
METHODS = {
    "rsa-sha1": DS + "rsa-sha1",
    "rsa-sha224": MORE + "rsa-sha224",
    "rsa-sha256": MORE + "rsa-sha256",
    "rsa-sha384": MORE + "rsa-sha384",
    "rsa-sha512": MORE + "rsa-sha512",
    "rsa-pss": "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
    "ecdsa-sha256": MORE + "ecdsa-sha256",
    "hmac-sha256": MORE + "hmac-sha256",
}
DIGESTS = {
    "sha1": DS + "sha1",
    "sha224": MORE + "sha224",
    "sha256": "http://www.w3.org/2001/04/xmlenc#sha256",
    "sha384": MORE + "sha384",
    "sha512": "http://www.w3.org/2001/04/xmlenc#sha512",
}
PARSER = etree.XMLParser(strip_cdata=False, resolve_entities=False, huge_tree=True)


@dataclass(frozen=True)
class Pair:
    """A private key and the certificate that goes with it, both in PEM."""

    key: bytes
    certificate: str

    @property
    def der(self):
        """The certificate as it stands in a KeyInfo."""
        return re.sub(r"-----[^-]+-----|\s", "", self.certificate)

    @property
    def public(self):
        """The public key in PEM, which anybody has."""
        key = x509.load_pem_x509_certificate(self.certificate.encode()).public_key()
        return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def pair(name, bits=2048, begin=(2026, 1, 1), end=(2031, 1, 1), curve=None):
    """Makes a key and its self-signed certificate."""
    key = ec.generate_private_key(curve) if curve else rsa.generate_private_key(public_exponent=65537, key_size=bits)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(20261124)
        .not_valid_before(datetime(*begin, tzinfo=UTC))
        .not_valid_after(datetime(*end, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Pair(private, certificate.public_bytes(serialization.Encoding.PEM).decode())


@functools.cache
def keys():
    """The keys of this run: made now, gone afterwards."""
    return {
        "idp": pair("portal.sso.eu-central-1.amazonaws.com"),
        "next": pair("portal.sso.eu-central-1.amazonaws.com"),
        "partner": pair("login.partner.example"),
        # The certificate says of itself what the right one says.
        "attacker": pair("portal.sso.eu-central-1.amazonaws.com"),
        "expired": pair("portal.sso.eu-central-1.amazonaws.com", begin=(2021, 1, 1), end=(2026, 1, 1)),
        "weak": pair("portal.sso.eu-central-1.amazonaws.com", bits=1024),
        "curve": pair("portal.sso.eu-central-1.amazonaws.com", curve=ec.SECP256R1()),
    }


@dataclass(frozen=True)
class Signature:
    """How to sign. What signxml cannot say is for python-xmlsec alone."""

    place: str = "assertion"
    key: str = "idp"
    method: str = "rsa-sha256"
    digest: str = "sha256"
    prefixes: tuple = ()
    # The content of KeyInfo; None writes none.
    key_info: str | None = None
    # A shared secret instead of a key, for the HMAC that a verifier must not do.
    secret: bytes | None = None
    # For python-xmlsec: pieces of the signature as text.
    references: str | None = None
    canonical: str = f'<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"/>'
    transforms: str = f'<ds:Transform Algorithm="{ENVELOPED}"/><ds:Transform Algorithm="{EXCLUSIVE}"/>'
    uri: str | None = None
    more: str = ""
    # The prefix of the signature's names; none is the default namespace.
    prefix: str = "ds"
    # Where the signature goes, as an XPath; its target stays the place.
    parent: str | None = None
    ids: tuple = ("ID",)


def sign(text, signer, signature=Signature(), **changes):
    """Signs the text at one place or, inner one first, at both; returns text."""
    return _signed(text, signer, replace(signature, **changes))


# Many twins are the same honest response.
@functools.cache
def _signed(text, signer, signature):
    root = etree.fromstring(text.encode(), PARSER)
    places = ("assertion", "response") if signature.place == "both" else (signature.place,)
    for place in places:
        target = next(root.iter(f"{{{ASSERTION}}}Assertion")) if place == "assertion" else root
        root = SIGN[signer](root, target, signature)
    return etree.tostring(root, encoding="unicode")


class _Old(XMLSigner):
    """signxml does not sign with SHA-1 unless it is asked like this."""

    def check_deprecated_methods(self):
        pass


def _signxml(root, target, signature):
    names = {signature.prefix or None: DS}
    place = etree.Element(f"{{{DS}}}Signature", nsmap=names)
    place.set("Id", "placeholder")
    _insert(root, target, signature, place)
    signer = _Old(
        signature_algorithm=METHODS[signature.method],
        digest_algorithm=DIGESTS[signature.digest],
        c14n_algorithm=EXCLUSIVE,
    )
    signer.namespaces = names
    signer.signature_annotators = [lambda node, signing_settings: _annotate(node, signature.key_info)]
    return signer.sign(
        root,
        key=signature.secret or _signxml_key(signature.key),
        # An enveloped reference of signxml cannot carry a list of prefixes; SignedInfo can.
        reference_uri=[SignatureReference("#" + target.get("ID"), inclusive_ns_prefixes=[])],
        id_attribute="ID",
        inclusive_ns_prefixes=list(signature.prefixes) or None,
    )


@functools.cache
def _signxml_key(name):
    """Read once: reading checks the primes, which takes longer than signing."""
    return serialization.load_pem_private_key(keys()[name].key, password=None)


def _annotate(node, key_info):
    if key_info is not None:
        node.append(etree.fromstring(f'<ds:KeyInfo xmlns:ds="{DS}">{key_info}</ds:KeyInfo>'))


def _xmlsec(root, target, signature):
    template = _template(target, signature)
    if not signature.prefix:
        template = template.replace("ds:", "").replace("xmlns:ds=", "xmlns=")
    node = etree.fromstring(template, PARSER)
    _insert(root, target, signature, node)
    context = xmlsec.SignatureContext()
    context.key = _xmlsec_key(signature.key, signature.secret)
    xmlsec.tree.add_ids(root, list(signature.ids))
    context.sign(node)
    return root


@functools.cache
def _xmlsec_key(name, secret):
    if secret:
        return xmlsec.Key.from_binary_data(xmlsec.KeyData.HMAC, secret)
    return xmlsec.Key.from_memory(keys()[name].key, xmlsec.KeyFormat.PEM)


def _template(target, signature):
    inclusive = f'<ec:InclusiveNamespaces xmlns:ec="{EC}" PrefixList="{" ".join(signature.prefixes)}"/>'
    transforms = signature.transforms
    canonical = signature.canonical
    if signature.prefixes:
        old, new = f'Algorithm="{EXCLUSIVE}"/>', f'Algorithm="{EXCLUSIVE}">{inclusive}</ds:'
        transforms = transforms.replace(old, new + "Transform>")
        canonical = canonical.replace(old, new + "CanonicalizationMethod>")
    uri = f"#{target.get('ID')}" if signature.uri is None else signature.uri
    references = signature.references or reference(uri, transforms, signature.digest)
    info = "" if signature.key_info is None else f"<ds:KeyInfo>{signature.key_info}</ds:KeyInfo>"
    return (
        f'<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo>{canonical}'
        f'<ds:SignatureMethod Algorithm="{METHODS[signature.method]}"/>{references}</ds:SignedInfo>'
        f"<ds:SignatureValue/>{info}{signature.more}</ds:Signature>"
    )


def reference(uri, transforms=Signature.transforms, digest="sha256", attributes=""):
    """A reference whose digest is to be filled in; a URI of "-" leaves the attribute out."""
    where = "" if uri == "-" else f' URI="{uri}"'
    inner = f"<ds:Transforms>{transforms}</ds:Transforms>" if transforms else ""
    return (
        f"<ds:Reference{where}{attributes}>{inner}"
        f'<ds:DigestMethod Algorithm="{DIGESTS[digest]}"/><ds:DigestValue/></ds:Reference>'
    )


def _insert(root, target, signature, node):
    parent = target
    if signature.parent:
        names = {"samlp": PROTOCOL, "saml": ASSERTION, "ds": DS}
        (parent,) = root.xpath(signature.parent, namespaces=names)
    after_issuer = len(parent) > 0 and parent[0].tag == f"{{{ASSERTION}}}Issuer"
    parent.insert(1 if after_issuer else len(parent) if signature.parent else 0, node)


SIGN = {"signxml": _signxml, "xmlsec": _xmlsec}


def x509_info(name):
    """A KeyInfo that brings a certificate along."""
    return f"<ds:X509Data><ds:X509Certificate>{keys()[name].der}</ds:X509Certificate></ds:X509Data>"


def encoded(xml):
    """Base64 as a browser posts it."""
    return base64.b64encode(xml if isinstance(xml, bytes) else xml.encode()).decode()
