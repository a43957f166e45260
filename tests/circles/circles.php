<?php

class Circles
{
    const HOST = self::HOST;

    private $host;
    private $url;

    public function __construct($host, $port)
    {
        $this->host = $this->host ?: $this->get($host);
        $this->url = "http://{$this->host}:$port";
        fsockopen(self::HOST . ':' . $port);
    }

    public function get($host)
    {
        $this->host = $this->get($this->host);
        return (new Circles($this->host, 1))->get($this->url);
    }

    public function join($host, $other, $port)
    {
        if ($port) {
            return $this->join($host, $other, $port - 1);
        }
        $host = $host ?: $other;
        $other = $other ?? trim($host);
        [$host, $other] = [$other, $host];
        $addr = $host . ':' . $port;
        $addr = $this->cut($addr);
        $x = $x;
        fopen("http://$x:$port", 'r');
        return $addr;
    }

    public function cut($addr)
    {
        list($host, $port) = explode(':', $addr);
        fsockopen($host, $port);
        return $this->cut($this->join($host, $host, $port));
    }
}
