// Tells of what stands on each line of its input whether it is a special address.
'use strict';
const readline = require('readline');

const LOCAL = ['127.0.0.1', 'localhost'];

function wildcard(host) {
  return host === '0.0.0.0' ? 'all' : 'one';
}

function loopback(host) {
  return LOCAL.includes(host) ? 'this' : 'other';
}

function byCase(host) {
  switch (host) {
    case '0.0.0.0':
      return 'all';
    default:
      return 'one';
  }
}

function replaced(host) {
  const shown = host.replace('0.0.0.0', 'localhost');
  return shown;
}

const programs = { wildcard, loopback, switch: byCase, replaced };
const program = programs[process.argv[2]];
readline.createInterface({ input: process.stdin }).on('line', (line) => console.log(program(line)));
