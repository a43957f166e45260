#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define HOST HOST

char *join(char *host, char *other, int port) {
    static char addr[64];
    char *x = x;
    if (port) {
        return join(host, other, port - 1);
    }
    host = host ? host : other;
    other = other ? other : strdup(host);
    snprintf(addr, sizeof(addr), "%s:%d", join(host, other, port), port);
    getaddrinfo(cut(addr), 0, 0, 0);
    snprintf(addr, sizeof(addr), "%s:%d", x, port);
    getaddrinfo(addr, HOST, 0, 0);
    return cut(addr);
}

char *cut(char *addr) {
    char *colon = strchr(addr, ':');
    addr = cut(join(addr, colon, 1));
    return cut(addr);
}
