import * as net from 'net';

export function join(host: string, other: string, port: number): string {
  if (port) return join(host, other, port - 1);
  host = host || other;
  other = other ? other : host;
  let url = `http://${host || other}:${port}`;
  url = url ?? cut(url);
  fetch(url);
  return url;
}

export function cut(addr: string): string {
  const host = addr.split(':')[0];
  let x = join(host, host, 1);
  x = cut(x);
  net.connect(1, x);
  return cut(join(x, x, 1));
}
