'use strict';

const grpc = require('@grpc/grpc-js');

const PORT = process.env.PORT || '7000';

// One method, and messages that are JSON: enough to be reached over gRPC.
const service = {
  convert: {
    path: '/shop.Currency/Convert',
    requestStream: false,
    responseStream: false,
    requestSerialize: (value) => Buffer.from(JSON.stringify(value)),
    requestDeserialize: (bytes) => JSON.parse(bytes.toString()),
    responseSerialize: (value) => Buffer.from(JSON.stringify(value)),
    responseDeserialize: (bytes) => JSON.parse(bytes.toString()),
  },
};

function convert(call, callback) {
  const { units, rate } = call.request;
  callback(null, { units: Math.floor(units * rate) });
}

function main() {
  console.log(`currency 1.0.0.0 starts on port ${PORT}`);
  const server = new grpc.Server();
  server.addService(service, { convert });
  server.bindAsync(
    `0.0.0.0:${PORT}`,
    grpc.ServerCredentials.createInsecure(),
    (error) => {
      if (error) {
        console.error(error.message);
        process.exit(1);
      }
      console.log('currency is ready');
    },
  );
}

main();
