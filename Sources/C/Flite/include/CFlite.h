#pragma once
/* Flite, a small speech synthesizer, found when the process runs: its few entries that we need are written down in flite.c, so
   that building us wants nothing of it. All of this may be called from any thread; `flite_speak` blocks for as long as it speaks. */
#include <stddef.h>
#include <stdint.h>

typedef struct flite_voice flite_voice;

/* The voice of that short name, such as "kal"; NULL where its library is absent or of another make. It stays for good. */
const flite_voice *flite_find(const char *name);

/* What is told while an utterance is made. */
typedef struct {
    void *context;
    /* Before any sound, for each word as it was written: its letters, what stood before and behind them, and where it ends. */
    void (*word)(void *context, const char *before, const char *letters, const char *behind, float seconds);
    /* Each piece of sound in its turn. Anything but 0 ends the utterance here. */
    int (*sound)(void *context, const int16_t *samples, size_t count, int rate);
} flite_listener;

typedef enum { FLITE_SPOKEN, FLITE_STOPPED, FLITE_FAILED } flite_outcome;

/* Speaks one sentence of printable ASCII. A speed of 1 is the voice's own. */
flite_outcome flite_speak(const flite_voice *voice, const char *sentence, float speed, const flite_listener *listener);

/* How many transitions between two sounds were asked for that a voice has no recording of. It says the nearest thing and goes on. */
long flite_missing_sounds(void);
