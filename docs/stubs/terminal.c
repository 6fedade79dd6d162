/* A stub of a terminal: the whole terminal control protocol, with a scripted terminal behind it. It needs POSIX alone:
 * gcc -Wall -Wextra -Werror -o terminal terminal.c && ./terminal PORT [TOKEN_FILE] listens on loopback. Every card pays
 * one fen here, after two seconds and whatever it answers: only the protocol conforms. Yours goes into resume(), act(). */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MOST_BYTES = 1 << 23, MOST_LEVELS = 16, CLIENTS = 8, PAGE = 500, MOST_SALES = 100000 };
#define RESULT(c, id, ...) (fprintf((c)->out, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":", id), \
    fprintf((c)->out, __VA_ARGS__), fputs("}\n", (c)->out))
#define FAILED(code, words) do { fail(c, id, code, words, ""); return; } while (0)
static struct client { int fd, welcome, ends; FILE *out; char *got; size_t length; double until; } clients[CLIENTS];
static struct { struct client *by; char id[80]; int step; long serial; long long began; double until; } card;
static const char *script[] = { "00A404000E325041592E5359532E444446303100", "00A4040008A00000033301010600", NULL };
static long long sales[MOST_SALES], sold; /* when each was made */
static double waited; static char token[300];
static const char *methods[][2] = { /* with their params, each with the first character of its kind */
    { "hello", " versions[ token? " }, { "identify", " " }, { "load", " parameters{ " }, { "operate", " operation{ " },
    { "present", " interface\" card\" card_within_s0 " }, { "swipe", " stripe{ " }, { "observe", " kind\" skip0 " },
    { "disturb", " fault{ " }, { "clock", " wait_s0 " }, { "cancel", " " }, { "ping", " " }, { NULL, NULL } };
static const char *parameters = " capks fare blacklist date_time flash_t1_ms flash_t2_ms flash_capacity pos toll "
    "anti_passback_ms transaction_limit applications host store_capacity transit gate entitlements counter sm_capks ";
static const char *spaces(const char *p) { return p + strspn(p, " \t\r"); }
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec / 1e9; }
static long long at_ms(void) { return (long long)((now() + waited) * 1000); }
static const char *skip(const char *p, int levels) { /* past one JSON value, NULL where there is none */
    if (*(p = spaces(p)) == '"') {
        while (*++p != '"') if ((unsigned char)*p < ' ' || (*p == '\\' && !*++p)) return NULL;
        return spaces(p + 1);
    }
    if (*p == '{' || *p == '[') {
        const char open = *p, *inner = spaces(p + 1);
        if (levels == 0 || *inner == open + 2) return levels ? spaces(inner + 1) : NULL;
        do {
            p = spaces(p + 1);
            if (open == '{' && (*p != '"' || !(p = skip(p, 0)) || *p++ != ':')) return NULL;
            if (!(p = skip(p, levels - 1))) return NULL;
        } while (*p == ',');
        return *p == open + 2 ? spaces(p + 1) : NULL;
    }
    if (!strncmp(p, "true", 4) || !strncmp(p, "null", 4) || !strncmp(p, "false", 5)) return spaces(p + 4 + (*p == 'f'));
    return *p == '-' || (*p >= '0' && *p <= '9') ? spaces(p + strspn(p, "-+0123456789.eE")) : NULL;
}
static int is(const char *value, const char *text) { /* whether a JSON string is this text */
    return value && *value == '"' && !strncmp(value + 1, text, strlen(text)) && value[1 + strlen(text)] == '"';
}
static int fits(const char *value, char kind) {
    if (kind == '0') return (*value == '-' || (*value >= '0' && *value <= '9')) && llabs(atoll(value)) < 9e18;
    return kind == ' ' || (kind == '?' ? *value == '"' || *value == 'n' : *value == kind && strchr("\"[{", kind));
}
/* The value of an object's member, NULL without it. Members are counted, 99 for one that is not among `names`. */
static const char *find(const char *p, const char *name, const char *names, int *count) {
    const char *found = NULL;
    *count = p && *(p = spaces(p)) == '{' ? 0 : 99;
    for (p = *count ? "" : spaces(p + 1); *p == '"'; p = spaces(p + (*p == ','))) {
        char key[80];
        snprintf(key, sizeof key, " %.*s", (int)strcspn(p + 1, "\""), p + 1);
        const char *value = spaces(skip(p, 0) + 1), *known = strstr(names, key);
        *count = known && fits(value, known[strlen(key)]) ? *count + 1 : 99;
        if (is(p, name)) found = value;
        p = skip(value, MOST_LEVELS);
    }
    return found;
}
static const char *member(const char *p, const char *name) { int count; return find(p, name, "", &count); }
static void fail(struct client *c, const char *id, int code, const char *words, const char *more) {
    fprintf(c->out, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\":%d,\"message\":\"%s\"%s}}\n", id, code,
        words, more);
}
static void resume(int answered) { /* the presentation: the next request to the card, or its end */
    const char *apdu = card.step ? script[card.step - 1] : "";
    if (answered && apdu) {
        fprintf(card.by->out, "{\"jsonrpc\":\"2.0\",\"id\":\"card-%ld\",\"method\":\"card.%s\",\"params\":{%s%s%s}}\n",
            ++card.serial, *apdu ? "transmit" : "reset", *apdu ? "\"apdu\":\"" : "", apdu, *apdu ? "\"" : "");
        card.step++, card.until = now() + 30;
        return;
    } else if (answered && sold < MOST_SALES) sales[sold++] = at_ms() + 2000;
    RESULT(card.by, card.id, "{\"field_on_ms\":%lld,\"ended_ms\":%lld,\"outcome\":\"%s\"}", card.began, at_ms(),
        answered ? "completed" : "lost"), card.by = NULL;
}
static void observe(struct client *c, const char *id, const char *kind, long long from) {
    const int sale = is(kind, "transaction-record"), none = is(kind, "flash-record");
    if ((!sale && !none && !is(kind, "indication")) || from < 0) FAILED(1, "this terminal shows no such kind");
    fprintf(c->out, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"total\":%lld,\"values\":[", id, none ? 0 : sold);
    for (long long i = from; !none && i < sold && i < from + PAGE; i++) {
        fprintf(c->out, "%s{\"at_ms\":%lld,", i > from ? "," : "", sales[i]);
        fprintf(c->out, sale ? "\"number\":%lld,\"kind\":\"sale\",\"date_time\":\"\",\"amount\":1}"
            : "\"signal\":\"accepted\",\"text\":\"扣款成功\"}", i + 1);
    }
    fprintf(c->out, "]}}\n");
}
static void hello(struct client *c, const char *id, const char *versions, const char *shown) {
    if ((c->ends = *token && !is(shown, token))) FAILED(4, "the token is missing or another");
    for (const char *v = versions; *v && *v != ']'; v = skip(v + 1, MOST_LEVELS))
        if (atoi(v + 1) == 1) c->welcome = 1;
    if (c->welcome) RESULT(c, id, "{\"version\":1}");
    else fail(c, id, 3, "no version in common; this terminal speaks 1", ",\"data\":{\"versions\":[1]}");
}

static void act(struct client *c, const char *id, const char *method, const char *params) {
    const char *in = member(params, "interface"), *from = member(params, "card");
    int count = 0;
    if (is(method, "hello")) hello(c, id, member(params, "versions"), member(params, "token"));
    else if (is(method, "ping")) RESULT(c, id, "\"pong\"");
    else if (!c->welcome) FAILED(5, "hello comes first");
    else if (is(method, "cancel")) {
        RESULT(c, id, card.by ? "\"present\"" : "null");
        if (card.by) fail(card.by, card.id, 6, "abandoned", ""), card.by = NULL;
    } else if (is(method, "identify"))
        RESULT(c, id, "{\"vendor\":\"stub\",\"model\":\"C\",\"firmware\":\"1.0.0\",\"device\":\"scripted\","
            "\"simulated\":true,\"time_base\":\"virtual\",\"offers\":[\"O2\",\"O5\",\"apdu\"]}");
    else if (is(method, "observe")) observe(c, id, member(params, "kind"), atoll(member(params, "skip")));
    else if (is(method, "present")) {
        if ((!is(in, "contactless") && !is(in, "contact")) || (!is(from, "apdu") && !is(from, "reader")))
            FAILED(-32602, "no such interface or card channel");
        if (is(from, "reader")) FAILED(1, "this terminal has no reader; it offers apdu");
        card.by = c, card.step = 0, card.began = at_ms(), strcpy(card.id, id);
        resume(1);
    } else if (is(method, "load") && (find(member(params, "parameters"), "", parameters, &count), count >= 99))
        FAILED(-32602, "no such parameter");
    else if (is(method, "swipe") || is(method, "disturb")) FAILED(1, "this terminal cannot do that");
    else if (is(method, "operate") && !is(member(member(params, "operation"), "name"), "idle"))
        FAILED(1, "this terminal knows the operation idle alone");
    else RESULT(c, id, "null");
    if (c->welcome && is(method, "clock")) waited += atof(member(params, "wait_s"));
}

static void take(struct client *c, const char *line) { /* a request, or the answer to a request to the card */
    const char *method = member(line, "method"), *own = member(line, "id"), *params = member(line, "params");
    char id[80] = "null", asked[40];
    int i = 0, needed = -1, count = snprintf(asked, sizeof asked, "card-%ld", card.serial);
    if (own && !method && c->welcome) {
        if (card.by == c && is(own, asked)) resume(member(line, "result") != NULL);
        return; /* any other answer comes too late */
    }
    const long length = own && (*own == '"' || fits(own, '0')) ? skip(own, 0) - own : 0;
    if (length && length < 70) snprintf(id, sizeof id, "%.*s", (int)length, own);
    find(line, "", " jsonrpc\" id method\" params{ ", &count);
    if (!method || *id == 'n' || count > 4 || !is(member(line, "jsonrpc"), "2.0")) FAILED(-32600, "no request");
    if (card.by == c) FAILED(-32600, "one request at a time");
    while (methods[i][0] && !is(method, methods[i][0])) i++;
    if (!methods[i][0]) FAILED(-32601, "no such method");
    for (const char *each = methods[i][1]; *each; each++) needed += *each == ' ';
    find(params ? params : "{}", "", methods[i][1], &count);
    if (count != needed) FAILED(-32602, "not the params that it takes");
    act(c, id, method, params);
}
static void lines(struct client *c) { /* what came, line by line, as far as it need not wait for its turn */
    for (char *end; !c->ends && (end = memchr(c->got, '\n', c->length)); ) {
        *end = 0;
        const int whole = skip(c->got, MOST_LEVELS) == end;
        const char *method = whole && card.by && card.by != c ? member(c->got, "method") : NULL;
        if (method && !is(method, "hello") && !is(method, "ping") && !is(method, "cancel")) { *end = '\n'; break; }
        if (whole) take(c, c->got);
        else fail(c, "null", -32700, "not JSON, or too deep", "");
        c->length -= (size_t)(end + 1 - c->got);
        memmove(c->got, end + 1, c->length);
    }
    if (c->length == MOST_BYTES && !c->ends) c->ends = 1, fail(c, "null", -32600, "a line too long", "");
    fflush(c->out);
}
static void enter(int fd) {
    int i = 0;
    while (i < CLIENTS && clients[i].out) i++;
    if (i == CLIENTS) close(fd);
    else clients[i] = (struct client){ fd, 0, 0, fdopen(fd, "w"), malloc(MOST_BYTES), 0, now() + 10 };
}

int main(int argc, char **argv) {
    const int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    FILE *file = argc > 2 ? fopen(argv[2], "r") : NULL;
    if (argc < 2 || (argc > 2 && (!file || fscanf(file, "%299[^\n]", token) != 1))) return 2;
    struct sockaddr_in here = { AF_INET, htons((unsigned short)atoi(argv[1])), { htonl(INADDR_LOOPBACK) }, { 0 } };
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes), signal(SIGPIPE, SIG_IGN);
    if (bind(listener, (struct sockaddr *)&here, sizeof here) || listen(listener, 16)) { perror(argv[1]); return 1; }
    for (;;) {
        struct pollfd polled[CLIENTS + 1] = { { listener, POLLIN, 0 } };
        for (int i = 0; i < CLIENTS; i++) polled[i + 1] = (struct pollfd){ clients[i].out ? clients[i].fd : -1, POLLIN, 0 };
        poll(polled, CLIENTS + 1, 100);
        if (polled[0].revents) enter(accept(listener, NULL, NULL));
        if (card.by && now() > card.until) resume(0);
        for (int i = 0; i < CLIENTS; i++) {
            struct client *c = &clients[i];
            const ssize_t n = polled[i + 1].revents ? read(c->fd, c->got + c->length, MOST_BYTES - c->length) : 0;
            if (!c->out) continue;
            c->ends |= polled[i + 1].revents && n <= 0, c->length += n > 0 ? (size_t)n : 0;
            lines(c);
            if (!c->ends && (c->welcome || now() < c->until)) continue;
            if (card.by == c) card.by = NULL;
            fclose(c->out), free(c->got), c->out = NULL;
        }
    }
}
