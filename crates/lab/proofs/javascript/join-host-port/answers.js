// Puts together what stands on each line of its input, in the way that its argument names.
'use strict';
const readline = require('readline');
const browser = require('./browser');
const { typed } = require('./typed');

function authority(host, port) {
  return `${host}:${port}`;
}

function netloc(host, port) {
  return [host, port].join(':');
}

const programs = {
  template: authority,
  sum: (host, port) => 'http://' + host + ':' + port + '/health',
  list: netloc,
  browser: browser.endpoint,
  typed,
};

const program = programs[process.argv[2]];
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const [host, port] = line.split(' ');
  console.log(program(host, port));
});
