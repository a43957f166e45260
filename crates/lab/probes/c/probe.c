/* Listens in the way its first argument names, on the port of its second.
 * The names are those of spellings/c.toml: addresses to bind, each with what is done to
 * IPV6_V6ONLY (0, 1, or - for untouched), and what happens when one cannot be bound. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 8, UNTOUCHED = -1 };

static int fds[MOST], count, type = SOCK_STREAM;
static const char *port;

static void fail(const char *what) {
  printf("ERR %s: %s\n", what, strerror(errno));
  exit(1);
}

/* Binds one address and adds the socket. Returns 0 and sets errno when that cannot be done. */
static int add(const struct addrinfo *a, int v6only) {
  int one = 1, fd = socket(a->ai_family, type, 0);
  if (fd < 0) return 0;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (a->ai_family == AF_INET6 && v6only != UNTOUCHED)
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6only, sizeof v6only);
  if (bind(fd, a->ai_addr, a->ai_addrlen) < 0 || (type == SOCK_STREAM && listen(fd, 16) < 0)) {
    int error = errno;
    close(fd);
    errno = error;
    return 0;
  }
  fds[count++] = fd;
  return 1;
}

static struct addrinfo *find(const char *host, int flags) {
  struct addrinfo hints = {.ai_flags = AI_PASSIVE | flags, .ai_socktype = type}, *found;
  int error = getaddrinfo(host, port, &hints, &found);
  if (error) {
    printf("ERR getaddrinfo: %s\n", gai_strerror(error));
    exit(1);
  }
  return found;
}

/* Binds a numeric address. */
static int bind_to(const char *address, int v6only) {
  return add(find(address, AI_NUMERICHOST), v6only);
}

/* Binds what a name resolves to: the first that works, or all that work. */
static void bind_name(const char *name, int all, int v6only) {
  for (struct addrinfo *a = find(name, 0); a && count < MOST; a = a->ai_next)
    if (add(a, v6only) && !all) break;
  if (!count) fail("bind");
}

static void need(int bound) {
  if (!bound) fail("bind");
}

static void listen_as(const char *spelling) {
  if (!strcmp(spelling, "any4")) need(bind_to("0.0.0.0", UNTOUCHED));
  else if (!strcmp(spelling, "loopback4")) need(bind_to("127.0.0.1", UNTOUCHED));
  else if (!strcmp(spelling, "any6")) need(bind_to("::", UNTOUCHED));
  else if (!strcmp(spelling, "any6 0")) need(bind_to("::", 0));
  else if (!strcmp(spelling, "any6 1")) need(bind_to("::", 1));
  else if (!strcmp(spelling, "loopback6 0")) need(bind_to("::1", 0));
  else if (!strcmp(spelling, "mapped any4")) need(bind_to("::ffff:0.0.0.0", 0));
  else if (!strcmp(spelling, "mapped loopback4")) need(bind_to("::ffff:127.0.0.1", 0));
  else if (!strcmp(spelling, "any6 0 or any4")) need(bind_to("::", 0) || bind_to("0.0.0.0", UNTOUCHED));
  else if (!strcmp(spelling, "any6 1 and any4")) need(bind_to("::", 1) + bind_to("0.0.0.0", UNTOUCHED));
  else if (!strcmp(spelling, "passive first")) bind_name(NULL, 0, UNTOUCHED);
  else if (!strcmp(spelling, "passive all")) bind_name(NULL, 1, UNTOUCHED);
  else if (!strcmp(spelling, "passive all 1")) bind_name(NULL, 1, 1);
  else if (!strcmp(spelling, "localhost first")) bind_name("localhost", 0, UNTOUCHED);
  else if (!strcmp(spelling, "localhost all")) bind_name("localhost", 1, 1);
  else { errno = EINVAL; fail(spelling); }
}

static void answer(int fd) {
  struct sockaddr_storage peer;
  socklen_t length = sizeof peer;
  char host[80], line[100], datagram[100];
  int client = fd;
  if (type == SOCK_STREAM) client = accept(fd, (void *)&peer, &length);
  else recvfrom(fd, datagram, sizeof datagram, 0, (void *)&peer, &length);
  getnameinfo((void *)&peer, length, host, sizeof host, NULL, 0, NI_NUMERICHOST);
  int size = snprintf(line, sizeof line, "PEER %s\n", host);
  if (type == SOCK_STREAM) {
    send(client, line, size, MSG_NOSIGNAL);
    close(client);
  } else {
    sendto(fd, line, size, 0, (void *)&peer, length);
  }
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  setbuf(stdout, NULL);
  port = argv[2];
  const char *spelling = argv[1];
  if (!strncmp(spelling, "udp ", 4)) type = SOCK_DGRAM, spelling += 4;
  listen_as(spelling);
  for (;;) {
    struct pollfd ready[MOST];
    for (int i = 0; i < count; i++) ready[i] = (struct pollfd){fds[i], POLLIN, 0};
    poll(ready, count, -1);
    for (int i = 0; i < count; i++)
      if (ready[i].revents) answer(fds[i]);
  }
}
