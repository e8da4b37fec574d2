#define _GNU_SOURCE
#include "CFlite.h"
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* What of Flite 2 is relied upon: the beginnings of three structures, and the functions below. */
typedef struct {
    const char *type;
    int sample_rate, num_samples, num_channels;
    short *samples;
} cst_wave;

typedef struct streaming {
    int min_buffsize;
    int (*callback)(const cst_wave *, int start, int size, int last, struct streaming *);
    const void *utterance, *item;
    void *userdata;
} cst_streaming;

typedef struct {
    void *features;
} cst_utterance;

typedef void cst_item;

enum { STREAM_STOP = -1, STREAM_ON = 0 };

/* Pieces of sound are no shorter than this, but for the last: 20 ms at 8,000 samples a second. */
enum { PIECE = 160 };

static struct {
    int (*init)(void);
    cst_utterance *(*new_utterance)(void);
    void (*delete_utterance)(cst_utterance *);
    void (*set_text)(cst_utterance *, const char *);
    cst_utterance *(*prepare)(cst_utterance *, const void *voice);
    cst_utterance *(*synthesize)(cst_utterance *);
    cst_wave *(*wave)(cst_utterance *);
    cst_streaming *(*new_streaming)(void);
    void *(*streaming_value)(cst_streaming *);
    float (*get_float)(const void *features, const char *name, float otherwise);
    void (*set_float)(void *features, const char *name, float value);
    void (*set_value)(void *features, const char *name, const void *value);
    int (*has_relation)(const cst_utterance *, const char *name);
    const void *(*relation)(const cst_utterance *, const char *name);
    const cst_item *(*head)(const void *relation);
    const cst_item *(*next)(const cst_item *);
    const cst_item *(*last_daughter)(const cst_item *);
    int (*has_feature)(const cst_item *, const char *name);
    const char *(*text_of)(const cst_item *, const char *name);
    float (*float_at)(const cst_item *, const char *path);
} flite;

static const struct {
    const char *name;
    void *entry;
} entries[] = {
    {"flite_init", &flite.init},
    {"new_utterance", &flite.new_utterance},
    {"delete_utterance", &flite.delete_utterance},
    {"utt_set_input_text", &flite.set_text},
    {"utt_init", &flite.prepare},
    {"utt_synth", &flite.synthesize},
    {"utt_wave", &flite.wave},
    {"new_audio_streaming_info", &flite.new_streaming},
    {"audio_streaming_info_val", &flite.streaming_value},
    {"get_param_float", &flite.get_float},
    {"feat_set_float", &flite.set_float},
    {"feat_set", &flite.set_value},
    {"utt_relation_present", &flite.has_relation},
    {"utt_relation", &flite.relation},
    {"relation_head", &flite.head},
    {"item_next", &flite.next},
    {"item_last_daughter", &flite.last_daughter},
    {"item_feat_present", &flite.has_feature},
    {"item_feat_string", &flite.text_of},
    {"ffeature_float", &flite.float_at},
};

static _Atomic long missing_sounds;

/* A transition between two sounds that a voice has no recording of is no event for whoever reads standard error: it is counted. All
   else that Flite has to say goes there as before. */
static int complain(const char *format, ...)
{
    if (strstr(format, "udb failed to find entry") != NULL) {
        missing_sounds++;
        return 0;
    }
    va_list arguments;
    va_start(arguments, format);
    int printed = vfprintf(stderr, format, arguments);
    va_end(arguments);
    return printed;
}

/* Flite has no door for that, so ours is put into the table by which its own calls find `cst_errmsg`. The page stays writable, as it
   may have been. Where the table is none that we know, Flite goes on as it is. */
static void listen_to_complaints(void *library)
{
    struct link_map *map = NULL;
    if (dlinfo(library, RTLD_DI_LINKMAP, &map) != 0 || map == NULL)
        return;
    const ElfW(Rela) *calls = NULL;
    const ElfW(Sym) *symbols = NULL;
    const char *names = NULL;
    size_t size = 0;
    for (const ElfW(Dyn) *entry = map->l_ld; entry->d_tag != DT_NULL; entry++) {
        switch (entry->d_tag) {
        case DT_JMPREL: calls = (const void *)entry->d_un.d_ptr; break;
        case DT_SYMTAB: symbols = (const void *)entry->d_un.d_ptr; break;
        case DT_STRTAB: names = (const void *)entry->d_un.d_ptr; break;
        case DT_PLTRELSZ: size = entry->d_un.d_val; break;
        }
    }
    if (calls == NULL || symbols == NULL || names == NULL)
        return;
    int (*ours)(const char *, ...) = complain;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (size_t index = 0; index < size / sizeof *calls; index++) {
        if (strcmp(names + symbols[calls[index].r_info >> 32].st_name, "cst_errmsg") != 0)
            continue;
        uintptr_t slot = map->l_addr + calls[index].r_offset;
        if (mprotect((void *)(slot & ~(page - 1)), page, PROT_READ | PROT_WRITE) == 0)
            memcpy((void *)slot, &ours, sizeof ours);
    }
}

long flite_missing_sounds(void)
{
    return missing_sounds;
}

/* Voices are registered one at a time, once each: registering is not made for several threads. */
static pthread_mutex_t door = PTHREAD_MUTEX_INITIALIZER;
static struct flite_voice {
    const char *name;
    const char *library;
    const char *entry;
    const void *voice;
} voices[] = {
    {"kal", "libflite_cmu_us_kal.so.1", "register_cmu_us_kal", NULL},
    {"rms", "libflite_cmu_us_rms.so.1", "register_cmu_us_rms", NULL},
    {"slt", "libflite_cmu_us_slt.so.1", "register_cmu_us_slt", NULL},
};

static int load_entries(void)
{
    static int is_loaded;
    if (is_loaded)
        return 1;
    void *library = dlopen("libflite.so.1", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        return 0;
    for (size_t index = 0; index < sizeof entries / sizeof *entries; index++) {
        void *entry = dlsym(library, entries[index].name);
        if (entry == NULL)
            return 0;
        memcpy(entries[index].entry, &entry, sizeof entry);
    }
    listen_to_complaints(library);
    flite.init();
    return is_loaded = 1;
}

static const void *load_voice(const struct flite_voice *wanted)
{
    if (!load_entries())
        return NULL;
    void *library = dlopen(wanted->library, RTLD_NOW | RTLD_LOCAL);
    const void *(*enlist)(const char *) = NULL;
    void *entry = library ? dlsym(library, wanted->entry) : NULL;
    if (entry == NULL)
        return NULL;
    memcpy(&enlist, &entry, sizeof entry);
    return enlist(NULL);
}

const flite_voice *flite_find(const char *name)
{
    const flite_voice *found = NULL;
    pthread_mutex_lock(&door);
    for (size_t index = 0; index < sizeof voices / sizeof *voices; index++) {
        if (strcmp(voices[index].name, name) != 0)
            continue;
        if (voices[index].voice == NULL)
            voices[index].voice = load_voice(&voices[index]);
        if (voices[index].voice != NULL)
            found = &voices[index];
    }
    pthread_mutex_unlock(&door);
    return found;
}

struct telling {
    const flite_listener *listener;
    int has_told_words, is_stopped;
};

static const char *text(const cst_item *item, const char *name)
{
    const char *found = flite.has_feature(item, name) ? flite.text_of(item, name) : NULL;
    return found ? found : "";
}

/* All that is known of the words is known before the first sound is made. */
static void tell_words(const cst_utterance *utterance, const flite_listener *listener)
{
    if (!flite.has_relation(utterance, "Token"))
        return;
    const cst_item *token = flite.head(flite.relation(utterance, "Token"));
    for (; token != NULL; token = flite.next(token)) {
        const cst_item *last = flite.last_daughter(token);
        /* A token that is not said ends where the one before did, which is told by no time at all. */
        float end = last ? flite.float_at(last, "R:SylStructure.daughtern.daughtern.R:Segment.end") : 0;
        listener->word(listener->context, text(token, "prepunctuation"), text(token, "name"), text(token, "punc"), end);
    }
}

static int took_sound(const cst_wave *wave, int start, int size, int last, cst_streaming *streaming)
{
    struct telling *telling = streaming->userdata;
    (void)last;
    if (telling->is_stopped)
        return STREAM_STOP;
    if (!telling->has_told_words) {
        telling->has_told_words = 1;
        if (streaming->utterance != NULL)
            tell_words(streaming->utterance, telling->listener);
    }
    if (size > 0 &&
        telling->listener->sound(telling->listener->context, wave->samples + start, (size_t)size, wave->sample_rate) != 0)
        telling->is_stopped = 1;
    return telling->is_stopped ? STREAM_STOP : STREAM_ON;
}

flite_outcome flite_speak(const flite_voice *voice, const char *sentence, float speed, const flite_listener *listener)
{
    struct telling telling = {listener, 0, 0};
    cst_utterance *utterance = flite.new_utterance();
    if (utterance == NULL)
        return FLITE_FAILED;
    flite.set_text(utterance, sentence);
    flite.prepare(utterance, voice->voice);
    /* Set for the utterance and not for its voice, which other threads use. */
    float stretch = flite.get_float(utterance->features, "duration_stretch", 1);
    flite.set_float(utterance->features, "duration_stretch", stretch / speed);
    cst_streaming *streaming = flite.new_streaming();
    streaming->callback = took_sound;
    streaming->min_buffsize = PIECE;
    streaming->utterance = NULL;
    streaming->userdata = &telling;
    /* The utterance owns it from here on. */
    flite.set_value(utterance->features, "streaming_info", flite.streaming_value(streaming));
    int is_made = flite.synthesize(utterance) != NULL;
    flite.delete_utterance(utterance);
    return telling.is_stopped ? FLITE_STOPPED : is_made ? FLITE_SPOKEN : FLITE_FAILED;
}
