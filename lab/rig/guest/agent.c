// Runs programs in the rig's machine or in one of its nodes for the lab on the host: one TCP connection per program.
// It is also pid 1 of the machine. Frames: one byte kind, four bytes length (big endian), payload.
//   to the agent:   Q target NUL argv[0] NUL ... (first, once), I standard input, E end of standard input
//   from the agent: O standard output, R standard error, X exit code (one byte, last), ! a reason why nothing ran
// A connection that closes early kills the program: whoever asked has stopped waiting.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PORT 7000
#define MAX_REQUEST (1 << 20)
#define MAX_ARGUMENTS 4096
#define CHUNK 65536
#define CAP_SYS_MODULE 16
#define CAP_SYS_TIME 25
#define NODES "/run/trivet/nodes"

static const char *const namespaces[] = {"cgroup", "ipc", "uts", "net", "pid", "mnt"};
#define NAMESPACES (sizeof namespaces / sizeof *namespaces)

static int peer;

static bool read_fully(int fd, void *buffer, size_t length) {
  for (char *at = buffer; length > 0;) {
    ssize_t got = read(fd, at, length);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    length -= (size_t)got;
  }
  return true;
}

static bool write_fully(int fd, const void *buffer, size_t length) {
  for (const char *at = buffer; length > 0;) {
    ssize_t put = write(fd, at, length);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    at += put;
    length -= (size_t)put;
  }
  return true;
}

static bool send_frame(char kind, const void *payload, uint32_t length) {
  char frame[5 + CHUNK];
  uint32_t size = htonl(length);
  frame[0] = kind;
  memcpy(frame + 1, &size, 4);
  memcpy(frame + 5, payload, length);
  return write_fully(peer, frame, 5 + length);
}

static _Noreturn void refuse(const char *what) {
  char text[512];
  int length = snprintf(text, sizeof text, "%s%s%s", what, errno ? ": " : "", errno ? strerror(errno) : "");
  send_frame('!', text, (uint32_t)length);
  exit(0);
}

static int first_child(int pid) {
  char path[64];
  int child = 0;
  snprintf(path, sizeof path, "/proc/%d/task/%d/children", pid, pid);
  FILE *file = fopen(path, "r");
  if (!file) return 0;
  if (fscanf(file, "%d", &child) != 1) child = 0;
  fclose(file);
  return child;
}

// The start script's first child is nspawn, whose first child is the node's pid 1 once it is alone in a pid namespace.
// 0: the node is off, -1: it is starting.
static int node_init(const char *name) {
  char path[256], line[256];
  int pid = 0;
  snprintf(path, sizeof path, NODES "/%.100s/supervisor.pid", name);
  FILE *record = fopen(path, "r");
  if (!record) return 0;
  if (fscanf(record, "%d", &pid) != 1) pid = 0;
  fclose(record);
  if (!pid || kill(pid, 0) < 0) return 0;
  int init = first_child(pid);
  init = init ? first_child(init) : 0;
  if (!init) return -1;
  snprintf(path, sizeof path, "/proc/%d/status", init);
  FILE *status = fopen(path, "r");
  if (!status) return -1;
  int outer, inner = 0;
  while (fgets(line, sizeof line, status))
    if (sscanf(line, "NSpid: %d %d", &outer, &inner) == 2) break;
  fclose(status);
  return inner == 1 ? init : -1;
}

static void enter_directory(int init, int *fds) {
  for (size_t at = 0; at < NAMESPACES; at++) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/ns/%s", init, namespaces[at]);
    if ((fds[at] = open(path, O_RDONLY | O_CLOEXEC)) < 0) refuse(path);
  }
}

static _Noreturn void become(char **argv, int *fds, bool in_node) {
  setsid();
  if (in_node) {
    for (size_t at = 0; at < NAMESPACES; at++)
      if (strcmp(namespaces[at], "pid") != 0 && setns(fds[at], 0) < 0) goto failed;
    // The nodes share the machine's clock and kernel, as they share the host's in the other lab.
    prctl(PR_CAPBSET_DROP, CAP_SYS_TIME);
    prctl(PR_CAPBSET_DROP, CAP_SYS_MODULE);
  }
  if (chdir("/") < 0) goto failed;
  signal(SIGPIPE, SIG_DFL);
  clearenv();
  setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
  setenv("HOME", "/root", 1);
  setenv("LANG", "C.UTF-8", 1);
  setenv("TERM", "dumb", 1);
  setenv("CEPH_USE_RANDOM_NONCE", "1", 1);
  setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1", 1);
  execvp(argv[0], argv);
failed:
  dprintf(2, "%s: %s\n", argv[0], strerror(errno));
  _exit(errno == ENOENT ? 127 : 126);
}

struct input {
  char *data;
  size_t length, sent;
  bool ended;
};

// One frame at a time: nothing more is read from the peer until the program took what came.
static bool take_input(struct input *input) {
  char head[5];
  uint32_t length;
  if (!read_fully(peer, head, sizeof head)) return false;
  memcpy(&length, head + 1, 4);
  length = ntohl(length);
  if (head[0] == 'E') return input->ended = true;
  if (head[0] != 'I' || length > MAX_REQUEST) return false;
  input->data = realloc(input->data, length ? length : 1);
  input->length = length;
  input->sent = 0;
  return input->data && read_fully(peer, input->data, length);
}

static void relay(pid_t child, int in, int out, int err) {
  struct input input = {0};
  char buffer[CHUNK];
  fcntl(in, F_SETFL, O_NONBLOCK);
  while (out >= 0 || err >= 0) {
    bool pending = input.sent < input.length;
    if (!pending && input.ended && in >= 0) {
      close(in);
      in = -1;
    }
    // Without POLLIN the end of the connection still shows as POLLRDHUP.
    struct pollfd watched[] = {
        {.fd = peer, .events = POLLRDHUP | (pending || input.ended ? 0 : POLLIN)},
        {.fd = pending ? in : -1, .events = POLLOUT},
        {.fd = out, .events = POLLIN},
        {.fd = err, .events = POLLIN},
    };
    if (poll(watched, 4, -1) < 0 && errno != EINTR) break;
    if (watched[0].revents & POLLIN) {
      if (!take_input(&input)) goto gone;
    } else if (watched[0].revents & (POLLHUP | POLLRDHUP | POLLERR)) {
      goto gone;
    }
    if (watched[1].revents) {
      ssize_t put = write(in, input.data + input.sent, input.length - input.sent);
      if (put > 0) input.sent += (size_t)put;
      else if (errno != EAGAIN && errno != EINTR) input.sent = input.length;
    }
    for (int at = 2; at < 4; at++) {
      if (!watched[at].revents) continue;
      ssize_t got = read(watched[at].fd, buffer, sizeof buffer);
      if (got > 0) {
        if (!send_frame(at == 2 ? 'O' : 'R', buffer, (uint32_t)got)) goto gone;
      } else {
        close(watched[at].fd);
        *(at == 2 ? &out : &err) = -1;
      }
    }
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  unsigned char code = (unsigned char)(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  send_frame('X', &code, 1);
  return;
gone:
  kill(-child, SIGKILL);
}

static void serve(void) {
  char head[5], *argv[MAX_ARGUMENTS + 1];
  uint32_t length;
  errno = 0;
  if (!read_fully(peer, head, sizeof head)) return;
  memcpy(&length, head + 1, 4);
  length = ntohl(length);
  if (head[0] != 'Q' || length > MAX_REQUEST) return;
  char *request = malloc(length + 1);
  if (!request || !read_fully(peer, request, length)) return;
  request[length] = 0;
  size_t count = 0;
  char *target = request;
  for (char *at = request + strlen(request) + 1; at < request + length && count < MAX_ARGUMENTS; at += strlen(at) + 1)
    argv[count++] = at;
  argv[count] = NULL;
  if (count == 0) refuse("no command");

  int fds[NAMESPACES];
  bool in_node = *target != 0;
  if (in_node) {
    int init = node_init(target);
    errno = 0;
    if (init <= 0) refuse(init < 0 ? "starting" : "off");
    enter_directory(init, fds);
    for (size_t at = 0; at < NAMESPACES; at++)
      if (strcmp(namespaces[at], "pid") == 0 && setns(fds[at], 0) < 0) refuse("pid namespace");
  }
  int in[2], out[2], err[2];
  if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0) refuse("pipe");
  pid_t child = fork();
  if (child < 0) refuse("fork");
  if (child == 0) {
    dup2(in[0], 0);
    dup2(out[1], 1);
    dup2(err[1], 2);
    become(argv, fds, in_node);
  }
  close(in[0]);
  close(out[1]);
  close(err[1]);
  relay(child, in[1], out[0], err[0]);
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr.s_addr = INADDR_ANY};
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 64) < 0) {
    perror("agent");
    return 1;
  }
  printf("trivet-rig: agent listens\n");
  fflush(stdout);
  for (;;) {
    while (waitpid(-1, NULL, WNOHANG) > 0) continue;
    struct pollfd watched = {.fd = listener, .events = POLLIN};
    // Wakes up to bury orphans even when nobody calls.
    if (poll(&watched, 1, 1000) <= 0) continue;
    int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (connection < 0) continue;
    pid_t handler = fork();
    if (handler == 0) {
      close(listener);
      peer = connection;
      serve();
      _exit(0);
    }
    close(connection);
  }
}
