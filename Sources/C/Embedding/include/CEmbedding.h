#pragma once
/* The sums behind an embedding: what a compiler makes wide vectors of, which it would not in Swift without flags for the whole
   room. No memory of its own, no decisions; whoever calls answers for the lengths. */
#include <stddef.h>

/* Columns of a panel. */
#define EMBEDDING_PANEL 16

/* out[row][column] = bias[column] + sum over k of rows[row][k] * weight[column][k]. `panels` has the weights panel by panel of 16
   columns, in each k by k: panels[column / 16][k][column % 16]. `outer` is a multiple of 16. */
void embedding_multiply(const float *panels, const float *bias, size_t inner, size_t outer, const float *rows,
                        size_t count, float *out);
/* rows += others, then each row to mean 0 and variance 1, times weight, plus bias. `others` may be NULL. */
void embedding_normalize(float *rows, const float *others, const float *weight, const float *bias, size_t count,
                         size_t width);
/* x * (1 + erf(x / sqrt 2)) / 2 */
void embedding_gelu(float *values, size_t count);
/* Rows of `all` have queries, keys and values behind each other, each `width` wide. `scores` has room for `count`. */
void embedding_attend(const float *all, size_t count, size_t width, size_t heads, float *scores, float *out);
