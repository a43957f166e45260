//! Patches one text in memory: what an editor or a code generator would do.
//!
//!     cargo run -p sixify-examples --example one_string

use sixify::{Engine, patch_text};

const REDIS_CONF: &str = "# the cache\nbind 0.0.0.0\nport 6379\n";

fn patched() -> Result<String, sixify::Error> {
    let engine = Engine::builder().codemods(sixify::codemods::all()).build()?;
    // The name tells what kind of text it is.
    Ok(patch_text("redis.conf", REDIS_CONF, &engine)?.diff())
}

fn main() -> Result<(), sixify::Error> {
    print!("{}", patched()?);
    Ok(())
}

#[test]
fn the_bind_line_gets_the_ipv6_wildcard() -> Result<(), sixify::Error> {
    let diff = patched()?;
    assert!(diff.contains("-bind 0.0.0.0\n+bind 0.0.0.0 ::\n"), "{diff}");
    Ok(())
}
