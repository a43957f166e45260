// Listens in the way its first argument names, on the port of its second.
// The names are those of spellings/node.toml.
'use strict';
const http = require('http');
const net = require('net');
const dgram = require('dgram');

const [spelling, port] = [process.argv[2], Number(process.argv[3])];

function fail(error) {
  console.log('ERR', error.code || '', error.message);
  process.exit(1);
}
process.on('uncaughtException', fail);

const web = () => http.createServer((request, response) => response.end(`PEER ${request.socket.remoteAddress}\n`));
const tcp = () => net.createServer((socket) => socket.end(`PEER ${socket.remoteAddress}\n`));

function udp(options) {
  const socket = dgram.createSocket(options);
  socket.on('message', (_, peer) => socket.send(`PEER ${peer.address}\n`, peer.port, peer.address));
  return socket;
}

const spellings = {
  'http': () => web().listen(port),
  'http any4': () => web().listen(port, '0.0.0.0'),
  'http any6': () => web().listen(port, '::'),
  'http localhost': () => web().listen(port, 'localhost'),
  'http loopback4': () => web().listen(port, '127.0.0.1'),
  'http loopback6': () => web().listen(port, '::1'),
  'http empty': () => web().listen(port, ''),
  'http brackets': () => web().listen(port, '[::]'),
  'http v6host': () => web().listen(port, 'v6host'),
  'http dualhost': () => web().listen(port, 'dualhost'),
  'http options': () => web().listen({ port }),
  'http options any4': () => web().listen({ port, host: '0.0.0.0' }),
  'http options any6': () => web().listen({ port, host: '::' }),
  'http options v6only': () => web().listen({ port, host: '::', ipv6Only: true }),
  'http options not v6only': () => web().listen({ port, host: '::', ipv6Only: false }),
  'http options null': () => web().listen({ port, host: null }),
  'http any6 or any4': () => {
    const server = web();
    server.once('error', (error) => {
      if (!['EAFNOSUPPORT', 'EADDRNOTAVAIL'].includes(error.code)) fail(error);
      server.listen(port, '0.0.0.0');
    });
    server.listen(port, '::');
  },
  'net': () => tcp().listen(port),
  'net backlog': () => tcp().listen(port, 511),
  'net any4': () => tcp().listen(port, '0.0.0.0'),
  'net any6': () => tcp().listen(port, '::'),
  'net localhost': () => tcp().listen(port, 'localhost'),
  'udp4': () => udp('udp4').bind(port),
  'udp4 any4': () => udp('udp4').bind(port, '0.0.0.0'),
  'udp4 loopback4': () => udp('udp4').bind(port, '127.0.0.1'),
  'udp4 localhost': () => udp('udp4').bind(port, 'localhost'),
  'udp6': () => udp('udp6').bind(port),
  'udp6 any6': () => udp('udp6').bind(port, '::'),
  'udp6 v6only': () => udp({ type: 'udp6', ipv6Only: true }).bind(port),
  'udp6 or udp4': () => {
    const socket = udp('udp6');
    socket.once('error', (error) => {
      if (!['EAFNOSUPPORT', 'EADDRNOTAVAIL'].includes(error.code)) fail(error);
      socket.close();
      udp('udp4').bind(port);
    });
    socket.bind(port);
  },
};

if (!spellings[spelling]) fail(new Error(`unknown spelling ${spelling}`));
spellings[spelling]();
