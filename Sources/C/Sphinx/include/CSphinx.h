#pragma once
/* pocketsphinx, looked for when it is first wanted: nothing of it is needed to build, and a machine without it can run.
   A decoder belongs to one thread at a time; several may decode on several threads. */
#include <stddef.h>
#include <stdint.h>

typedef struct sphinx_decoder sphinx_decoder;

/* NULL when the library is here, else the name of what is missing. Any thread, any number of times. */
const char *sphinx_missing(void);

/* `acoustic` is the folder of an acoustic model for 16 kHz. The dictionary and the model (ARPA) are texts, not paths; the grammar
   (JSGF) may be NULL. NULL if anything of it is refused. */
sphinx_decoder *sphinx_open(const char *acoustic, const char *dictionary, size_t dictionary_bytes, const char *model,
                            size_t model_bytes, const char *grammar);
void sphinx_close(sphinx_decoder *decoder);

/* One whole utterance, so that its loudness is known before its first sound is judged. By the model, or by the grammar.
   Returns 0, or -1 if it was refused. */
int sphinx_decode(sphinx_decoder *decoder, int by_grammar, const int16_t *samples, size_t count);
/* What was understood, until the next use of the decoder; NULL for nothing. */
const char *sphinx_text(sphinx_decoder *decoder);

/* The same word by word, with frames of 10 ms; fillers and silences among them. Each is told once. */
typedef void (*sphinx_word)(void *user, const char *word, int first_frame, int last_frame);
void sphinx_words(sphinx_decoder *decoder, void *user, sphinx_word told);
