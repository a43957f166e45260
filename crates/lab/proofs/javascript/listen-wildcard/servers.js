// Listens in the way that its first argument names, on the port of its second.
'use strict';

const port = Number(process.argv[3]);
const HOST = '0.0.0.0';

process.on('uncaughtException', (error) => {
  console.log('ERR', error.code || '', error.message);
  process.exit(1);
});

const ok = (request, response) => response.end('ok\n');

const servers = {
  http() {
    const http = require('http');
    http.createServer(ok).listen(port, '0.0.0.0');
  },
  options() {
    const http = require('http');
    http.createServer(ok).listen({ port, host: '0.0.0.0' });
  },
  constant() {
    const http = require('http');
    http.createServer(ok).listen(port, HOST);
  },
  net() {
    const net = require('net');
    net.createServer((socket) => socket.end('hello\n')).listen(port, '0.0.0.0');
  },
  express() {
    const app = require('express')();
    app.listen(port, '0.0.0.0');
  },
  koa() {
    const Koa = require('koa');
    const app = new Koa();
    app.listen(port, '0.0.0.0');
  },
  connect() {
    const app = require('connect')();
    app.use(ok);
    app.listen(port, '0.0.0.0');
  },
  polka() {
    const polka = require('polka');
    polka().get('/', ok).listen(port, '0.0.0.0');
  },
  ws() {
    const { WebSocketServer } = require('ws');
    new WebSocketServer({ host: '0.0.0.0', port });
  },
  async hapi() {
    const Hapi = require('@hapi/hapi');
    const server = Hapi.server({ port, host: '0.0.0.0' });
    await server.start();
  },
  fastify() {
    const app = require('fastify')();
    return app.listen({ port, host: '0.0.0.0' });
  },
};

servers[process.argv[2]]();
