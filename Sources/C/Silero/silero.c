#include "CSilero.h"
#include <stdint.h> /* tells which C library this is */

/* The compiler makes of it as many registers as the machine has: 8 of SSE, 4 of AVX, 2 of AVX-512, 8 of NEON. */
typedef float panel __attribute__((vector_size(SILERO_PANEL * sizeof(float)), aligned(sizeof(float))));

/* One machine's program for the newest, the usual and the oldest processors; glibc chooses when the process starts. Elsewhere
   there is one program, for whatever the compiler was told. */
#if defined(__x86_64__) && defined(__GLIBC__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif

FOR_EACH_PROCESSOR
void silero_accumulate(const float *weights, size_t inputs, size_t outputs, const float *ins, size_t in_step, size_t rows,
                       float *outs, size_t out_step)
{
    for (size_t first = 0; first < outputs; first += SILERO_PANEL, weights += inputs * SILERO_PANEL) {
        size_t row = 0;
        /* Two rows share what is read of the weights. */
        for (; row + 1 < rows; row += 2) {
            const float *one = ins + row * in_step, *two = one + in_step;
            panel *out_one = (panel *)(outs + row * out_step + first);
            panel *out_two = (panel *)(outs + (row + 1) * out_step + first);
            panel sum_one = *out_one, sum_two = *out_two;
            for (size_t k = 0; k < inputs; k++) {
                panel weight = *(const panel *)(weights + k * SILERO_PANEL);
                sum_one += weight * one[k];
                sum_two += weight * two[k];
            }
            *out_one = sum_one;
            *out_two = sum_two;
        }
        if (row == rows)
            continue;
        /* Alone, a row would wait for each addition before the next: it adds in two sums. */
        const float *in = ins + row * in_step;
        panel *out = (panel *)(outs + row * out_step + first);
        panel even = *out, odd = {0};
        size_t k = 0;
        for (; k + 1 < inputs; k += 2) {
            even += *(const panel *)(weights + k * SILERO_PANEL) * in[k];
            odd += *(const panel *)(weights + (k + 1) * SILERO_PANEL) * in[k + 1];
        }
        if (k < inputs)
            even += *(const panel *)(weights + k * SILERO_PANEL) * in[k];
        *out = even + odd;
    }
}
