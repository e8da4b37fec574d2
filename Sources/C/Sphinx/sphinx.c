#define _GNU_SOURCE
#include "CSphinx.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The two libraries' interface as far as it is used, written by hand: opaque pointers and plain numbers. */
typedef struct cmd_ln_s cmd_ln_t;
typedef struct ps_decoder_s ps_decoder_t;
typedef struct ps_seg_s ps_seg_t;

static struct {
    cmd_ln_t *(*cmd_ln_init)(cmd_ln_t *, const void *, int32_t strict, ...);
    int (*cmd_ln_free_r)(cmd_ln_t *);
    void (*err_set_logfp)(FILE *);
    void (*err_set_callback)(void (*)(void *, int, const char *, ...), void *);
    const void *(*ps_args)(void);
    ps_decoder_t *(*ps_init)(cmd_ln_t *);
    int (*ps_free)(ps_decoder_t *);
    int (*ps_set_lm_file)(ps_decoder_t *, const char *name, const char *path);
    int (*ps_set_jsgf_string)(ps_decoder_t *, const char *name, const char *text);
    int (*ps_set_search)(ps_decoder_t *, const char *name);
    int (*ps_start_utt)(ps_decoder_t *);
    int (*ps_process_raw)(ps_decoder_t *, const int16_t *, size_t, int no_search, int full_utt);
    int (*ps_end_utt)(ps_decoder_t *);
    const char *(*ps_get_hyp)(ps_decoder_t *, int32_t *score);
    ps_seg_t *(*ps_seg_iter)(ps_decoder_t *);
    ps_seg_t *(*ps_seg_next)(ps_seg_t *);
    const char *(*ps_seg_word)(ps_seg_t *);
    void (*ps_seg_frames)(ps_seg_t *, int *first, int *last);
} api;

static const char *missing = "libpocketsphinx.so.3";
static pthread_once_t once = PTHREAD_ONCE_INIT;

struct sphinx_decoder {
    ps_decoder_t *decoder;
    cmd_ln_t *settings;
    int has_grammar;
};

/* It speaks of every utterance on stderr, which is our log's. */
static void say_nothing(void *user, int level, const char *format, ...) {
    (void)user;
    (void)level;
    (void)format;
}

static void *find(void *library, const char *name) {
    void *symbol = library ? dlsym(library, name) : NULL;
    if (!symbol) missing = name;
    return symbol;
}

#define FIND(library, name) (*(void **)&api.name = find(library, #name))

static void load(void) {
    void *base = dlopen("libsphinxbase.so.3", RTLD_NOW | RTLD_LOCAL);
    void *sphinx = dlopen("libpocketsphinx.so.3", RTLD_NOW | RTLD_LOCAL);
    if (!base || !sphinx) return;
    if (FIND(base, cmd_ln_init) && FIND(base, cmd_ln_free_r) && FIND(base, err_set_logfp) &&
        FIND(base, err_set_callback) && FIND(sphinx, ps_args) && FIND(sphinx, ps_init) && FIND(sphinx, ps_free) &&
        FIND(sphinx, ps_set_lm_file) && FIND(sphinx, ps_set_jsgf_string) && FIND(sphinx, ps_set_search) &&
        FIND(sphinx, ps_start_utt) && FIND(sphinx, ps_process_raw) && FIND(sphinx, ps_end_utt) &&
        FIND(sphinx, ps_get_hyp) && FIND(sphinx, ps_seg_iter) && FIND(sphinx, ps_seg_next) &&
        FIND(sphinx, ps_seg_word) && FIND(sphinx, ps_seg_frames)) {
        api.err_set_logfp(NULL);
        api.err_set_callback(say_nothing, NULL);
        missing = NULL;
    }
}

const char *sphinx_missing(void) {
    pthread_once(&once, load);
    return missing;
}

/* The library reads files only; this one is in memory and has no name that anybody else could find. */
static int file_of(const char *text, size_t count, char *path, size_t room) {
    int fd = memfd_create("sphinx", MFD_CLOEXEC);
    if (fd < 0) return -1;
    while (count > 0) {
        ssize_t written = write(fd, text, count);
        if (written <= 0) {
            close(fd);
            return -1;
        }
        text += written;
        count -= (size_t)written;
    }
    snprintf(path, room, "/proc/self/fd/%d", fd);
    return fd;
}

sphinx_decoder *sphinx_open(const char *acoustic, const char *dictionary, size_t dictionary_bytes, const char *model,
                            size_t model_bytes, const char *grammar) {
    if (sphinx_missing()) return NULL;
    char dictionary_path[32], model_path[32];
    int dictionary_file = file_of(dictionary, dictionary_bytes, dictionary_path, sizeof dictionary_path);
    int model_file = file_of(model, model_bytes, model_path, sizeof model_path);
    sphinx_decoder *made = calloc(1, sizeof *made);
    int ready = 0;
    if (made && dictionary_file >= 0 && model_file >= 0) {
        /* Its log is per thread. */
        api.err_set_logfp(NULL);
        made->settings = api.cmd_ln_init(NULL, api.ps_args(), 1, "-hmm", acoustic, "-dict", dictionary_path, "-samprate",
                                         "16000", "-fwdflat", "yes", "-bestpath", "yes", (char *)NULL);
        made->decoder = made->settings ? api.ps_init(made->settings) : NULL;
        ready = made->decoder && api.ps_set_lm_file(made->decoder, "words", model_path) == 0;
        if (ready && grammar) {
            ready = api.ps_set_jsgf_string(made->decoder, "phrases", grammar) == 0;
            made->has_grammar = ready;
        }
    }
    if (dictionary_file >= 0) close(dictionary_file);
    if (model_file >= 0) close(model_file);
    if (ready) return made;
    sphinx_close(made);
    return NULL;
}

void sphinx_close(sphinx_decoder *decoder) {
    if (!decoder) return;
    if (decoder->decoder) api.ps_free(decoder->decoder);
    if (decoder->settings) api.cmd_ln_free_r(decoder->settings);
    free(decoder);
}

int sphinx_decode(sphinx_decoder *decoder, int by_grammar, const int16_t *samples, size_t count) {
    if (by_grammar && !decoder->has_grammar) return -1;
    if (api.ps_set_search(decoder->decoder, by_grammar ? "phrases" : "words") != 0) return -1;
    if (api.ps_start_utt(decoder->decoder) != 0) return -1;
    int frames = api.ps_process_raw(decoder->decoder, samples, count, 0, 1);
    int ended = api.ps_end_utt(decoder->decoder);
    return frames < 0 || ended != 0 ? -1 : 0;
}

const char *sphinx_text(sphinx_decoder *decoder) {
    int32_t score = 0;
    return api.ps_get_hyp(decoder->decoder, &score);
}

void sphinx_words(sphinx_decoder *decoder, void *user, sphinx_word told) {
    for (ps_seg_t *word = api.ps_seg_iter(decoder->decoder); word; word = api.ps_seg_next(word)) {
        int first = 0, last = 0;
        api.ps_seg_frames(word, &first, &last);
        const char *text = api.ps_seg_word(word);
        if (text) told(user, text, first, last);
    }
}
