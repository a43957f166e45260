run ->(env) { [200, { 'content-type' => 'text/plain' }, ["PEER #{env['REMOTE_ADDR']}\n"]] }
