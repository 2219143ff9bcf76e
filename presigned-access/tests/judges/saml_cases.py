"""The register of cases: each attack with its twin, the same shape made legitimate and signed by the right key."""

from collections.abc import Callable
from dataclasses import dataclass

from saml_message import DOMAIN, HONEST, USERNAME, edit
from saml_signers import BOTH, Signature, sign


@dataclass(frozen=True)
class Message:
    """What is posted, and the circumstances it is posted in."""

    # The response; text is encoded as UTF-8.
    xml: str | bytes | None = None
    # Or the whole form body, where the form is the matter.
    form: str | bytes | None = None
    # Whether API Gateway handed the body over in base64.
    base64: bool = False
    # Seconds between the corpus's now and this one's.
    later: int = 0
    # The request that the browser's cookie says is pending.
    pending: str | None = None
    # The name of the settings.
    trust: str = "usual"
    # Who is let in, when somebody is.
    username: str = USERNAME
    domain: str = DOMAIN


@dataclass(frozen=True)
class Case:
    """An attack, the code that refuses it, and how both messages are made by a signer."""

    kind: str
    name: str
    code: str
    signers: tuple
    build: Callable


CASES: list[Case] = []


def special(kind, name, code, signers=BOTH):
    """Registers a function of the signer that returns the attack and its twin, as text or as messages."""

    def register(build):
        CASES.append(Case(kind, name, code, signers, build))
        return build

    return register


def message(value, **circumstances):
    """Text becomes a message."""
    return value if isinstance(value, Message) else Message(xml=value, **circumstances)


def resigned(kind, name, code, attack, twin=(), *, signers=BOTH, signature=Signature(), attacked=None, **both):
    """An attack by content: the right key signed both messages, and only what they say differs."""

    @special(kind, name, code, signers)
    def build(signer):
        return (
            message(sign(edit(HONEST, attack), signer, signature), **{**both, **(attacked or {})}),
            message(sign(edit(HONEST, twin), signer, signature), **both),
        )


def tampered(kind, name, code, edits, *, signers=BOTH, signature=Signature(), **both):
    """An attack after signing: the twin said the same before it was signed."""

    @special(kind, name, code, signers)
    def build(signer):
        return (
            message(edit(sign(HONEST, signer, signature), edits), **both),
            message(sign(edit(HONEST, edits), signer, signature), **both),
        )


def rewritten(kind, name, code, rewrite, *, before=(), signers=BOTH, signature=Signature(), twin_rewrite=None, **both):
    """An attack by rewriting a signed response; the twin is left as signed, or rewritten harmlessly."""

    @special(kind, name, code, signers)
    def build(signer):
        signed = sign(edit(HONEST, before), signer, signature)
        attack = rewrite(signed)
        if attack == signed:
            raise ValueError(f"{name}: the rewriting changed nothing")
        return message(attack, **both), message(twin_rewrite(signed) if twin_rewrite else signed, **both)


def signed_otherwise(kind, name, code, attack, twin=Signature(), *, edits=(), signers=BOTH, **both):
    """An attack by the way it is signed: the same content, another signature."""

    @special(kind, name, code, signers)
    def build(signer):
        text = edit(HONEST, edits)
        return (
            message(sign(text, signer, attack() if callable(attack) else attack), **both),
            message(sign(text, signer, twin() if callable(twin) else twin), **both),
        )
