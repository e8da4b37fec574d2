#include "BareSums.h"
#include <stdint.h>

#if defined(__x86_64__) && defined(__GLIBC__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif

typedef float strip __attribute__((vector_size(32 * sizeof(float)), aligned(sizeof(float))));

/* Each row has two sums, so that none waits for itself. */
FOR_EACH_PROCESSOR
float bare_sums(const float *weights, size_t count, int rows)
{
    strip one = {0}, two = {0}, three = {0}, four = {0};
    size_t index = 0;
    for (; index + 64 <= count; index += 64) {
        strip weight = *(const strip *)(weights + index), next = *(const strip *)(weights + index + 32);
        one += weight * 0.5f;
        two += next * 0.5f;
        for (int row = 1; row < rows; row++) {
            three += weight * 0.25f;
            four += next * 0.25f;
        }
    }
    strip sum = one + two + three + four;
    float total = 0;
    for (int lane = 0; lane < 32; lane++)
        total += sum[lane];
    return total;
}
