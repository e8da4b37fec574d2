#pragma once
/* Vosk, looked for when it is first wanted: nothing of it is needed to build, and a machine without it can run. A model may be
   shared by threads; an ear belongs to one thread at a time, and keeps its model from going. */
#include <stddef.h>
#include <stdint.h>

typedef struct ear_model ear_model;
typedef struct ear ear;

/* NULL when the library is here, else the name of what is missing. `library` is a path or a name to search for; the first one that
   is found stays. Any thread, any number of times. */
const char *ear_missing(const char *library);

/* A folder with a model; NULL if it is none. Takes seconds. */
ear_model *ear_model_open(const char *folder);
void ear_model_close(ear_model *model);

/* NULL if it was refused. */
ear *ear_open(ear_model *model, float rate);
void ear_close(ear *ear);

/* Returns 1 at the end of an utterance, 0 within one, -1 if it was refused. */
int ear_hear(ear *ear, const int16_t *samples, size_t count);
/* JSON, until the next use of the ear. Of an utterance that goes on; of one that has ended; of whatever there is, ending it. */
const char *ear_partial(ear *ear);
const char *ear_result(ear *ear);
const char *ear_conclude(ear *ear);
