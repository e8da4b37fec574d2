// Tells ThreadSanitizer of the half of `Synchronization.Mutex` that it cannot see.
//
// A Mutex that is free is taken and given back by an atomic operation, which the compiler puts into our own code, where the
// sanitizer sees it. One that is wanted by two threads is handed over by the kernel, in a library without instrumentation:
// for the sanitizer the two threads never met, and everything they guard by the Mutex looks like a race. So these two
// functions stand before those of the library, whose names they bear, and say what happens: who unlocks lets go of all that
// it wrote, who locks takes it over. Nothing is suppressed: what no Mutex guards is still reported.
//
// Should a later Swift rename its functions, nobody calls ours any more, and the false reports are back.

#if __has_feature(thread_sanitizer)

#define _GNU_SOURCE
#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>
#include <stdint.h>

// Synchronization._MutexHandle._lockSlow(UInt32) and ._unlockSlow(), with the mutex as `self`.
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *mutex

typedef SWIFT void Lock(uint32_t thread, SELF);
typedef SWIFT void Unlock(SELF);

Lock ledgerline_lock __asm__(LOCK);
Unlock ledgerline_unlock __asm__(UNLOCK);

SWIFT void ledgerline_lock(uint32_t thread, SELF) {
    ((Lock *)dlsym(RTLD_NEXT, LOCK))(thread, mutex);
    __tsan_acquire(mutex);
}

SWIFT void ledgerline_unlock(SELF) {
    __tsan_release(mutex);
    ((Unlock *)dlsym(RTLD_NEXT, UNLOCK))(mutex);
}

#endif
