<?php
// Listens in the way its first argument names, on the port of its second.
//
// The names are those of spellings/php.toml. They are expressions of this file, which say what a
// program would say; `$p` is the port.

$p = (int) $argv[2];

function fail(string $why): never
{
    echo "ERR $why\n";
    exit(1);
}

/** Listens on an address; with an option for IPV6_V6ONLY when it is given. */
function stream(string $address, ?bool $v6only = null)
{
    $options = $v6only === null ? [] : ['socket' => ['ipv6_v6only' => $v6only]];
    $context = stream_context_create($options);
    return @stream_socket_server($address, $code, $why, STREAM_SERVER_BIND | STREAM_SERVER_LISTEN, $context) ?: null;
}

function serve($server): void
{
    $server !== null || fail(error_get_last()['message'] ?? 'no socket');
    while (true) {
        $client = stream_socket_accept($server, -1, $peer);
        if ($client) {
            fwrite($client, 'PEER ' . substr($peer, 0, strrpos($peer, ':')) . "\n");
            fclose($client);
        }
    }
}

/** A socket of the extension `sockets`. */
function plain(int $family, string $host, ?int $v6only = null): void
{
    global $p;
    $server = @socket_create($family, SOCK_STREAM, SOL_TCP) ?: fail('socket_create');
    if ($v6only !== null) {
        socket_set_option($server, IPPROTO_IPV6, IPV6_V6ONLY, $v6only);
    }
    socket_set_option($server, SOL_SOCKET, SO_REUSEADDR, 1);
    @socket_bind($server, $host, $p) || fail(socket_strerror(socket_last_error($server)));
    socket_listen($server);
    while ($client = socket_accept($server)) {
        socket_getpeername($client, $peer);
        socket_write($client, "PEER $peer\n");
        socket_close($client);
    }
}

eval($argv[1] . ';');
