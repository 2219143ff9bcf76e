//! Attacks on SAML responses. Two signers that share no code with us make each attack, and beside it a twin: the same
//! shape made legitimate and signed by the right key. Attacks are refused for the expected reason, twins are let in, and
//! where python3-saml judges otherwise, a table says why.
#![cfg(feature = "saml")]

#[path = "saml_attacks/corpus.rs"]
mod corpus;
#[path = "saml_attacks/differences.rs"]
mod differences;
#[path = "saml_attacks/verdicts.rs"]
mod verdicts;
