import CMimalloc
import Glibc

/// Memory comes from mimalloc: being linked before the C library, it stands in for its `malloc` in all that a process does. libpq
/// takes a block of 2 KB for each answer, for which the C library's allocator goes the long way; a query costs a seventh less without it.
enum Allocator {
    /// Not under a sanitizer, which has an allocator of its own.
    static let isInPlace: Bool = {
        let probe = unsafe malloc(1)
        defer { unsafe free(probe) }
        return unsafe mi_is_in_heap_region(probe)
    }()

    /// What it took from the kernel and has not given back, whether anybody uses it or not.
    static var heldBytes: Double {
        var held = 0
        unsafe mi_process_info(nil, nil, nil, nil, nil, &held, nil, nil)
        return Double(held)
    }
}
