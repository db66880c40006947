/* The fake upstream: HTTP/1.1 with keep-alive, one thread, epoll.
 *
 * Every request says what it wants in a header, `x-bench: ID NUMBER DELTAS GAP_US`:
 *   DELTAS < 0       a small JSON reply with Content-Length;
 *   GAP_US > 0       an event stream, one chunk every GAP_US, on absolute deadlines;
 *   GAP_US = 0       lock-step: the next chunk leaves when the client says over UDP (same port number) that it has the
 *                    last one, so that neither kernel nor proxy can merge two chunks into one read.
 * The UDP message is three ints: ID, NUMBER (which request of that connection) and the count of events received.
 * ID -1 ends all streams early: each goes on to its closing events.
 *
 * Prints the port when ready. Usage: source
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { MAX_FDS = 8192, MAX_REQUEST = 4096, TIMERS = 1 << 16, DELTA_TEXT = 32 };

struct stream {
    int busy, id, number, events;
    int left; /* deltas to send; 0, -1, -2: which closing event comes next */
    int64_t gap;
    unsigned serial; /* of the request, so that a timer of an earlier one is not taken for this one's */
    size_t have;
    char in[MAX_REQUEST];
};

struct timer {
    int64_t due;
    int fd;
    unsigned serial;
};

static struct stream streams[MAX_FDS]; /* by descriptor */
static int fd_of[MAX_FDS];             /* by the client's ID */
static struct timer timers[TIMERS];    /* a ring; all gaps are equal, so it is sorted */
static unsigned first_timer, end_timer;

static const char JSON_HEAD[] = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nrequest-id: req_011CSHoEeqs5C35K2UUqR7Fy\r\n";
static const char STREAM_HEAD[] =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\n"
    "request-id: req_011CSHoEeqs5C35K2UUqR7Fy\r\ntransfer-encoding: chunked\r\n\r\n";
static const char MESSAGE[] =
    "{\"id\":\"msg_01XFDUDYJgAACzvnptvVoYEL\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-sonnet-4-5\","
    "\"content\":[{\"type\":\"text\",\"text\":\"A relay passes on what it hears, at once and unchanged.\"}],"
    "\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":112,\"output_tokens\":14}}";
static const char OPENING[] =
    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_01XFDUDYJgAACzvnptvVoYEL\","
    "\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-sonnet-4-5\",\"content\":[],\"stop_reason\":null,"
    "\"stop_sequence\":null,\"usage\":{\"input_tokens\":112,\"output_tokens\":1}}}\n\n"
    "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"
    "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n";
static const char *CLOSING[] = {
    "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n",
    "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\","
    "\"stop_sequence\":null},\"usage\":{\"output_tokens\":200}}\n\n",
    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
};
static const char PROSE[] =
    " A relay passes on what it hears, at once and unchanged. What it keeps for later it keeps beside the road, where "
    "nobody has to wait for it: the bytes, and the moment at which each of them came. Whoever asks tomorrow hears the "
    "same words with the same pauses, and cannot tell that the speaker has long gone home. ";

static void die(const char *what) {
    fprintf(stderr, "source: %s (errno %d: %s)\n", what, errno, strerror(errno));
    exit(1);
}

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void put(int fd, const char *data, int size) {
    if (send(fd, data, size, MSG_NOSIGNAL) != size && errno != EPIPE && errno != ECONNRESET)
        die("a write was not taken whole: the proxy has stopped reading");
}

static void start_timer(int fd, int64_t due) {
    timers[end_timer++ % TIMERS] = (struct timer){due, fd, streams[fd].serial};
    if (end_timer - first_timer >= TIMERS) die("too many timers");
}

static void send_next(int fd) {
    struct stream *s = &streams[fd];
    char data[512], out[600];
    int size, last = s->left == -2;
    if (s->left > 0) {
        int at = s->events * DELTA_TEXT % (int)(sizeof PROSE - DELTA_TEXT);
        size = sprintf(data, "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
                             "\"delta\":{\"type\":\"text_delta\",\"text\":\"%.*s\"}}\n\n", DELTA_TEXT, PROSE + at);
    } else {
        size = sprintf(data, "%s", CLOSING[-s->left]);
    }
    s->left--, s->events++, s->busy = !last;
    put(fd, out, sprintf(out, "%x\r\n%s\r\n%s", size, data, last ? "0\r\n\r\n" : ""));
}

static void answer(int fd, const char *wish) {
    struct stream *s = &streams[fd];
    char out[2048];
    long gap_us;
    if (sscanf(wish, "%d %d %d %ld", &s->id, &s->number, &s->left, &gap_us) != 4) die("x-bench: expected four numbers");
    if (s->id < 0 || s->id >= MAX_FDS) die("x-bench: ID out of range");
    if (s->left < 0) {
        put(fd, out, sprintf(out, "%scontent-length: %zu\r\n\r\n%s", JSON_HEAD, sizeof MESSAGE - 1, MESSAGE));
        return;
    }
    s->busy = 1, s->events = 2, s->serial++, s->gap = gap_us * 1000;
    fd_of[s->id] = fd;
    if (s->gap) start_timer(fd, now_ns() + s->gap);
    put(fd, out, sprintf(out, "%s%zx\r\n%s\r\n", STREAM_HEAD, sizeof OPENING - 1, OPENING));
}

static void watch(int poll, int fd) {
    struct epoll_event want = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &want)) die("epoll_ctl");
}

static void take_connections(int poll, int listener) {
    int fd, on = 1;
    while ((fd = accept4(listener, 0, 0, SOCK_NONBLOCK)) >= 0) {
        if (fd >= MAX_FDS) die("too many connections");
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        streams[fd].busy = streams[fd].have = 0;
        watch(poll, fd);
    }
}

static void take_request(int fd) {
    struct stream *s = &streams[fd];
    ssize_t n = recv(fd, s->in + s->have, sizeof s->in - 1 - s->have, 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) {
        s->busy = 0, s->serial++;
        close(fd);
        return;
    }
    s->in[s->have += n] = 0;
    char *end = strstr(s->in, "\r\n\r\n"), *wish, *length;
    if (!end) return;
    if (!(wish = strcasestr(s->in, "\nx-bench:")) || !(length = strcasestr(s->in, "\ncontent-length:")))
        die("a request needs the headers x-bench and content-length");
    if (s->have < end + 4 - s->in + strtoul(length + 16, 0, 10)) {
        if (s->have == sizeof s->in - 1) die("a request is too long");
        return;
    }
    s->have = 0;
    answer(fd, wish + 9);
}

static void take_acks(int udp) {
    int ack[3];
    while (recv(udp, ack, sizeof ack, 0) == sizeof ack) {
        if (ack[0] < 0) {
            for (int fd = 0; fd < MAX_FDS; fd++)
                if (streams[fd].busy && streams[fd].left > 0) streams[fd].left = 0;
        } else {
            struct stream *s = &streams[fd_of[ack[0] % MAX_FDS]];
            if (s->busy && !s->gap && s->id == ack[0] && s->number == ack[1] && s->events == ack[2])
                send_next(fd_of[ack[0]]);
        }
    }
}

static void run_timers(void) {
    for (int64_t now = now_ns(); first_timer != end_timer && timers[first_timer % TIMERS].due <= now;) {
        struct timer t = timers[first_timer++ % TIMERS];
        struct stream *s = &streams[t.fd];
        if (!s->busy || s->serial != t.serial) continue;
        send_next(t.fd);
        if (s->busy) start_timer(t.fd, t.due + s->gap);
    }
}

int main(void) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), udp = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    int poll = epoll_create1(0), room = 1 << 20;
    prctl(PR_SET_TIMERSLACK, 1);
    setsockopt(udp, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    if (bind(listener, (void *)&at, size) || listen(listener, 1024)) die("listen");
    getsockname(listener, (void *)&at, &size);
    if (bind(udp, (void *)&at, size)) die("bind UDP to the port number of TCP");
    watch(poll, listener), watch(poll, udp);
    printf("%d\n", ntohs(at.sin_port)), fflush(stdout);
    for (;;) {
        struct epoll_event ready[256];
        int64_t rest = first_timer == end_timer ? 1000000000 : timers[first_timer % TIMERS].due - now_ns();
        struct timespec wait = {rest > 0 ? rest / 1000000000 : 0, rest > 0 ? rest % 1000000000 : 0};
        int n = epoll_pwait2(poll, ready, 256, &wait, 0);
        for (int i = 0; i < n; i++) {
            int fd = ready[i].data.fd;
            if (fd == udp) take_acks(udp);
            else if (fd != listener) take_request(fd);
            else take_connections(poll, listener);
        }
        run_timers();
    }
}
