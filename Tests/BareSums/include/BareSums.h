#pragma once
/* The least that multiplying and adding costs on this machine, for a benchmark: no result of it means anything. */
#include <stddef.h>

/* Reads `count` weights (a multiple of 64) once, and multiplies each into `rows` sums */
float bare_sums(const float *weights, size_t count, int rows);
