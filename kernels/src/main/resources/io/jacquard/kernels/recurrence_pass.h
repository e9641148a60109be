/*
 * How the kernels of recurrent layers, recurrence_tiled.c and recurrence_vectors.c, begin each pass over a step; this stands
 * in a kernel's body. Forward a pass multiplies the state before the step, [samples, hidden], by W_hh, a sum for each gate.
 * Backward it multiplies the later step's gradients of what the gates are functions of, [samples, gates * hidden], and
 * comes to the gradient of the state; one more pass makes that of the first state. Of a GRU the gradient of b_n, last, takes
 * the place of that of a_n. recurrence_cell.h does the rest.
 */
    idx step = $backward ? steps - 1 - pass : pass;
    idx t = reverse ? steps - 1 - step : step;
#if $backward
    idx before = reverse ? t + 1 : t - 1, later = reverse ? t - 1 : t + 1;
#else
    idx before = reverse ? t + 1 : t - 1;
#endif
