"""Makes the documents of presigned-access/src/saml/fixtures.

    scripts/python-with presigned-access/tests/judges/requirements-saml.txt
    PYTHON presigned-access/tests/judges/saml_fixtures.py presigned-access/src/saml/fixtures

The keys are made anew and thrown away; only certificates and signed documents are kept. Two signers that share no code
with the verifier under test take turns: signxml (Python) and python-xmlsec (libxmlsec).
"""

import datetime
import pathlib
import sys

import signxml
import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from lxml import etree

NOW = datetime.datetime(2026, 11, 24, 12, 0, 0, tzinfo=datetime.timezone.utc)
ACS = "https://abc123.execute-api.eu-west-1.amazonaws.com/prod/saml"
AUDIENCE = "https://studio.corp.example/saml"
IDP = "https://portal.sso.eu-west-1.amazonaws.com/saml/assertion/MDEyMzQ1"
REQUEST = "_" + "0123456789" * 4
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"

ATTRIBUTES = """<saml:Attribute Name="username"><saml:AttributeValue>90676e2a1b-alice</saml:AttributeValue></saml:Attribute>\
<saml:Attribute Name="domain-id"><saml:AttributeValue>d-abcdef123456</saml:AttributeValue></saml:Attribute>"""

# As Okta and Identity Center write them: values with a type, whose prefix only the prefix list keeps.
TYPED = ' xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string"'


def certificate(key, name, start=-1, end=1825):
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    day = datetime.timedelta(days=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + start * day)
        .not_valid_after(NOW + end * day)
        .sign(key, hashes.SHA256())
    )


def assertion(attributes=ATTRIBUTES, request=None, identifier="_assertion"):
    answered = f' InResponseTo="{request}"' if request else ""
    return f"""<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{identifier}" \
IssueInstant="2026-11-24T11:59:58.123Z" Version="2.0"><saml:Issuer>{IDP}</saml:Issuer><!--signature-->\
<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">alice@corp.example</saml:NameID>\
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData{answered} \
NotOnOrAfter="2026-11-24T12:04:58.123Z" Recipient="{ACS}"/></saml:SubjectConfirmation></saml:Subject>\
<saml:Conditions NotBefore="2026-11-24T11:54:58.123Z" NotOnOrAfter="2026-11-24T12:04:58.123Z"><saml:AudienceRestriction>\
<saml:Audience>{AUDIENCE}</saml:Audience></saml:AudienceRestriction></saml:Conditions>\
<saml:AuthnStatement AuthnInstant="2026-11-24T11:30:00.000Z" SessionIndex="_session" \
SessionNotOnOrAfter="2026-11-24T19:30:00.000Z"><saml:AuthnContext><saml:AuthnContextClassRef>\
urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef></saml:AuthnContext>\
</saml:AuthnStatement><saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"""


def response(inner, request=None):
    answered = f' InResponseTo="{request}"' if request else ""
    return f"""<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" Destination="{ACS}" ID="_response"{answered} \
IssueInstant="2026-11-24T11:59:58.123Z" Version="2.0"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">{IDP}\
</saml:Issuer><!--signature--><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>\
</samlp:Status>{inner}</samlp:Response>"""


def plain(xml):
    return xml.replace("<!--signature-->", "")


def around(inner, request=None):
    """A response whose only mark is the one that its assertion may have."""
    return plain(response("INNER", request)).replace("INNER", inner)


def by_signxml(xml, signer, digest="sha256"):
    """Signs an element that stands alone; the place is marked in it."""
    key, cert = signer
    place = '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="placeholder"></ds:Signature>'
    root = etree.fromstring(xml.replace("<!--signature-->", place, 1))
    made = signxml.XMLSigner(
        method=signxml.methods.enveloped,
        signature_algorithm=f"rsa-{digest}",
        digest_algorithm=digest,
        c14n_algorithm=EXCLUSIVE,
    ).sign(root, key=key, cert=[cert], reference_uri="#" + root.get("ID"), id_attribute="ID")
    return etree.tostring(made).decode()


def by_xmlsec(xml, signer, digest="Sha256", canonical=EXCLUSIVE, prefixes=None):
    """Signs the first element with a mark in it, which may be inside another."""
    key, cert = signer
    parser = etree.XMLParser(remove_comments=False)
    root = etree.fromstring(xml, parser)
    mark = next(root.iter(etree.Comment))
    holder = mark.getparent()
    exclusive = {EXCLUSIVE: xmlsec.constants.TransformExclC14N, INCLUSIVE: xmlsec.constants.TransformInclC14N}[canonical]
    signature = xmlsec.template.create(
        root, exclusive, getattr(xmlsec.constants, f"TransformRsa{digest}"), ns="ds"
    )
    holder.replace(mark, signature)
    reference = xmlsec.template.add_reference(
        signature, getattr(xmlsec.constants, f"Transform{digest}"), uri="#" + holder.get("ID")
    )
    xmlsec.template.add_transform(reference, xmlsec.constants.TransformEnveloped)
    transform = xmlsec.template.add_transform(reference, exclusive)
    if prefixes:
        etree.SubElement(transform, f"{{{EXCLUSIVE}}}InclusiveNamespaces", PrefixList=prefixes, nsmap={"ec": EXCLUSIVE})
    xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(signature))
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(key, xmlsec.constants.KeyDataFormatPem)
    context.key.load_cert_from_memory(cert, xmlsec.constants.KeyDataFormatPem)
    xmlsec.tree.add_ids(root, ["ID"])
    context.sign(signature)
    return etree.tostring(root).decode()


def pem(key, cert):
    return (
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
        cert.public_bytes(serialization.Encoding.PEM),
    )


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)

    def write(name, content):
        (folder / name).write_text(content if content.endswith("\n") or name.endswith(".xml") else content + "\n")

    signers = {}
    for name in ["current", "next", "stranger"]:
        key = rsa.generate_private_key(65537, 2048)
        signers[name] = pem(key, certificate(key, f"{name} key of a test"))
        write(f"{name}.pem", signers[name][1].decode())
    over = rsa.generate_private_key(65537, 3072)
    signers["over"] = pem(over, certificate(over, "key of a test that is over", -400, -35))
    write("over.pem", signers["over"][1].decode())
    short = rsa.generate_private_key(65537, 1024)
    write("short.pem", pem(short, certificate(short, "short key of a test"))[1].decode())
    curve = ec.generate_private_key(ec.SECP256R1())
    write("curve.pem", pem(curve, certificate(curve, "curve key of a test"))[1].decode())

    current = signers["current"]
    write("assertion-signed.xml", around(by_signxml(assertion(), current)))
    write("response-signed.xml", by_xmlsec(response(plain(assertion())), current))
    write("both-signed.xml", by_xmlsec(response(by_signxml(assertion(), current)), current, "Sha384"))
    write("solicited.xml", by_xmlsec(around(assertion(request=REQUEST), REQUEST), current))
    write("by-next-key.xml", around(by_signxml(assertion(), signers["next"], "sha512")))
    write("by-key-that-is-over.xml", around(by_signxml(assertion(), signers["over"])))
    write("by-stranger.xml", around(by_signxml(assertion(), signers["stranger"])))
    write("sha1.xml", by_xmlsec(around(assertion()), current, "Sha1"))
    write("inclusive.xml", by_xmlsec(around(assertion()), current, canonical=INCLUSIVE))
    groups = "".join(f"<saml:AttributeValue{TYPED}>group-{n}</saml:AttributeValue>" for n in range(200))
    typed = ATTRIBUTES.replace("<saml:AttributeValue>", f"<saml:AttributeValue{TYPED}>")
    typed += f'<saml:Attribute Name="groups">{groups}</saml:Attribute>'
    write("typed.xml", by_xmlsec(around(assertion(typed)), current, prefixes="xs"))
    # As Entra writes it: default namespaces, and line ends with blanks between the elements.
    unprefixed = assertion().replace("xmlns:saml=", "xmlns=").replace("<saml:", "<").replace("</saml:", "</")
    unprefixed = unprefixed.replace("><", ">\n  <").replace("  <!--", "<!--")
    write("unprefixed.xml", by_xmlsec(around(unprefixed), current, "Sha512"))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
