# Listens in the way its first argument names, on the port of its second.
#
# The names are those of spellings/ruby.toml. They are expressions of this file, which say what a
# program would say; `p` is the port.

require 'socket'

PORT = Integer(ARGV[1])

def p
  PORT
end

# Answers on listening sockets.
def serve(*servers)
  threads = servers.flatten.map do |server|
    Thread.new do
      loop do
        client, = server.accept
        client.write("PEER #{client.remote_address.ip_address}\n")
        client.close
      end
    end
  end
  threads.each(&:join)
end

def udp(socket, host)
  socket.bind(host, p)
  loop do
    _, peer = socket.recvfrom(500)
    socket.send("PEER #{peer[3]}\n", 0, peer[3], peer[1])
  end
end

def webrick(options)
  require 'webrick'
  quiet = { Port: p, Logger: WEBrick::Log.new(File::NULL), AccessLog: [] }
  server = WEBrick::HTTPServer.new(quiet.merge(options))
  server.mount_proc('/') { |request, response| response.body = "PEER #{request.peeraddr[3]}\n" }
  server.start
end

def or_plain
  yield
rescue SystemCallError
  TCPServer.new('0.0.0.0', p)
end

begin
  eval(ARGV[0])
rescue SystemCallError, SocketError => e
  puts "ERR #{e.message}"
  exit 1
end
