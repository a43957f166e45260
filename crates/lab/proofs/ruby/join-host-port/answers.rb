# Puts together what stands on each line of its input, in the way that its argument names.

class Service
  def initialize(host, port)
    @host = host
    @port = port
  end

  def address
    @host + ':' + @port
  end
end

def template(host, port)
  "http://#{host}:#{port}/health"
end

def endpoint(host, port)
  format('%s:%s', host, port)
end

$stdin.each_line(chomp: true) do |line|
  name, number = line.split(/ /, -1)
  case ARGV[0]
  when 'template' then puts template(name, number)
  when 'sum' then puts Service.new(name, number).address
  else puts endpoint(name, number)
  end
end
