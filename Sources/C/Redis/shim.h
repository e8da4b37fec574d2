#pragma once
#include <hiredis/hiredis.h>

/* The type of the item that has begun and whose rest has not come; -1 when none has. */
static inline int redis_reader_open_type(const redisReader *reader) {
    if (reader->ridx < 0) return -1;
#if HIREDIS_MAJOR >= 1
    return reader->task[reader->ridx]->type;
#else
    return reader->rstack[reader->ridx].type;
#endif
}
