#include "CEmbedding.h"

#include <math.h>
#include <string.h>

/* One binary serves old and new machines: the loader picks the widest version there is, where the C library can. */
#if defined(__x86_64__) && defined(__GLIBC__)
#define WIDEST __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define WIDEST
#endif

typedef float vector __attribute__((vector_size(4 * EMBEDDING_PANEL), aligned(4)));

/* Rows at once: each weight that was fetched serves so many. */
#define ROWS 6

static inline __attribute__((always_inline)) void multiply_rows(const float *panel, const float *bias, size_t inner,
                                                                const float *rows, size_t count, float *out,
                                                                size_t outer) {
    vector sums[ROWS];
    for (size_t row = 0; row < count; row++) memcpy(&sums[row], bias, sizeof sums[row]);
    for (size_t k = 0; k < inner; k++) {
        vector weights;
        memcpy(&weights, panel + k * EMBEDDING_PANEL, sizeof weights);
        for (size_t row = 0; row < count; row++) sums[row] += weights * rows[row * inner + k];
    }
    for (size_t row = 0; row < count; row++) memcpy(out + row * outer, &sums[row], sizeof sums[row]);
}

WIDEST void embedding_multiply(const float *panels, const float *bias, size_t inner, size_t outer, const float *rows,
                               size_t count, float *out) {
    for (size_t column = 0; column < outer; column += EMBEDDING_PANEL) {
        const float *panel = panels + column * inner;
        size_t row = 0;
        for (; row + ROWS <= count; row += ROWS)
            multiply_rows(panel, bias + column, inner, rows + row * inner, ROWS, out + row * outer + column, outer);
        for (; row < count; row++)
            multiply_rows(panel, bias + column, inner, rows + row * inner, 1, out + row * outer + column, outer);
    }
}

WIDEST void embedding_normalize(float *rows, const float *others, const float *weight, const float *bias, size_t count,
                                size_t width) {
    for (size_t row = 0; row < count; row++, rows += width) {
        float mean = 0, variance = 0;
        if (others)
            for (size_t k = 0; k < width; k++) rows[k] += others[row * width + k];
        for (size_t k = 0; k < width; k++) mean += rows[k];
        mean /= (float)width;
        for (size_t k = 0; k < width; k++) variance += (rows[k] - mean) * (rows[k] - mean);
        float scale = 1 / sqrtf(variance / (float)width + 1e-12f);
        for (size_t k = 0; k < width; k++) rows[k] = (rows[k] - mean) * scale * weight[k] + bias[k];
    }
}

void embedding_gelu(float *values, size_t count) {
    for (size_t k = 0; k < count; k++) values[k] *= 0.5f * (1 + erff(values[k] * 0.70710678f));
}

WIDEST void embedding_attend(const float *all, size_t count, size_t width, size_t heads, float *scores, float *out) {
    size_t span = width / heads, step = 3 * width;
    float scale = 1 / sqrtf((float)span);
    memset(out, 0, count * width * sizeof *out);
    for (size_t head = 0; head < heads; head++) {
        for (size_t row = 0; row < count; row++) {
            const float *query = all + row * step + head * span;
            float highest = -INFINITY, sum = 0;
            for (size_t other = 0; other < count; other++) {
                const float *key = all + other * step + width + head * span;
                float score = 0;
                for (size_t k = 0; k < span; k++) score += query[k] * key[k];
                scores[other] = score * scale;
                if (scores[other] > highest) highest = scores[other];
            }
            for (size_t other = 0; other < count; other++) sum += scores[other] = expf(scores[other] - highest);
            float *target = out + row * width + head * span;
            for (size_t other = 0; other < count; other++) {
                const float *value = all + other * step + 2 * width + head * span;
                float share = scores[other] / sum;
                for (size_t k = 0; k < span; k++) target[k] += value[k] * share;
            }
        }
    }
}
