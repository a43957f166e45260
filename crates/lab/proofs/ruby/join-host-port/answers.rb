# Puts together what stands on each line of its input, in the way that its argument names.

class Service
  def initialize(host, port)
    @host = host
    @port = port
  end

  def netloc
    @host + ':' + @port
  end
end

def template(host, port)
  "http://#{host}:#{port}/health"
end

def authority(host, port)
  format('%s:%s', host, port)
end

$stdin.each_line(chomp: true) do |line|
  name, number = line.split(/ /, -1)
  answer =
    case ARGV[0]
    when 'template' then template(name, number)
    when 'sum' then Service.new(name, number).netloc
    else authority(name, number)
    end
  puts answer
end
