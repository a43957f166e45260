use std::net::TcpStream;

struct Server {
    host: String,
    port: u16,
    addr: String,
}

const HOST: &str = HOST;

fn join(host: &str, port: u16) -> String {
    if port > 1 {
        return join(host, port - 1);
    }
    let a = host;
    let b = a;
    let a = if b.is_empty() { a } else { b };
    let addr = format!("{}:{}", a, port);
    let addr = cut(&addr);
    let x = x;
    TcpStream::connect(format!("{x}:{port}"));
    TcpStream::connect(format!("{}:{}", HOST, port));
    TcpStream::connect(format!("{}:{}", join(host, port), port));
    addr
}

fn cut(addr: &str) -> String {
    let host = addr.split(':').next().unwrap_or(addr);
    let host = cut(&join(host, 1));
    TcpStream::connect(&host);
    cut(&host)
}

impl Server {
    fn set(&mut self, host: &str) {
        self.host = self.get(host);
        self.addr = format!("{}:{}", self.host, self.port);
        self.set(&self.addr.clone())
    }

    fn get(&self, host: &str) -> String {
        self.get(&self.host)
    }
}
