/*
 * Loaded before libc into the agent (LD_PRELOAD): counts what the process does with the files of its updates and with the
 * server of its models, and lets one of these steps go wrong.
 *
 *   FAULT_FILES  folders, ':' between them: only what is below one counts
 *   FAULT_PORT   only connections to this port count
 *   FAULT_LOG    each step adds a line: its number and what it was
 *   FAULT_KIND   kill  the process is killed at the step; a write is done by half before
 *                fail  the step is refused (EIO); a write is done by half before
 *                full  from the step on, so many steps that need room are refused (ENOSPC)
 *   FAULT_AT     number of the step, from 1 on; 0: none
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { most_files = 4096, longest = 256, refused_for_want_of_room = 30 };
enum kind { none, kill_it, fail, full };

static char folders[4096];
static char names[most_files][longest]; /* of the open files that count */
static enum kind kind;
static int port, journal = -1;
static long at;
static atomic_long steps, refused;

__attribute__((constructor)) static void begin(void)
{
    const char *value = getenv("FAULT_FILES");
    snprintf(folders, sizeof folders, "%s", value ? value : "");
    port = (value = getenv("FAULT_PORT")) ? atoi(value) : 0;
    at = (value = getenv("FAULT_AT")) ? atol(value) : 0;
    value = getenv("FAULT_KIND");
    kind = !value || !at ? none : !strcmp(value, "kill") ? kill_it : !strcmp(value, "fail") ? fail : full;
    if ((value = getenv("FAULT_LOG")))
        journal = open(value, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

    /* What the agent starts is no part of it. */
    unsetenv("LD_PRELOAD");
}

static const char *counted(const char *path)
{
    for (const char *folder = folders; *folder;)
    {
        size_t length = strcspn(folder, ":");
        if (!strncmp(path, folder, length))
            return path + length;
        folder += length + (folder[length] == ':');
    }

    return NULL;
}

/* Whether this step goes wrong. */
static int step(const char *what, const char *name, int needs_room)
{
    int saved = errno;
    long number = atomic_fetch_add(&steps, 1) + 1;
    char line[longest + 64];
    int length = snprintf(line, sizeof line, "%ld %s %s\n", number, what, name);
    if (journal >= 0)
        syscall(SYS_write, journal, line, length < (int)sizeof line ? length : (int)sizeof line - 1);
    errno = saved;
    if (kind == full)
    {
        if (number < at || !needs_room || atomic_fetch_add(&refused, 1) >= refused_for_want_of_room)
            return 0;
        errno = ENOSPC;
        return 1;
    }

    if (kind == none || number != at)
        return 0;
    errno = EIO;
    return 1;
}

static void die_if_asked(void)
{
    if (kind == kill_it)
    {
        kill(getpid(), SIGKILL);
        pause();
    }
}

#define REAL(name) \
    static typeof(name) *real; \
    if (!real) \
        real = (typeof(name) *)dlsym(RTLD_NEXT, #name)

#define FAIL_IF(wrong, result) \
    if (wrong) \
    { \
        die_if_asked(); \
        return result; \
    }

static const char *name_of(int file) { return file >= 0 && file < most_files && names[file][0] ? names[file] : NULL; }

int open64(const char *path, int flags, ...)
{
    REAL(open64);
    va_list rest;
    va_start(rest, flags);
    int mode = va_arg(rest, int);
    va_end(rest);
    const char *name = counted(path);
    if (name)
        FAIL_IF(step(flags & O_CREAT ? "create" : flags & (O_WRONLY | O_RDWR) ? "open-to-write" : "open", name, flags & O_CREAT), -1);
    int file = real(path, flags, mode);
    if (file >= 0 && file < most_files)
        snprintf(names[file], longest, "%s", name ? name : "");
    return file;
}

int open(const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    int mode = va_arg(rest, int);
    va_end(rest);
    return open64(path, flags, mode);
}

int close(int file)
{
    REAL(close);
    if (file >= 0 && file < most_files)
        names[file][0] = 0;
    return real(file);
}

#define READ(function, parameters, arguments) \
    ssize_t function parameters \
    { \
        REAL(function); \
        const char *name = name_of(file); \
        if (name) \
            FAIL_IF(step("read", name, 0), -1); \
        return real arguments; \
    }

READ(read, (int file, void *to, size_t count), (file, to, count))
READ(pread64, (int file, void *to, size_t count, off64_t from), (file, to, count, from))

#define WRITE(function, parameters, arguments, half) \
    ssize_t function parameters \
    { \
        REAL(function); \
        const char *name = name_of(file); \
        if (name && step("write", name, 1)) \
        { \
            int why = errno; \
            if (kind != full) \
                (void)!real half; \
            errno = why; \
            FAIL_IF(1, -1); \
        } \
        return real arguments; \
    }

WRITE(write, (int file, const void *from, size_t count), (file, from, count), (file, from, count / 2))
WRITE(pwrite64, (int file, const void *from, size_t count, off64_t to), (file, from, count, to), (file, from, count / 2, to))

#define ON_FILE(function, what, needs_room, parameters, arguments) \
    int function parameters \
    { \
        REAL(function); \
        const char *name = name_of(file); \
        if (name) \
            FAIL_IF(step(what, name, needs_room), -1); \
        return real arguments; \
    }

ON_FILE(fsync, "sync", 0, (int file), (file))
ON_FILE(ftruncate64, "truncate", 0, (int file, off64_t length), (file, length))
ON_FILE(fallocate64, "allocate", 1, (int file, int mode, off64_t from, off64_t length), (file, mode, from, length))

#define ON_PATH(function, needs_room, parameters, arguments) \
    int function parameters \
    { \
        REAL(function); \
        const char *name = counted(path); \
        if (name) \
            FAIL_IF(step(#function, name, needs_room), -1); \
        return real arguments; \
    }

ON_PATH(rename, 0, (const char *path, const char *to), (path, to))
ON_PATH(unlink, 0, (const char *path), (path))
ON_PATH(rmdir, 0, (const char *path), (path))
ON_PATH(mkdir, 1, (const char *path, mode_t mode), (path, mode))

static int is_server(const struct sockaddr *address)
{
    return port && (address->sa_family == AF_INET || address->sa_family == AF_INET6)
        && ntohs(((const struct sockaddr_in *)address)->sin_port) == port; /* at the same place in both */
}

static int is_connected_to_server(int file)
{
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    int saved = errno;
    int is = port && !getpeername(file, (struct sockaddr *)&address, &length) && is_server((struct sockaddr *)&address);
    errno = saved;
    return is;
}

int connect(int file, const struct sockaddr *address, socklen_t length)
{
    REAL(connect);
    if (is_server(address))
        FAIL_IF(step("connect", "", 0), -1);
    return real(file, address, length);
}

#define SEND(function, parameters, arguments) \
    ssize_t function parameters \
    { \
        REAL(function); \
        if (is_connected_to_server(file)) \
            FAIL_IF(step("send", "", 0), -1); \
        return real arguments; \
    }

SEND(send, (int file, const void *from, size_t count, int flags), (file, from, count, flags))
SEND(sendmsg, (int file, const struct msghdr *message, int flags), (file, message, flags))

/* Counted when something has come: how often there is nothing yet is a matter of time. */
#define RECEIVE(function, parameters, arguments) \
    ssize_t function parameters \
    { \
        REAL(function); \
        ssize_t came = real arguments; \
        if (came > 0 && is_connected_to_server(file)) \
            FAIL_IF(step("receive", "", 0), -1); \
        return came; \
    }

RECEIVE(recv, (int file, void *to, size_t count, int flags), (file, to, count, flags))
RECEIVE(recvmsg, (int file, struct msghdr *message, int flags), (file, message, flags))
