// A file that a browser may load.
'use strict';

exports.endpoint = (host, port) => `http://${host}:${port}/health`;
