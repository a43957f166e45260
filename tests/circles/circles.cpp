#include <string>

std::string cut(std::string addr);

std::string join(std::string host, std::string other, int port) {
    std::string a = host;
    std::string b = a;
    a = b.empty() ? a : b;
    std::string addr = a + ":" + std::to_string(port);
    addr = cut(addr);
    connect(join(host, other, port) + ":" + std::to_string(port));
    return join(addr, addr, 1);
}

std::string cut(std::string addr) {
    auto host = addr.substr(0, addr.find(':'));
    host = cut(join(host, host, 1));
    return cut(host);
}
