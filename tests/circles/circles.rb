class Circles
  HOST = HOST

  def initialize(host, port)
    @host = @host || get(host)
    @url = "http://#{@host}:#{port}"
    URI("http://#{HOST}:#{port}")
  end

  def get(host)
    @host = get(@host)
    Circles.new(@host, 1).get(@url)
  end

  def join(host, other, port)
    return join(host, other, port - 1) if port > 1

    host = host || other
    other ||= host.strip
    host, other = other, host
    addr = "#{host}:#{port}"
    addr = cut(addr)
    TCPSocket.new(cut(addr), 1)
    x = x
    URI("http://#{x}:#{port}")
    addr
  end

  def cut(addr)
    host, port = addr.split(':')
    TCPSocket.new(host, port)
    cut(join(host, host, port))
  end

  def host
    host
  end
end
