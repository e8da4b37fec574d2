#define _GNU_SOURCE
#include "CLinux.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

_Thread_local void *linux_thread_owner;

int linux_epoll_wait(int epoll, struct epoll_event *events, int capacity, int64_t timeout) {
    static volatile int coarse = 0;
    if (timeout > 0 && !coarse) {
        struct timespec t = {timeout / 1000000000, timeout % 1000000000};
        int n = epoll_pwait2(epoll, events, capacity, &t, NULL);
        if (n >= 0 || errno != ENOSYS) return n;
        coarse = 1;
    }
    int64_t ms = timeout < 0 ? -1 : (timeout + 999999) / 1000000;
    return epoll_wait(epoll, events, capacity, ms > 60000 ? 60000 : (int)ms);
}
int linux_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }
int linux_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int linux_spawn_closes_files(posix_spawn_file_actions_t *actions) {
    return posix_spawn_file_actions_addclosefrom_np(actions, 3);
}

int linux_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

static void fill(sigset_t *set, const int *signals, int count) {
    sigemptyset(set);
    for (int i = 0; i < count; i++) sigaddset(set, signals[i]);
}
int linux_signalfd(const int *signals, int count) {
    sigset_t set;
    fill(&set, signals, count);
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}
int linux_signalfd_read(int fd) {
    struct signalfd_siginfo info;
    return read(fd, &info, sizeof info) == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}
int linux_block_signals(const int *signals, int count) {
    sigset_t set;
    fill(&set, signals, count);
    return pthread_sigmask(SIG_BLOCK, &set, NULL);
}
int linux_accept(int listener) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    return fd;
}
uint64_t linux_monotonic(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}
void linux_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }
void linux_ignore_sigpipe(void) { signal(SIGPIPE, SIG_IGN); }
