# What there is to do in this repository. `just` lists it.

_list:
    @just --list --unsorted

# unit tests: no Docker, a few seconds
unit *filter:
    cargo unit -- {{filter}}

# tests of the built command; those that need an engine are ignored without one
integration *filter:
    cargo test --workspace --test integration -- {{filter}}

# plays features by the command, for example `just play features/recreated`
play *arguments:
    cargo run -p relapse -- run {{arguments}}

# format, lints, documentation
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps

# licences, advisories and sources of all dependencies (`cargo install cargo-deny`)
deny:
    cargo deny check

# what of the library others can name
public-items:
    harness/suite/public-items

# all that CI asks for, in one go; needs Docker
ci:
    .ci/run
