//! Listens in the way that its first argument names, on the port of its second.

use std::io::Write;
use std::net::TcpListener;

use tokio::io::AsyncWriteExt;

fn text(port: u16) -> std::io::Result<()> {
    let address = format!("0.0.0.0:{}", port);
    greet(TcpListener::bind(address)?)
}

fn pair(port: u16) -> std::io::Result<()> {
    greet(TcpListener::bind(("0.0.0.0", port))?)
}

fn greet(listener: TcpListener) -> std::io::Result<()> {
    loop {
        let (mut stream, _) = listener.accept()?;
        stream.write_all(b"hello\n")?;
    }
}

async fn tokio_text(port: u16) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind(format!("0.0.0.0:{port}")).await?;
    greet_later(listener).await
}

async fn tokio_pair(port: u16) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind(("0.0.0.0", port)).await?;
    greet_later(listener).await
}

async fn greet_later(listener: tokio::net::TcpListener) -> std::io::Result<()> {
    loop {
        let (mut stream, _) = listener.accept().await?;
        stream.write_all(b"hello\n").await?;
    }
}

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let port = arguments[2].parse().expect("a port");
    let later = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    match arguments[1].as_str() {
        "text" => text(port),
        "pair" => pair(port),
        "tokio text" => later.block_on(tokio_text(port)),
        _ => later.block_on(tokio_pair(port)),
    }
}
