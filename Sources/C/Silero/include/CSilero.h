#pragma once
/* The one loop of the voice activity network that has to be fast. What is multiplied by what, and when, is decided in Swift. */
#include <stddef.h>

/* Weights lie in panels of so many outputs: all inputs of the first panel, then all of the second. So they are read from end to
   end, once, and never jumped through. */
#define SILERO_PANEL 32

/* outs[row][o] += the sum over k of ins[row][k] * weight(k, o), for `rows` rows that lie `in_step` and `out_step` floats apart; rows of
   `ins` may overlap. `outputs` is a multiple of SILERO_PANEL, and `weights` has inputs * outputs floats. */
void silero_accumulate(const float *weights, size_t inputs, size_t outputs, const float *ins, size_t in_step, size_t rows,
                       float *outs, size_t out_step);
