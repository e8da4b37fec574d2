import Glibc

/// Lets one thread block until another says so. For `main` and for tests of threads; never on a loop.
@safe package final class Signal: @unchecked Sendable {
    // POSIX semaphores are made for being shared; the storage does not move.
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    package init() { unsafe sem_init(semaphore, 0, 0) }

    deinit {
        unsafe sem_destroy(semaphore)
        unsafe semaphore.deallocate()
    }

    package func raise() { unsafe sem_post(semaphore) }

    package func wait() {
        while unsafe sem_wait(semaphore) == -1, errno == EINTR {}
    }
}
