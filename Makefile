# Thin on purpose: each target names the scripts and cargo commands that do the work.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# Packages of Debian that the tests and the demo use, each with the command that shows it is there.
PACKAGES := git:git curl:curl apache2-utils:htpasswd docker-registry:docker-registry python3-venv

.PHONY: help demo test check bench lambda access-demo access-bench fuzz world machine

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

demo: world ## two declared images, from spec to domain, against the sandbox
	cargo build --release --bin slipway
	scripts/demo

test: world ## every test, the quick ones first; a real Docker Engine, real R, real registries
	cargo test --workspace --lib --bins
	cargo test --workspace --test '*'

check: ## format, lints and documentation, without Docker
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- --deny warnings
	RUSTDOCFLAGS='--deny warnings' cargo doc --workspace --no-deps

bench: world ## comparisons that print ratios
	benches/by-hand.sh prepare
	cargo bench

lambda: ## archives of the Lambda functions, for x86-64 and arm64
	scripts/build-lambda

access-demo: ## from a signed assertion or a token to Studio, and everybody else refused; no AWS, no Docker
	scripts/build-lambda x86-64
	cargo build --release --package slipway-sandbox --bin slipway-sandbox
	scripts/access-demo

access-bench: ## the released function against one in Python that does the same; fails if a goal is missed
	scripts/build-lambda x86-64
	cargo build --release --package slipway-sandbox --bin slipway-sandbox
	scripts/access-bench

fuzz: ## whatever is posted or sent: FUZZ_SECONDS (600) for each target
	scripts/fuzz

world: machine ## builds the offline test world once, and serves it
	tests/fixtures/world up

machine:
	scripts/ensure-packages $(PACKAGES)
	scripts/ensure-docker
