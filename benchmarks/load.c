/* The load generator: HTTP/1.1 with keep-alive, one thread, epoll. Speaks to the proxy and, over UDP, to source.c.
 *
 * Usage: load PROXY_PORT PATH SOURCE_PORT STREAMS DELTAS GAP_US WARM_MS WINDOW_MS
 *   STREAMS connections each send one request after the other (DELTAS, GAP_US: see source.c). Prints `window` when the
 *   warm-up is over, `chunks requests median_ttft_ns` at the window's end, then ends the streams and exits.
 *   WINDOW_MS = 0: each connection sends one request, all at once; prints one line a stream when all have ended:
 *   nanoseconds from the request to the head and to the end of each event.
 *
 * Exits with 1 and a message when an answer is not 200, is cut short, or does not come for ten seconds.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { MAX_STREAMS = 4096, MAX_TTFT = 1 << 20, RAMP_STEP_NS = 1618033, DRAIN_MS = 20 };
enum state { IDLE, HEAD, SIZE, DATA, DATA_END, TRAILER, PLAIN };

struct client {
    int fd, number, events;
    enum state state;
    char before; /* the payload's last byte */
    long left;   /* payload bytes of this chunk, or of a plain body */
    int64_t asked, head_at, body_at;
    int64_t *event_at; /* only when tracing */
    size_t have;
    char line[4096]; /* of the head, or a chunk's size */
};

static struct client clients[MAX_STREAMS];
static int proxy_port, source_port, streams, deltas, tracing, measuring, draining, udp, busy, poll_fd;
static long gap_us, chunks, requests;
static const char *path;
static int64_t ttft[MAX_TTFT];
static int ttfts;

static void die(const char *what) {
    fprintf(stderr, "load: %s (errno %d: %s)\n", what, errno, strerror(errno));
    exit(1);
}

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void tell_source(int id, int number, int events) {
    int ack[3] = {id, number, events};
    send(udp, ack, sizeof ack, 0);
}

static void connect_client(struct client *c) {
    struct sockaddr_in to = {AF_INET, htons(proxy_port), {htonl(INADDR_LOOPBACK)}, {0}};
    struct epoll_event want = {.events = EPOLLIN, .data.ptr = c};
    int on = 1;
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(c->fd, (void *)&to, sizeof to)) die("cannot connect to the proxy");
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, c->fd, &want);
}

static void ask(struct client *c) {
    char body[1024], out[2048];
    int id = c - clients;
    /* The first stream of each connection is shorter, so that ends do not come all at once. */
    int want = c->number || tracing || deltas <= 1 ? deltas : 1 + id * (deltas - 1) / streams;
    int size = sprintf(body,
        "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":1024,\"stream\":%s,\"system\":\"You explain how things work in "
        "plain words, with one example each, and never use a list where a sentence does.\",\"messages\":[{\"role\":"
        "\"user\",\"content\":\"What does a relay station do?\"},{\"role\":\"assistant\",\"content\":\"It hears a signal "
        "that has become weak, and sends it on as if it were new. The men on the hills who passed on fire signals were "
        "relay stations.\"},{\"role\":\"user\",\"content\":\"And what would it have to do so that I can hear the same "
        "signal again tomorrow, with all of its pauses?\"}]}", deltas < 0 ? "false" : "true");
    int n = sprintf(out,
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept: application/json\r\nAccept-Encoding: gzip, deflate\r\n"
        "User-Agent: Anthropic/Python 0.75.0\r\nContent-Type: application/json\r\nX-Stainless-Lang: python\r\n"
        "X-Stainless-Retry-Count: 0\r\nanthropic-version: 2023-06-01\r\nX-Api-Key: benchmark\r\n"
        "x-bench: %d %d %d %ld\r\nContent-Length: %d\r\n\r\n%s",
        path, proxy_port, id, ++c->number, want, gap_us, size, body);
    c->state = HEAD, c->have = c->events = c->before = 0, c->body_at = 0, c->asked = now_ns();
    if (send(c->fd, out, n, MSG_NOSIGNAL) != n) die("cannot send a request");
    busy++;
}

static void finish(struct client *c) {
    c->state = IDLE, busy--, requests++;
    if (measuring && ttfts < MAX_TTFT) ttft[ttfts++] = c->body_at - c->asked;
    if (!tracing && !draining) ask(c);
}

static void take_payload(struct client *c, const char *data, long n, int64_t at) {
    if (!c->body_at) c->body_at = at;
    for (long i = 0; i < n; c->before = data[i++]) {
        if (data[i] != '\n' || c->before != '\n') continue;
        if (tracing && c->events < deltas + 5) c->event_at[c->events] = at;
        chunks += ++c->events > 1; /* the first two events are one chunk */
    }
}

static void take_head(struct client *c, int64_t at) {
    char *length = strcasestr(c->line, "\ncontent-length:");
    if (strncmp(c->line, "HTTP/1.1 200", 12)) die(c->line);
    if (strcasestr(c->line, "\nconnection: close")) die("the proxy does not keep connections alive");
    c->state = length ? PLAIN : SIZE, c->left = length ? atol(length + 16) : 0, c->have = 0, c->head_at = at;
}

/* Collects bytes up to and with `mark` in c->line; true when it is there. */
static int take_line(struct client *c, char byte, const char *mark) {
    size_t size = strlen(mark);
    if (c->have == sizeof c->line - 1) die("a head or a chunk size is too long");
    c->line[c->have++] = byte, c->line[c->have] = 0;
    return c->have >= size && !strcmp(c->line + c->have - size, mark);
}

static void take_byte(struct client *c, char byte, int64_t at) {
    if (c->state == IDLE) die("bytes after the end");
    if (c->state == HEAD) {
        if (take_line(c, byte, "\r\n\r\n")) take_head(c, at);
    } else if (take_line(c, byte, "\r\n")) {
        if (c->state == SIZE) c->left = strtol(c->line, 0, 16), c->state = c->left ? DATA : TRAILER;
        else if (c->state == DATA_END) c->state = SIZE;
        else finish(c);
        c->have = 0;
    }
}

static void take_bytes(struct client *c, const char *data, long size, int64_t at) {
    for (long i = 0; i < size;) {
        if (c->state != DATA && c->state != PLAIN) {
            take_byte(c, data[i++], at);
            continue;
        }
        long n = size - i < c->left ? size - i : c->left;
        take_payload(c, data + i, n, at);
        i += n;
        if ((c->left -= n)) continue;
        if (c->state == PLAIN) finish(c);
        else c->state = DATA_END;
    }
}

static void read_client(struct client *c) {
    static char data[1 << 16];
    ssize_t n = recv(c->fd, data, sizeof data, 0);
    int events = c->events, number = c->number;
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0 && c->state != IDLE) die("the connection ended inside an answer");
    if (n <= 0) {
        close(c->fd);
        return;
    }
    take_bytes(c, data, n, now_ns());
    if (!gap_us && number == c->number && c->events > events) tell_source(c - clients, c->number, c->events);
}

/* Serves until `until`, or until no request is under way. */
static void serve(int64_t until) {
    struct epoll_event ready[256];
    static int64_t last;
    for (int64_t now = now_ns(); now < until && busy; now = now_ns()) {
        int64_t rest = until - now;
        struct timespec wait = {rest / 1000000000, rest % 1000000000};
        int n = epoll_pwait2(poll_fd, ready, 256, &wait, 0);
        if (n > 0 || !last) last = now;
        if (now - last > 10000000000LL) die("nothing came for ten seconds");
        for (int i = 0; i < n; i++) read_client(ready[i].data.ptr);
    }
}

static int by_size(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void measure(long warm_ms, long window_ms) {
    int64_t start = now_ns(), from = start + streams * (int64_t)RAMP_STEP_NS + warm_ms * 1000000LL;
    for (int i = 0; i < streams; i++) {
        ask(&clients[i]);
        serve(start + (i + 1) * (int64_t)RAMP_STEP_NS);
    }
    serve(from);
    printf("window\n"), fflush(stdout);
    chunks = requests = 0, measuring = 1;
    serve(now_ns() + window_ms * 1000000LL);
    measuring = 0, draining = 1;
    qsort(ttft, ttfts, sizeof *ttft, by_size);
    printf("%ld %ld %ld\n", chunks, requests, ttfts ? (long)ttft[ttfts / 2] : 0L), fflush(stdout);
    while (busy) {
        tell_source(-1, 0, 0);
        serve(now_ns() + DRAIN_MS * 1000000LL);
    }
}

static void trace(void) {
    for (int i = 0; i < streams; i++) clients[i].event_at = calloc(deltas + 5, sizeof(int64_t));
    for (int i = 0; i < streams; i++) ask(&clients[i]);
    serve(INT64_MAX);
    for (int i = 0; i < streams; i++) {
        struct client *c = &clients[i];
        printf("%ld", (long)(c->head_at - c->asked));
        for (int k = 0; k < c->events; k++) printf(" %ld", (long)(c->event_at[k] - c->asked));
        printf("\n");
    }
}

int main(int argc, char **argv) {
    if (argc != 9) die("usage: load PROXY_PORT PATH SOURCE_PORT STREAMS DELTAS GAP_US WARM_MS WINDOW_MS");
    proxy_port = atoi(argv[1]), path = argv[2], source_port = atoi(argv[3]), streams = atoi(argv[4]);
    deltas = atoi(argv[5]), gap_us = atol(argv[6]), tracing = !atol(argv[8]);
    if (streams < 1 || streams > MAX_STREAMS) die("STREAMS is out of range");
    struct sockaddr_in to = {AF_INET, htons(source_port), {htonl(INADDR_LOOPBACK)}, {0}};
    prctl(PR_SET_TIMERSLACK, 1);
    poll_fd = epoll_create1(0);
    udp = socket(AF_INET, SOCK_DGRAM, 0);
    if (connect(udp, (void *)&to, sizeof to)) die("UDP");
    for (int i = 0; i < streams; i++) {
        connect_client(&clients[i]);
        if (i % 50 == 49) usleep(20000); /* the proxy accepts in its own time: spare its backlog */
    }
    if (tracing) trace();
    else measure(atol(argv[7]), atol(argv[8]));
    return 0;
}
