/* What stands in for libvosk where there is no model: it hears only loudness, and says "on" for each tenth of a second that is
   loud. Two tenths of quiet behind a word end the utterance, as pauses do there. A model is a folder whose name ends in
   "model"; how many of everything are open can be asked. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct { int is_model; } VoskModel;
typedef struct {
    VoskModel *model;
    float rate;
    long heard;
    int words, quiet, with_times;
    double starts[64], ends[64];
    char text[8192];
} VoskRecognizer;

static atomic_int open_models, open_recognizers;

int vosk_open_models(void) { return open_models; }
int vosk_open_recognizers(void) { return open_recognizers; }

void vosk_set_log_level(int level) { (void)level; }

VoskModel *vosk_model_new(const char *path) {
    size_t length = strlen(path);
    if (length < 5 || strcmp(path + length - 5, "model") != 0) return NULL;
    open_models++;
    return calloc(1, sizeof(VoskModel));
}

void vosk_model_free(VoskModel *model) {
    open_models--;
    free(model);
}

VoskRecognizer *vosk_recognizer_new(VoskModel *model, float rate) {
    if (rate != 8000 && rate != 16000) return NULL;
    VoskRecognizer *made = calloc(1, sizeof *made);
    made->model = model;
    made->rate = rate;
    open_recognizers++;
    return made;
}

void vosk_recognizer_free(VoskRecognizer *recognizer) {
    open_recognizers--;
    free(recognizer);
}

void vosk_recognizer_set_words(VoskRecognizer *recognizer, int words) { recognizer->with_times = words; }

int vosk_recognizer_accept_waveform_s(VoskRecognizer *recognizer, const short *samples, int count) {
    int loud = 0;
    for (int place = 0; place < count; place++) {
        /* The one value that no caller's voice has, for a library that refuses. */
        if (samples[place] == -32768) return -1;
        if (abs(samples[place]) > 1000) loud++;
    }
    double start = recognizer->heard / recognizer->rate;
    recognizer->heard += count;
    if (loud > count / 2) {
        recognizer->quiet = 0;
        if (recognizer->words < 64) {
            recognizer->starts[recognizer->words] = start;
            recognizer->ends[recognizer->words] = recognizer->heard / recognizer->rate;
            recognizer->words++;
        }
        return 0;
    }
    recognizer->quiet++;
    return recognizer->words > 0 && recognizer->quiet >= 2;
}

static void say(VoskRecognizer *recognizer) {
    for (int word = 0; word < recognizer->words; word++) strcat(recognizer->text, word ? " on" : "on");
}

const char *vosk_recognizer_partial_result(VoskRecognizer *recognizer) {
    strcpy(recognizer->text, "{\n  \"partial\" : \"");
    say(recognizer);
    return strcat(recognizer->text, "\"\n}");
}

const char *vosk_recognizer_result(VoskRecognizer *recognizer) {
    strcpy(recognizer->text, "{\n");
    if (recognizer->with_times && recognizer->words) {
        strcat(recognizer->text, "  \"result\" : [");
        for (int word = 0; word < recognizer->words; word++)
            sprintf(recognizer->text + strlen(recognizer->text),
                    "%s{\n \"conf\" : 0.9%d0000,\n \"end\" : %f,\n \"start\" : %f,\n \"word\" : \"on\"\n}", word ? ", " : "",
                    word % 10, recognizer->ends[word], recognizer->starts[word]);
        strcat(recognizer->text, "],\n");
    }
    strcat(recognizer->text, "  \"text\" : \"");
    say(recognizer);
    strcat(recognizer->text, "\"\n}");
    recognizer->words = recognizer->quiet = 0;
    return recognizer->text;
}

const char *vosk_recognizer_final_result(VoskRecognizer *recognizer) { return vosk_recognizer_result(recognizer); }
