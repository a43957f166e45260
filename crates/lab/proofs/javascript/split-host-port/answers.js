// Takes apart what stands on each line of its input, in the way that its argument names.
'use strict';
const readline = require('readline');

function parts(hostHeader) {
  const [host, port] = hostHeader.split(':');
  return `${host} and ${port}`;
}

function firstPart(hostHeader) {
  return hostHeader.split(':')[0];
}

function lastColon(hostport) {
  const colon = hostport.lastIndexOf(':');
  return colon < 0 ? hostport : hostport.slice(0, colon);
}

function pattern(address) {
  const host = address.replace(/:.*$/, '');
  return host;
}

function dialled(address) {
  const [host, port] = address.split(':');
  return JSON.stringify({ host, port });
}

function option(address) {
  return JSON.stringify({ host: address.split(':')[0] });
}

function group(hostHeader) {
  const match = /^([^:]+):(\d+)$/.exec(hostHeader);
  return match ? `${match[1]} and ${match[2]}` : 'no match';
}

const programs = { parts, 'first part': firstPart, 'last colon': lastColon, pattern, dialled, option, group };
const program = programs[process.argv[2]];
readline.createInterface({ input: process.stdin }).on('line', (line) => console.log(program(line)));
