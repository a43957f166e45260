// A file that a browser may load.
'use strict';

exports.endpoint = (host, port) => {
  return `http://${host}:${port}/health`;
};
