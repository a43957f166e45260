//! Puts together what stands on each line of its input, in the way that its argument names.

mod alone;

use std::io::BufRead;
use std::net::IpAddr;

struct Service {
    host: String,
    port: u16,
}

fn url(service: &Service) -> String {
    format!("http://{}:{}/health", service.host, service.port)
}

fn inline(pod_ip: &str, port: u16) -> String {
    let address = format!("{pod_ip}:{port}");
    address
}

fn address(ip: IpAddr, port: u16) -> String {
    format!("{ip}:{port}")
}

fn main() {
    let program = std::env::args().nth(1).unwrap_or_default();
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line");
        let (name, number) = line.split_once(' ').expect("two words");
        let port: u16 = number.parse().expect("a port");
        let text = match program.as_str() {
            "url" => url(&Service { host: name.to_owned(), port }),
            "inline" => inline(name, port),
            "alone" => alone::url(name, port),
            _ => address(name.parse().expect("an address"), port),
        };
        println!("{text}");
    }
}
