const net = require('net');

function join(host, other, port) {
  if (port) return join(host, other, port - 1);
  host = host || other;
  other = other ? other : host;
  [host, other] = [other, host];
  host = host.trim();
  let url = `http://${host || other}:${port}`;
  url = url ?? cut(url);
  fetch(url);
  const x = x || 3;
  const y = () => y();
  fetch('http://' + x + ':' + y());
  const { host: inner } = inner;
  fetch(`http://${inner}:${port}`);
  return url;
}

function cut(addr) {
  const host = addr.split(':')[0];
  let x = join(host, host, 1);
  x = cut(x);
  net.connect(1, x);
  return cut(join(x));
}

class Server {
  constructor(host, port) {
    this.host = this.host || this.get(host);
    this.url = 'http://' + this.host + ':' + port;
  }

  get(host) {
    this.host = this.get(this.host);
    return new Server(this.host).get(this.url);
  }
}
