'use strict';
const grpc = require('@grpc/grpc-js');

const port = process.argv[2];
const server = new grpc.Server();
server.bindAsync(`0.0.0.0:${port}`, grpc.ServerCredentials.createInsecure(), (error) => {
  if (error) {
    console.log('ERR', error.message);
    process.exit(1);
  }
});
