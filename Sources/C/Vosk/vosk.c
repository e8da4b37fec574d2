#define _GNU_SOURCE
#include "CVosk.h"

#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>

/* The library's interface as far as it is used, written by hand: opaque pointers, plain numbers and texts. */
static struct {
    void (*vosk_set_log_level)(int);
    ear_model *(*vosk_model_new)(const char *);
    void (*vosk_model_free)(ear_model *);
    ear *(*vosk_recognizer_new)(ear_model *, float);
    void (*vosk_recognizer_free)(ear *);
    void (*vosk_recognizer_set_words)(ear *, int);
    int (*vosk_recognizer_accept_waveform_s)(ear *, const short *, int);
    const char *(*vosk_recognizer_partial_result)(ear *);
    const char *(*vosk_recognizer_result)(ear *);
    const char *(*vosk_recognizer_final_result)(ear *);
} api;

static const char *missing = "libvosk.so";
static pthread_mutex_t loading = PTHREAD_MUTEX_INITIALIZER;

static void *find(void *library, const char *name) {
    void *symbol = dlsym(library, name);
    if (!symbol) missing = name;
    return symbol;
}

#define FIND(name) (*(void **)&api.name = find(library, #name))

static void load(const char *path) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) return;
    if (FIND(vosk_set_log_level) && FIND(vosk_model_new) && FIND(vosk_model_free) && FIND(vosk_recognizer_new) &&
        FIND(vosk_recognizer_free) && FIND(vosk_recognizer_set_words) && FIND(vosk_recognizer_accept_waveform_s) &&
        FIND(vosk_recognizer_partial_result) && FIND(vosk_recognizer_result) && FIND(vosk_recognizer_final_result)) {
        /* It speaks of every model on stderr, which is our log's. */
        api.vosk_set_log_level(-1);
        missing = NULL;
    }
}

const char *ear_missing(const char *library) {
    pthread_mutex_lock(&loading);
    if (missing) load(library);
    const char *what = missing;
    pthread_mutex_unlock(&loading);
    return what;
}

ear_model *ear_model_open(const char *folder) { return api.vosk_model_new ? api.vosk_model_new(folder) : NULL; }

void ear_model_close(ear_model *model) { api.vosk_model_free(model); }

ear *ear_open(ear_model *model, float rate) {
    ear *made = api.vosk_recognizer_new(model, rate);
    if (made) api.vosk_recognizer_set_words(made, 1);
    return made;
}

void ear_close(ear *ear) { api.vosk_recognizer_free(ear); }

int ear_hear(ear *ear, const int16_t *samples, size_t count) {
    return count > INT_MAX ? -1 : api.vosk_recognizer_accept_waveform_s(ear, samples, (int)count);
}

const char *ear_partial(ear *ear) { return api.vosk_recognizer_partial_result(ear); }

const char *ear_result(ear *ear) { return api.vosk_recognizer_result(ear); }

const char *ear_conclude(ear *ear) { return api.vosk_recognizer_final_result(ear); }
