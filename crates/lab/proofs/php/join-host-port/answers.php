<?php
// Puts together what stands on each line of its input, in the way that its argument names.

class Service
{
    public $host;
    public $port;

    function url()
    {
        return "http://{$this->host}:{$this->port}/health";
    }
}

function template($host, $port)
{
    return "http://$host:$port/health";
}

function netloc($host, $port)
{
    return $host . ':' . $port;
}

function authority($host, $port)
{
    return sprintf('%s:%s', $host, $port);
}

function member($host, $port)
{
    $service = new Service();
    $service->host = $host;
    $service->port = $port;
    return $service->url();
}

$programs = ['template' => 'template', 'sum' => 'netloc', 'format' => 'authority', 'member' => 'member'];
while (($line = fgets(STDIN)) !== false) {
    $words = explode(' ', rtrim($line, "\n"));
    echo $programs[$argv[1]]($words[0], $words[1]), "\n";
}
