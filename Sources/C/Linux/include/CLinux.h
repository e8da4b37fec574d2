#pragma once
/* What Swift's Glibc module does not show: epoll, eventfd, signalfd, accept4, and one fast thread-local pointer.
   Doors only; decisions live in Swift. Constants are functions because Swift imports some of these macros as unusable enums. */
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/types.h>

/* Waits with nanosecond precision where the kernel can (epoll_pwait2, Linux 5.11); `timeout` < 0 waits for ever. */
int linux_epoll_wait(int epoll, struct epoll_event *events, int capacity, int64_t timeout);
int linux_epoll_create(void);
int linux_eventfd(void);
/* Two ends that no child inherits: the first is read from. */
int linux_pipe(int ends[2]);
/* A program that is started so gets no descriptor but the first three. */
int linux_spawn_closes_files(posix_spawn_file_actions_t *actions);
int linux_signalfd(const int *signals, int count);
/* Reads one delivered signal number, 0 when there is none. */
int linux_signalfd_read(int fd);
int linux_block_signals(const int *signals, int count);
int linux_accept(int listener);
uint64_t linux_monotonic(void);
void linux_name_thread(const char *name);
void linux_ignore_sigpipe(void);

extern _Thread_local void *linux_thread_owner;
static inline void *linux_get_owner(void) { return linux_thread_owner; }
static inline void linux_set_owner(void *owner) { linux_thread_owner = owner; }
